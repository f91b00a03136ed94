package lfnn.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.IIOException;

/**
 * Tells whether an image file goes on to the end that its format has: the readers of the JDK stop
 * when they have the pixels, or make up those that are missing. Bytes after the end do no harm; of
 * an animation only the first picture, which is the one that is read, must be whole.
 *
 * @see <a href="https://www.w3.org/TR/png-3/">PNG</a>
 * @see <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">JPEG (ITU-T T.81, annex B)</a>
 * @see <a href="https://www.w3.org/Graphics/GIF/spec-gif89a.txt">GIF</a>
 */
final class ImageEnd {

  private static final int EXTENSION = 0x21;
  private static final int PICTURE = 0x2c;

  private final byte[] bytes;
  private int at;

  private ImageEnd(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Makes sure that a file ends as it must. Of other formats than PNG, JPEG and GIF nothing is
   * asked.
   *
   * @throws EOFException if it ends before
   * @throws IIOException if a part of a PNG file that is needed has a wrong checksum
   */
  static void require(byte[] bytes) throws IOException {
    ImageEnd image = new ImageEnd(bytes);
    if (image.startsWith("\u0089PNG\r\n\u001a\n")) {
      image.png();
    } else if (image.startsWith("\u00ff\u00d8")) {
      image.jpeg();
    } else if (image.startsWith("GIF8")) {
      image.gif();
    }
  }

  private boolean startsWith(String start) {
    byte[] expected = start.getBytes(ISO_8859_1);
    return bytes.length >= expected.length
        && Arrays.equals(bytes, 0, expected.length, expected, 0, expected.length);
  }

  /** Chunks of length, type, data and checksum, until that of type IEND. */
  private void png() throws IOException {
    at = 8;
    String type;
    do {
      int start = at;
      long length = bigEndian(4);
      skip(length + 4);
      int end = at;
      long checksum = bigEndian(4);
      type = new String(bytes, start + 4, 4, ISO_8859_1);
      // What may be left out has a small first letter.
      if (Character.isUpperCase(type.charAt(0))) {
        CRC32 actual = new CRC32();
        actual.update(bytes, start + 4, end - start - 4);
        if (actual.getValue() != checksum) {
          throw new IIOException("wrong checksum of its part " + type);
        }
      }
    } while (!type.equals("IEND"));
  }

  /** Segments of a marker, a length and data, and coded pixels between, until the marker EOI. */
  private void jpeg() throws IOException {
    at = 2;
    int marker = nextMarker();
    while (marker != 0xd9) {
      skip(Math.max(2, bigEndian(2)) - 2);
      marker = nextMarker();
    }
  }

  /** Second byte of the next marker that is followed by a segment, or ends the image. */
  private int nextMarker() throws EOFException {
    int before = 0;
    int value = next();
    // 00 is a 255 among the pixels, 01 and d0 to d7 have no segment, ff is padding.
    while (before != 0xff || value < 2 || value == 0xff || (value >= 0xd0 && value <= 0xd8)) {
      before = value;
      value = next();
    }
    return value;
  }

  /** Blocks of several kinds until the first picture ends; there are files without a trailer. */
  private void gif() throws EOFException {
    skip(10);
    skipColours(2);
    int kind = next();
    while (kind == EXTENSION) {
      skip(1);
      skipBlocks();
      kind = next();
    }
    if (kind == PICTURE) {
      skip(8);
      skipColours(0);
      skip(1);
      skipBlocks();
    }
  }

  /** Skips a byte that says how many colours there are, some more bytes, and the colours. */
  private void skipColours(int between) throws EOFException {
    int flags = next();
    skip(between + ((flags & 0x80) == 0 ? 0 : 3L << ((flags & 7) + 1)));
  }

  /** Skips pieces of a length and as many bytes, until one of length 0. */
  private void skipBlocks() throws EOFException {
    int length = next();
    while (length > 0) {
      skip(length);
      length = next();
    }
  }

  private int next() throws EOFException {
    if (at == bytes.length) {
      throw new EOFException();
    }
    return bytes[at++] & 255;
  }

  private long bigEndian(int count) throws EOFException {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | next();
    }
    return value;
  }

  private void skip(long count) throws EOFException {
    if (count > bytes.length - at) {
      throw new EOFException();
    }
    at += (int) count;
  }
}
