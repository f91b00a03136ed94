package lfnn.plot;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Lines over one horizontal axis.
 *
 * @param title above the chart
 * @param xLabel what the horizontal axis shows, with its unit
 * @param yLabel what the vertical axis shows, with its unit; it begins at 0
 * @param lines at least one with a point
 * @param mark where a vertical line marks a position on the horizontal axis
 */
public record LineChart(
    String title, String xLabel, String yLabel, List<Line> lines, OptionalDouble mark) {

  /**
   * One line.
   *
   * @param name for the legend, different from those of other lines
   * @param x positions on the horizontal axis, not negative; shared
   * @param y a value, not negative, for each position; NaN where there is none; shared
   */
  public record Line(String name, double[] x, double[] y) {

    /**
     * @throws IllegalArgumentException if there is not a value for each position
     */
    public Line {
      if (x.length != y.length) {
        throw new IllegalArgumentException(
            "line \""
                + name
                + "\" must have a value for each of its "
                + x.length
                + " positions,"
                + " not "
                + y.length
                + " values");
      }
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

  double largestX() {
    return largest(lines.stream().flatMapToDouble(line -> Arrays.stream(line.x())));
  }

  double largestY() {
    return largest(lines.stream().flatMapToDouble(line -> Arrays.stream(line.y())));
  }

  private static double largest(DoubleStream values) {
    return values.filter(Double::isFinite).max().orElse(0);
  }
}
