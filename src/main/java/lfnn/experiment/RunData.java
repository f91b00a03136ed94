package lfnn.experiment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import lfnn.data.Dataset;
import lfnn.data.ImageData;
import lfnn.data.LabelledImages;
import lfnn.data.Permutation;
import lfnn.spec.TrainingSpec;
import lfnn.train.Split;

/**
 * The images of a training.
 *
 * @param images training images with their class names, all of them
 * @param split what is learned from, and what the best epoch is chosen on
 * @param test test images
 * @param checksum of the training images and their labels
 */
record RunData(LabelledImages images, Split split, Optional<Dataset> test, long checksum) {

  /**
   * Reads the images of a folder.
   *
   * @param limit training images to take, drawn with the seed; 0 for all
   * @throws IllegalArgumentException if nothing remains to learn from
   */
  static RunData read(Path folder, int limit, TrainingSpec spec) throws IOException {
    ImageData data = ImageData.open(folder);
    LabelledImages images = data.train();
    Dataset all = images.dataset();
    if (limit > 0 && limit < all.size()) {
      all = all.subset(Arrays.copyOf(Permutation.of(all.size(), spec.seed(), 0), limit));
    }
    return new RunData(
        images, Split.of(all, spec), data.test().map(LabelledImages::dataset), checksum(images));
  }

  private static long checksum(LabelledImages images) {
    CRC32C sum = new CRC32C();
    sum.update(images.pixels());
    ByteBuffer labels = ByteBuffer.allocate(Integer.BYTES * images.size());
    labels.asIntBuffer().put(images.labels());
    sum.update(labels);
    return sum.getValue();
  }
}
