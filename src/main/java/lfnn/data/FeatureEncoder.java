package lfnn.data;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns table rows into the float features of a network.
 *
 * <p>A row holds a number per column: the value of a numeric column, the index from 0 of the value
 * of a nominal one, or {@link Double#NaN} where the value is missing. The class is not among the
 * columns. Encoded features follow in the order of the columns:
 *
 * <ul>
 *   <li>A numeric column is one feature, scaled as {@link Scaling} says. Missing is the mean. A
 *       scaled feature beyond ±{@value #LIMIT} becomes ±{@value #LIMIT}: a value far from all seen
 *       so far, as streams have them when a column ceases to be constant, must not outweigh
 *       everything that the network has learnt.
 *   <li>A nominal column of two values is one feature, −1 and +1. Missing is 0, halfway.
 *   <li>Any other nominal column is one feature per value, 1 for the row's own and 0 for the
 *       others. Missing is 0 in all of them.
 * </ul>
 *
 * <p>Statistics are the weighted mean, the weighted population variance (Welford's method, so that
 * rows can come one by one) and the largest absolute value of each numeric column over the rows
 * observed; missing values and rows of weight 0 leave them alone. Before any row a numeric feature
 * is 0, unless it is not scaled.
 *
 * <p>Reading from several threads is safe, observing is not. Columns and statistics are serialised
 * as plain arrays.
 *
 * @see <a href="https://doi.org/10.1145/359146.359153">West 1979, Updating mean and variance
 *     estimates: an improved method</a>
 */
public final class FeatureEncoder implements Serializable {

  /** Largest absolute value of a scaled numeric feature. */
  public static final float LIMIT = 10;

  private static final long serialVersionUID = 1;

  /** Number of values of a column that has no list of values. */
  private static final int NUMERIC = -1;

  private final Scaling scaling;
  // For Scaling.CHANNEL only; columns are channel by channel.
  private final int channels;
  private final String[] names;
  // Of each column: number of nominal values or NUMERIC, and the first of its encoded features.
  private final int[] values;
  private final int[] first;
  private final int size;
  // Of each column; zeros for nominal ones. squares is the weighted sum of squared deviations.
  private final double[] weights;
  private final double[] means;
  private final double[] squares;
  private final double[] largest;
  private double largestOfAll;
  // A numeric feature is (value - center) * scale. Kept up to date by observe, so that encode only
  // reads; centers are the means where these are subtracted.
  private final double[] centers;
  private final double[] scales;

  /** How numeric columns are scaled. */
  public enum Scaling {
    /** To mean 0 and variance 1; a column that is constant so far is 0. */
    STANDARDIZE,
    /** Divided by the largest absolute value seen, so that zeros stay zeros; 0 if that is 0. */
    RANGE,
    /** All divided by the largest absolute value seen in any of them, as befits pixels. */
    IMAGE,
    /**
     * Each channel of an image to mean 0 and variance 1 over all its pixels; a channel that is
     * constant so far is 0.
     */
    CHANNEL,
    /** Not at all. */
    NONE
  }

  /** A column of the table. */
  public sealed interface Column permits Numeric, Nominal {
    /** Name, by which {@link FeatureEncoder#withColumns} finds the column again. */
    String name();
  }

  /** A column of numbers. */
  public record Numeric(String name) implements Column {
    /** Refuses null. */
    public Numeric {
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * A column of values from a list.
   *
   * @param name of the column
   * @param values length of the list, at least 0
   */
  public record Nominal(String name, int values) implements Column {
    /**
     * @throws IllegalArgumentException if {@code values} is negative
     */
    public Nominal {
      Objects.requireNonNull(name, "name");
      if (values < 0) {
        throw new IllegalArgumentException(
            "attribute \"" + name + "\" must have at least 0 values, not " + values);
      }
    }
  }

  /**
   * An encoder that has observed no row.
   *
   * @param columns in the order of the rows, without the class
   * @param scaling of numeric columns
   * @throws ArithmeticException if there are more than {@link Integer#MAX_VALUE} features
   */
  public FeatureEncoder(List<Column> columns, Scaling scaling) {
    this(columns, scaling, 1);
  }

  /**
   * An encoder that has observed no row, of images.
   *
   * @param columns in the order of the rows, without the class; for {@link Scaling#CHANNEL} all
   *     numeric, channel by channel
   * @param scaling of numeric columns
   * @param channels number of channels, at least 1
   * @throws IllegalArgumentException if the columns cannot be scaled by channels, but should
   * @throws ArithmeticException if there are more than {@link Integer#MAX_VALUE} features
   */
  public FeatureEncoder(List<Column> columns, Scaling scaling, int channels) {
    this.scaling = Objects.requireNonNull(scaling, "scaling");
    this.channels = channels;
    if (scaling == Scaling.CHANNEL) {
      requireChannels(columns, channels);
    }
    int count = columns.size();
    names = new String[count];
    values = new int[count];
    first = new int[count];
    int features = 0;
    for (int c = 0; c < count; c++) {
      Column column = columns.get(c);
      names[c] = column.name();
      values[c] = column instanceof Nominal nominal ? nominal.values() : NUMERIC;
      first[c] = features;
      features = Math.addExact(features, width(values[c]));
    }
    size = features;
    weights = new double[count];
    means = new double[count];
    squares = new double[count];
    largest = new double[count];
    centers = scaling == Scaling.STANDARDIZE ? means : new double[count];
    scales = new double[count];
    if (scaling == Scaling.NONE) {
      Arrays.fill(scales, 1);
    }
  }

  private static void requireChannels(List<Column> columns, int channels) {
    for (Column column : columns) {
      if (column instanceof Nominal) {
        throw new IllegalArgumentException(
            "attribute \""
                + column.name()
                + "\" must be numeric to be scaled as a pixel of a channel: leave it out, or choose"
                + " another scaling");
      }
    }
    if (columns.size() % channels != 0) {
      throw new IllegalArgumentException(
          columns.size()
              + " attributes are not the pixels of an image of "
              + channels
              + " channels: correct the shape of the image");
    }
  }

  /**
   * An encoder that has observed some rows, the same as after {@link #observe} of one after the
   * other.
   *
   * @param columns in the order of the rows, without the class
   * @param scaling of numeric columns
   * @param rows at least as long as there are columns; not modified
   * @param weights one for each row; null if all are 1
   * @throws IllegalArgumentException if there is not a weight for each row, or as {@link #observe}
   */
  public static FeatureEncoder fit(
      List<Column> columns, Scaling scaling, double[][] rows, double @Nullable [] weights) {
    if (weights != null && weights.length != rows.length) {
      throw new IllegalArgumentException(
          "there must be a weight for each of the "
              + rows.length
              + " rows, not "
              + weights.length
              + " weights");
    }
    FeatureEncoder encoder = new FeatureEncoder(columns, scaling);
    for (int i = 0; i < rows.length; i++) {
      encoder.observe(rows[i], weights == null ? 1 : weights[i]);
    }
    return encoder;
  }

  /** Number of encoded features. */
  public int size() {
    return size;
  }

  /** How numeric columns are scaled. */
  public Scaling scaling() {
    return scaling;
  }

  /** The columns. */
  public List<Column> columns() {
    List<Column> columns = new ArrayList<>(names.length);
    for (int c = 0; c < names.length; c++) {
      columns.add(values[c] == NUMERIC ? new Numeric(names[c]) : new Nominal(names[c], values[c]));
    }
    return List.copyOf(columns);
  }

  /** Weighted mean of a numeric column; 0 before any value, and for a nominal column. */
  public double mean(int column) {
    return means[column];
  }

  /** Weighted standard deviation of a numeric column; 0 before any value, and if nominal. */
  public double standardDeviation(int column) {
    return weights[column] > 0 ? Math.sqrt(squares[column] / weights[column]) : 0;
  }

  /** Largest absolute value of a numeric column; 0 before any value, and for a nominal column. */
  public double largest(int column) {
    return largest[column];
  }

  /**
   * Adds a row to the statistics.
   *
   * @param row a value per column; what follows them, as the class may, is ignored; not modified
   * @param weight finite and at least 0
   * @throws IllegalArgumentException if the row is too short, a value is not one of its column, or
   *     the weight is out of range; the statistics are then as before
   */
  public void observe(double[] row, double weight) {
    checkLength(row);
    for (int c = 0; c < values.length; c++) {
      if (!isGood(c, row[c])) {
        throw badValue(c, row[c]);
      }
    }
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the weight of a row must be finite and at least 0, not " + weight);
    }
    if (weight == 0) {
      return;
    }
    // Columns without missing values have the same total: one division for all of them.
    double lastTotal = weight;
    double share = 1;
    for (int c = 0; c < values.length; c++) {
      double value = row[c];
      if (values[c] != NUMERIC || Double.isNaN(value)) {
        continue;
      }
      double total = weights[c] + weight;
      if (total != lastTotal) {
        lastTotal = total;
        // The first value of a column has the share 1, so that a constant column stays exact.
        share = weight / total;
      }
      double deviation = value - means[c];
      weights[c] = total;
      means[c] += deviation * share;
      squares[c] += weight * deviation * (value - means[c]);
      if (scaling == Scaling.STANDARDIZE) {
        scales[c] = squares[c] > 0 ? finite(Math.sqrt(total / squares[c])) : 0;
      }
      double magnitude = Math.abs(value);
      if (magnitude > largest[c]) {
        largest[c] = magnitude;
        if (scaling == Scaling.RANGE) {
          scales[c] = finite(1 / magnitude);
        } else if (scaling == Scaling.IMAGE && magnitude > largestOfAll) {
          largestOfAll = magnitude;
          Arrays.fill(scales, finite(1 / magnitude));
        }
      }
    }
    if (scaling == Scaling.CHANNEL) {
      scaleChannels();
    }
  }

  /** Centers and scales from the statistics of all columns of a channel. */
  private void scaleChannels() {
    int pixels = values.length / channels;
    for (int from = 0; from < values.length; from += pixels) {
      double total = 0;
      double mean = 0;
      double deviations = 0;
      for (int c = from; c < from + pixels; c++) {
        if (weights[c] > 0) {
          // The first column has the share 1, so that a constant channel stays exact.
          total += weights[c];
          double deviation = means[c] - mean;
          mean += deviation * (weights[c] / total);
          deviations += squares[c] + weights[c] * deviation * (means[c] - mean);
        }
      }
      Arrays.fill(centers, from, from + pixels, mean);
      double scale = deviations > 0 ? finite(Math.sqrt(total / deviations)) : 0;
      Arrays.fill(scales, from, from + pixels, scale);
    }
  }

  /** The largest number for an infinite one, whose product with 0 would be none. */
  private static double finite(double scale) {
    return Math.min(scale, Double.MAX_VALUE);
  }

  /**
   * Encodes a row.
   *
   * @param row a value per column; what follows them, as the class may, is ignored; not modified
   * @param out receives {@link #size()} features; modified
   * @param offset of the first feature in {@code out}
   * @throws IllegalArgumentException if the row is too short or a value is not one of its column;
   *     {@code out} is then undefined
   */
  public void encode(double[] row, float[] out, int offset) {
    Objects.checkFromIndexSize(offset, size, out.length);
    checkLength(row);
    double limit = scaling == Scaling.NONE ? Float.MAX_VALUE : LIMIT;
    for (int c = 0; c < values.length; c++) {
      double value = row[c];
      if (!isGood(c, value)) {
        throw badValue(c, value);
      }
      if (values[c] != NUMERIC) {
        nominal(value, values[c], out, offset + first[c]);
        continue;
      }
      double feature = ((Double.isNaN(value) ? means[c] : value) - centers[c]) * scales[c];
      if (Math.abs(feature) > limit) {
        feature = Math.copySign(limit, feature);
      }
      out[offset + first[c]] = (float) feature;
    }
  }

  private static void nominal(double value, int count, float[] out, int offset) {
    if (count == 2) {
      out[offset] = Double.isNaN(value) ? 0 : value == 0 ? -1 : 1;
      return;
    }
    Arrays.fill(out, offset, offset + count, 0);
    if (!Double.isNaN(value)) {
      out[offset + (int) value] = 1;
    }
  }

  private void checkLength(double[] row) {
    if (row.length < values.length) {
      throw new IllegalArgumentException(
          "a row needs a value for each of the "
              + values.length
              + " attributes, not "
              + row.length);
    }
  }

  /** Whether a value is missing or one of its column. */
  private boolean isGood(int column, double value) {
    int count = values[column];
    // Features are floats; and the square of a larger value could overflow the statistics.
    return Double.isNaN(value)
        || (count == NUMERIC
            ? Math.abs(value) <= Float.MAX_VALUE
            : value >= 0 && value < count && value == (int) value);
  }

  private IllegalArgumentException badValue(int column, double value) {
    return new IllegalArgumentException(
        "attribute \""
            + names[column]
            + "\" "
            + (values[column] == NUMERIC
                ? "must be from -3.4e38 to 3.4e38, not " + value + "; rescale it or set it missing"
                : "must be the index of one of its "
                    + values[column]
                    + " values, not "
                    + value
                    + "; does the row come with another header?"));
  }

  /**
   * This encoder for a table that has grown: more columns, or more values of nominal ones. Columns
   * are found by their names, wherever they are now; of columns of the same name the first is the
   * first, and so on. Statistics are kept, this encoder is not modified.
   *
   * @param columns all columns of the grown table
   * @throws IllegalArgumentException if a column is gone, has fewer values, or is of another kind
   */
  public FeatureEncoder withColumns(List<Column> columns) {
    FeatureEncoder grown = new FeatureEncoder(columns, scaling, channels);
    int[] origin = grown.columnOrigins(this);
    boolean[] kept = new boolean[names.length];
    for (int c = 0; c < origin.length; c++) {
      int old = origin[c];
      if (old < 0) {
        continue;
      }
      kept[old] = true;
      if ((values[old] == NUMERIC) != (grown.values[c] == NUMERIC)
          || values[old] > grown.values[c]) {
        throw new IllegalArgumentException(
            "attribute \""
                + names[old]
                + "\" was "
                + kind(values[old])
                + " and is now "
                + kind(grown.values[c])
                + "; a table can only grow, start anew for another one");
      }
      grown.weights[c] = weights[old];
      grown.means[c] = means[old];
      grown.squares[c] = squares[old];
      grown.largest[c] = largest[old];
      grown.scales[c] = scales[old];
    }
    grown.largestOfAll = largestOfAll;
    if (scaling == Scaling.IMAGE && largestOfAll > 0) {
      Arrays.fill(grown.scales, finite(1 / largestOfAll));
    }
    if (scaling == Scaling.CHANNEL) {
      grown.scaleChannels();
    }
    for (int old = 0; old < kept.length; old++) {
      if (!kept[old]) {
        throw new IllegalArgumentException(
            "attribute \""
                + names[old]
                + "\" is gone; a table can only grow, start anew for another one");
      }
    }
    return grown;
  }

  /**
   * Which feature of an earlier encoder each feature of this one continues, so that a network's
   * weights can follow. The one feature of a nominal column of two values, −1 and +1, is continued
   * by that of the second value, and its negative by that of the first.
   *
   * @param earlier the encoder that {@link #withColumns} was called on
   * @return {@link #size()} indices of features of {@code earlier}; {@code -2 - i} for the negative
   *     of feature i; −1 for a new feature
   */
  public int[] featureOrigins(FeatureEncoder earlier) {
    int[] origins = new int[size];
    Arrays.fill(origins, -1);
    int[] columns = columnOrigins(earlier);
    for (int c = 0; c < columns.length; c++) {
      int old = columns[c];
      if (old < 0) {
        continue;
      }
      int from = earlier.values[old];
      int to = values[c];
      if (from == to || from > 2) {
        for (int i = 0; i < width(from); i++) {
          origins[first[c] + i] = earlier.first[old] + i;
        }
      } else if (from == 2) {
        origins[first[c]] = -2 - earlier.first[old];
        origins[first[c] + 1] = earlier.first[old];
      } else if (from == 1) {
        // The feature of a single value is 1; the first of two values is −1.
        origins[first[c]] = to == 2 ? -2 - earlier.first[old] : earlier.first[old];
      }
    }
    return origins;
  }

  /** Column of an earlier encoder for each column; −1 for new ones. */
  private int[] columnOrigins(FeatureEncoder earlier) {
    return indicesByName(Arrays.asList(names), Arrays.asList(earlier.names));
  }

  /**
   * Where names stand among others. Of names that occur several times the first is the first, and
   * so on.
   *
   * @param wanted the names to look for
   * @param among where to look for them
   * @return for each wanted name its index in {@code among}; −1 where it is missing
   */
  public static int[] indicesByName(List<String> wanted, List<String> among) {
    Map<String, Deque<Integer>> places = new HashMap<>();
    for (int i = 0; i < among.size(); i++) {
      places.computeIfAbsent(among.get(i), name -> new ArrayDeque<>()).add(i);
    }
    int[] indices = new int[wanted.size()];
    for (int w = 0; w < indices.length; w++) {
      Deque<Integer> same = places.get(wanted.get(w));
      indices[w] = same == null || same.isEmpty() ? -1 : same.remove();
    }
    return indices;
  }

  private static int width(int values) {
    return values == NUMERIC || values == 2 ? 1 : values;
  }

  private static String kind(int values) {
    return values == NUMERIC ? "numeric" : "nominal with " + values + " values";
  }
}
