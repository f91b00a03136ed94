package lfnn.data;

/**
 * Shape of one example: channels × height × width.
 *
 * <p>The features of an example are stored channel by channel, each channel row by row. A table row
 * without spatial structure is 1 × 1 × features.
 *
 * @param channels at least 1; 1 for grey images, 3 for colour images
 * @param height number of pixel rows, at least 1
 * @param width number of pixel columns, at least 1
 */
public record InputShape(int channels, int height, int width) implements java.io.Serializable {

  /**
   * @throws IllegalArgumentException if a size is below 1 or the product exceeds {@link
   *     Integer#MAX_VALUE}
   */
  public InputShape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "channels, height and width must be at least 1, not " + print(channels, height, width));
    }
    // The first product of two ints cannot overflow a long, and a long that is too large already
    // is refused before the second.
    long plane = (long) height * width;
    if (plane > Integer.MAX_VALUE || plane * channels > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "an example of "
              + print(channels, height, width)
              + " has more than "
              + Integer.MAX_VALUE
              + " features, which is the most an array can hold");
    }
  }

  /**
   * The shape of an example without spatial structure, 1 × 1 × features.
   *
   * @throws IllegalArgumentException if {@code features} is below 1
   */
  public static InputShape flat(int features) {
    return new InputShape(1, 1, features);
  }

  /**
   * Reads a shape as {@link #toString()} prints it, for example {@code 3x32x32}.
   *
   * @param text three whole numbers with {@code x} between them
   * @throws IllegalArgumentException if the text is anything else or a size is out of range
   */
  public static InputShape parse(String text) {
    String[] sizes = text.strip().split("[xX]", -1);
    if (sizes.length != 3) {
      throw notAShape(text);
    }
    int[] values = new int[3];
    for (int i = 0; i < 3; i++) {
      try {
        values[i] = Integer.parseInt(sizes[i].strip());
      } catch (NumberFormatException e) {
        throw notAShape(text);
      }
    }
    return new InputShape(values[0], values[1], values[2]);
  }

  /** Number of features of an example, channels · height · width. */
  public int size() {
    return channels * height * width;
  }

  /** For example {@code 3x32x32}. */
  @Override
  public String toString() {
    return print(channels, height, width);
  }

  private static String print(int channels, int height, int width) {
    return channels + "x" + height + "x" + width;
  }

  private static IllegalArgumentException notAShape(String text) {
    return new IllegalArgumentException(
        "an input shape is channels x height x width, for example 3x32x32, not \"" + text + "\"");
  }
}
