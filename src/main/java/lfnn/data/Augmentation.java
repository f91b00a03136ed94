package lfnn.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the images of a training batch are changed at random, so that the network does not see the
 * same ones again. Written as {@code none} or as a list such as {@code crop(4), flip, cutout(8)}.
 *
 * <ul>
 *   <li>{@code crop(n)}: the image gets a border of n pixels, and a piece of the old size is cut
 *       out anywhere.
 *   <li>{@code flip}: left and right are exchanged in half of the images.
 *   <li>{@code shift(n)}: the image moves by up to n pixels up or down and left or right; this is
 *       what {@code crop(n)} does, seen from the image.
 *   <li>{@code cutout(n)}: a square of n × n pixels is blanked. Its centre is anywhere in the
 *       image, so that a part of the square may lie outside.
 * </ul>
 *
 * Whatever the order in the text, moves come first, then {@code flip}, then {@code cutout}. All
 * places are equally likely. What comes in, and what is blanked, becomes 0, and not black: of a
 * feature whose mean is 0, as {@link ChannelScale} makes it, it becomes the mean.
 *
 * @param crop border in pixels, at least 0; 0 means not at all
 * @param flip whether left and right are exchanged
 * @param shift largest move in pixels, at least 0; 0 means not at all
 * @param cutout side of the square in pixels, at least 0; 0 means not at all
 * @see <a href="https://arxiv.org/abs/1708.04552v2">DeVries and Taylor 2017, Improved
 *     Regularization of Convolutional Neural Networks with Cutout</a>
 */
public record Augmentation(int crop, boolean flip, int shift, int cutout) implements Serializable {

  /** Leaves images as they are. */
  public static final Augmentation NONE = new Augmentation(0, false, 0, 0);

  private static final Pattern PART =
      Pattern.compile("(flip)|(crop|shift|cutout)\\s*\\(\\s*([1-9][0-9]{0,5})\\s*\\)");

  /** Floats of a cache line. */
  private static final int TILE = 16;

  /**
   * @throws IllegalArgumentException if a number is negative
   */
  public Augmentation {
    if (crop < 0 || shift < 0 || cutout < 0) {
      throw new IllegalArgumentException(
          "crop, shift and cutout must be at least 0 pixels, not "
              + crop
              + ", "
              + shift
              + " and "
              + cutout);
    }
  }

