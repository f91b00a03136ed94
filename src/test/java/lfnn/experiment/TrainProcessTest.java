package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command in a process of its own, which real signals end. */
@Timeout(120)
class TrainProcessTest {

  private static final List<String> NETWORK =
      List.of("--network=block(dense(16), heads=4)", "--minibatch=4", "--threads=1");

  @TempDir private Path folder;

  private ProcessBuilder command(List<String> vmOptions, List<String> arguments) {
    return CommandProcess.builder(folder, vmOptions, arguments);
  }

  private List<String> train(Path data, Path run, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "--data=" + data, "--out=" + run));
    arguments.addAll(NETWORK);
    arguments.addAll(List.of(more));
    return arguments;
  }

  @ParameterizedTest(name = "SIG{0}")
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalEndsTrainingAfterTheMiniBatchAndKeepsWhatWasLearned(String signal, int exitCode)
      throws IOException, InterruptedException {
    CommandProcess.assumeSignals();
    Path data = TinyImages.write(folder.resolve("tiny"), 1500, 30, 1);
    Path run = folder.resolve("run");
    Process process =
        command(List.of(), train(data, run, "--epochs=100000", "--validation=0.1")).start();
    try {
      Path err = folder.resolve("err.txt");
      CommandProcess.awaitText(process, err, "epoch 2/");
      assertThat(CommandProcess.signal(process, signal)).isEqualTo(exitCode);
      assertThat(Files.readString(err)).contains("go on with train --resume " + run);
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(run.resolve("report.json")).content().contains("\"state\": \"stopped\"");
    try (Stream<Path> files = Files.list(run)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("model", "curves.csv", "curves.png", "report.md")
          .noneMatch(name -> name.endsWith(".part"));
    }
    SavedRun stopped = RunFolder.read(run);
    int epochs = stopped.state().epochs() + 1;
    assertThat(epochs).isGreaterThan(2);

    Ran on = Ran.command("train", "--resume=" + run, "--epochs=" + epochs);
    assertThat(on.exitCode()).as(on.err()).isZero();
    Path through = folder.resolve("through");
    Ran straight =
        Ran.command(
            train(data, through, "--epochs=" + epochs, "--validation=0.1").toArray(String[]::new));
    assertThat(straight.exitCode()).as(straight.err()).isZero();
    TrainCommandTest.assertSame(RunFolder.read(run).state(), RunFolder.read(through).state());
  }

  @Test
  void aSignalKeepsTheModelOfTheBestEpochNotOfTheLast() throws IOException, InterruptedException {
    CommandProcess.assumeSignals();
    // With so large steps the loss jumps up and down.
    Path data = TinyImages.write(folder.resolve("tiny"), 45, 0, 1);
    Path run = folder.resolve("run");
    String[] more = {"--validation=0.4", "--learning-rate=1", "--patience=100000"};
    List<String> endless = train(data, run, more);
    endless.add("--epochs=100000");
    Process process = command(List.of(), endless).start();
    try {
      CommandProcess.awaitText(process, folder.resolve("err.txt"), "epoch 60/");
      assertThat(CommandProcess.signal(process, "INT")).isEqualTo(130);
    } finally {
      process.destroyForcibly().waitFor();
    }
    SavedRun stopped = RunFolder.read(run);
    int best = stopped.state().bestEpoch();
    assertThat(best).isBetween(1, stopped.state().epochs() - 1);

    Path other = folder.resolve("to-the-best");
    List<String> upToTheBest = train(data, other, more);
    upToTheBest.add("--epochs=" + best);
    Ran ran = Ran.command(upToTheBest.toArray(String[]::new));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    float[][] parameters = stopped.model().parameters();
    assertThat(parameters).isDeepEqualTo(RunFolder.read(other).state().parameters());
    assertThat(Arrays.deepEquals(parameters, stopped.state().parameters())).isFalse();
  }

  @Test
  void withoutFontsThereAreNumbersAndNoPicture() throws IOException, InterruptedException {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "fonts come from fontconfig");
    Path none =
        Files.writeString(
            folder.resolve("fonts.conf"),
            "<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig></fontconfig>");
    Path data = TinyImages.write(folder.resolve("tiny"), 30, 0, 1);
    Path run = folder.resolve("run");
    // Java keeps the fonts that it found in the home folder.
    ProcessBuilder builder =
        command(List.of("-Duser.home=" + folder), train(data, run, "--epochs=1"));
    builder.environment().put("FONTCONFIG_FILE", none.toString());
    Process process = builder.start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("err.txt"))).isZero();
    assertThat(folder.resolve("err.txt"))
        .content()
        .contains("curves.png cannot be drawn here (java.lang.RuntimeException: Fontconfig")
        .doesNotContain("\tat ");
    assertThat(run.resolve("curves.csv")).exists();
    assertThat(run.resolve("curves.png")).doesNotExist();
  }

  @Test
  void lackOfMemoryIsSaidWithARemedy() throws IOException, InterruptedException {
    Path data = TinyImages.write(folder.resolve("tiny"), 30, 0, 1);
    List<String> arguments =
        List.of(
            "train",
            "--data=" + data,
            "--out=" + folder.resolve("run"),
            "--network=block(dense(9000), dense(9000), heads=1)");
    Process process = command(List.of("-Xmx200m"), arguments).start();
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(folder.resolve("err.txt"))
        .content()
        .contains("there is not enough memory (")
        .contains("Java may take 0.2 GB; give it more, as in java -Xmx4g -jar")
        .doesNotContain("\tat ");
  }
}
