package lfnn.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import lfnn.packaging.JavaProcess.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our jars beside MOA's, in JVMs of their own. */
class MoaLayoutIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path directory;

  @Test
  void builtFolderRunsATask() throws IOException, InterruptedException {
    assertPrequentialRunWorks(BuiltFiles.moa().resolve("lib").resolve("*").toString());
  }

  @Test
  void jarsOfThePackageRunInTheLibFolderOfAMoaRelease() throws IOException, InterruptedException {
    StringBuilder classPath = new StringBuilder();
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(BuiltFiles.moa().resolve("lib"), "*.jar")) {
      for (Path jar : jars) {
        if (!jar.endsWith("LFNN.jar")) {
          classPath.append(jar).append(File.pathSeparator);
        }
      }
    }
    try (ZipFile zip = new ZipFile(BuiltFiles.packageZip().toFile())) {
      for (String name : List.of("LFNN.jar", "moa/LFNN-moa.jar")) {
        Path jar = directory.resolve(Path.of(name).getFileName());
        try (InputStream stream = zip.getInputStream(zip.getEntry(name))) {
          Files.copy(stream, jar);
        }
        classPath.append(jar).append(File.pathSeparator);
      }
    }
    assertPrequentialRunWorks(classPath.toString());
  }

  private void assertPrequentialRunWorks(String classPath)
      throws IOException, InterruptedException {
    Path table = directory.resolve("table.csv");
    Outcome outcome =
        new JavaProcess(JavaProcess.thisJdk(), directory, Map.of())
            .run(
                LIMIT,
                List.of(
                    "-cp",
                    classPath,
                    "moa.DoTask",
                    "EvaluatePrequential -l deeplearning.LFNN -s (ArffFileStream -f "
                        + BuiltFiles.example("vote.arff")
                        + ") -i 435 -f 100 -q 100 -d "
                        + table));

    assertThat(outcome.errors()).as(outcome.all()).doesNotContain("Exception");
    List<String> rows = Files.readAllLines(table);
    assertThat(rows).as(outcome.all()).hasSize(6);
    List<String> header = List.of(rows.get(0).split(","));
    String[] last = rows.get(5).split(",", -1);
    assertThat(Double.parseDouble(last[header.indexOf("classifications correct (percent)")]))
        .isGreaterThan(80);
  }
}
