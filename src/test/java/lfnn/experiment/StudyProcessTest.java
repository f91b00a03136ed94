package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A study in a process of its own, which a real signal ends. */
@Timeout(120)
class StudyProcessTest {

  @TempDir private Path folder;

  @Test
  void aSignalKeepsTheRunsThatAreDoneAndTheSameCommandGoesOn()
      throws IOException, InterruptedException {
    CommandProcess.assumeSignals();
    Path data = TinyImages.write(folder.resolve("tiny"), 1500, 30, 1);
    Path out = folder.resolve("fig3a");
    List<String> arguments =
        List.of("fig3a", "--data=" + data, "--out=" + out, "--workers=4,8", "--threads=1");
    Process process = CommandProcess.builder(folder, List.of(), arguments).start();
    try {
      Path err = folder.resolve("err.txt");
      CommandProcess.awaitText(process, err, "run 2/66");
      assertThat(CommandProcess.signal(process, "INT")).isEqualTo(130);
      assertThat(Files.readString(err)).containsPattern("stopped after \\d+ of 66 runs");
    } finally {
      process.destroyForcibly().waitFor();
    }
    long kept;
    try (Stream<Path> runs = Files.list(out.resolve("runs"))) {
      kept = runs.filter(run -> run.toString().endsWith(".csv")).count();
    }
    assertThat(kept).isBetween(2L, 65L);
    assertThat(Files.readString(out.resolve("fig3a.md"))).contains(kept + " of 66 runs are done");

    Ran on = Ran.command(arguments.toArray(String[]::new));
    assertThat(on.exitCode()).as(on.err()).isZero();
    assertThat(on.err().lines().findFirst().orElse(""))
        .endsWith("66 runs, " + kept + " of which are done already");
    try (Stream<Path> runs = Files.list(out.resolve("runs"))) {
      assertThat(runs).hasSize(66).allMatch(run -> run.toString().endsWith(".csv"));
    }
    Path through = folder.resolve("through");
    Ran straight =
        Ran.command("fig3a", "--data=" + data, "--out=" + through, "--workers=4,8", "--threads=2");
    assertThat(straight.exitCode()).as(straight.err()).isZero();
    assertThat(StudyCommandTest.withoutSeconds(out.resolve("fig3a.csv")))
        .isEqualTo(StudyCommandTest.withoutSeconds(through.resolve("fig3a.csv")));
  }
}
