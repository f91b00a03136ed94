package lfnn.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws charts side by side.
 *
 * <p>Lines differ in colour, stroke and marker, so that they can be told apart in grey, too. The
 * colours can be told apart by colour-blind readers.
 *
 * @see <a href="https://jfly.uni-koeln.de/color/">Okabe and Ito 2008, Color universal design</a>
 */
public final class Figure {

  /** Blue, vermilion, bluish green, reddish purple, orange, sky blue, black. */
  private static final int[] COLOURS = {
    0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000
  };

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.SQUARE,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_DOWN,
    SeriesMarkers.CROSS,
    SeriesMarkers.PLUS
  };

  private static final float[][] DASHES = {{}, {9, 4}, {2, 3}, {9, 3, 2, 3}};

  /** Size of a chart; text is 12 to 14 points high in it. */
  private static final int WIDTH = 560;

  private static final int HEIGHT = 400;

  /** Pixels per point: two charts on a page of 16 cm have 360 dots per inch. */
  private static final int SCALE = 2;

  /** Points of a line from which single ones are not marked any more. */
  private static final int MOST_MARKERS = 40;

  /** Values that the vertical axis shows above the largest of the lines. */
  private static final double HEADROOM = 1.05;

  private static final Color GREY = new Color(0x999999);

  private Figure() {}

  /** Why no figure can be drawn on this machine: a Java without fonts draws no text. */
  public static Optional<String> obstacle() {
    try {
      new Font(Font.SANS_SERIF, Font.PLAIN, 1)
          .getStringBounds("text", new FontRenderContext(null, true, true));
      return Optional.empty();
    } catch (RuntimeException | InternalError | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return Optional.of(cause.toString());
    }
  }

  /**
   * Draws charts as a PNG picture.
   *
   * @param charts from left to right, at least one
   * @throws IOException if the picture cannot be encoded
   */
  public static byte[] png(List<LineChart> charts) throws IOException {
    BufferedImage image =
        new BufferedImage(
            WIDTH * SCALE * charts.size(), HEIGHT * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      graphics.scale(SCALE, SCALE);
      for (LineChart chart : charts) {
        draw(chart).paint(graphics, WIDTH, HEIGHT);
        graphics.translate(WIDTH, 0);
      }
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, "png", bytes)) {
      throw new IOException("this Java has no writer for PNG pictures");
    }
    return bytes.toByteArray();
  }

  private static XYChart draw(LineChart chart) {
    XYChart drawn =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(chart.title())
            .xAxisTitle(chart.xLabel())
            .yAxisTitle(chart.yLabel())
            .build();
    style(drawn.getStyler(), chart);
    for (int i = 0; i < chart.lines().size(); i++) {
      LineChart.Line line = chart.lines().get(i);
      XYSeries series = drawn.addSeries(line.name(), line.x(), line.y());
      Color colour = new Color(COLOURS[i % COLOURS.length]);
      series.setLineColor(colour);
      series.setMarkerColor(colour);
      series.setLineStyle(stroke(DASHES[i % DASHES.length]));
      series.setMarker(
          line.x().length > MOST_MARKERS ? SeriesMarkers.NONE : MARKERS[i % MARKERS.length]);
    }
    chart.mark().ifPresent(x -> drawn.addAnnotation(new AnnotationLine(x, true, false)));
    return drawn;
  }

  private static BasicStroke stroke(float... dashes) {
    return dashes.length == 0
        ? new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
        : new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0);
  }

  private static void style(XYStyler styler, LineChart chart) {
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(new Color(0xDDDDDD));
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendSeriesLineLength(34);
    styler.setMarkerSize(6);
    styler.setAnnotationLineColor(GREY);
    styler.setAnnotationLineStroke(stroke(4, 4));
    styler.setXAxisMin(0.0);
    styler.setXAxisMax(Math.max(1, chart.largestX()));
    styler.setYAxisMin(0.0);
    styler.setYAxisMax(chart.largestY() > 0 ? HEADROOM * chart.largestY() : 1);
    // Epochs, steps and numbers of workers are whole.
    styler.setXAxisTickLabelsFormattingFunction(
        x -> x == Math.rint(x) ? String.format(Locale.ROOT, "%.0f", x) : "");
  }
}
