package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrequentialTableTest {

  private static final String HEADER =
      "learning evaluation instances,evaluation time (cpu seconds),"
          + "classifications correct (percent),output loss";

  @TempDir private Path folder;

  @Test
  void showsTheLastRunOnly() throws IOException {
    Path file = folder.resolve("results.csv");
    Files.writeString(
        file, HEADER + "\n1000.0,1.0,50.0,2.5\n" + HEADER + "\n1000.0,1.0,81.25,0.0625\n");
    assertThat(table(file).lines())
        .containsExactly(
            "      instances      correct %    output loss",
            "           1000          81.25         0.0625");
  }

  @Test
  void keepsWhatMoaCouldNotMeasure() throws IOException {
    Path file = folder.resolve("results.csv");
    Files.writeString(file, HEADER + "\n1000.0,1.0,?,0.5\n");
    assertThat(table(file)).contains("              ?         0.5000");
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Path file = folder.resolve("other.csv");
    Files.writeString(file, "a,b\n1,2\n");
    assertThatThrownBy(() -> table(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("other.csv: no line starts with");
    Files.writeString(file, HEADER + "\n1,2\n");
    assertThatThrownBy(() -> table(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a line has 2 values instead of 4");
  }

  private static String table(Path file) throws IOException {
    StringWriter text = new StringWriter();
    PrequentialTable.print(file, new PrintWriter(text, true));
    return text.toString();
  }
}
