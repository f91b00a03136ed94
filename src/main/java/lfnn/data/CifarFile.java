package lfnn.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the binary files of CIFAR-10 and CIFAR-100, plain or compressed with gzip.
 *
 * <pre>
 * CIFAR-10    10,000 records of 3073 bytes: label, pixels
 * CIFAR-100   50,000 or 10,000 records of 3074 bytes: coarse label, fine label, pixels
 * pixels      1024 bytes red, 1024 green, 1024 blue, each 32 rows of 32
 * </pre>
 *
 * A file may have any number of records from 1. Of CIFAR-100, the fine labels are the classes.
 * Whether a file is compressed is told by its first two bytes, not by its name.
 *
 * <p>Whatever is wrong with a file is reported as an {@link IOException} whose message, one line,
 * has the name of the file, the byte, what was expected there, and a remedy where there is one. For
 * a compressed file bytes are counted after unpacking.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">The CIFAR-10 dataset and the CIFAR-100
 *     dataset</a>
 */
public final class CifarFile {

  private static final InputShape SHAPE = new InputShape(3, 32, 32);
  private static final int COARSE_CLASSES = 20;

  private static final List<String> CIFAR_10_NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private CifarFile() {}

  /** Which of the two data sets a file belongs to. */
  public enum Kind {
    /** Ten classes, a label per image. */
    CIFAR_10("CIFAR-10", 10, 1, "batches.meta.txt"),
    /** A hundred classes, a coarse and a fine label per image. */
    CIFAR_100("CIFAR-100", 100, 2, "fine_label_names.txt");

    private final String title;
    private final int classes;
    private final int labelBytes;
    private final String namesFile;

    Kind(String title, int classes, int labelBytes, String namesFile) {
      this.title = title;
      this.classes = classes;
      this.labelBytes = labelBytes;
      this.namesFile = namesFile;
    }

    /** Number of classes. */
    public int classes() {
      return classes;
    }

    /** Bytes per image: its labels and its pixels. */
    public int recordLength() {
      return labelBytes + SHAPE.size();
    }

    private List<String> officialNames() {
      return this == CIFAR_10 ? CIFAR_10_NAMES : LabelledImages.numbers(classes);
    }

    private Kind other() {
      return this == CIFAR_10 ? CIFAR_100 : CIFAR_10;
    }

    /** For example {@code CIFAR-10}. */
    @Override
    public String toString() {
      return title;
    }
  }

  /**
   * Reads files of one kind, which is told by the length of the first.
   *
   * @param files at least one; their images follow each other
   * @return 3 × 32 × 32 images; their classes are named as {@link #read(Kind, List)} says
   * @throws IOException if a file cannot be read, or they are not complete files of one kind
   */
  public static LabelledImages read(List<Path> files) throws IOException {
    requireFiles(files);
    Content first = new Content(files.get(0), "a CIFAR-10 or CIFAR-100 file");
    return read(first.kind(), first, files);
  }

  /**
   * Reads files of a kind.
   *
   * @param files at least one; their images follow each other
   * @return 3 × 32 × 32 images; their classes are named by the lines of the file {@code
   *     batches.meta.txt} (CIFAR-10) or {@code fine_label_names.txt} (CIFAR-100) in the folder of
   *     the first file if there is one, else by the official names (CIFAR-10) or numbers
   *     (CIFAR-100)
   * @throws IOException if a file cannot be read or is not a complete file of this kind
   */
  public static LabelledImages read(Kind kind, List<Path> files) throws IOException {
    requireFiles(files);
    return read(kind, new Content(files.get(0), "a " + kind + " file"), files);
  }