  /**
   * Reads what {@link #toString} prints.
   *
   * @throws IllegalArgumentException if the text is anything else, with the part that is wrong
   */
  public static Augmentation parse(String text) {
    if (text.strip().equals("none")) {
      return NONE;
    }
    Map<String, Integer> pixels = new HashMap<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = PART.matcher(part.strip());
      if (!matcher.matches()) {
        throw wrong(text, "\"" + part.strip() + "\" is none of them");
      }
      boolean isFlip = matcher.group(1) != null;
      String name = isFlip ? matcher.group(1) : matcher.group(2);
      if (pixels.put(name, isFlip ? 0 : Integer.parseInt(matcher.group(3))) != null) {
        throw wrong(text, name + " is there twice");
      }
    }
    return new Augmentation(
        pixels.getOrDefault("crop", 0),
        pixels.containsKey("flip"),
        pixels.getOrDefault("shift", 0),
        pixels.getOrDefault("cutout", 0));
  }

  private static IllegalArgumentException wrong(String text, String problem) {
    return new IllegalArgumentException(
        "an augmentation is none, or a list of crop(pixels), flip, shift(pixels) and"
            + " cutout(pixels), for example \"crop(4), flip\", not \""
            + text
            + "\": "
            + problem);
  }

  /** Whether images stay as they are. */
  public boolean isNone() {
    return equals(NONE);
  }

  /**
   * Makes sure that examples of a shape can be changed so: they are images, and not too small.
   *
   * @throws IllegalArgumentException if they are not
   */
  public void requireFitting(InputShape shape) {
    int largest = Math.max(Math.max(crop, shift), Math.max(cutout, flip ? 1 : 0));
    if (largest >= Math.min(shape.height(), shape.width())) {
      throw new IllegalArgumentException(
          String.format(
              "the augmentation \"%s\" needs images of more than %dx%d pixels, not %s: give the"
                  + " shape of the images, or a smaller augmentation",
              this, largest, largest, shape));
    }
  }

  /**
   * Changes the images of a batch, each by draws of its own, so that an image is changed in the
   * same way in whatever batch it is the first, the second and so on.
   *
   * @param batch features of the examples; modified
   * @param layout of the batch
   * @param shape of one example, for which {@link #requireFitting} holds
   * @param count number of examples N
   * @param seed from which all draws come
   */
  public void apply(float[] batch, BatchLayout layout, InputShape shape, int count, long seed) {
    if (isNone()) {
      return;
    }
    int size = shape.size();
    if (layout == BatchLayout.CHANNELS_LAST) {
      for (int e = 0; e < count; e++) {
        change(batch, e * size, 1, shape.channels(), shape, Seeds.number(seed, e + 1L));
      }
      return;
    }
    float[] images = new float[Math.min(count, TILE) * size];
    for (int from = 0; from < count; from += TILE) {
      int examples = Math.min(TILE, count - from);
      // A cache line of examples by a cache line of features at a time.
      for (int f = 0; f < size; f += TILE) {
        int end = Math.min(f + TILE, size);
        for (int e = 0; e < examples; e++) {
          for (int i = f; i < end; i++) {
            images[e * size + i] = batch[i * count + from + e];
          }
        }
      }
      for (int e = 0; e < examples; e++) {
        change(images, e * size, shape.channels(), 1, shape, Seeds.number(seed, from + e + 1L));
      }
      for (int f = 0; f < size; f += TILE) {
        int end = Math.min(f + TILE, size);
        for (int e = 0; e < examples; e++) {
          for (int i = f; i < end; i++) {
            batch[i * count + from + e] = images[e * size + i];
          }
        }
      }
    }
  }

  /**
   * Changes one image.
   *
   * @param planes number of planes that follow each other
   * @param depth numbers of a pixel in each of them
   * @param seed of all draws; each draw has its place, whether those before it are needed or not
   */
  private void change(
      float[] values, int start, int planes, int depth, InputShape shape, long seed) {
    int height = shape.height();
    int width = shape.width();
    int cropY = Seeds.below(2 * crop + 1, seed, 0) - crop;
    int cropX = Seeds.below(2 * crop + 1, seed, 1) - crop;
    int shiftY = Seeds.below(2 * shift + 1, seed, 2) - shift;
    int shiftX = Seeds.below(2 * shift + 1, seed, 3) - shift;
    boolean mirrored = flip && Seeds.below(2, seed, 4) == 1;
    int top = Seeds.below(height, seed, 5) - cutout / 2;
    int left = Seeds.below(width, seed, 6) - cutout / 2;
    for (int p = 0; p < planes; p++) {
      int plane = start + p * height * width * depth;
      move(values, plane, height, width * depth, cropY, cropX * depth);
      move(values, plane, height, width * depth, shiftY, shiftX * depth);
      if (mirrored) {
        mirror(values, plane, height, width, depth);
      }
      int from = Math.max(0, left) * depth;
      int to = Math.min(width, left + cutout) * depth;
      for (int y = Math.max(0, top); y < Math.min(height, top + cutout); y++) {
        int row = plane + y * width * depth;
        Arrays.fill(values, row + from, row + to, 0);
      }
    }
  }

  /** Moves a plane down by {@code dy} rows and right by {@code dx} numbers; zeros come in. */
  private static void move(float[] values, int plane, int height, int width, int dy, int dx) {
    if (dy == 0 && dx == 0) {
      return;
    }
    int length = width - Math.abs(dx);
    for (int i = 0; i < height; i++) {
      // In the direction that reads each row before it is written.
      int y = dy > 0 ? height - 1 - i : i;
      int row = plane + y * width;
      if (y - dy < 0 || y - dy >= height) {
        Arrays.fill(values, row, row + width, 0);
        continue;
      }
      int from = row - dy * width;
      System.arraycopy(values, from + Math.max(0, -dx), values, row + Math.max(0, dx), length);
      Arrays.fill(values, row, row + Math.max(0, dx), 0);
      Arrays.fill(values, row + width - Math.max(0, -dx), row + width, 0);
    }
  }

  private static void mirror(float[] values, int plane, int height, int width, int depth) {
    for (int y = 0; y < height; y++) {
      int left = plane + y * width * depth;
      int right = left + (width - 1) * depth;
      for (; left < right; left += depth, right -= depth) {
        for (int c = 0; c < depth; c++) {
          float value = values[left + c];
          values[left + c] = values[right + c];
          values[right + c] = value;
        }
      }
    }
  }

  /** For example {@code crop(4), flip}, or {@code none}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (crop > 0) {
      parts.add("crop(" + crop + ")");
    }
    if (shift > 0) {
      parts.add("shift(" + shift + ")");
    }
    if (flip) {
      parts.add("flip");
    }
    if (cutout > 0) {
      parts.add("cutout(" + cutout + ")");
    }
    return parts.isEmpty() ? "none" : String.join(", ", parts);
  }
}
