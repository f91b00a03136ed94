package lfnn.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import lfnn.packaging.JavaProcess.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The installed package in Weka's Explorer, worked with the mouse. */
class ExplorerIT {

  @TempDir private Path directory;

  @Test
  void explorerOpensChoosesEditsAndTrainsAlsoOnImages() throws Exception {
    assumeTrue(
        System.getenv("DISPLAY") != null,
        "there is no display; run the tests with \"xvfb-run -a mvn verify\"");
    WekaInstallation weka =
        WekaInstallation.create("3.8.7", JavaProcess.thisJdk(), directory.resolve("weka"));
    weka.install();
    Path images = BuiltFiles.images();

    Outcome outcome =
        new JavaProcess(
                JavaProcess.thisJdk(), directory, Map.of("WEKA_HOME", weka.home().toString()))
            .run(
                Duration.ofMinutes(4),
                List.of(
                    "-cp",
                    weka.classPath() + File.pathSeparator + sessionAlone(),
                    ExplorerSession.class.getName(),
                    BuiltFiles.example("iris.arff").toString(),
                    BuiltFiles.example("mnist-2000-test-images-idx3-ubyte.gz").toString(),
                    BuiltFiles.cifar(directory.resolve("data_batch_1.bin"), 60).toString(),
                    "weka.classifiers.functions.LFNN -H \"block(conv(8), max-pool(2), heads=4,"
                        + " pool=4); fc(workers=5)\" -input 3x32x32 -N 3",
                    images.resolve("explorer-options.png").toString(),
                    images.resolve("explorer.png").toString(),
                    images.resolve("explorer-open.png").toString(),
                    images.resolve("explorer-cifar.png").toString()));

    assertThat(outcome.exitCode()).as(outcome.all()).isZero();
    assertThat(outcome.output())
        .contains("Scheme:       weka.classifiers.functions.LFNN")
        .contains("=== Stratified cross-validation ===")
        .contains("Correctly Classified Instances")
        .contains("mnist-2000-test-images-idx3-ubyte.gz 1x28x28")
        .contains("data_batch_1.bin 3x32x32")
        .contains(
            "stage 1: block(conv(8), max-pool(2), heads=4, pool=4), 3072 inputs, 2048 outputs")
        .containsPattern("Total Number of Instances +60");
    assertThat(outcome.errors()).doesNotContain("Exception");
    assertThat(images.resolve("explorer.png")).isNotEmptyFile();
    assertThat(images.resolve("explorer-cifar.png")).isNotEmptyFile();
  }

  /** A class path of the session's class only: Weka would find our test classes otherwise. */
  private Path sessionAlone() throws IOException {
    Path classes =
        Path.of(
            ExplorerSession.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    Path relative = Path.of("lfnn", "packaging");
    Path target = Files.createDirectories(directory.resolve("session").resolve(relative));
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(classes.resolve(relative), "ExplorerSession*.class")) {
      for (Path file : files) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return directory.resolve("session");
  }
}
