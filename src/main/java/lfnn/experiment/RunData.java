package lfnn.experiment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import lfnn.data.ChannelScale;
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
 * @param scale by which all of them are normalised
 * @param checksum of the training images and their labels
 */
record RunData(
    LabelledImages images,
    Split split,
    Optional<Dataset> test,
    Optional<ChannelScale> scale,
    long checksum) {

  /** Another one than that of the training, so that networks of all seeds are tested alike. */
  private static final long SEED_OF_TEST_IMAGES = 0;

  /**
   * Prepares images for training.
   *
   * @param options say how many images are taken, and whether they are normalised
   * @throws IllegalArgumentException if nothing remains to learn from
   */
  static RunData of(ImageData data, TrainOptions options) {
    LabelledImages images = data.train();
    TrainingSpec spec = options.training();
    Split split = Split.of(limited(images.dataset(), options.data.limit, spec.seed()), spec);
    Optional<ChannelScale> scale =
        options.data.normalise ? Optional.of(ChannelScale.fit(split.training())) : Optional.empty();
    return new RunData(
        images,
        new Split(
            scaled(split.training(), scale), split.validation().map(part -> scaled(part, scale))),
        data.test()
            .map(part -> limited(part.dataset(), options.data.testLimit, SEED_OF_TEST_IMAGES))
            .map(part -> scaled(part, scale)),
        scale,
        checksum(images));
  }

  /** So many examples, drawn with a seed; all of them for 0. */
  static Dataset limited(Dataset all, int limit, long seed) {
    return limit > 0 && limit < all.size()
        ? all.subset(Arrays.copyOf(Permutation.of(all.size(), seed, 0), limit))
        : all;
  }

  /** A data set normalised by a scale, if there is one. */
  static Dataset scaled(Dataset dataset, Optional<ChannelScale> scale) {
    return scale.map(dataset::withChannelScale).orElse(dataset);
  }

  /** Of the training images and, if there are any, of the test images, in hexadecimal digits. */
  static String checksums(ImageData images) {
    return Stream.concat(Stream.of(images.train()), images.test().stream())
        .map(part -> Long.toHexString(checksum(part)))
        .collect(Collectors.joining("-"));
  }

  /** Of images and their labels. */
  static long checksum(LabelledImages images) {
    CRC32C sum = new CRC32C();
    sum.update(images.pixels());
    ByteBuffer labels = ByteBuffer.allocate(Integer.BYTES * images.size());
    labels.asIntBuffer().put(images.labels());
    sum.update(labels);
    return sum.getValue();
  }
}
