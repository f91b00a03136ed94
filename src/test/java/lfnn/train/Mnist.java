package lfnn.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import lfnn.data.Dataset;
import lfnn.data.IdxFile;
import lfnn.data.InputShape;

/** The MNIST sample that comes with the examples. */
final class Mnist {

  private static final Path FOLDER = Path.of("examples-arff");
  private static final ConcurrentMap<String, Dataset> SAMPLES = new ConcurrentHashMap<>();

  private Mnist() {}

  /** Rows {@code from} to {@code to} (exclusive) of the 6,000 training images. */
  static Dataset training(int from, int to) {
    return rows("mnist-6000-train", from, to);
  }

  /** Rows {@code from} to {@code to} (exclusive) of the 2,000 test images. */
  static Dataset test(int from, int to) {
    return rows("mnist-2000-test", from, to);
  }

  private static Dataset rows(String name, int from, int to) {
    return SAMPLES.computeIfAbsent(name, Mnist::read).subset(IntStream.range(from, to).toArray());
  }

  private static Dataset read(String name) {
    try {
      return IdxFile.read(
              FOLDER.resolve(name + "-images-idx3-ubyte.gz"),
              FOLDER.resolve(name + "-labels-idx1-ubyte.gz"),
              10)
          .dataset();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same images with 7 × 7 pixels, each the mean of 4 × 4. */
  static Dataset small(Dataset images) {
    int side = 7;
    int old = 4 * side;
    float[] features = new float[images.size() * side * side];
    float[] targets = new float[images.size()];
    for (int i = 0; i < targets.length; i++) {
      for (int f = 0; f < images.features(); f++) {
        int pixel = f / old / 4 * side + f % old / 4;
        features[i * side * side + pixel] += images.feature(i, f) / 16;
      }
      targets[i] = images.target(i);
    }
    InputShape shape = new InputShape(1, side, side);
    return Dataset.ofFloats(shape, features, targets, null, images.classes());
  }

  /** The same images with a value for each: its label divided by ten. */
  static Dataset withValues(Dataset images) {
    float[] features = new float[images.size() * images.features()];
    float[] values = new float[images.size()];
    for (int i = 0; i < values.length; i++) {
      for (int f = 0; f < images.features(); f++) {
        features[i * images.features() + f] = images.feature(i, f);
      }
      values[i] = images.target(i) / 10;
    }
    return Dataset.ofFloats(images.shape(), features, values, null, 0);
  }

  /** The same images with weights. */
  static Dataset withWeights(Dataset images, float... weights) {
    float[] features = new float[images.size() * images.features()];
    float[] targets = new float[images.size()];
    for (int i = 0; i < targets.length; i++) {
      for (int f = 0; f < images.features(); f++) {
        features[i * images.features() + f] = images.feature(i, f);
      }
      targets[i] = images.target(i);
    }
    return Dataset.ofFloats(images.shape(), features, targets, weights, images.classes());
  }
}
