package lfnn.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import lfnn.plot.LineChart.Form;
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
 * Draws charts side by side and below each other.
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

  /**
   * From what hardly happened to what always did: grey, then shades that grow darker.
   *
   * @see <a href="https://colorbrewer2.org/#type=sequential&scheme=YlGnBu&n=5">ColorBrewer</a>
   */
  private static final int[] SHADES = {0xBBBBBB, 0xA1DAB4, 0x41B6C4, 0x2C7FB8, 0x253494};

  /** Diameters of the dots of each shade. */
  private static final int[] DIAMETERS = {2, 5, 7, 9, 11};

  private static final float[][] DASHES = {{}, {9, 4}, {2, 3}, {9, 3, 2, 3}};

  /** Size of a chart; text is 12 to 14 points high in it. */
  private static final int WIDTH = 560;

  private static final int HEIGHT = 400;

  /** Pixels per point: two charts on a page of 16 cm have 360 dots per inch. */
  private static final int SCALE = 2;

  /** Points of a line from which not every one is marked any more. */
  private static final int MOST_MARKERS = 40;

  /** Markers of a line that has more points. */
  private static final int FEW_MARKERS = 8;

  /** Names on the vertical axis for which the usual distance of ticks will do. */
  private static final int FEW_NAMES = 4;

  /** Pixels between ticks that have names. */
  private static final int NAME_SPACING = 24;

  /** Values that the vertical axis shows above the largest of the lines. */
  private static final double HEADROOM = 1.05;

  /** Share of what an axis shows that it goes on below the smallest and above the largest value. */
  private static final double MARGIN = 0.05;

  /** Positions of ticks are sums, which may not be exact. */
  private static final double EXACT = 1e-9;

  private static final int LEGEND_LINE = 34;

  /** Length of what stands for markers without a line in the legend. */
  private static final int LEGEND_DOT = 12;

  /** About what a letter, and the space around a line, take in the legend. */
  private static final int LEGEND_LETTER = 6;

  private static final int LEGEND_SPACE = 24;

  private static final BasicStroke THIN = new BasicStroke(1);

  private static final BasicStroke THIN_DASHES =
      new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {4, 2}, 0);

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
   * Draws charts side by side as a PNG picture.
   *
   * @param charts from left to right, at least one
   * @throws IOException if the picture cannot be encoded
   */
  public static byte[] png(List<LineChart> charts) throws IOException {
    return png(charts, charts.size());
  }

  /**
   * Draws charts as a PNG picture.
   *
   * @param charts row by row, at least one
   * @param columns charts side by side, at least 1
   * @throws IOException if the picture cannot be encoded
   */
  public static byte[] png(List<LineChart> charts, int columns) throws IOException {
    int rows = (charts.size() + columns - 1) / columns;
    BufferedImage image =
        new BufferedImage(
            WIDTH * SCALE * columns, HEIGHT * SCALE * rows, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      graphics.scale(SCALE, SCALE);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, WIDTH * columns, HEIGHT * rows);
      for (int i = 0; i < charts.size(); i++) {
        int left = i % columns * WIDTH;
        int top = i / columns * HEIGHT;
        graphics.translate(left, top);
        draw(charts.get(i)).paint(graphics, WIDTH, HEIGHT);
        graphics.translate(-left, -top);
      }
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // Without a file as a cache: that needs a shutdown hook, which cannot be had after Ctrl-C.
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", stream)) {
        throw new IOException("this Java has no writer for PNG pictures");
      }
    }
    return bytes.toByteArray();
  }

  private static XYChart draw(LineChart chart) {
    XYChart drawn =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(chart.title())
            .xAxisTitle(chart.x().label())
            .yAxisTitle(chart.y().label())
            .build();
    style(drawn.getStyler(), chart);
    for (LineChart.Line line : chart.lines()) {
      boolean many = line.style().form() == Form.LINE && line.x().length > MOST_MARKERS;
      // Strokes begin anew at each point: where points are close, no dash ends, and markers help.
      String name = many ? line.name() + " without markers" : line.name();
      XYSeries series =
          line.spread().length == 0
              ? drawn.addSeries(name, line.x(), line.y())
              : drawn.addSeries(name, line.x(), line.y(), line.spread());
      series.setShowInLegend(line.style().inLegend() && !many);
      drawLine(series, line, !many);
      if (many) {
        XYSeries markers = drawn.addSeries(line.name(), line.x(), fewOf(line));
        markers.setShowInLegend(line.style().inLegend());
        drawLine(markers, line, true);
      }
    }
    chart.mark().ifPresent(x -> drawn.addAnnotation(new AnnotationLine(x, true, false)));
    return drawn;
  }

  /** A few of a line's values, others for each look, and gaps between them. */
  private static double[] fewOf(LineChart.Line line) {
    double[] values = new double[line.y().length];
    Arrays.fill(values, Double.NaN);
    int distance = values.length / FEW_MARKERS;
    int first = line.style().look() % DASHES.length * distance / DASHES.length;
    for (int i = first; i < values.length; i += distance) {
      values[i] = line.y()[i];
    }
    return values;
  }

  private static void drawLine(XYSeries series, LineChart.Line line, boolean marked) {
    int look = line.style().look();
    Color colour = new Color(COLOURS[look % COLOURS.length]);
    series.setLineColor(colour);
    series.setMarkerColor(colour);
    series.setLineStyle(stroke(DASHES[look % DASHES.length]));
    switch (line.style().form()) {
      case LINE -> series.setMarker(marked ? MARKERS[look % MARKERS.length] : SeriesMarkers.NONE);
      case THIN_LINE -> {
        series.setLineStyle(look == 0 ? THIN : THIN_DASHES);
        series.setMarker(SeriesMarkers.NONE);
      }
      case POINTS -> {
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        series.setMarker(MARKERS[look % MARKERS.length]);
      }
      case DOTS -> drawDots(series, look);
    }
  }

  private static void drawDots(XYSeries series, int shade) {
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    series.setMarkerColor(new Color(SHADES[shade % SHADES.length]));
    series.setMarker(new Dot(DIAMETERS[shade % DIAMETERS.length]));
  }

  /** A round marker with a size of its own. */
  private static final class Dot extends Marker {

    private final double diameter;

    Dot(double diameter) {
      this.diameter = diameter;
    }

    @Override
    public void paint(Graphics2D graphics, double x, double y, int sizeOfOthers) {
      graphics.setStroke(THIN);
      graphics.fill(new Ellipse2D.Double(x - diameter / 2, y - diameter / 2, diameter, diameter));
    }
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
    boolean dots = allHaveForm(chart, EnumSet.of(Form.DOTS));
    boolean markersAlone = allHaveForm(chart, EnumSet.of(Form.DOTS, Form.POINTS));
    int lineLength = markersAlone ? LEGEND_DOT : LEGEND_LINE;
    styler.setLegendLayout(
        legendWidth(chart, lineLength) > WIDTH ? LegendLayout.Vertical : LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendSeriesLineLength(lineLength);
    styler.setMarkerSize(dots ? DIAMETERS[DIAMETERS.length - 1] : 6);
    styler.setAnnotationLineColor(GREY);
    styler.setAnnotationLineStroke(stroke(4, 4));
    styler.setErrorBarsColorSeriesColor(true);
    styler.setXAxisLogarithmic(chart.x().logarithmic());
    styler.setYAxisLogarithmic(chart.y().logarithmic());
    styler.setXAxisMin(begin(chart.x(), chart.smallestX(), chart.largestX()));
    styler.setXAxisMax(
        Double.isNaN(chart.x().max()) ? Math.max(1, chart.largestX()) : chart.x().max());
    styler.setYAxisMin(beginOfY(chart));
    styler.setYAxisMax(
        end(
            chart.y(),
            chart.y().logarithmic() ? chart.smallestPositiveY() : chart.smallestY(),
            chart.largestY()));
    styler.setXAxisTickLabelsFormattingFunction(
        x -> tick(chart.x(), x, chart.x().logarithmic() ? decimal(x) : whole(x)));
    if (chart.y().names().size() > FEW_NAMES) {
      // So that each name has a tick.
      styler.setYAxisTickMarkSpacingHint(NAME_SPACING);
    }
    styler.setYAxisTickLabelsFormattingFunction(
        y -> tick(chart.y(), y, chart.y().names().isEmpty() ? decimal(y) : blank(y)));
  }

  private static boolean allHaveForm(LineChart chart, Set<Form> forms) {
    return chart.lines().stream().allMatch(line -> forms.contains(line.style().form()));
  }

  private static int legendWidth(LineChart chart, int lineLength) {
    return chart.lines().stream()
        .filter(line -> line.style().inLegend())
        .mapToInt(line -> LEGEND_LETTER * line.name().length() + lineLength + LEGEND_SPACE)
        .sum();
  }

  private static String tick(Axis axis, double value, String number) {
    return axis.names().entrySet().stream()
        .filter(named -> Math.abs(named.getKey() - value) < EXACT)
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(number);
  }

  /** Blanks, different for each whole or half value: equal labels are not drawn at all. */
  private static String blank(double value) {
    return " ".repeat(1 + (int) Math.abs(Math.rint(2 * value)));
  }

  /** Epochs, steps and numbers of workers are whole, so nothing else has a label. */
  private static String whole(double value) {
    return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : "";
  }

  /** For example {@code 0.25} or {@code 80}. */
  private static String decimal(double value) {
    return new DecimalFormat("0.######", DecimalFormatSymbols.getInstance(Locale.ROOT))
        .format(value);
  }

  private static double begin(Axis axis, double smallest, double largest) {
    if (!Double.isNaN(axis.min())) {
      return axis.min();
    }
    double margin = axis.logarithmic() ? 0 : MARGIN * (largest - smallest);
    return smallest - margin;
  }

  /**
   * Where no value is negative, the axis is not, either; a logarithmic one begins at a power of
   * ten, which has a label.
   */
  private static double beginOfY(LineChart chart) {
    if (chart.y().logarithmic() && Double.isNaN(chart.y().min())) {
      return Math.pow(10, Math.floor(Math.log10(chart.smallestPositiveY())));
    }
    double begin = begin(chart.y(), chart.smallestY(), chart.largestY());
    boolean fitted = Double.isNaN(chart.y().min());
    return fitted && !chart.hasNegativeY() ? Math.max(0, begin) : begin;
  }

  /** A logarithmic axis ends at another power of ten than it begins. */
  private static double end(Axis axis, double smallest, double largest) {
    if (!Double.isNaN(axis.max())) {
      return axis.max();
    }
    if (axis.min() == 0) {
      return largest > 0 ? HEADROOM * largest : 1;
    }
    if (!axis.logarithmic()) {
      return largest + MARGIN * (largest - smallest);
    }
    double power = Math.pow(10, Math.ceil(Math.log10(largest)));
    return power > smallest ? power : 10 * power;
  }
}
