package lfnn.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import lfnn.train.EpochReport;
import lfnn.train.Score;
import org.junit.jupiter.api.Test;

class TrainingCurvesTest {

  private static final int BLUE = 0x0072B2;
  private static final int VERMILION = 0xD55E00;
  private static final int GREEN = 0x009E73;

  private static BufferedImage draw(int epochs, boolean validation, boolean test)
      throws IOException {
    List<EpochReport> reports = new ArrayList<>();
    List<Score> scores = new ArrayList<>();
    for (int e = 1; e <= epochs; e++) {
      double loss = 2.0 / e;
      reports.add(
          new EpochReport(
              e,
              loss,
              loss,
              0,
              0,
              0.5 / e,
              validation ? loss + 0.2 : Double.NaN,
              validation ? 0.6 / e : Double.NaN,
              1));
      scores.add(test ? new Score(loss + 0.3, 0.7 / e) : Score.NONE);
    }
    byte[] png = TrainingCurves.png("MNIST, LFNN_L", reports, scores, validation ? epochs : 0);
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  /** Pixels of exactly one colour above the legend, in the left and in the right half. */
  private static List<Integer> pixels(BufferedImage image, int colour) {
    int[] count = new int[2];
    for (int y = 0; y < image.getHeight() * 4 / 5; y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        if ((image.getRGB(x, y) & 0xFFFFFF) == colour) {
          count[2 * x / image.getWidth()]++;
        }
      }
    }
    return List.of(count[0], count[1]);
  }

  @Test
  void bothChartsShowEachCurveInItsOwnColour() throws IOException {
    BufferedImage image = draw(12, true, true);
    assertThat(image.getWidth()).isEqualTo(2240);
    assertThat(image.getHeight()).isEqualTo(800);
    for (int colour : new int[] {BLUE, VERMILION, GREEN}) {
      assertThat(pixels(image, colour)).allMatch(count -> count > 1000);
    }
  }

  @Test
  void curvesThatWereNotMeasuredAreLeftOut() throws IOException {
    BufferedImage image = draw(12, false, false);
    assertThat(pixels(image, BLUE)).allMatch(count -> count > 1000);
    assertThat(pixels(image, VERMILION)).containsOnly(0);
    assertThat(pixels(image, GREEN)).containsOnly(0);
  }

  @Test
  void oneEpochIsAPoint() throws IOException {
    assertThat(pixels(draw(1, false, false), BLUE)).allMatch(count -> count > 50);
  }

  @Test
  void chartsWithoutPointsAndLinesOfTwoLengthsAreRefused() {
    assertThatThrownBy(
            () ->
                new LineChart("t", Axis.fromZero("x"), Axis.fromZero("y"), Collections.emptyList()))
        .hasMessage("chart \"t\" has no line with a point");
    LineChart.Style style = new LineChart.Style(LineChart.Form.LINE, 0, true);
    assertThatThrownBy(() -> new LineChart.Line("loss", new double[2], new double[3], style))
        .hasMessage("line \"loss\" must have a value for each of its 2 positions, not 3 values");
    assertThatThrownBy(
            () -> new LineChart.Line("loss", new double[2], new double[2], new double[1], style))
        .hasMessage("line \"loss\" must have a value for each of its 2 positions, not 1 values");
  }
}
