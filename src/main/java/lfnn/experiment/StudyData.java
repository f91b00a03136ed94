package lfnn.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import lfnn.data.Dataset;
import lfnn.data.ImageData;
import lfnn.data.LabelledImages;
import lfnn.data.Permutation;

/**
 * The images of a study, with permuted pixels.
 *
 * @param name of their folder
 * @param training images that may be learned from
 * @param test images that networks are measured on
 * @param permutation seed of the order of the pixels; 0 if they are as they were
 * @param learned training images that a run learns from
 * @param checksums of the training images and the test images as they were
 */
record StudyData(
    String name, Dataset training, Dataset test, long permutation, int learned, String checksums) {

  /**
   * Prepares images for a study.
   *
   * @param limit training images that a run learns from; 0 for all
   * @throws IOException if there are no test images
   */
  static StudyData of(ImageData images, Path folder, long permutation, int limit)
      throws IOException {
    LabelledImages test =
        images
            .test()
            .orElseThrow(
                () ->
                    new IOException(
                        folder
                            + ": has no test images, which networks are measured on; add"
                            + " t10k-images-idx3-ubyte and its labels, or give another folder"));
    LabelledImages training = images.train();
    int size = training.size();
    return new StudyData(
        folder.toAbsolutePath().normalize().getFileName().toString(),
        permuted(training, permutation).dataset(),
        permuted(test, permutation).dataset(),
        permutation,
        limit == 0 ? size : Math.min(limit, size),
        RunData.checksums(images));
  }

  private static LabelledImages permuted(LabelledImages images, long seed) {
    return seed == 0 ? images : images.permuted(Permutation.of(images.shape().size(), seed, 0));
  }

  /** The images that the run of a seed learns from. */
  Dataset learned(long seed) {
    return RunData.limited(training, learned, seed);
  }

  /** The images in a few words. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "%s, %,d training and %,d test images of %s in %d classes%s",
        name,
        learned,
        test.size(),
        training.shape(),
        training.classes(),
        permutation == 0 ? "" : ", pixels permuted with seed " + permutation);
  }
}
