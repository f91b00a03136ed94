package lfnn.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFileTest {

  private static final Path SAMPLE =
      Path.of("examples-arff", "mnist-2000-test-images-idx3-ubyte.gz");
  private static final Path SAMPLE_LABELS =
      Path.of("examples-arff", "mnist-2000-test-labels-idx1-ubyte.gz");

  @TempDir Path folder;

  /** Two images of 2 × 3 pixels. */
  private static Bytes twoImages() {
    return new Bytes().ints(0x803, 2, 2, 3).bytes(0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255);
  }

  private static Bytes twoLabels() {
    return new Bytes().ints(0x801, 2).bytes(7, 3);
  }

  @Test
  void readsImages() throws IOException {
    IdxFile.Images images = IdxFile.readImages(file("images", twoImages().plain()));
    assertThat(images.shape()).isEqualTo(new InputShape(1, 2, 3));
    assertThat(images.count()).isEqualTo(2);
    assertThat(images.pixels()).hasSize(12).startsWith(0, 1, 2).endsWith((byte) 255);
  }

  @Test
  void readsLabels() throws IOException {
    byte[] labels = IdxFile.readLabels(file("labels", twoLabels().plain()));
    assertThat(labels).containsExactly(7, 3);
    assertThat(IdxFile.classes(labels)).isEqualTo(8);
  }

  @Test
  void thereAreAtLeastTwoClasses() {
    assertThat(IdxFile.classes(new byte[] {0, 0})).isEqualTo(2);
    assertThat(IdxFile.classes(new byte[] {(byte) 255})).isEqualTo(256);
  }

  @Test
  void readsCompressedFilesWhateverTheirName() throws IOException {
    assertThat(IdxFile.readImages(file("no-gz-in-the-name", twoImages().gzip())).count())
        .isEqualTo(2);
    assertThat(IdxFile.readImages(file("plain.gz", twoImages().plain())).count()).isEqualTo(2);
  }

  @Test
  void readsCompressedFilesLargerThanTheFirstPiece() throws IOException {
    int side = 4200;
    Bytes bytes = new Bytes().ints(0x803, 1, side, side);
    byte[] pixels = new byte[side * side];
    pixels[pixels.length - 1] = 9;
    bytes.raw(pixels);
    assertThat(IdxFile.readImages(file("large.gz", bytes.gzip())).pixels()).isEqualTo(pixels);
  }

  @Test
  void readsTheSampleAsADataset() throws IOException {
    Dataset data = IdxFile.read(SAMPLE, SAMPLE_LABELS, 0).dataset();
    assertThat(data.size()).isEqualTo(2000);
    assertThat(data.shape()).isEqualTo(new InputShape(1, 28, 28));
    assertThat(data.classes()).isEqualTo(10);
    int[] frequency = new int[10];
    double sum = 0;
    for (int row = 0; row < data.size(); row++) {
      frequency[(int) data.target(row)]++;
      for (int f = 0; f < data.features(); f++) {
        sum += data.feature(row, f);
      }
    }
    assertThat(frequency).containsExactly(196, 227, 206, 202, 196, 178, 192, 206, 195, 202);
    // The mean of MNIST's test images is 0.1325.
    assertThat(sum / (2000 * 784)).isBetween(0.130, 0.135);
  }

  @Test
  void takesTheNumberOfClassesFromTheCallerIfGiven() throws IOException {
    Path images = file("images", twoImages().plain());
    Path labels = file("labels", twoLabels().plain());
    assertThat(IdxFile.read(images, labels, 10).classNames()).hasSize(10);
    assertThatIOException()
        .isThrownBy(() -> IdxFile.read(images, labels, 7))
        .withMessage(labels + ": byte 8: label 7 of example 0, expected 0 to 6");
    assertThatIllegalArgumentException().isThrownBy(() -> IdxFile.read(images, labels, -1));
  }

  @Test
  void refusesLabelsAsImages() throws IOException {
    Path file = file("train-labels", twoLabels().plain());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessage(
            file
                + ": byte 0: magic number 0x00000801 (unsigned bytes in 1 dimension), expected"
                + " 0x00000803 (unsigned bytes in 3 dimensions); is this the labels file?");
  }

  @Test
  void refusesImagesAsLabels() throws IOException {
    Path file = file("train-images", twoImages().gzip());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readLabels(file))
        .withMessage(
            file
                + ": byte 0: magic number 0x00000803 (unsigned bytes in 3 dimensions), expected"
                + " 0x00000801 (unsigned bytes in 1 dimension); is this the images file?");
  }

  @ParameterizedTest
  @CsvSource({
    "00000903, signed bytes in 3 dimensions",
    "00000b03, 16-bit integers in 3 dimensions",
    "00000c03, 32-bit integers in 3 dimensions",
    "00000d03, 32-bit floating-point numbers in 3 dimensions",
    "00000e03, 64-bit floating-point numbers in 3 dimensions",
    "00000802, unsigned bytes in 2 dimensions"
  })
  void refusesOtherElementsAndSaysWhatTheyAre(String magic, String description) throws IOException {
    Path file = file("images", new Bytes().ints(Integer.parseInt(magic, 16), 1, 1, 1).plain());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessage(
            file
                + ": byte 0: magic number 0x"
                + magic
                + " ("
                + description
                + "), expected 0x00000803 (unsigned bytes in 3 dimensions); only such files of"
                + " images can be read");
  }

  @Test
  void refusesFilesOfOtherFormats() throws IOException {
    Path arff = file("iris.arff", "@relation iris".getBytes(US_ASCII));
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(arff))
        .withMessage(
            arff
                + ": byte 0: magic number 0x4072656c, expected 0x00000803 (unsigned bytes in 3"
                + " dimensions); this is not an IDX file");
    Path zip = file("mnist.zip", new Bytes().bytes('P', 'K', 3, 4).plain());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(zip))
        .withMessageEndingWith("; this is a zip archive: unpack it first");
  }

  @ParameterizedTest(name = "{0} bytes")
  @CsvSource({
    "0, 'byte 0: the file ends, expected the magic number 0x00000803 up to byte 4'",
    "3, 'byte 3: the file ends, expected the magic number 0x00000803 up to byte 4'",
    "4, 'byte 4: the file ends, expected 3 sizes of four bytes up to byte 16'",
    "15, 'byte 15: the file ends, expected 3 sizes of four bytes up to byte 16'"
  })
  void refusesATruncatedHeader(int length, String message) throws IOException {
    byte[] bytes = Arrays.copyOf(twoImages().plain(), length);
    for (Path file : new Path[] {file("a", bytes), file("a.gz", gzip(bytes))}) {
      assertThatIOException()
          .isThrownBy(() -> IdxFile.readImages(file))
          .withMessage(file + ": " + message + "; the file is empty or truncated");
    }
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {16, 17, 27})
  void refusesATruncatedBodyAndSaysHowMuchIsMissing(int length) throws IOException {
    byte[] bytes = Arrays.copyOf(twoImages().plain(), length);
    for (Path file : new Path[] {file("a", bytes), file("a.gz", gzip(bytes))}) {
      assertThatIOException()
          .isThrownBy(() -> IdxFile.readImages(file))
          .withMessage(
              "%s: byte %d: the file ends, expected 28 bytes; %d are missing: the file is"
                  + " truncated, get it again",
              file, length, 28 - length);
    }
  }

  @Test
  void doesNotBelieveTheSizesOfATruncatedCompressedFile() throws IOException {
    // Sizes of two thousand million bytes, of which five exist: no such array may be made.
    Path file = file("a.gz", new Bytes().ints(0x803, 2000, 1000, 1000).bytes(1, 2, 3, 4, 5).gzip());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessageContaining("byte 21: the file ends, expected 2000000016 bytes");
  }

  @Test
  void refusesBytesAfterTheEnd() throws IOException {
    byte[] bytes = twoImages().bytes(1, 2, 3).plain();
    Path plain = file("a", bytes);
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(plain))
        .withMessage(
            plain
                + ": byte 28: 3 more bytes, expected the end of the file; the sizes in the header"
                + " do not match the file");
    Path compressed = file("a.gz", gzip(bytes));
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(compressed))
        .withMessageContaining("byte 28: more bytes, expected the end of the file");
    Path labels = file("labels", twoLabels().bytes(0).plain());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readLabels(labels))
        .withMessageContaining("byte 10: 1 more bytes, expected the end of the file");
  }

  @ParameterizedTest
  @CsvSource({"0,28,28,4", "5,0,28,8", "5,28,0,12"})
  void refusesSizesOfZero(int count, int height, int width, int at) throws IOException {
    Path file = file("a", new Bytes().ints(0x803, count, height, width).plain());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessage(
            file + ": byte " + at + ": size 0, expected at least 1; the file is empty or damaged");
  }

  @ParameterizedTest
  @CsvSource({
    "7fffffff,00000001,00000002,4294967294",
    "00010000,00010000,00000001,4294967296",
    "ffffffff,ffffffff,ffffffff,79228162458924105385300197375",
    "80000000,00000001,00000001,2147483648"
  })
  void refusesSizesThatOverflow(String count, String height, String width, String elements)
      throws IOException {
    Bytes bytes = new Bytes().ints(0x803);
    for (String size : new String[] {count, height, width}) {
      bytes.ints(Integer.parseUnsignedInt(size, 16));
    }
    Path file = file("a", bytes.plain());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessageStartingWith(file + ": byte 4: sizes [")
        .withMessageEndingWith(
            "] make "
                + elements
                + " bytes, expected at most 2147483639; the header is damaged, or the file must be"
                + " split");
  }

  @Test
  void refusesImagesAndLabelsThatDoNotMatch() throws IOException {
    Path images = file("images", twoImages().plain());
    Path labels = file("labels", new Bytes().ints(0x801, 3).bytes(1, 2, 3).plain());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.read(images, labels, 0))
        .withMessage(
            labels
                + ": 3 labels at byte 4, expected 2, the number of images at byte 4 of "
                + images
                + "; do the two files belong together?");
  }

  @Test
  void refusesAMissingFile() {
    Path file = folder.resolve("nowhere");
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessage(file + ": no such file, expected an IDX file of images; check the path");
  }

  @Test
  void refusesAFolder() {
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readLabels(folder))
        .withMessage(folder + ": is a folder, expected an IDX file of labels");
  }

  @Test
  void refusesATruncatedGzipFile() throws IOException {
    byte[] bytes = Files.readAllBytes(SAMPLE);
    Path file = file("a.gz", Arrays.copyOf(bytes, bytes.length / 2));
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessageMatching(
            "(?s)\\Q"
                + file
                + "\\E: damaged gzip data after byte \\d+ \\(.*\\); the file is truncated or"
                + " damaged, get it again");
  }

  @Test
  void refusesAGzipFileWithoutItsLastBytes() throws IOException {
    byte[] bytes = twoImages().gzip();
    Path file = file("a.gz", Arrays.copyOf(bytes, bytes.length - 3));
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessageContaining("damaged gzip data after byte 28");
  }

  @Test
  void refusesADamagedGzipFile() throws IOException {
    byte[] bytes = Files.readAllBytes(SAMPLE_LABELS);
    bytes[bytes.length - 5] ^= 1; // in the checksum
    Path checksum = file("checksum.gz", bytes);
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readLabels(checksum))
        .withMessageContaining("damaged gzip data after byte 2008");
    Path header = file("header.gz", new Bytes().bytes(0x1f, 0x8b, 99, 0, 0).plain());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readLabels(header))
        .withMessageContaining("damaged gzip data after byte 0");
  }

  @Test
  void readsGzipFilesOfSeveralMembersWithEveryPartOfAHeader() throws IOException {
    byte[] all = twoImages().plain();
    byte[] first = gzip(Arrays.copyOf(all, 20));
    byte[] second = gzip(Arrays.copyOfRange(all, 20, all.length));
    // An extra field of three bytes, a name, a comment and the checksum of the header.
    byte[] start = new Bytes().bytes(0x1f, 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3).plain();
    byte[] parts = new Bytes().bytes(3, 0, 7, 8, 9, 'a', 0, 'b', 'c', 0).plain();
    CRC32 checksum = new CRC32();
    checksum.update(start);
    checksum.update(parts);
    Bytes full = new Bytes().raw(start).raw(parts);
    full.bytes((int) checksum.getValue(), (int) checksum.getValue() >>> 8);
    full.raw(Arrays.copyOfRange(second, 10, second.length));
    Path file = file("a.gz", new Bytes().raw(first).raw(full.plain()).plain());

    assertThat(IdxFile.readImages(file).pixels()).isEqualTo(Arrays.copyOfRange(all, 16, 28));

    byte[] bytes = Files.readAllBytes(file);
    bytes[first.length + start.length + parts.length] ^= 1;
    Files.write(file, bytes);
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessage(
            file
                + ": damaged gzip data after byte 16 (wrong checksum of the header); the file is"
                + " truncated or damaged, get it again");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 20, 100_000})
  void refusesBytesAfterAGzipFile(int count) throws IOException {
    byte[] trailing = new byte[count];
    Arrays.fill(trailing, (byte) 'x');
    Path file = file("a.gz", new Bytes().raw(twoImages().gzip()).raw(trailing).plain());
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessage(
            file
                + ": damaged gzip data after byte 28 (bytes follow that are no gzip data); the file"
                + " is truncated or damaged, get it again");
  }

  @Test
  void refusesAGzipFileThatIsTruncatedAnywhere() throws IOException {
    byte[] bytes = new Bytes().raw(twoImages().gzip()).raw(gzip(new byte[0])).plain();
    int first = twoImages().gzip().length;
    for (int length = 2; length < bytes.length; length++) {
      if (length != first) {
        Path file = file("a.gz", Arrays.copyOf(bytes, length));
        assertThatIOException()
            .as("%d bytes", length)
            .isThrownBy(() -> IdxFile.readImages(file))
            .withMessageStartingWith(file + ": damaged gzip data after byte ")
            .withMessageContaining(" (it ends too early); the file is truncated or damaged");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 7, unknown method of compression",
    "3, 64, unknown flags in the header",
    "10, 7, invalid block type"
  })
  void saysWhatIsWrongWithAGzipFile(int at, int value, String what) throws IOException {
    byte[] bytes = twoImages().gzip();
    bytes[at] = (byte) value;
    Path file = file("a.gz", bytes);
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessage(
            file
                + ": damaged gzip data after byte 0 ("
                + what
                + "); the file is truncated or damaged, get it again");
  }

  @Test
  void refusesAWrongLengthAtTheEndOfAGzipFile() throws IOException {
    byte[] bytes = twoImages().gzip();
    bytes[bytes.length - 1] = 1;
    Path file = file("a.gz", bytes);
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readImages(file))
        .withMessageContaining(": damaged gzip data after byte 28 (wrong length); the file is");
  }

  @Test
  void refusesLabelsThatAreTooManyForAnArray() throws IOException {
    Path plain = file("labels", new Bytes().ints(0x801, 0xffffffff).plain());
    Path packed = file("labels.gz", new Bytes().ints(0x801, 0xffffffff).gzip());
    for (Path file : new Path[] {plain, packed}) {
      assertThatIOException()
          .isThrownBy(() -> IdxFile.readLabels(file))
          .withMessage(
              file
                  + ": byte 4: sizes [4294967295] make 4294967295 bytes, expected at most"
                  + " 2147483639; the header is damaged, or the file must be split");
    }
  }

  @Test
  void namesTheFileThatCannotBeReadOn() throws IOException {
    Path file = file("a", new byte[1 << 20]);
    BinaryFile source = new BinaryFile(file, "an IDX file");
    assertThat(source.readUpTo(10)).hasSize(10);
    source.close();
    assertThatIOException()
        .isThrownBy(() -> source.readUpTo(1 << 19))
        .withMessageStartingWith(file + ": cannot be read after byte 10: java.io.IOException: ");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void namesTheFileOfWhichNoByteCanBeRead() {
    // Can be opened, but nothing is at its first address.
    Path file = Path.of("/proc/self/mem");
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readLabels(file))
        .withMessageStartingWith(file + ": cannot be read after byte 0: java.io.IOException: ");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void namesABrokenLinkAndWhatItIsALinkTo() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("labels"), Path.of("nowhere"));
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readLabels(link))
        .withMessage(
            link + ": is a link to nowhere, which is not there; restore that, or remove the link");
  }

  @Test
  void messagesAreOneLine() throws IOException {
    byte[] bytes = new Bytes().bytes(0x1f, 0x8b).plain();
    Path file = file("a", bytes);
    assertThatIOException()
        .isThrownBy(() -> IdxFile.readLabels(file))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("null"));
  }

  @Test
  void describesTheElementTypesOfTheFormat() {
    assertThat(IdxFile.ElementType.values())
        .extracting(IdxFile.ElementType::code)
        .containsExactly(0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E);
    assertThat(IdxFile.ElementType.values())
        .extracting(IdxFile.ElementType::bytes)
        .containsExactly(1, 1, 2, 4, 4, 8);
  }

  @Test
  void sampleFilesAreWhatTheSampleWriterMakesOfThem() throws IOException {
    IdxSample.main(
        new String[] {
          SAMPLE.toString(), SAMPLE_LABELS.toString(), "50", "3", folder.resolve("s").toString()
        });
    Dataset data =
        IdxFile.read(
                folder.resolve("s-images-idx3-ubyte.gz"),
                folder.resolve("s-labels-idx1-ubyte.gz"),
                10)
            .dataset();
    assertThat(data.size()).isEqualTo(50);
    try (var arff = new GZIPInputStream(Files.newInputStream(folder.resolve("s.arff.gz")))) {
      assertThat(new String(arff.readAllBytes(), US_ASCII).lines().toList())
          .hasSize(1 + 1 + 784 + 1 + 1 + 1 + 50)
          .startsWith("@relation 's'")
          .contains("@attribute pixel784 numeric", "@attribute class {0,1,2,3,4,5,6,7,8,9}");
    }
  }

  @Test
  void sampleKeepsTheSharesOfTheClasses() {
    byte[] labels = new byte[100];
    Arrays.fill(labels, 70, 100, (byte) 1);
    int[] rows = IdxSample.draw(labels, 10, 1);
    assertThat(rows).hasSize(10).doesNotHaveDuplicates();
    assertThat(Arrays.stream(rows).filter(row -> labels[row] == 1)).hasSize(3);
    assertThat(IdxSample.draw(labels, 10, 1)).containsExactly(rows);
    assertThat(IdxSample.draw(labels, 10, 2)).isNotEqualTo(rows);
    assertThat(IdxSample.draw(labels, 100, 2)).hasSize(100).doesNotHaveDuplicates();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IdxSample.draw(labels, 101, 1))
        .withMessage("the number of examples must be from 1 to 100, not 101");
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** Bytes of a file, one after the other. */
  private static final class Bytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes ints(int... values) {
      for (int value : values) {
        bytes(value >>> 24, value >>> 16, value >>> 8, value);
      }
      return this;
    }

    Bytes bytes(int... values) {
      for (int value : values) {
        out.write(value);
      }
      return this;
    }

    Bytes raw(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    byte[] plain() {
      return out.toByteArray();
    }

    byte[] gzip() throws IOException {
      return IdxFileTest.gzip(plain());
    }
  }
}
