package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(vmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(folder.resolve("err.txt").toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder;
  }

  private List<String> train(Path data, Path run, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "--data=" + data, "--out=" + run));
    arguments.addAll(NETWORK);
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** What a shell does in the background: then there is nothing to test. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }
  }

  @ParameterizedTest(name = "SIG{0}")
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalEndsTrainingAfterTheMiniBatchAndKeepsWhatWasLearned(String signal, int exitCode)
      throws IOException, InterruptedException {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "signals are those of POSIX");
    assumeFalse(ignoresInterrupts(), "this process was started so that interrupts are ignored");
    Path data = TinyImages.write(folder.resolve("tiny"), 1500, 30, 1);
    Path run = folder.resolve("run");
    Process process =
        command(List.of(), train(data, run, "--epochs=100000", "--validation=0.1")).start();
    try {
      Path err = folder.resolve("err.txt");
      while (!Files.readString(err).contains("epoch 2/")) {
        assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
        Thread.sleep(20);
      }
      long pid = process.pid();
      assertThat(new ProcessBuilder("kill", "-s", signal, "" + pid).start().waitFor()).isZero();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(exitCode);
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
        .contains("give Java more, as in java -Xmx4g -jar")
        .doesNotContain("\tat ");
  }
}
