package lfnn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import lfnn.data.BatchLayout;
import lfnn.data.Dataset;
import lfnn.data.ImageData;
import lfnn.data.Permutation;

/** Mini-batches of real images, one after the other and again from the start. */
final class Images {

  /** Different images that a benchmark cycles through: more than the caches hold. */
  private static final int IMAGES = 4096;

  private final int batchSize;
  private final float[][] features;
  private final float[][] labels;
  private final float[] weights;
  private int next;

  /**
   * @param layout of the features: {@link BatchLayout#CHANNELS_LAST} is one image after the other
   */
  Images(int batchSize, BatchLayout layout) {
    this.batchSize = batchSize;
    Dataset images = trainingImages();
    int batches = Math.max(1, Math.min(IMAGES, images.size()) / batchSize);
    int[] rows = Permutation.of(images.size(), 1, 0);
    features = new float[batches][batchSize * images.features()];
    labels = new float[batches][batchSize];
    for (int i = 0; i < batches; i++) {
      images.gather(rows, i * batchSize, batchSize, layout, features[i]);
      for (int b = 0; b < batchSize; b++) {
        labels[i][b] = images.target(rows[i * batchSize + b]);
      }
    }
    weights = new float[batchSize];
    Arrays.fill(weights, 1);
  }

  private static Dataset trainingImages() {
    try {
      return ImageData.open(Setting.data()).train().dataset();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes on to the next mini-batch. */
  void advance() {
    next = (next + 1) % features.length;
  }

  int batchSize() {
    return batchSize;
  }

  float[] features() {
    return features[next];
  }

  float[] labels() {
    return labels[next];
  }

  /** ω, all of them 1. */
  float[] weights() {
    return weights;
  }

  /** The labels as one-hot rows. */
  float[] oneHot(int classes) {
    float[] rows = new float[batchSize * classes];
    for (int b = 0; b < batchSize; b++) {
      rows[b * classes + (int) labels()[b]] = 1;
    }
    return rows;
  }
}
