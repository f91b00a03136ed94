package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  @TempDir private Path directory;

  @Test
  void aFileReplacesItsOldVersionAndLeavesNothingElse() throws IOException {
    RunFolder folder = RunFolder.create(directory.resolve("new/folder"));
    folder.write("report.md", "old");
    folder.write("report.md", "new");
    try (Stream<Path> files = Files.list(folder.path())) {
      assertThat(files).containsExactly(folder.path().resolve("report.md"));
    }
    assertThat(folder.path().resolve("report.md")).hasContent("new");
  }

  @Test
  void aWriteThatFailsLeavesTheOldVersion() throws IOException {
    RunFolder folder = RunFolder.create(directory);
    folder.write("report.md", "old");
    Files.createDirectory(directory.resolve("report.md.part"));
    assertThatThrownBy(() -> folder.write("report.md", "new")).isInstanceOf(IOException.class);
    assertThat(directory.resolve("report.md")).hasContent("old");
  }

  @Test
  void objectsOfOtherLibrariesAreNotRead() throws IOException {
    Path model = directory.resolve("model");
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(model))) {
      out.writeObject(new File("harmless"));
    }
    assertThatThrownBy(() -> RunFolder.read(directory))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(model + ": is not a model of this version of LFNN or is damaged")
        .hasMessageContaining("filter status: REJECTED");
  }

  @Test
  void aModelThatWasCutOffIsRefused() throws IOException {
    TinyImages.write(directory.resolve("data"), 30, 0, 1);
    Path run = directory.resolve("run");
    Ran ran =
        Ran.command("train", "--data=" + directory.resolve("data"), "--out=" + run, "--epochs=1");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    Path model = run.resolve("model");
    byte[] bytes = Files.readAllBytes(model);
    for (int length : new int[] {0, 3, 100, bytes.length / 2, bytes.length - 1}) {
      Files.write(model, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> RunFolder.read(run))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(model + ": ");
    }
  }
}
