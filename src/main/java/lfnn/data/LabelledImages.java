package lfnn.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Images of one size, each with the index of its class: what every reader of image files gives.
 *
 * <p>The arrays are not copied: they are shared, and must not change afterwards. Reading from
 * several threads is safe.
 */
public final class LabelledImages {

  private final InputShape shape;
  private final byte[] pixels;
  private final int[] labels;
  private final List<String> classNames;

  /**
   * Images with their labels.
   *
   * @param shape of one image
   * @param pixels unsigned bytes, image after image, each channel by channel, row by row; shared
   * @param labels a class index from 0 for each of the images, at least one; shared
   * @param classNames of all classes, at least one, all different and none blank; copied
   * @throws IllegalArgumentException if lengths do not match or a value is out of range
   */
  public LabelledImages(InputShape shape, byte[] pixels, int[] labels, List<String> classNames) {
    if (labels.length == 0) {
      throw new IllegalArgumentException("there must be at least one image");
    }
    if ((long) labels.length * shape.size() != pixels.length) {
      throw new IllegalArgumentException(
          labels.length
              + " images of "
              + shape
              + " have "
              + (long) labels.length * shape.size()
              + " pixel values, not "
              + pixels.length);
    }
    checkNames(classNames);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new IllegalArgumentException(
            "the label of image "
                + i
                + " must be a class index from 0 to "
                + (classNames.size() - 1)
                + ", not "
                + labels[i]);
      }
    }
    this.shape = shape;
    this.pixels = pixels;
    this.labels = labels;
    this.classNames = List.copyOf(classNames);
  }

  private static void checkNames(List<String> classNames) {
    if (classNames.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one class name");
    }
    Set<String> seen = new HashSet<>();
    for (String name : classNames) {
      if (name.isBlank() || !seen.add(name)) {
        throw new IllegalArgumentException(
            "class names must be different and not blank, unlike \""
                + name
                + "\" of "
                + classNames);
      }
    }
  }

  /** Names for classes that have none: their indices, {@code 0} to {@code classes - 1}. */
  public static List<String> numbers(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /** Channels × height × width of an image. */
  public InputShape shape() {
    return shape;
  }

  /** Number of images, at least 1. */
  public int size() {
    return labels.length;
  }

  /**
   * Unsigned bytes, image after image, each channel by channel, row by row; shared, not copied.
   * Colours are in the order red, green, blue.
   */
  public byte[] pixels() {
    return pixels;
  }

  /** Class index of each image, from 0 to {@code classNames().size() - 1}; shared, not copied. */
  public int[] labels() {
    return labels;
  }

  /** Names of all classes, in the order of their indices; some may have no image. */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * The same images with their pixel values in another order.
   *
   * @param order the value that comes to each position, a permutation of the values of an image
   * @throws IllegalArgumentException if there is not one for each value of an image
   */
  public LabelledImages permuted(int[] order) {
    int size = shape.size();
    if (order.length != size) {
      throw new IllegalArgumentException(
          "a permutation of the pixels of " + shape + " has " + size + ", not " + order.length);
    }
    byte[] moved = new byte[pixels.length];
    for (int start = 0; start < moved.length; start += size) {
      for (int i = 0; i < size; i++) {
        moved[start + i] = pixels[start + order[i]];
      }
    }
    return new LabelledImages(shape, moved, labels, classNames);
  }

  /**
   * The images as examples of weight 1 for the trainer; the pixels are shared, and stay bytes until
   * they are read.
   */
  public Dataset dataset() {
    float[] targets = new float[labels.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = labels[i];
    }
    return Dataset.ofBytes(shape, pixels, targets, null, classNames.size());
  }
}
