package lfnn.data;

import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Draws a sample from a pair of IDX files and writes it as a pair of IDX files and as a Weka file,
 * all three compressed. With as many examples as there are, it turns the whole data set into a Weka
 * file.
 *
 * <pre>java -cp lfnn.jar lfnn.data.IdxSample images labels count seed prefix</pre>
 *
 * <p>Classes keep their shares, up to rounding; the order is random. The Weka file is sparse ARFF
 * with attributes {@code pixel1}, {@code pixel2} … of whole numbers from 0 to 255 and the nominal
 * attribute {@code class} last. The same arguments give the same files.
 */
public final class IdxSample {

  private IdxSample() {}

  /**
   * Writes {@code prefix-images-idx3-ubyte.gz}, {@code prefix-labels-idx1-ubyte.gz} and {@code
   * prefix.arff.gz}.
   *
   * @param arguments images file, labels file, number of examples, seed, prefix of the new files
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 5) {
      throw new IllegalArgumentException(
          "expected five arguments, images labels count seed prefix, not "
              + Arrays.toString(arguments));
    }
    write(
        Path.of(arguments[0]),
        Path.of(arguments[1]),
        wholeNumber("count", arguments[2]),
        wholeNumber("seed", arguments[3]),
        Path.of(arguments[4]));
  }

  private static int wholeNumber(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a whole number, not " + text, e);
    }
  }

  /** What {@link #main} does with its arguments. */
  static void write(Path imageFile, Path labelFile, int count, int seed, Path prefix)
      throws IOException {
    IdxFile.Images images = IdxFile.readImages(imageFile);
    byte[] labels = IdxFile.readLabels(labelFile);
    IdxFile.requireSameCount(imageFile, images, labelFile, labels);
    int[] rows = draw(labels, count, seed);
    String name = prefix.getFileName().toString();
    writeImages(prefix.resolveSibling(name + "-images-idx3-ubyte.gz"), images, rows);
    writeLabels(prefix.resolveSibling(name + "-labels-idx1-ubyte.gz"), labels, rows);
    writeArff(prefix.resolveSibling(name + ".arff.gz"), name, images, labels, rows);
  }

  /**
   * Rows of a sample in which each class has its share.
   *
   * @throws IllegalArgumentException if {@code count} is not from 1 to {@code labels.length}
   */
  static int[] draw(byte[] labels, int count, int seed) {
    if (count < 1 || count > labels.length) {
      throw new IllegalArgumentException(
          "the number of examples must be from 1 to " + labels.length + ", not " + count);
    }
    int[] order = new int[labels.length];
    Random random = new Random(seed);
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    int[] quota = quotas(labels, count);
    int[] rows = new int[count];
    int drawn = 0;
    for (int row : order) {
      if (quota[labels[row] & 255]-- > 0) {
        rows[drawn++] = row;
      }
    }
    return rows;
  }

  /** Examples of each class: shares rounded down, and one more for the largest remainders. */
  private static int[] quotas(byte[] labels, int count) {
    long[] frequency = new long[256];
    for (byte label : labels) {
      frequency[label & 255]++;
    }
    int[] quota = new int[256];
    long[] remainder = new long[256];
    int left = count;
    for (int c = 0; c < 256; c++) {
      quota[c] = (int) (frequency[c] * count / labels.length);
      remainder[c] = frequency[c] * count % labels.length;
      left -= quota[c];
    }
    for (; left > 0; left--) {
      int largest = 0;
      for (int c = 1; c < 256; c++) {
        if (remainder[c] > remainder[largest]) {
          largest = c;
        }
      }
      quota[largest]++;
      remainder[largest] = -1;
    }
    return quota;
  }

  private static void writeImages(Path file, IdxFile.Images images, int[] rows) throws IOException {
    int size = images.shape().size();
    try (DataOutputStream out = new DataOutputStream(compressed(file))) {
      out.writeInt(0x00000803);
      out.writeInt(rows.length);
      out.writeInt(images.shape().height());
      out.writeInt(images.shape().width());
      for (int row : rows) {
        out.write(images.pixels(), row * size, size);
      }
    }
  }

  private static void writeLabels(Path file, byte[] labels, int[] rows) throws IOException {
    try (DataOutputStream out = new DataOutputStream(compressed(file))) {
      out.writeInt(0x00000801);
      out.writeInt(rows.length);
      for (int row : rows) {
        out.write(labels[row]);
      }
    }
  }

  private static void writeArff(
      Path file, String relation, IdxFile.Images images, byte[] labels, int[] rows)
      throws IOException {
    int size = images.shape().size();
    try (Writer out =
        new BufferedWriter(new OutputStreamWriter(compressed(file), StandardCharsets.US_ASCII))) {
      out.write("@relation '" + relation.replace("'", "\\'") + "'\n\n");
      for (int i = 1; i <= size; i++) {
        out.write("@attribute pixel" + i + " numeric\n");
      }
      out.write("@attribute class {");
      int classes = IdxFile.classes(labels);
      for (int c = 0; c < classes; c++) {
        out.write((c == 0 ? "" : ",") + c);
      }
      out.write("}\n\n@data\n");
      for (int row : rows) {
        out.write(sparseRow(images.pixels(), row * size, size, labels[row] & 255));
      }
    }
  }

  /** A line of sparse ARFF; zeros, and with them the first class, are left out. */
  private static String sparseRow(byte[] pixels, int start, int size, int label) {
    StringBuilder line = new StringBuilder("{");
    String separator = "";
    for (int i = 0; i < size; i++) {
      int value = pixels[start + i] & 255;
      if (value != 0) {
        line.append(separator).append(i).append(' ').append(value);
        separator = ",";
      }
    }
    if (label != 0) {
      line.append(separator).append(size).append(' ').append(label);
    }
    return line.append("}\n").toString();
  }

  private static OutputStream compressed(Path file) throws IOException {
    return new SmallestGzip(new BufferedOutputStream(Files.newOutputStream(file)));
  }

  /** The gzip stream of the library has no argument for the level of compression. */
  private static final class SmallestGzip extends GZIPOutputStream {
    SmallestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
