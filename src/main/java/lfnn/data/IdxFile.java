package lfnn.data;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads images and labels from IDX files, plain or compressed with gzip: the format of MNIST and of
 * the data sets that follow it (Fashion-MNIST, KMNIST, EMNIST).
 *
 * <pre>
 * byte 0, 1   0, 0
 * byte 2      type of the elements, see {@link ElementType}
 * byte 3      number of dimensions D
 * byte 4 …    D sizes, each an unsigned 32-bit integer, highest byte first
 * then        the elements, the last dimension changing fastest, highest byte first
 * </pre>
 *
 * Images have unsigned bytes in three dimensions (count × height × width, magic number 0x00000803),
 * labels unsigned bytes in one (0x00000801). Whether a file is compressed is told by its first two
 * bytes, not by its name.
 *
 * <p>Whatever is wrong with a file is reported as an {@link IOException} whose message, one line,
 * has the name of the file, the byte where reading stopped, what was expected there, and a remedy
 * where there is one. For a compressed file bytes are counted after unpacking.
 *
 * @see <a href="https://yann.lecun.com/exdb/mnist/">The MNIST database of handwritten digits</a>
 */
public final class IdxFile {

  private static final int IMAGES = 0x00000803;
  private static final int LABELS = 0x00000801;

  private IdxFile() {}

  /** Type of the elements of an IDX file. */
  public enum ElementType {
    /** Integers from 0 to 255. */
    UNSIGNED_BYTE(0x08, 1, "unsigned bytes"),
    /** Integers from −128 to 127. */
    SIGNED_BYTE(0x09, 1, "signed bytes"),
    /** Signed 16-bit integers. */
    SHORT(0x0B, 2, "16-bit integers"),
    /** Signed 32-bit integers. */
    INT(0x0C, 4, "32-bit integers"),
    /** 32-bit floating-point numbers. */
    FLOAT(0x0D, 4, "32-bit floating-point numbers"),
    /** 64-bit floating-point numbers. */
    DOUBLE(0x0E, 8, "64-bit floating-point numbers");

    private final int code;
    private final int bytes;
    private final String description;

    ElementType(int code, int bytes, String description) {
      this.code = code;
      this.bytes = bytes;
      this.description = description;
    }

    /** Byte 2 of the file. */
    public int code() {
      return code;
    }

    /** Bytes per element. */
    public int bytes() {
      return bytes;
    }

    @Override
    public String toString() {
      return description;
    }
  }

  /** Images of one size. */
  public static final class Images {

    private final InputShape shape;
    private final byte[] pixels;

    private Images(InputShape shape, byte[] pixels) {
      this.shape = shape;
      this.pixels = pixels;
    }

    /** 1 × height × width. */
    public InputShape shape() {
      return shape;
    }

    /** Number of images, at least 1. */
    public int count() {
      return pixels.length / shape.size();
    }

    /** Unsigned bytes, image after image, each row by row; shared, not copied. */
    public byte[] pixels() {
      return pixels;
    }
  }

  /**
   * Reads an images file.
   *
   * @throws IOException if it cannot be read or is not a complete file of images
   */
  public static Images readImages(Path file) throws IOException {
    try (BinaryFile source = new BinaryFile(file, "an IDX file of images")) {
      long[] sizes = readHeader(source, IMAGES);
      int length = elements(source, sizes);
      InputShape shape;
      try {
        shape = new InputShape(1, Math.toIntExact(sizes[1]), Math.toIntExact(sizes[2]));
      } catch (ArithmeticException | IllegalArgumentException e) {
        throw source.error(8, "images of " + sizes[1] + " x " + sizes[2] + " pixels are too large");
      }
      return new Images(shape, readElements(source, length));
    }
  }

  /**
   * Reads a labels file.
   *
   * @return a label per example, as unsigned bytes
   * @throws IOException if it cannot be read or is not a complete file of labels
   */
  public static byte[] readLabels(Path file) throws IOException {
    return readLabels(file, 256);
  }

