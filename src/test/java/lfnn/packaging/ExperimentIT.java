package lfnn.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lfnn.packaging.JavaProcess.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command for experiments as the build leaves it, in JVMs of its own. */
class ExperimentIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path directory;

  private Outcome run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("-jar"));
    command.add(BuiltFiles.packageZip().resolveSibling("experiment.jar").toString());
    command.addAll(List.of(arguments));
    return new JavaProcess(JavaProcess.thisJdk(), directory, Map.of()).run(LIMIT, command);
  }

  @Test
  void oneJarTrainsAndEvaluates() throws IOException, InterruptedException {
    String data = BuiltFiles.example("iris.arff").getParent().toString();
    Outcome trained =
        run("train", "--data", data, "--out", "run", "--limit=1000", "--epochs=2", "--network=512");

    assertThat(trained.exitCode()).as(trained.all()).isZero();
    assertThat(trained.errors())
        .contains("1,000 training, 0 validation and 2,000 test images of 1x28x28 in 10 classes")
        .doesNotContain("Exception")
        .doesNotContain("SLF4J");
    assertThat(directory.resolve("run/curves.png")).isNotEmptyFile();
    assertThat(directory.resolve("run/report.json"))
        .content()
        .containsPattern("\"lfnn\": \"\\d+\\.\\d+\\.\\d+\"");

    Outcome evaluated = run("evaluate", "--model", "run", "--data", data);
    assertThat(evaluated.exitCode()).as(evaluated.all()).isZero();
    String error = evaluated.output().lines().findFirst().orElse("").replaceFirst(":.*,", ",");
    assertThat(trained.output()).contains(error.replaceFirst("error ", "test error        "));
  }

  @Test
  void oneJarDrawsAFigureOfThePaper() throws IOException, InterruptedException {
    String data = BuiltFiles.example("iris.arff").getParent().toString();
    Outcome drawn =
        run("fig6", "--data", data, "--out", "fig6", "--quick", "--limit=1000", "--epochs=2");
    assertThat(drawn.exitCode()).as(drawn.all()).isZero();
    assertThat(drawn.errors())
        .contains("shortened: 1,000 of the 6,000 training images, one seed")
        .doesNotContain("Exception")
        .doesNotContain("SLF4J");
    assertThat(directory.resolve("fig6/fig6.png")).isNotEmptyFile();
    assertThat(directory.resolve("fig6/fig6.md")).content().contains("| epoch | ");
  }
}
