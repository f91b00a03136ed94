package lfnn.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The pixels of an image file.
 *
 * @param channels 1 if red, green and blue are equal in every pixel, else 3
 * @param height number of pixel rows
 * @param width number of pixel columns
 * @param planes unsigned bytes, channel by channel, each row by row; shared
 */
@SuppressWarnings("ArrayRecordComponent") // only this package sees it, and nobody compares it
record Picture(int channels, int height, int width, byte[] planes) {

  /**
   * Most pixels that a byte of a file can stand for: eight in black and white, 1,032 times packed
   * by deflate. A damaged header is found by it before memory is asked for.
   */
  private static final long PIXELS_PER_BYTE = 8 * 1032;

  /** What the JPEG reader of the JDK says about colours that it does not know. */
  private static final String UNSUPPORTED = "Unsupported Image Type";

  /**
   * Decodes a file.
   *
   * @throws IOException if it cannot be read, is truncated or damaged, or of another kind
   */
  static Picture read(Path file) throws IOException {
    byte[] bytes = bytes(file);
    // From memory: a stream from the file would go through temporary files.
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException(
            file
                + (bytes.length == 0
                    ? ": is empty, expected an image"
                    : ": is not a PNG, JPEG, GIF or BMP image; convert it to PNG"));
      }
      ImageReader reader = readers.next();
      try {
        ImageEnd.require(bytes);
        reader.setInput(in, true, true);
        return of(decoded(reader, bytes.length));
      } catch (IOException | RuntimeException e) {
        // The readers of the JDK report some damages with unchecked exceptions of many kinds.
        throw unreadable(file, e);
      } finally {
        reader.dispose();
      }
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    long length;
    try {
      length = Files.size(file);
      if (length <= BinaryFile.LONGEST_ARRAY) {
        return Files.readAllBytes(file);
      }
    } catch (IOException e) {
      throw new IOException(file + ": cannot be opened: " + e, e);
    }
    throw new IOException(
        file
            + ": has "
            + length
            + " bytes, expected an image of at most "
            + BinaryFile.LONGEST_ARRAY
            + "; make it smaller, or remove it");
  }

  private static IOException unreadable(Path file, Exception e) {
    if (UNSUPPORTED.equals(e.getMessage())) {
      return new IOException(
          file + ": its colours are of a kind that Java does not read, as CMYK; convert it to RGB",
          e);
    }
    String reason =
        e instanceof EOFException
            ? "it ends too early"
            : e instanceof IIOException ? e.getMessage() : e.toString();
    return new IOException(
        file + ": cannot be decoded (" + reason + "); the file is damaged, get it again", e);
  }

  private static BufferedImage decoded(ImageReader reader, long length) throws IOException {
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    long pixels = (long) reader.getHeight(0) * reader.getWidth(0);
    if (pixels > PIXELS_PER_BYTE * length || 3 * pixels > BinaryFile.LONGEST_ARRAY) {
      throw new IIOException("its header says " + reader.getHeight(0) + "x" + reader.getWidth(0));
    }
    BufferedImage image = reader.read(0);
    for (String warning : warnings) {
      // Of a truncated JPEG file the reader makes an image that is grey from there on; bytes that
      // it does not need do no harm.
      if (warning.contains("Truncated")
          || (warning.contains("Corrupt") && !warning.contains("extraneous"))) {
        throw new IIOException(warning);
      }
    }
    return image;
  }

  private static Picture of(BufferedImage image) throws IIOException {
    int height = image.getHeight();
    int width = image.getWidth();
    int plane = height * width;
    ColorModel colours = image.getColorModel();
    byte[] planes;
    if (colours instanceof IndexColorModel palette) {
      planes = new byte[3 * plane];
      byte[][] values = new byte[3][palette.getMapSize()];
      palette.getReds(values[0]);
      palette.getGreens(values[1]);
      palette.getBlues(values[2]);
      int[] indices = image.getRaster().getSamples(0, 0, width, height, 0, (int[]) null);
      for (int i = 0; i < planes.length; i++) {
        planes[i] = values[i / plane][indices[i % plane]];
      }
    } else {
      // As stored: getRGB would brighten grey values, and apply profiles pixel by pixel.
      int type = colours.getColorSpace().getType();
      int channels = type == ColorSpace.TYPE_GRAY ? 1 : 3;
      if (type != ColorSpace.TYPE_GRAY && type != ColorSpace.TYPE_RGB) {
        throw new IIOException(UNSUPPORTED);
      }
      planes = new byte[channels * plane];
      for (int c = 0; c < channels; c++) {
        int bits = colours.getComponentSize(c);
        if (bits > 16) {
          throw new IIOException(UNSUPPORTED);
        }
        int largest = (1 << bits) - 1;
        int[] samples = image.getRaster().getSamples(0, 0, width, height, c, (int[]) null);
        for (int i = 0; i < plane; i++) {
          planes[c * plane + i] = (byte) ((samples[i] * 255 + largest / 2) / largest);
        }
      }
    }
    return new Picture(3, height, width, planes).withoutNeedlessColour();
  }

  /** The same with one channel if the three are equal. */
  private Picture withoutNeedlessColour() {
    int plane = height * width;
    boolean grey =
        planes.length == plane
            || (Arrays.equals(planes, 0, plane, planes, plane, 2 * plane)
                && Arrays.equals(planes, 0, plane, planes, 2 * plane, 3 * plane));
    return grey ? new Picture(1, height, width, Arrays.copyOf(planes, plane)) : this;
  }

  /** Scaled as {@link ImageFolder.Size} says. */
  Picture scaled(int newHeight, int newWidth) {
    if (newHeight == height && newWidth == width) {
      return this;
    }
    Weights across = new Weights(width, newWidth);
    Weights down = new Weights(height, newHeight);
    byte[] scaled = new byte[channels * newHeight * newWidth];
    double[] rows = new double[height * newWidth];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        int from = (c * height + y) * width;
        for (int x = 0; x < newWidth; x++) {
          double value = 0;
          for (int i = 0; i < across.values[x].length; i++) {
            value += across.values[x][i] * (planes[from + across.first[x] + i] & 255);
          }
          rows[y * newWidth + x] = value;
        }
      }
      for (int y = 0; y < newHeight; y++) {
        int to = (c * newHeight + y) * newWidth;
        for (int x = 0; x < newWidth; x++) {
          double value = 0;
          for (int i = 0; i < down.values[y].length; i++) {
            value += down.values[y][i] * rows[(down.first[y] + i) * newWidth + x];
          }
          scaled[to + x] = (byte) (int) (value + 0.5);
        }
      }
    }
    return new Picture(channels, newHeight, newWidth, scaled);
  }

  /** For each new pixel along one side: the first old pixel it is made of, and their weights. */
  private static final class Weights {

    private final int[] first;
    private final double[][] values;

    Weights(int oldLength, int newLength) {
      first = new int[newLength];
      values = new double[newLength][];
      double step = (double) oldLength / newLength;
      double reach = Math.max(1, step);
      for (int i = 0; i < newLength; i++) {
        // Pixel j covers the line from j to j + 1.
        double centre = (i + 0.5) * step;
        int from = Math.max(0, (int) Math.ceil(centre - reach - 0.5));
        int to = Math.min(oldLength - 1, (int) Math.floor(centre + reach - 0.5));
        first[i] = from;
        values[i] = new double[to - from + 1];
        double sum = 0;
        for (int j = from; j <= to; j++) {
          values[i][j - from] = 1 - Math.abs(j + 0.5 - centre) / reach;
          sum += values[i][j - from];
        }
        for (int j = 0; j < values[i].length; j++) {
          values[i][j] /= sum;
        }
      }
    }
  }
}