  /**
   * Reads a labels file whose labels must be class indices.
   *
   * @param classes number of classes
   * @return a label per example, from 0 to {@code classes - 1}, as unsigned bytes
   * @throws IOException if it cannot be read, is not a complete file of labels, or has others
   */
  public static byte[] readLabels(Path file, int classes) throws IOException {
    try (BinaryFile source = new BinaryFile(file, "an IDX file of labels")) {
      byte[] labels = readElements(source, elements(source, readHeader(source, LABELS)));
      for (int i = 0; i < labels.length; i++) {
        int label = labels[i] & 255;
        if (label >= classes) {
          throw source.error(
              8L + i, "label " + label + " of example " + i + ", expected 0 to " + (classes - 1));
        }
      }
      return labels;
    }
  }

  /** Number of classes of some labels: the largest label and one more, at least 2. */
  public static int classes(byte[] labels) {
    int largest = 1;
    for (byte label : labels) {
      largest = Math.max(largest, label & 255);
    }
    return largest + 1;
  }

  /**
   * Reads images and their labels; the names of the classes are their numbers.
   *
   * @param classes number of classes, or 0 to take it from the labels as {@link #classes} does
   * @throws IOException if a file cannot be read, or the two do not belong together
   */
  public static LabelledImages read(Path images, Path labels, int classes) throws IOException {
    if (classes < 0) {
      throw new IllegalArgumentException(
          "classes must be at least 1, or 0 to count them, not " + classes);
    }
    byte[] bytes = readLabels(labels, classes == 0 ? 256 : classes);
    Images read = readImages(images);
    requireSameCount(images, read, labels, bytes);
    int[] indices = new int[bytes.length];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = bytes[i] & 255;
    }
    return new LabelledImages(
        read.shape(),
        read.pixels(),
        indices,
        LabelledImages.numbers(classes == 0 ? classes(bytes) : classes));
  }

  /**
   * The labels file that goes with an images file by its name.
   *
   * @return in the same folder, plain or compressed, whichever is there; if neither is, the one
   *     that is as the images file
   * @throws IOException if the name is none of an images file
   */
  public static Path labelsBeside(Path images) throws IOException {
    String name = images.getFileName().toString();
    if (!name.contains("images")) {
      throw new IOException(
          images
              + ": has no \"images\" in its name, as train-images-idx3-ubyte has, by which its"
              + " labels can be found; give the labels file, or rename both");
    }
    String labels = labelsName(name);
    Path same = images.resolveSibling(labels);
    Path other =
        images.resolveSibling(
            labels.endsWith(".gz") ? BinaryFile.plainName(labels) : labels + ".gz");
    return !Files.exists(same) && Files.exists(other) ? other : same;
  }

  /** The name of the labels file that goes with an images file. */
  static String labelsName(String images) {
    int at = images.lastIndexOf("images");
    return images.substring(0, at) + "labels" + images.substring(at + 6).replace("idx3", "idx1");
  }

  /** The name of the images file that goes with a labels file. */
  static String imagesName(String labels) {
    int at = labels.lastIndexOf("labels");
    return labels.substring(0, at) + "images" + labels.substring(at + 6).replace("idx1", "idx3");
  }

  /**
   * Makes sure that there is a label for each image.
   *
   * @throws IOException that names both files and counts if there is not
   */
  public static void requireSameCount(Path imageFile, Images images, Path labelFile, byte[] labels)
      throws IOException {
    if (images.count() != labels.length) {
      throw new IOException(
          labelFile
              + ": "
              + labels.length
              + " labels at byte 4, expected "
              + images.count()
              + ", the number of images at byte 4 of "
              + imageFile
              + "; do the two files belong together?");
    }
  }

  /** Reads the magic number and the sizes, at least 1 each. */
  private static long[] readHeader(BinaryFile source, int magic) throws IOException {
    byte[] start = readHeaderBytes(source, 4, "the magic number " + hex(magic));
    int found = (int) unsigned(start, 0);
    if (found != magic) {
      throw source.error(
          0,
          "magic number "
              + hex(found)
              + describe(found)
              + ", expected "
              + hex(magic)
              + describe(magic)
              + hint(found, magic));
    }
    long[] sizes = new long[magic & 255];
    byte[] bytes = readHeaderBytes(source, 4 * sizes.length, sizes.length + " sizes of four bytes");
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = unsigned(bytes, 4 * i);
      if (sizes[i] == 0) {
        throw source.error(4 + 4L * i, "size 0, expected at least 1; the file is empty or damaged");
      }
    }
    return sizes;
  }

  private static byte[] readHeaderBytes(BinaryFile source, int count, String what)
      throws IOException {
    long end = source.position() + count;
    byte[] bytes = source.readUpTo(count);
    if (bytes.length < count) {
      throw source.error(
          source.position(),
          "the file ends, expected "
              + what
              + " up to byte "
              + end
              + "; the file is empty or truncated");
    }
    return bytes;
  }

  /** Number of elements, which here are also bytes. */
  private static int elements(BinaryFile source, long[] sizes) throws IOException {
    // Three unsigned 32-bit sizes can exceed a long.
    BigInteger elements = BigInteger.ONE;
    for (long size : sizes) {
      elements = elements.multiply(BigInteger.valueOf(size));
    }
    if (elements.compareTo(BigInteger.valueOf(BinaryFile.LONGEST_ARRAY)) > 0) {
      throw source.error(
          4,
          "sizes "
              + Arrays.toString(sizes)
              + " make "
              + elements
              + " bytes, expected at most "
              + BinaryFile.LONGEST_ARRAY
              + "; the header is damaged, or the file must be split");
    }
    long end = source.position() + elements.longValueExact();
    if (source.length() < end) {
      throw truncated(source, source.length(), end);
    }
    if (source.length() > end && !source.isCompressed()) {
      throw trailing(source, end, source.length() - end + " more bytes");
    }
    return elements.intValueExact();
  }

  /** Reads the elements and makes sure that nothing follows. */
  private static byte[] readElements(BinaryFile source, int count) throws IOException {
    long end = source.position() + count;
    byte[] elements = source.readUpTo(count);
    if (elements.length < count) {
      throw truncated(source, source.position(), end);
    }
    if (!source.isAtEnd()) {
      throw trailing(source, end, "more bytes");
    }
    return elements;
  }

  private static IOException truncated(BinaryFile source, long found, long end) {
    return source.error(
        found,
        "the file ends, expected "
            + end
            + " bytes; "
            + (end - found)
            + " are missing: the file is truncated, get it again");
  }

  private static IOException trailing(BinaryFile source, long end, String what) {
    return source.error(
        end,
        what + ", expected the end of the file; the sizes in the header do not match the file");
  }

  private static String hint(int found, int magic) {
    if (found == LABELS && magic == IMAGES) {
      return "; is this the labels file?";
    }
    if (found == IMAGES && magic == LABELS) {
      return "; is this the images file?";
    }
    if (found >>> 16 == 0x504b) {
      return "; this is a zip archive: unpack it first";
    }
    if (found >>> 16 == 0 && typeOf(found) != null) {
      return "; only such files of " + (magic == IMAGES ? "images" : "labels") + " can be read";
    }
    return "; this is not an IDX file";
  }

  private static String describe(int magic) {
    ElementType type = magic >>> 16 == 0 ? typeOf(magic) : null;
    int dimensions = magic & 255;
    return type == null
        ? ""
        : " (" + type + " in " + dimensions + (dimensions == 1 ? " dimension)" : " dimensions)");
  }

  private static @Nullable ElementType typeOf(int magic) {
    for (ElementType type : ElementType.values()) {
      if (type.code() == (magic >>> 8 & 255)) {
        return type;
      }
    }
    return null;
  }

  private static long unsigned(byte[] bytes, int at) {
    return (bytes[at] & 255L) << 24
        | (bytes[at + 1] & 255L) << 16
        | (bytes[at + 2] & 255L) << 8
        | (bytes[at + 3] & 255L);
  }

  private static String hex(int magic) {
    return String.format(Locale.ROOT, "0x%08x", magic);
  }
}
