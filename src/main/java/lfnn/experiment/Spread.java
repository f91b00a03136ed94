package lfnn.experiment;

import java.util.Arrays;
import java.util.Locale;

/**
 * Mean and standard deviation of a few values, as of several seeds.
 *
 * @param mean of the values; NaN without any
 * @param deviation estimate from the values, which divides by one less than their number; 0 for one
 *     value
 * @param count number of the values
 */
record Spread(double mean, double deviation, int count) {

  /** Of some values. */
  static Spread of(double... values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    return new Spread(
        mean, values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)), values.length);
  }

  /** With two decimals, for example {@code 87.13 ± 0.25}; the mean alone if there is one value. */
  @Override
  public String toString() {
    return text(2);
  }

  /** The same with another number of decimals. */
  String text(int decimals) {
    String number = "%." + decimals + "f";
    return count > 1
        ? String.format(Locale.ROOT, number + " ± " + number, mean, deviation)
        : String.format(Locale.ROOT, number, mean);
  }
}
