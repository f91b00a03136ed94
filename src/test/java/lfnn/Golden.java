package lfnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Predictions that are kept beside a saved model, one line for each row. */
public final class Golden {

  private Golden() {}

  /**
   * Where models of this version are written: the folder of the property {@code lfnn.golden}, to
   * keep them, or another one.
   */
  public static Path target(Path other) throws IOException {
    return Files.createDirectories(Path.of(System.getProperty("lfnn.golden", other.toString())));
  }

  /** Keeps predictions, [row][output]. */
  public static void write(Path file, double[][] predictions) throws IOException {
    List<String> lines = new ArrayList<>();
    for (double[] prediction : predictions) {
      List<String> values = new ArrayList<>();
      for (double value : prediction) {
        values.add(String.format(Locale.ROOT, "%.9f", value));
      }
      lines.add(String.join(",", values));
    }
    Files.write(file, lines);
  }

  /** Predictions, [row][output], are those that were kept, on whatever kind of processor. */
  public static void assertKept(Path file, double[][] predictions) throws IOException {
    List<String> expected = Files.readAllLines(file);
    assertThat(expected).isNotEmpty().hasSameSizeAs(predictions);
    for (int r = 0; r < predictions.length; r++) {
      String[] values = expected.get(r).split(",", -1);
      assertThat(predictions[r]).hasSameSizeAs(values).isNotEmpty();
      for (int c = 0; c < values.length; c++) {
        double expectation = Double.parseDouble(values[c]);
        assertThat(predictions[r][c])
            .as("%s, row %d, output %d", file.getFileName(), r, c)
            .isCloseTo(expectation, Tolerances.otherProcessor(expectation));
      }
    }
  }
}
