package lfnn.plot;

import java.util.DoubleSummaryStatistics;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * One axis of a chart.
 *
 * @param label what it shows, with its unit
 * @param min where it begins; NaN for a little below the smallest value
 * @param max where it ends; NaN for a little above the largest value
 * @param logarithmic whether equal distances are equal ratios; then all values are above 0
 * @param names what stands at these positions instead of a number
 */
public record Axis(
    String label, double min, double max, boolean logarithmic, Map<Double, String> names) {

  /**
   * @throws IllegalArgumentException if the axis ends before it begins, or is logarithmic and
   *     begins at or below 0
   */
  public Axis {
    if (min >= max || (logarithmic && min <= 0)) {
      throw new IllegalArgumentException(
          String.format("axis \"%s\" cannot go from %s to %s", label, min, max));
    }
    names = Map.copyOf(names);
  }

  /** From 0 to a little above the largest value. */
  public static Axis fromZero(String label) {
    return new Axis(label, 0, Double.NaN, false, Map.of());
  }

  /** As far as the values go, and a little further. */
  public static Axis fitted(String label) {
    return new Axis(label, Double.NaN, Double.NaN, false, Map.of());
  }

  /** As far as the values go, in powers of ten. */
  public static Axis logarithmic(String label) {
    return new Axis(label, Double.NaN, Double.NaN, true, Map.of());
  }

  /**
   * In powers of ten, the first and the last being the nearest ones outside of some values.
   *
   * @param values of which those that are not above 0, or no numbers, have no place on the axis
   */
  public static Axis logarithmic(String label, DoubleStream values) {
    DoubleSummaryStatistics powers =
        values.filter(value -> value > 0).map(Math::log10).summaryStatistics();
    if (powers.getCount() == 0) {
      return logarithmic(label);
    }
    double first = Math.floor(powers.getMin());
    double last = Math.max(first + 1, Math.ceil(powers.getMax()));
    return new Axis(label, Math.pow(10, first), Math.pow(10, last), true, Map.of());
  }

  /** From one value to another. */
  public static Axis between(String label, double min, double max) {
    return new Axis(label, min, max, false, Map.of());
  }

  /** Whether a value is a number and, if the axis is logarithmic, above 0. */
  public boolean hasPlaceFor(double value) {
    return Double.isFinite(value) && (!logarithmic || value > 0);
  }

  /** The same with words instead of numbers at some positions. */
  public Axis named(Map<Double, String> words) {
    return new Axis(label, min, max, logarithmic, words);
  }
}
