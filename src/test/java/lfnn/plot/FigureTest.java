package lfnn.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import lfnn.plot.LineChart.Form;
import lfnn.plot.LineChart.Line;
import lfnn.plot.LineChart.Style;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureTest {

  private static final int BLUE = 0x0072B2;
  private static final int VERMILION = 0xD55E00;

  @Test
  void aLineOfManyPointsHasMarkersOnSomeOfThem() throws IOException {
    int points = 80;
    double[] x = IntStream.range(0, points).asDoubleStream().toArray();
    double[] y = new double[points];
    Arrays.fill(y, 0.5);
    Line line = new Line("flat", x, y, new Style(Form.LINE, 1, true));
    LineChart chart =
        new LineChart("flat", Axis.fitted("step"), Axis.between("share", 0, 1), List.of(line));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(Figure.png(List.of(chart))));
    int columnsWithMarker = 0;
    for (int column = 0; column < image.getWidth(); column++) {
      int height = 0;
      for (int row = 0; row < image.getHeight() * 4 / 5; row++) {
        height += (image.getRGB(column, row) & 0xFFFFFF) == VERMILION ? 1 : 0;
      }
      // The line is 4 pixels thick, a marker 12 pixels high.
      columnsWithMarker += height > 8 ? 1 : 0;
    }
    assertThat(columnsWithMarker).isBetween(8 * 9, 8 * 13);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "1000, 1000, 0", "3, 3, 0", "1, 10, 0", "2, 500, 5", "2, 500, 2"})
  void aLogarithmicAxisHasRoomForEqualValuesAndForSpreadsBelowZero(
      double first, double second, double spread) throws IOException {
    int blue = bluePixels(first, second, spread);
    assertThat(blue).as("pixels of the line above the legend").isGreaterThan(100);
  }

  @Test
  void aLogarithmicAxisThatBeginsAtOneHasRoomForAZeroBesideIt() throws IOException {
    // The zero has no place, so that one marker is all there is.
    assertThat(bluePixels(1, 0, 0)).isGreaterThan(50);
  }

  /** Of a line with two points, those above the legend. */
  private static int bluePixels(double first, double second, double spread) throws IOException {
    Line line =
        new Line(
            "time",
            new double[] {1, 2},
            new double[] {first, second},
            spread == 0 ? new double[0] : new double[] {spread, spread},
            new Style(Form.LINE, 0, true));
    LineChart chart =
        new LineChart(
            "times", Axis.fitted("size"), Axis.logarithmic("microseconds"), List.of(line));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(Figure.png(List.of(chart))));
    int blue = 0;
    for (int y = 0; y < image.getHeight() * 4 / 5; y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        blue += (image.getRGB(x, y) & 0xFFFFFF) == BLUE ? 1 : 0;
      }
    }
    return blue;
  }
}