  private static void requireFiles(List<Path> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one file");
    }
  }

  private static LabelledImages read(Kind kind, Content first, List<Path> files)
      throws IOException {
    List<String> names = names(kind, files.get(0));
    int images = first.images(kind);
    // The files of a set are equally long: with this, what they hold is copied once.
    int room = (int) Math.min((long) files.size() * images, mostImages());
    byte[] pixels = new byte[room * SHAPE.size()];
    int[] labels = new int[room];
    first.copyTo(kind, pixels, labels, 0);
    for (Path file : files.subList(1, files.size())) {
      Content content = new Content(file, "a " + kind + " file");
      int more = content.images(kind);
      if (more > mostImages() - images) {
        throw new IOException(
            file
                + ": "
                + more
                + " images after "
                + images
                + " of the files before it, expected at most "
                + mostImages()
                + " in all; read fewer files");
      }
      if (images + more > labels.length) {
        pixels = Arrays.copyOf(pixels, (images + more) * SHAPE.size());
        labels = Arrays.copyOf(labels, images + more);
      }
      content.copyTo(kind, pixels, labels, images);
      images += more;
    }
    if (images < labels.length) {
      pixels = Arrays.copyOf(pixels, images * SHAPE.size());
      labels = Arrays.copyOf(labels, images);
    }
    return new LabelledImages(SHAPE, pixels, labels, names);
  }

  /** As many images as fit into an array. */
  private static int mostImages() {
    return BinaryFile.LONGEST_ARRAY / SHAPE.size();
  }

  private static List<String> names(Kind kind, Path beside) throws IOException {
    Path file = beside.resolveSibling(kind.namesFile);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return kind.officialNames();
    }
    String expected =
        kind.classes
            + " different class names of "
            + kind
            + ", one in a line; get the file again, or remove it";
    List<String> names =
        TextFile.lines(file, expected).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    if (names.size() != kind.classes) {
      throw new IOException(file + ": has " + names.size() + " names, expected " + expected);
    }
    if (names.stream().distinct().count() < names.size()) {
      throw new IOException(file + ": has a name twice, expected " + expected);
    }
    return names;
  }

  /** A file's bytes, unpacked. */
  private static final class Content {

    private final Path file;
    private final byte[] bytes;

    Content(Path file, String expected) throws IOException {
      this.file = file;
      try (BinaryFile source = new BinaryFile(file, expected)) {
        bytes = source.readUpTo(BinaryFile.LONGEST_ARRAY);
        if (!source.isAtEnd()) {
          throw source.error(bytes.length, "the file goes on; it is too long for " + expected);
        }
      }
      if (bytes.length == 0) {
        throw error(0, "the file is empty, expected " + expected + "; get it again");
      }
    }

    /** The kind whose records fill the file. */
    Kind kind() throws IOException {
      boolean small = hasRecordsOf(Kind.CIFAR_10);
      boolean large = hasRecordsOf(Kind.CIFAR_100);
      if (small && large) {
        // 3074 records of CIFAR-10 are as long as 3073 of CIFAR-100.
        return wrongLabel(Kind.CIFAR_10) < 0 ? Kind.CIFAR_10 : Kind.CIFAR_100;
      }
      if (!small && !large) {
        throw error(
            bytes.length,
            "the file ends, expected a multiple of "
                + Kind.CIFAR_10.recordLength()
                + " bytes (CIFAR-10) or "
                + Kind.CIFAR_100.recordLength()
                + " bytes (CIFAR-100)"
                + hint("the file is truncated, or no CIFAR file"));
      }
      return small ? Kind.CIFAR_10 : Kind.CIFAR_100;
    }

    private boolean hasRecordsOf(Kind kind) {
      return bytes.length % kind.recordLength() == 0;
    }

    /** Number of images, whose labels are all right. */
    int images(Kind kind) throws IOException {
      int images = bytes.length / kind.recordLength();
      if (!hasRecordsOf(kind)) {
        throw error(
            bytes.length,
            "the file ends in image "
                + images
                + ", which lacks "
                + (kind.recordLength() - bytes.length % kind.recordLength())
                + " of the "
                + kind.recordLength()
                + " bytes of an image of "
                + kind
                + hint(
                    hasRecordsOf(kind.other())
                        ? "is this a " + kind.other() + " file?"
                        : "the file is truncated, get it again"));
      }
      int wrong = wrongLabel(kind);
      if (wrong >= 0) {
        boolean coarse = kind == Kind.CIFAR_100 && wrong % kind.recordLength() == 0;
        throw error(
            wrong,
            (kind == Kind.CIFAR_10 ? "" : coarse ? "coarse " : "fine ")
                + "label "
                + (bytes[wrong] & 255)
                + " of image "
                + wrong / kind.recordLength()
                + ", expected 0 to "
                + ((coarse ? COARSE_CLASSES : kind.classes) - 1)
                + hint(
                    hasRecordsOf(kind.other())
                        ? "is this a " + kind.other() + " file?"
                        : "the file is damaged, or no " + kind + " file"));
      }
      return images;
    }

    /** Position of the first label that is out of range, or −1. */
    private int wrongLabel(Kind kind) {
      for (int at = 0; at < bytes.length; at += kind.recordLength()) {
        if (kind == Kind.CIFAR_100 && (bytes[at] & 255) >= COARSE_CLASSES) {
          return at;
        }
        int label = at + kind.labelBytes - 1;
        if ((bytes[label] & 255) >= kind.classes) {
          return label;
        }
      }
      return -1;
    }

    /** Remedy for what is often taken for a file of this format, else the one that is given. */
    private String hint(String otherwise) {
      if (startsWith(0, "PK\3\4")) {
        return "; this is a zip archive: unpack it first";
      }
      if (startsWith(257, "ustar")) {
        return "; this is a tar archive: unpack it first";
      }
      if (startsWith(0, "\u0080\u0002")) {
        return "; this is a file of the Python version: get the binary version";
      }
      return "; " + otherwise;
    }

    private boolean startsWith(int at, String text) {
      byte[] expected = text.getBytes(ISO_8859_1);
      return bytes.length >= at + expected.length
          && Arrays.equals(bytes, at, at + expected.length, expected, 0, expected.length);
    }

    /** Copies all pixels and labels, those of the first image as image {@code to}. */
    void copyTo(Kind kind, byte[] pixels, int[] labels, int to) {
      int size = SHAPE.size();
      int image = to;
      for (int at = 0; at < bytes.length; at += kind.recordLength()) {
        labels[image] = bytes[at + kind.labelBytes - 1] & 255;
        System.arraycopy(bytes, at + kind.labelBytes, pixels, image * size, size);
        image++;
      }
    }

    private IOException error(long at, String message) {
      return new IOException(file + ": byte " + at + ": " + message);
    }
  }
}
