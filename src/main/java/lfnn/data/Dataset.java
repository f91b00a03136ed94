package lfnn.data;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The examples of a data set as the trainer reads them: features, targets and weights.
 *
 * <p>Features are floats, or unsigned bytes that are scaled to [0, 1] only when they are read, so
 * that images take a byte per pixel until they are in a batch. A target is a class index from 0, or
 * a value when {@link #classes()} is 0. Weights are not negative and 1 unless given.
 *
 * <p>A data set does not copy the arrays it is made of: they are shared, and must not change
 * afterwards. Reading from several threads is safe.
 */
public final class Dataset {

  /** Values of unsigned bytes on [0, 1]; one correctly rounded quotient per byte. */
  private static final float[] UNIT = new float[256];

  /**
   * Features of all examples that {@link #gather} copies before it goes on to the next features: a
   * cache line of bytes, or four of floats.
   */
  private static final int TILE_FEATURES = 64;

  /** Examples per tile; 32 times {@link #TILE_FEATURES} floats and their copies fit into L1. */
  private static final int TILE_EXAMPLES = 32;

  static {
    for (int i = 0; i < UNIT.length; i++) {
      UNIT[i] = i / 255f;
    }
  }

  private final InputShape shape;
  private final int classes;
  private final Features features;
  private final float[] targets;
  // Null when every weight is 1.
  private final float @Nullable [] weights;
  // Row of the features, targets and weights for each row of this view; null when it is the same.
  private final int @Nullable [] view;
  private final int size;

  private Dataset(
      InputShape shape,
      int classes,
      Features features,
      float[] targets,
      float @Nullable [] weights,
      int @Nullable [] view) {
    this.shape = shape;
    this.classes = classes;
    this.features = features;
    this.targets = targets;
    this.weights = weights;
    this.view = view;
    this.size = view == null ? targets.length : view.length;
  }

  /**
   * A data set of float features.
   *
   * @param shape of one example
   * @param features of all examples, example after example; shared, finite
   * @param targets class indices or values, one for each example; shared
   * @param weights one for each example, finite and not negative; shared; null if all are 1
   * @param classes number of classes, or 0 for regression
   * @throws IllegalArgumentException if lengths do not match or a value is out of range
   */
  public static Dataset ofFloats(
      InputShape shape,
      float[] features,
      float[] targets,
      float @Nullable [] weights,
      int classes) {
    check(shape, features.length, targets, weights, classes);
    for (int i = 0; i < features.length; i++) {
      if (!Float.isFinite(features[i])) {
        throw new IllegalArgumentException(
            "feature "
                + i % shape.size()
                + " of example "
                + i / shape.size()
                + " is "
                + features[i]
                + "; features must be finite: encode missing values first");
      }
    }
    return new Dataset(
        shape,
        classes,
        new Floats(features, shape.channels(), plane(shape)),
        targets,
        weights,
        null);
  }

  /**
   * A data set of byte features, each read as {@code (byte & 255) / 255}.
   *
   * @param shape of one example
   * @param features of all examples, example after example; shared
   * @param targets class indices or values, one for each example; shared
   * @param weights one for each example, finite and not negative; shared; null if all are 1
   * @param classes number of classes, or 0 for regression
   * @throws IllegalArgumentException if lengths do not match or a value is out of range
   */
  public static Dataset ofBytes(
      InputShape shape, byte[] features, float[] targets, float @Nullable [] weights, int classes) {
    check(shape, features.length, targets, weights, classes);
    float[][] values = new float[shape.channels()][];
    Arrays.fill(values, UNIT);
    return new Dataset(
        shape, classes, new Bytes(features, values, plane(shape)), targets, weights, null);
  }

  /** Features of a channel. */
  private static int plane(InputShape shape) {
    return shape.height() * shape.width();
  }

  private static void check(
      InputShape shape, int length, float[] targets, float @Nullable [] weights, int classes) {
    if ((long) targets.length * shape.size() != length) {
      throw new IllegalArgumentException(
          targets.length
              + " examples of "
              + shape
              + " have "
              + (long) targets.length * shape.size()
              + " features, not "
              + length);
    }
    if (weights != null && weights.length != targets.length) {
      throw new IllegalArgumentException(
          "there must be a weight for each of the "
              + targets.length
              + " examples, not "
              + weights.length
              + " weights");
    }
    if (classes < 0) {
      throw new IllegalArgumentException(
          "classes must be at least 1, or 0 for regression, not " + classes);
    }
    for (int i = 0; i < targets.length; i++) {
      float target = targets[i];
      if (classes == 0 ? !Float.isFinite(target) : !isIndex(target, classes)) {
        throw new IllegalArgumentException(
            "the target of example "
                + i
                + " must be "
                + (classes == 0 ? "finite" : "a class index from 0 to " + (classes - 1))
                + ", not "
                + target);
      }
      if (weights != null && !(weights[i] >= 0 && Float.isFinite(weights[i]))) {
        throw new IllegalArgumentException(
            "the weight of example " + i + " must be finite and at least 0, not " + weights[i]);
      }
    }
  }

  private static boolean isIndex(float target, int classes) {
    return target >= 0 && target < classes && target == (int) target;
  }

  /** Number of examples. */
  public int size() {
    return size;
  }

  /** Number of features of an example. */
  public int features() {
    return shape.size();
  }

  /** Shape of an example. */
  public InputShape shape() {
    return shape;
  }

  /** Number of classes, or 0 for regression. */
  public int classes() {
    return classes;
  }

  /**
   * Class index of an example, or its value for regression.
   *
   * @param row from 0 to {@code size() - 1}
   */
  public float target(int row) {
    return targets[row(row)];
  }

  /**
   * Weight of an example.
   *
   * @param row from 0 to {@code size() - 1}
   */
  public float weight(int row) {
    int index = row(row);
    return weights == null ? 1 : weights[index];
  }

  /**
   * Value of one feature.
   *
   * @param row from 0 to {@code size() - 1}
   * @param feature from 0 to {@code features() - 1}
   */
  public float feature(int row, int feature) {
    return features.at(row(row) * shape.size() + Objects.checkIndex(feature, shape.size()));
  }

  /**
   * Copies the features of some examples into a batch; {@code rows[from + e]} becomes its example
   * e.
   *
   * @param rows of this data set, in any order, repeated or not; not modified
   * @param from first position in {@code rows}
   * @param count number of examples N in the batch
   * @param layout of the batch
   * @param batch at least {@code features() * count} long; modified
   * @throws IndexOutOfBoundsException if a row, the range, or the batch is too small
   */
  public void gather(int[] rows, int from, int count, BatchLayout layout, float[] batch) {
    Objects.checkFromIndexSize(from, count, rows.length);
    int width = shape.size();
    if ((long) width * count > batch.length) {
      throw new IndexOutOfBoundsException(
          "a batch of "
              + count
              + " examples of "
              + width
              + " features needs an array of "
              + (long) width * count
              + ", not "
              + batch.length);
    }
    int[] start = new int[count];
    for (int e = 0; e < count; e++) {
      start[e] = row(rows[from + e]) * width;
    }
    if (layout == BatchLayout.CHANNELS_LAST) {
      for (int e = 0; e < count; e++) {
        features.copyImage(start[e], batch, e * width);
      }
      return;
    }
    for (int e = 0; e < count; e += TILE_EXAMPLES) {
      int lastExample = Math.min(e + TILE_EXAMPLES, count);
      for (int f = 0; f < width; f += TILE_FEATURES) {
        features.copyTile(start, e, lastExample, f, Math.min(f + TILE_FEATURES, width), batch);
      }
    }
  }

  /**
   * Some examples of this data set as a data set of their own. Features, targets and weights are
   * shared, not copied.
   *
   * @param rows of this data set, in any order, repeated or not; copied
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public Dataset subset(int[] rows) {
    int[] selected = Arrays.copyOf(rows, rows.length);
    for (int i = 0; i < selected.length; i++) {
      selected[i] = row(selected[i]);
    }
    return new Dataset(shape, classes, features, targets, weights, selected);
  }

  /**
   * This data set with each channel normalised. Targets and weights are shared, and bytes too,
   * which are normalised when they are read; floats are copied.
   *
   * @throws IllegalArgumentException if the scale has another number of channels
   */
  public Dataset withChannelScale(ChannelScale scale) {
    if (scale.channels() != shape.channels()) {
      throw new IllegalArgumentException(
          "examples of "
              + shape
              + " need a scale of "
              + shape.channels()
              + " channels, not of "
              + scale.channels());
    }
    return new Dataset(shape, classes, features.scaled(scale), targets, weights, view);
  }

  /**
   * Mean and population variance of the features of a channel.
   *
   * @throws IllegalStateException if there is no example
   */
  double[] channelMoments(int channel) {
    if (size == 0) {
      throw new IllegalStateException("a data set without examples has no mean");
    }
    int[] start = new int[size];
    for (int i = 0; i < size; i++) {
      start[i] = row(i) * shape.size() + channel * plane(shape);
    }
    return features.moments(start, channel);
  }

  private int row(int row) {
    Objects.checkIndex(row, size);
    return view == null ? row : view[row];
  }

  /** Features of all examples, example after example, each channel by channel. */
  private interface Features {

    float at(int index);

    /** Copies some features of some examples, whose first features are at {@code start}. */
    void copyTile(
        int[] start, int fromExample, int toExample, int fromFeature, int toFeature, float[] batch);

    /** Copies all features of the example that starts at {@code start}, channels last. */
    void copyImage(int start, float[] batch, int to);

    /** The same, normalised. */
    Features scaled(ChannelScale scale);

    /**
     * Mean and variance of a channel of some examples, whose first features of this channel are at
     * {@code start}.
     */
    double[] moments(int[] start, int channel);
  }

  private static final class Floats implements Features {

    private final float[] values;
    private final int channels;
    private final int plane;

    Floats(float[] values, int channels, int plane) {
      this.values = values;
      this.channels = channels;
      this.plane = plane;
    }

    @Override
    public float at(int index) {
      return values[index];
    }

    @Override
    public void copyTile(
        int[] start,
        int fromExample,
        int toExample,
        int fromFeature,
        int toFeature,
        float[] batch) {
      int count = start.length;
      for (int e = fromExample; e < toExample; e++) {
        int row = start[e];
        int to = fromFeature * count + e;
        for (int f = fromFeature; f < toFeature; f++) {
          batch[to] = values[row + f];
          to += count;
        }
      }
    }

    @Override
    public void copyImage(int start, float[] batch, int to) {
      int from = start;
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < plane; p++) {
          batch[to + p * channels + c] = values[from++];
        }
      }
    }

    @Override
    public Features scaled(ChannelScale scale) {
      float[] scaled = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        scaled[i] = scale.apply(i / plane % channels, values[i]);
      }
      return new Floats(scaled, channels, plane);
    }

    @Override
    public double[] moments(int[] start, int channel) {
      double sum = 0;
      for (int row : start) {
        for (int p = 0; p < plane; p++) {
          sum += values[row + p];
        }
      }
      double mean = sum / ((double) plane * start.length);
      double squares = 0;
      for (int row : start) {
        for (int p = 0; p < plane; p++) {
          double deviation = values[row + p] - mean;
          squares += deviation * deviation;
        }
      }
      return new double[] {mean, squares / ((double) plane * start.length)};
    }
  }

  /** Bytes, each read as the value that it has in its channel. */
  private static final class Bytes implements Features {

    private final byte[] bytes;
    // [channel][unsigned byte]
    private final float[][] values;
    private final int plane;

    Bytes(byte[] bytes, float[][] values, int plane) {
      this.bytes = bytes;
      this.values = values;
      this.plane = plane;
    }

    @Override
    public float at(int index) {
      return values[index / plane % values.length][bytes[index] & 255];
    }

    @Override
    public void copyTile(
        int[] start,
        int fromExample,
        int toExample,
        int fromFeature,
        int toFeature,
        float[] batch) {
      int count = start.length;
      int from = fromFeature;
      while (from < toFeature) {
        int channel = from / plane;
        int end = Math.min(toFeature, (channel + 1) * plane);
        float[] valueOf = values[channel];
        for (int e = fromExample; e < toExample; e++) {
          int row = start[e];
          int to = from * count + e;
          for (int f = from; f < end; f++) {
            batch[to] = valueOf[bytes[row + f] & 255];
            to += count;
          }
        }
        from = end;
      }
    }

    @Override
    public void copyImage(int start, float[] batch, int to) {
      int from = start;
      for (int c = 0; c < values.length; c++) {
        float[] valueOf = values[c];
        for (int p = 0; p < plane; p++) {
          batch[to + p * values.length + c] = valueOf[bytes[from++] & 255];
        }
      }
    }

    @Override
    public Features scaled(ChannelScale scale) {
      float[][] scaled = new float[values.length][256];
      for (int c = 0; c < scaled.length; c++) {
        for (int i = 0; i < 256; i++) {
          scaled[c][i] = scale.apply(c, values[c][i]);
        }
      }
      return new Bytes(bytes, scaled, plane);
    }

    @Override
    public double[] moments(int[] start, int channel) {
      long[] times = new long[256];
      for (int row : start) {
        for (int p = 0; p < plane; p++) {
          times[bytes[row + p] & 255]++;
        }
      }
      double count = (double) plane * start.length;
      double mean = 0;
      for (int i = 0; i < 256; i++) {
        mean += times[i] / count * values[channel][i];
      }
      double variance = 0;
      for (int i = 0; i < 256; i++) {
        double deviation = values[channel][i] - mean;
        variance += times[i] / count * deviation * deviation;
      }
      return new double[] {mean, variance};
    }
  }
}
