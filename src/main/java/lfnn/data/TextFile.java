package lfnn.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small text file that lies beside images. */
final class TextFile {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private TextFile() {}

  /**
   * Lines of a file in UTF-8, without the byte order mark that it may begin with.
   *
   * @param expected what the file should have, and a remedy, for messages
   * @throws IOException if it cannot be read or is not UTF-8; one line with its name
   */
  static List<String> lines(Path file, String expected) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": is a folder, expected a file with " + expected);
    }
    if (BinaryFile.isBrokenLink(file)) {
      throw new IOException(BinaryFile.brokenLink(file));
    }
    List<String> lines;
    try {
      lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8));
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": is not UTF-8 text, expected " + expected, e);
    } catch (IOException e) {
      throw new IOException(file + ": cannot be read: " + e + "; expected " + expected, e);
    }
    if (!lines.isEmpty() && lines.get(0).startsWith(BYTE_ORDER_MARK)) {
      lines.set(0, lines.get(0).substring(BYTE_ORDER_MARK.length()));
    }
    return lines;
  }
}
