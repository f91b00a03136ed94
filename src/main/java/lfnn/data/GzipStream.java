package lfnn.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Unpacks gzip data, of one member or of several in a row, to their very end: unlike the stream of
 * the JDK it refuses bytes after the last member that are no further one.
 *
 * <p>Damaged data are reported as a {@link ZipException}, truncated data as an {@link
 * EOFException}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952, GZIP file format specification
 *     version 4.3</a>
 */
final class GzipStream extends InputStream {

  private static final int DEFLATE = 8;

  private static final int HAS_CHECKSUM = 2;
  private static final int HAS_EXTRA_FIELD = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] packed = new byte[1 << 16];
  // The part of the array that has been read and not been used.
  private int from;
  private int to;
  private boolean ended;

  /** Reads the first header. */
  GzipStream(InputStream in) throws IOException {
    this.in = in;
    readHeader("there is no gzip header");
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      int count = inflate(bytes, offset, length);
      if (count > 0) {
        checksum.update(bytes, offset, count);
        return count;
      }
      if (inflater.finished()) {
        from = to - inflater.getRemaining();
        readTrailer();
        ended = from == to && !fill();
        if (!ended) {
          readHeader("bytes follow that are no gzip data");
        }
      } else if (inflater.needsDictionary()) {
        throw new ZipException("it needs a dictionary");
      } else if (fill()) {
        inflater.setInput(packed, 0, to);
      } else {
        throw new EOFException();
      }
    }
    return -1;
  }

  private int inflate(byte[] bytes, int offset, int length) throws ZipException {
    try {
      return inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      ZipException damaged = new ZipException(String.valueOf(e.getMessage()));
      damaged.initCause(e);
      throw damaged;
    }
  }

  /** Reads more packed bytes; whether there were any. */
  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(packed));
    return to > 0;
  }

  /** Reads the header of a member, whose packed bytes are next. */
  private void readHeader(String ifNone) throws IOException {
    checksum.reset();
    if (next() != 0x1f || next() != 0x8b) {
      throw new ZipException(ifNone);
    }
    if (next() != DEFLATE) {
      throw new ZipException("unknown method of compression");
    }
    int flags = next();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("unknown flags in the header");
    }
    skip(6);
    if ((flags & HAS_EXTRA_FIELD) != 0) {
      skip((int) littleEndian(2));
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    if ((flags & HAS_CHECKSUM) != 0) {
      long expected = checksum.getValue() & 0xffff;
      if (littleEndian(2) != expected) {
        throw new ZipException("wrong checksum of the header");
      }
    }
    checksum.reset();
    inflater.reset();
    inflater.setInput(packed, from, to - from);
  }

  private void readTrailer() throws IOException {
    long expected = checksum.getValue();
    if (littleEndian(4) != expected) {
      throw new ZipException("wrong checksum");
    }
    if (littleEndian(4) != (inflater.getBytesWritten() & 0xffffffffL)) {
      throw new ZipException("wrong length");
    }
  }

  private int next() throws IOException {
    if (from == to && !fill()) {
      throw new EOFException();
    }
    int value = packed[from++] & 255;
    checksum.update(value);
    return value;
  }

  private long littleEndian(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      next();
    }
  }

  /** Skips what ends with a zero. */
  private void skipText() throws IOException {
    int character;
    do {
      character = next();
    } while (character != 0);
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
