package lfnn.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * A data file that is being read, plain or compressed with gzip, which is told by its first two
 * bytes and not by its name.
 *
 * <p>Every error is an {@link IOException} whose message, one line, has the name of the file. Bytes
 * are counted after unpacking.
 */
final class BinaryFile implements AutoCloseable {

  /** Longest array that every Java virtual machine can allocate. */
  static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  /** First piece of a compressed file's bytes; their number is not believed before they came. */
  private static final int FIRST_PIECE = 1 << 24;

  private final Path file;
  private final InputStream in;
  private final boolean compressed;
  // Length of a plain file in bytes; of a compressed one it is not known.
  private final long length;
  private long position;

  /**
   * Opens a file.
   *
   * @param expected what the file should be, for messages, for example {@code an IDX file of
   *     images}
   * @throws IOException if there is no such file, it is a folder, or it cannot be opened
   */
  BinaryFile(Path file, String expected) throws IOException {
    this.file = file;
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": is a folder, expected " + expected);
    }
    InputStream raw;
    try {
      raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    } catch (NoSuchFileException e) {
      throw new IOException(
          isBrokenLink(file)
              ? brokenLink(file)
              : file + ": no such file, expected " + expected + "; check the path",
          e);
    } catch (IOException e) {
      throw new IOException(file + ": cannot be opened: " + e, e);
    }
    try {
      raw.mark(2);
      compressed = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      in = compressed ? new GzipStream(raw) : raw;
      length = compressed ? Long.MAX_VALUE : Files.size(file);
    } catch (IOException e) {
      raw.close();
      throw failure(e);
    }
  }

  /** Whether a path is a link to something that is not there. */
  static boolean isBrokenLink(Path file) {
    return Files.isSymbolicLink(file) && !Files.exists(file);
  }

  /** What to say about a link to something that is not there. */
  static String brokenLink(Path link) {
    String target;
    try {
      target = Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      target = "an unknown place (" + e + ")";
    }
    return link
        + ": is a link to "
        + target
        + ", which is not there; restore that, or remove the link";
  }

  /**
   * Length of a file in bytes, of a compressed one that of its last member as its end says; it is
   * not checked.
   *
   * @throws IOException if the file cannot be read or is a compressed one without an end
   */
  static long unpackedLength(Path file) throws IOException {
    try (BinaryFile source = new BinaryFile(file, "a file with images")) {
      if (!source.compressed) {
        return source.length;
      }
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      bytes.seek(bytes.length() - 4);
      return Integer.toUnsignedLong(Integer.reverseBytes(bytes.readInt()));
    } catch (IOException e) {
      throw new IOException(file + ": cannot be read: " + e, e);
    }
  }

  /**
   * Files of a folder by their names without {@code .gz}; the plain one of two that differ in that.
   * Links to files that are not there are among them.
   *
   * @throws IOException if there is no such folder
   */
  static SortedMap<String, Path> inFolder(Path folder) throws IOException {
    List<Path> children;
    try (Stream<Path> stream = Files.list(folder)) {
      children = stream.filter(file -> Files.isRegularFile(file) || isBrokenLink(file)).toList();
    } catch (NoSuchFileException e) {
      throw new IOException(
          folder + ": no such folder, expected one with images; check the path", e);
    } catch (NotDirectoryException e) {
      throw new IOException(folder + ": is a file, expected the folder with the images", e);
    } catch (IOException | UncheckedIOException e) {
      throw new IOException(folder + ": cannot be listed: " + e, e);
    }
    SortedMap<String, Path> files = new TreeMap<>();
    for (Path child : children) {
      String name = child.getFileName().toString();
      String plain = plainName(name);
      if (plain.equals(name)) {
        files.put(name, child);
      } else {
        files.putIfAbsent(plain, child);
      }
    }
    return files;
  }

  /** The name of a file without {@code .gz}, whether it has that or not. */
  static String plainName(String name) {
    return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
  }

  /** Whether the file is compressed. */
  boolean isCompressed() {
    return compressed;
  }

  /** Length of a plain file in bytes; {@link Long#MAX_VALUE} for a compressed one. */
  long length() {
    return length;
  }

  /** Number of bytes read so far. */
  long position() {
    return position;
  }

  /** Reads up to {@code most} bytes, fewer only if the file ends before. */
  byte[] readUpTo(int most) throws IOException {
    int piece = compressed ? FIRST_PIECE : (int) Math.min(LONGEST_ARRAY, length - position);
    byte[] bytes = new byte[Math.min(most, piece)];
    int filled = 0;
    while (true) {
      filled += readFully(bytes, filled);
      if (filled < bytes.length) {
        return Arrays.copyOf(bytes, filled);
      }
      if (filled == most || !compressed) {
        return bytes;
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(most, 2L * filled));
    }
  }

  /** Whether there is nothing left; reads a byte if there is. */
  boolean isAtEnd() throws IOException {
    return readFully(new byte[1], 0) == 0;
  }

  /** Reads until the array is full or the file ends; returns how many bytes it read. */
  private int readFully(byte[] bytes, int from) throws IOException {
    try {
      int read = in.readNBytes(bytes, from, bytes.length - from);
      position += read;
      return read;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private IOException failure(IOException cause) {
    if (!(cause instanceof ZipException) && !(cause instanceof EOFException)) {
      return new IOException(
          file + ": cannot be read after byte " + position + ": " + cause, cause);
    }
    return new IOException(
        file
            + ": damaged gzip data after byte "
            + position
            + " ("
            + (cause instanceof EOFException ? "it ends too early" : cause.getMessage())
            + "); the file is truncated or damaged, get it again",
        cause);
  }

  /** What is wrong at a byte of the file. */
  IOException error(long at, String message) {
    return new IOException(file + ": byte " + at + ": " + message);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
