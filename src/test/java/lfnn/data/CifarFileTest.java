package lfnn.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CifarFileTest {

  private static final int PIXELS = 3072;

  @TempDir Path folder;

  /** An image per label; the pixels of image i of channel c are 10 · i + c, its last one is 255. */
  private static byte[] small(int... labels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < labels.length; i++) {
      out.write(labels[i]);
      out.writeBytes(pixels(i));
    }
    return out.toByteArray();
  }

  /** As {@link #small}, with coarse labels of a fifth of the fine ones. */
  private static byte[] large(int... labels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < labels.length; i++) {
      out.write(labels[i] / 5);
      out.write(labels[i]);
      out.writeBytes(pixels(i));
    }
    return out.toByteArray();
  }

  private static byte[] pixels(int image) {
    byte[] pixels = new byte[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      pixels[i] = (byte) (10 * image + i / 1024);
    }
    pixels[PIXELS - 1] = (byte) 255;
    return pixels;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  @Test
  void readsImagesOfTenClasses() throws IOException {
    LabelledImages images = CifarFile.read(List.of(file("test_batch.bin", small(9, 0, 3))));
    assertThat(images.shape()).isEqualTo(new InputShape(3, 32, 32));
    assertThat(images.size()).isEqualTo(3);
    assertThat(images.labels()).containsExactly(9, 0, 3);
    assertThat(images.pixels()).hasSize(3 * PIXELS).endsWith(22, 22, 255);
    assertThat(Arrays.copyOfRange(images.pixels(), PIXELS, 2 * PIXELS)).isEqualTo(pixels(1));
    assertThat(images.classNames())
        .containsExactly(
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck");
  }

  @Test
  void readsImagesOfAHundredClassesByTheirFineLabels() throws IOException {
    LabelledImages images = CifarFile.read(List.of(file("test.bin", large(99, 0, 37))));
    assertThat(images.labels()).containsExactly(99, 0, 37);
    assertThat(Arrays.copyOfRange(images.pixels(), 2 * PIXELS, 3 * PIXELS)).isEqualTo(pixels(2));
    assertThat(images.classNames()).hasSize(100).startsWith("0", "1").endsWith("99");
  }

  @Test
  void channelsAreRedGreenBlue() throws IOException {
    Dataset data = CifarFile.read(List.of(file("a", small(0, 5)))).dataset();
    assertThat(data.feature(1, 0)).isEqualTo(10 / 255f);
    assertThat(data.feature(1, 1024)).isEqualTo(11 / 255f);
    assertThat(data.feature(1, 2048)).isEqualTo(12 / 255f);
  }

  @Test
  void joinsFilesInTheirOrderWhateverTheirLength() throws IOException {
    List<Path> files =
        List.of(
            file("data_batch_1.bin", small(1)),
            file("data_batch_2.bin.gz", gzip(small(2, 3, 4))),
            file("data_batch_3.bin", small(5)));
    LabelledImages images = CifarFile.read(files);
    assertThat(images.labels()).containsExactly(1, 2, 3, 4, 5);
    assertThat(images.pixels()).hasSize(5 * PIXELS);
    assertThat(Arrays.copyOfRange(images.pixels(), 3 * PIXELS, 4 * PIXELS)).isEqualTo(pixels(2));
    assertThat(CifarFile.read(List.of(files.get(1), files.get(0))).labels())
        .containsExactly(2, 3, 4, 1);
  }

  @Test
  void readsCompressedFilesWhateverTheirName() throws IOException {
    assertThat(CifarFile.read(List.of(file("a.bin", gzip(large(7, 8))))).labels())
        .containsExactly(7, 8);
    assertThat(CifarFile.read(List.of(file("b.gz", small(7, 8)))).labels()).containsExactly(7, 8);
  }

  @Test
  void labelsTellTheKindWhenTheLengthFitsBoth() throws IOException {
    // 3074 · 3073 bytes; a sparse middle of zeros is right for both kinds.
    byte[] bytes = new byte[3074 * 3073];
    bytes[3073] = 10;
    assertThat(CifarFile.read(List.of(file("a", bytes))).size()).isEqualTo(3073);
    bytes[3073] = 9;
    assertThat(CifarFile.read(List.of(file("b", bytes))).size()).isEqualTo(3074);
  }

  @Test
  void classNamesComeFromTheFileBesideTheImages() throws IOException {
    file("batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n".getBytes(US_ASCII));
    String fine = String.join("\r\n", LabelledImages.numbers(100)).replace("99", "ölbaum");
    file("fine_label_names.txt", fine.getBytes(UTF_8));
    assertThat(CifarFile.read(List.of(file("x.bin", small(0)))).classNames())
        .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    assertThat(CifarFile.read(List.of(file("y.bin", large(0)))).classNames())
        .hasSize(100)
        .endsWith("98", "ölbaum");
  }

  @Test
  void refusesClassNamesThatDoNotFit() throws IOException {
    Path images = file("x.bin", small(0));
    Path names = file("batches.meta.txt", "a\nb\n".getBytes(US_ASCII));
    String expected =
        ", expected 10 different class names of CIFAR-10, one in a line; get the file again, or"
            + " remove it";
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(images)))
        .withMessage(names + ": has 2 names" + expected);
    file("batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\na\n".getBytes(US_ASCII));
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(images)))
        .withMessage(names + ": has a name twice" + expected);
    file("batches.meta.txt", new byte[] {(byte) 0xc3, 1, 2});
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(images)))
        .withMessage(names + ": is not UTF-8 text" + expected);
    Files.delete(names);
    Files.createDirectory(names);
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(images)))
        .withMessage(
            names
                + ": is a folder, expected a file with 10 different class names of CIFAR-10, one in"
                + " a line; get the file again, or remove it");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesABrokenLinkAsClassNames() throws IOException {
    Path images = file("x.bin", small(0));
    Path names =
        Files.createSymbolicLink(folder.resolve("batches.meta.txt"), Path.of("nowhere.txt"));
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(images)))
        .withMessage(
            names
                + ": is a link to nowhere.txt, which is not there; restore that, or remove the"
                + " link");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void namesTheFileOfClassNamesThatCannotBeRead() throws IOException {
    Path images = file("x.bin", small(0));
    // Can be opened, but nothing is at its first address.
    Path names =
        Files.createSymbolicLink(folder.resolve("batches.meta.txt"), Path.of("/proc/self/mem"));
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(images)))
        .withMessageStartingWith(names + ": cannot be read: java.io.IOException: ")
        .withMessageContaining("; expected 10 different class names of CIFAR-10");
    Files.delete(names);
  }

  @Test
  void passesOverAByteOrderMarkBeforeTheClassNames() throws IOException {
    Path images = file("x.bin", small(0));
    file("batches.meta.txt", "\uFEFFa\nb\nc\nd\ne\nf\ng\nh\ni\nj\n".getBytes(UTF_8));
    assertThat(CifarFile.read(List.of(images)).classNames()).startsWith("a", "b");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3073, 3074})
  void refusesBytesAfterTheLastImage(int more) throws IOException {
    byte[] bytes = Arrays.copyOf(small(1, 2), 2 * 3073 + more);
    Path file = file("a.bin", bytes);
    if (more == 3073) {
      // A third image, for all that can be told.
      assertThat(CifarFile.read(List.of(file)).size()).isEqualTo(3);
    } else {
      assertThatIOException()
          .isThrownBy(() -> CifarFile.read(CifarFile.Kind.CIFAR_10, List.of(file)))
          .withMessageStartingWith(file + ": byte " + bytes.length + ": the file ends in image ")
          .withMessageEndingWith(
              " bytes of an image of CIFAR-10; the file is truncated, get it again");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 'byte 1: the file ends in image 0, which lacks 3072 of the 3073 bytes of an image of"
        + " CIFAR-10; the file is truncated, get it again'",
    "3072, 'byte 3072: the file ends in image 0, which lacks 1 of the 3073 bytes of an image of"
        + " CIFAR-10; the file is truncated, get it again'",
    "6000, 'byte 6000: the file ends in image 1, which lacks 146 of the 3073 bytes of an image of"
        + " CIFAR-10; the file is truncated, get it again'",
    "0, 'byte 0: the file is empty, expected a CIFAR-10 file; get it again'"
  })
  void refusesATruncatedFileAndSaysHowMuchIsMissing(int length, String message) throws IOException {
    byte[] bytes = Arrays.copyOf(small(1, 2), length);
    for (Path file : List.of(file("a", bytes), file("a.gz", gzip(bytes)))) {
      assertThatIOException()
          .isThrownBy(() -> CifarFile.read(CifarFile.Kind.CIFAR_10, List.of(file)))
          .withMessage(file + ": " + message);
    }
  }

  @Test
  void refusesALengthOfNeitherKind() throws IOException {
    Path file = file("a", Arrays.copyOf(small(1, 2), 6000));
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(file)))
        .withMessage(
            file
                + ": byte 6000: the file ends, expected a multiple of 3073 bytes (CIFAR-10) or 3074"
                + " bytes (CIFAR-100); the file is truncated, or no CIFAR file");
  }

  @Test
  void refusesLabelsOutOfRange() throws IOException {
    Path ten = file("ten", small(0, 9, 10));
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(ten)))
        .withMessage(
            ten
                + ": byte 6146: label 10 of image 2, expected 0 to 9; the file is damaged, or no"
                + " CIFAR-10 file");
    Path fine = file("fine", large(0, 99));
    byte[] bytes = large(0, 99);
    bytes[3075] = 100;
    Files.write(fine, bytes);
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(fine)))
        .withMessage(
            fine
                + ": byte 3075: fine label 100 of image 1, expected 0 to 99; the file is damaged,"
                + " or no CIFAR-100 file");
    bytes[3074] = (byte) 255;
    Path coarse = file("coarse.gz", gzip(bytes));
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(coarse)))
        .withMessage(
            coarse
                + ": byte 3074: coarse label 255 of image 1, expected 0 to 19; the file is damaged,"
                + " or no CIFAR-100 file");
  }

  @Test
  void refusesTheOtherKind() throws IOException {
    Path ten = file("data_batch_1.bin", small(1, 2));
    Path hundred = file("train.bin", large(1, 2));
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(ten, hundred)))
        .withMessage(
            hundred
                + ": byte 6148: the file ends in image 2, which lacks 3071 of the 3073 bytes of an"
                + " image of CIFAR-10; is this a CIFAR-100 file?");
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(CifarFile.Kind.CIFAR_100, List.of(ten)))
        .withMessageEndingWith("is this a CIFAR-10 file?");
  }

  @Test
  void refusesTheOtherKindOfALengthThatFitsBoth() throws IOException {
    byte[] bytes = new byte[3074 * 3073];
    bytes[3073] = 10;
    Path file = file("a", bytes);
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(CifarFile.Kind.CIFAR_10, List.of(file)))
        .withMessage(
            file + ": byte 3073: label 10 of image 1, expected 0 to 9; is this a CIFAR-100 file?");
  }

  @Test
  void refusesArchivesAndThePythonVersionWithARemedy() throws IOException {
    byte[] zip = "PK\3\4 and so on".getBytes(US_ASCII);
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(US_ASCII), 0, tar, 257, 5);
    byte[] python = {(byte) 0x80, 2, 0x7d, 0x71};
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(file("cifar.zip", zip))))
        .withMessageEndingWith("; this is a zip archive: unpack it first");
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(file("cifar-10-binary.tar.gz", gzip(tar)))))
        .withMessageEndingWith("; this is a tar archive: unpack it first");
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(file("data_batch_1", python))))
        .withMessageEndingWith("; this is a file of the Python version: get the binary version");
  }

  @Test
  void refusesMissingFilesAndFolders() {
    Path missing = folder.resolve("nowhere");
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(missing)))
        .withMessage(
            missing + ": no such file, expected a CIFAR-10 or CIFAR-100 file; check the path");
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(CifarFile.Kind.CIFAR_100, List.of(folder)))
        .withMessage(folder + ": is a folder, expected a CIFAR-100 file");
  }

  @Test
  void refusesDamagedGzipFiles() throws IOException {
    byte[] bytes = gzip(small(1, 2));
    Path truncated = file("truncated.gz", Arrays.copyOf(bytes, bytes.length - 9));
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(truncated)))
        .withMessageMatching(
            "(?s)\\Q"
                + truncated
                + "\\E: damaged gzip data after byte \\d+ \\(.*\\); the file is truncated or"
                + " damaged, get it again");
    bytes[bytes.length - 5] ^= 1; // in the checksum
    Path checksum = file("checksum.gz", bytes);
    assertThatIOException()
        .isThrownBy(() -> CifarFile.read(List.of(checksum)))
        .withMessageContaining("damaged gzip data after byte");
  }

  @ParameterizedTest
  @EnumSource
  void kindsAreNamedAsTheirDataSets(CifarFile.Kind kind) {
    assertThat(kind).hasToString("CIFAR-" + kind.classes());
    assertThat(kind.recordLength()).isEqualTo(kind.classes() == 10 ? 3073 : 3074);
  }

  @Test
  void refusesToReadNoFiles() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CifarFile.read(List.of()))
        .withMessage("there must be at least one file");
  }
}
