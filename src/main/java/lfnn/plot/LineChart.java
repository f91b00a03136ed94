package lfnn.plot;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * Lines, or points, over one horizontal axis.
 *
 * @param title above the chart
 * @param x horizontal axis
 * @param y vertical axis
 * @param lines at least one with a point
 * @param mark where a vertical line marks a position on the horizontal axis
 */
public record LineChart(String title, Axis x, Axis y, List<Line> lines, OptionalDouble mark) {

  /** How a line is drawn. */
  public enum Form {
    /** A line with a colour and a stroke of its own, and markers on it. */
    LINE,
    /** A thin line without markers; dashed but for the first look. */
    THIN_LINE,
    /** Markers without a line between them. */
    POINTS,
    /** Round dots in a shade that is the darker, and a size that is the larger, the higher. */
    DOTS
  }

  /**
   * The looks of a line.
   *
   * @param form how it is drawn
   * @param look number of its colour, stroke and marker, or of its shade, from 0; lines of one look
   *     belong together
   * @param inLegend whether its name is shown
   */
  public record Style(Form form, int look, boolean inLegend) {

    /**
     * @throws IllegalArgumentException if the look is below 0
     */
    public Style {
      if (look < 0) {
        throw new IllegalArgumentException("looks are counted from 0, not " + look);
      }
    }
  }

  /**
   * One line.
   *
   * @param name for the legend, different from those of other lines
   * @param x positions on the horizontal axis; shared
   * @param y a value for each position; NaN where there is none; shared
   * @param spread for each position how far values lie above and below; empty for none; shared
   * @param style how it is drawn
   */
  public record Line(String name, double[] x, double[] y, double[] spread, Style style) {

    /**
     * @throws IllegalArgumentException if there is not a value for each position
     */
    public Line {
      if (x.length != y.length || (spread.length > 0 && spread.length != x.length)) {
        throw new IllegalArgumentException(
            "line \""
                + name
                + "\" must have a value for each of its "
                + x.length
                + " positions,"
                + " not "
                + (x.length == y.length ? spread.length : y.length)
                + " values");
      }
    }

    /** A line without spread. */
    public Line(String name, double[] x, double[] y, Style style) {
      this(name, x, y, new double[0], style);
    }

    boolean hasPoints() {
      return Arrays.stream(y).anyMatch(Double::isFinite);
    }
  }

  /** Leaves out lines without a point. */
  public LineChart {
    lines = lines.stream().filter(Line::hasPoints).toList();
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("chart \"" + title + "\" has no line with a point");
    }
  }

  /** A chart without a mark. */
  public LineChart(String title, Axis x, Axis y, List<Line> lines) {
    this(title, x, y, lines, OptionalDouble.empty());
  }

  double smallestX() {
    return values(Line::x).min().orElse(0);
  }

  double largestX() {
    return values(Line::x).max().orElse(0);
  }

  double smallestY() {
    return values(line -> withSpread(line, -1)).min().orElse(0);
  }

  /** What a logarithmic axis begins at, which has no place for other values. */
  double smallestPositiveY() {
    return values(line -> withSpread(line, -1)).filter(y -> y > 0).min().orElse(1);
  }

  double largestY() {
    return values(line -> withSpread(line, 1)).max().orElse(0);
  }

  boolean hasNegativeY() {
    return values(Line::y).anyMatch(y -> y < 0);
  }

  private static double[] withSpread(Line line, int direction) {
    double[] values = line.y().clone();
    for (int i = 0; i < line.spread().length; i++) {
      values[i] += direction * line.spread()[i];
    }
    return values;
  }

  private DoubleStream values(Function<Line, double[]> of) {
    return lines.stream()
        .flatMapToDouble(line -> Arrays.stream(of.apply(line)))
        .filter(Double::isFinite);
  }
}
