package lfnn.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import lfnn.data.ImageFolder.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {

  private static final Optional<Size> AS_THEY_ARE = Optional.empty();

  private static final char SEPARATOR = File.separatorChar;

  @TempDir Path folder;

  /** An image of one colour. */
  private static BufferedImage plain(int type, int height, int width, int rgb) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  private static BufferedImage colour(int height, int width, int rgb) {
    return plain(BufferedImage.TYPE_INT_RGB, height, width, rgb);
  }

  /** A grey image with a value for each pixel. */
  private static BufferedImage grey(int height, int width, int... values) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, width, height, values);
    return image;
  }

  private Path write(BufferedImage image, String name) throws IOException {
    return write(encoded(image, name.substring(name.lastIndexOf('.') + 1)), name);
  }

  private static byte[] encoded(BufferedImage image, String extension) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, extension, bytes)).isTrue();
    return bytes.toByteArray();
  }

  private Path write(byte[] bytes, String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  private LabelledImages read() throws IOException {
    return ImageFolder.read(folder, AS_THEY_ARE);
  }

  private void assertFails(String message) {
    assertThatIOException()
        .isThrownBy(this::read)
        .withMessage(message.replace("FOLDER", folder.toString()).replace('/', SEPARATOR));
  }

  @Test
  void classesAreInAlphabeticalOrderAndImagesInThatOfTheirNames() throws IOException {
    write(grey(1, 2, 30, 31), "dog/b.png");
    write(grey(1, 2, 20, 21), "dog/a.PNG");
    write(grey(1, 2, 10, 11), "cat/z.bmp");
    write(new byte[3], "cat/notes.txt");
    write(new byte[3], "cat/._z.png");
    write(new byte[3], "labels.csv");

    LabelledImages images = read();

    assertThat(images.classNames()).containsExactly("cat", "dog");
    assertThat(images.labels()).containsExactly(0, 1, 1);
    assertThat(images.shape()).isEqualTo(new InputShape(1, 1, 2));
    assertThat(images.pixels()).containsExactly(10, 11, 20, 21, 30, 31);
    assertThat(ImageFolder.isOne(folder)).isTrue();
  }

  @Test
  void orderIsTheSameForMoreImagesThanAreDecodedTogether() throws IOException {
    int count = 600;
    byte[] expected = new byte[count];
    for (int i = 0; i < count; i++) {
      expected[i] = (byte) (i % 251);
      write(grey(1, 1, i % 251), String.format("all/%04d.png", i));
    }

    assertThat(read().pixels()).isEqualTo(expected);
  }

  @Test
  void coloursAreThreePlanesAndGreyImagesAmongThemHaveThreeEqualOnes() throws IOException {
    write(grey(1, 2, 7, 8), "a/1.png");
    write(colour(1, 2, 0xff8001), "a/2.png");

    LabelledImages images = read();

    assertThat(images.shape()).isEqualTo(new InputShape(3, 1, 2));
    assertThat(images.pixels()).containsExactly(7, 8, 7, 8, 7, 8, 255, 255, 128, 128, 1, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "png, 5", "png, 6", "png, 10", "png, 13", "bmp, 5", "bmp, 10", "gif, 13", "bmp, 8", "bmp, 9"
  })
  void greyIsGreyHoweverItIsStored(String extension, int type) throws IOException {
    // Every kind of image has black and white; of very small ones Java writes wrong GIF files.
    BufferedImage image = plain(type, 8, 8, 0xffffffff);
    image.setRGB(1, 0, 0xff000000);
    byte[] expected = new byte[64];
    Arrays.fill(expected, (byte) 255);
    expected[1] = 0;
    write(image, "a/1." + extension);

    LabelledImages images = read();

    assertThat(images.shape()).isEqualTo(new InputShape(1, 8, 8));
    assertThat(images.pixels()).isEqualTo(expected);
  }

  @Test
  void greyValuesAreThoseInTheFile() throws IOException {
    write(grey(1, 4, 0, 1, 100, 254), "a/1.png");
    BufferedImage deep = new BufferedImage(4, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setPixels(0, 0, 4, 1, new int[] {0, 257, 100 * 257 + 120, 65535});
    write(deep, "a/2.png");

    assertThat(read().pixels()).containsExactly(0, 1, 100, 254, 0, 1, 100, 255);
  }

  @Test
  void jpegImagesAreReadUpToTheirLosses() throws IOException {
    write(colour(16, 16, 0xc86432), "a/1.jpg");
    write(colour(16, 16, 0xc86432), "a/2.JPEG");

    LabelledImages images = read();

    assertThat(images.size()).isEqualTo(2);
    for (int i = 0; i < images.pixels().length; i++) {
      int expected = new int[] {200, 100, 50}[i / 256 % 3];
      assertThat(images.pixels()[i] & 255).isBetween(expected - 3, expected + 3);
    }
  }

  @Test
  void sizesMustBeEqualUnlessOneIsGiven() throws IOException {
    write(grey(2, 2, 1, 2, 3, 4), "a/1.png");
    write(grey(4, 2, 1, 1, 1, 1, 5, 5, 5, 5), "b/1.png");

    assertFails(
        "FOLDER/b/1.png: has 4x2 pixels, expected 2x2 as in FOLDER/a/1.png; give a size to scale"
            + " all images to");

    LabelledImages scaled = ImageFolder.read(folder, Optional.of(new Size(2, 2)));
    assertThat(scaled.pixels()).startsWith(1, 2, 3, 4);
    assertThat(scaled.shape()).isEqualTo(new InputShape(1, 2, 2));
  }

  @Test
  void enlargingInterpolatesBetweenTheCentresOfPixels() throws IOException {
    write(grey(1, 2, 0, 100), "a/1.png");

    LabelledImages images = ImageFolder.read(folder, Optional.of(new Size(2, 4)));

    assertThat(images.pixels()).containsExactly(0, 25, 75, 100, 0, 25, 75, 100);
  }

  @Test
  void reducingPassesNoPixelOver() throws IOException {
    int[] row = new int[8];
    row[2] = 80;
    write(grey(1, 8, row), "a/1.png");

    LabelledImages images = ImageFolder.read(folder, Optional.of(new Size(1, 2)));

    // Triangles of ±4 pixels around 2 and 6, cut at the edge; pixel 2 is at 2.5.
    double sum = 0.625 + 0.875 + 0.875 + 0.625 + 0.375 + 0.125;
    assertThat(images.pixels())
        .containsExactly((int) Math.round(80 * 0.875 / sum), (int) Math.round(80 * 0.125 / sum));
  }

  @Test
  void tinyImageNetHasItsImagesInFoldersWithinClassesAndAnnotationsBesideTests()
      throws IOException {
    write(colour(1, 1, 0x010203), "train/n01/images/n01_0.png");
    write(colour(1, 1, 0x040506), "train/n02/images/n02_0.png");
    write("n02_0.png\t0\t0\t1\t1\n".getBytes(), "train/n02/n02_boxes.txt");
    write(grey(1, 1, 9), "val/images/val_1.png");
    write(colour(1, 1, 0x070809), "val/images/val_0.png");
    write(
        "val_1.png\tn01\t0\t0\t1\t1\nval_0.png\tn02\t0\t0\t1\t1\n\n".getBytes(),
        "val/val_annotations.txt");

    LabelledImages training = ImageFolder.read(folder.resolve("train"), AS_THEY_ARE);
    LabelledImages test = ImageFolder.readLike(training, folder.resolve("val"), AS_THEY_ARE);

    assertThat(training.classNames()).containsExactly("n01", "n02");
    assertThat(training.pixels()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(test.classNames()).isEqualTo(training.classNames());
    assertThat(test.labels()).containsExactly(0, 1);
    assertThat(test.pixels()).containsExactly(9, 9, 9, 7, 8, 9);
    assertThat(ImageFolder.isOne(folder.resolve("val"))).isTrue();
    assertThat(ImageFolder.isOne(folder)).isFalse();
  }

  @Test
  void testImagesMayLackAClassButNotHaveAnother() throws IOException {
    write(grey(1, 1, 1), "train/a/1.png");
    write(grey(1, 1, 1), "train/b/1.png");
    write(grey(1, 1, 1), "test/b/1.png");
    LabelledImages training = ImageFolder.read(folder.resolve("train"), AS_THEY_ARE);
    Path test = folder.resolve("test");

    assertThat(ImageFolder.readLike(training, test, AS_THEY_ARE).labels()).containsExactly(1);

    write(grey(1, 1, 1), "test/c/1.png");
    assertThatIOException()
        .isThrownBy(() -> ImageFolder.readLike(training, test, AS_THEY_ARE))
        .withMessage(test + ": \"c\" is not among the 2 classes of the training images, a, b");
  }

  @Test
  void testImagesMustHaveTheShapeOfTheTrainingImages() throws IOException {
    write(grey(1, 1, 1), "train/a/1.png");
    Path other = write(grey(1, 2, 1, 1), "size/a/1.png");
    Path coloured = write(colour(1, 1, 0x010203), "colour/a/1.png");
    LabelledImages training = ImageFolder.read(folder.resolve("train"), AS_THEY_ARE);

    assertThatIOException()
        .isThrownBy(() -> ImageFolder.readLike(training, folder.resolve("size"), AS_THEY_ARE))
        .withMessage(
            other
                + ": has 1x2 pixels, expected 1x1 as in the training images; give a size to scale"
                + " all images to");
    assertThatIOException()
        .isThrownBy(() -> ImageFolder.readLike(training, folder.resolve("colour"), AS_THEY_ARE))
        .withMessage(
            coloured + ": is a colour image, expected a grey one as in the training images");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ImageFolder.readLike(training, folder.resolve("size"), Optional.of(new Size(2, 2))))
        .withMessage("the size is 2x2, but the training images are 1x1x1");
  }

  @Test
  void saysWhatIsWrongWithFolders() throws IOException {
    assertFails("FOLDER: has no folders, expected one for each class");
    write(grey(1, 1, 1), "1.png");
    assertFails(
        "FOLDER: has no folders, expected one for each class; put its images into folders named"
            + " like their classes");
    write(grey(1, 1, 1), "a/1.png");
    assertFails(
        "FOLDER/1.png: lies beside the folders of the classes, expected every image in one of them;"
            + " move it");
    Files.delete(folder.resolve("1.png"));
    Files.createDirectories(folder.resolve("b"));
    assertFails(
        "FOLDER/b: has no image, expected bmp, gif, jpeg, jpg, png files; remove the folder if it"
            + " is no class");
    Files.createDirectories(folder.resolve("b").resolve("c"));
    assertFails(
        "FOLDER/b: has no image, expected bmp, gif, jpeg, jpg, png files; it has folders: is it"
            + " the one that should be read?");
    assertThatIOException()
        .isThrownBy(() -> ImageFolder.read(folder.resolve("none"), AS_THEY_ARE))
        .withMessage(folder.resolve("none") + ": no such folder; check the path");
    assertThatIOException()
        .isThrownBy(() -> ImageFolder.read(folder.resolve("a/1.png"), AS_THEY_ARE))
        .withMessage(folder.resolve("a/1.png") + ": is a file, expected a folder of images");
  }

  @Test
  void saysWhatIsWrongWithAnnotations() throws IOException {
    write("1.png\ta\n".getBytes(), "val_annotations.txt");
    assertFails("FOLDER/images: no such folder, expected the images of FOLDER/val_annotations.txt");
    write(grey(1, 1, 1), "images/1.png");
    assertThat(read().classNames()).containsExactly("a");
    write(grey(1, 1, 1), "images/2.png");
    assertFails(
        "FOLDER/images/2.png: has no line in FOLDER/val_annotations.txt; add one, or remove the"
            + " image");
    write("1.png\ta\n2.png\tb\n3.png\ta\n".getBytes(), "val_annotations.txt");
    assertFails(
        "FOLDER/val_annotations.txt: 3.png is not an image in FOLDER/images; get what is missing,"
            + " or remove its lines");
    write("1.png\ta\n2.png\tb\n3.png\ta\n4.png\ta\n".getBytes(), "val_annotations.txt");
    assertFails(
        "FOLDER/val_annotations.txt: 3.png and 1 more are not images in FOLDER/images; get what is"
            + " missing, or remove its lines");
    write("1.png\ta\n2.png a\n".getBytes(), "val_annotations.txt");
    assertFails("FOLDER/val_annotations.txt: line 2 must be a file name, a tab and a class");
    write("1.png\ta\n1.png\tb\n".getBytes(), "val_annotations.txt");
    assertFails("FOLDER/val_annotations.txt: line 2 has 1.png for the second time");
    write("\n".getBytes(), "val_annotations.txt");
    assertFails("FOLDER/val_annotations.txt: is empty, expected a line for each image");
  }

  @Test
  void annotationsMustBeUtf8AndMayHaveAByteOrderMark() throws IOException {
    write(grey(1, 1, 1), "images/1.png");
    write("\uFEFF1.png\tölbaum\n".getBytes(UTF_8), "val_annotations.txt");
    assertThat(read().classNames()).containsExactly("ölbaum");
    String expected = "expected lines of a file name, a tab and a class; save it as UTF-8";
    for (Charset other : new Charset[] {ISO_8859_1, UTF_16}) {
      write("1.png\tölbaum\n".getBytes(other), "val_annotations.txt");
      assertFails("FOLDER/val_annotations.txt: is not UTF-8 text, " + expected);
    }
    Files.delete(folder.resolve("val_annotations.txt"));
    Files.createDirectory(folder.resolve("val_annotations.txt"));
    assertFails(
        "FOLDER/val_annotations.txt: is a folder, expected a file with lines of a file name, a tab"
            + " and a class; save it as UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"webp", "TIF", "heic", "jfif"})
  void imagesOfKindsThatCannotBeReadAreNotPassedOver(String extension) throws IOException {
    write(grey(1, 1, 1), "a/1.png");
    Path other = write(new byte[] {1}, "a/2." + extension);
    assertFails(
        other
            + ": is an image of a kind that cannot be read, expected bmp, gif, jpeg, jpg, png"
            + " files; convert it to PNG, or remove it");
  }

  @Test
  void imagesInFoldersWithinAClassAreNotPassedOver() throws IOException {
    write(grey(1, 1, 1), "a/1.png");
    write(new byte[] {1}, "a/notes/2.txt");
    assertThat(read().size()).isEqualTo(1);
    write(grey(1, 1, 1), "a/images/2.png");
    assertFails(
        "FOLDER/a/images/2.png: is not beside the other images of its class, such as"
            + " FOLDER/a/1.png, expected all in one folder; move it");
    Files.delete(folder.resolve("a/1.png"));
    assertThat(read().size()).isEqualTo(1);
    write(grey(1, 1, 1), "a/more/2.png");
    assertFails(
        "FOLDER/a/more/2.png: is not beside the other images of its class, such as"
            + " FOLDER/a/images/2.png, expected all in one folder; move it");
  }

  @Test
  void aFolderInThePlaceOfAnImageIsNamed() throws IOException {
    Files.createDirectories(folder.resolve("a/1.png"));
    assertFails("FOLDER/a/1.png: is a folder, expected an image; rename or remove it");
    Path place = folder.resolve("a/1.png");
    assertThatIOException()
        .isThrownBy(() -> Picture.read(place))
        .withMessageStartingWith(place + ": cannot be opened: ");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void brokenLinksAreNamed() throws IOException {
    write(grey(1, 1, 1), "a/1.png");
    Path other = Files.createSymbolicLink(folder.resolve("a/2.png"), Path.of("1.png"));
    assertThat(read().size()).isEqualTo(2);
    Files.delete(other);
    for (String name : new String[] {"a/3.png", "b", "val_annotations.txt"}) {
      Path link = Files.createSymbolicLink(folder.resolve(name), Path.of("/nowhere/3.png"));
      if (name.startsWith("val")) {
        Files.createDirectory(folder.resolve("images"));
      }
      assertFails(
          "FOLDER/"
              + name
              + ": is a link to /nowhere/3.png, which is not there; restore that, or remove the"
              + " link");
      Files.delete(link);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whatMayNotBeReadIsNamed() throws IOException {
    Path image = write(grey(1, 1, 1), "a/1.png");
    Set<PosixFilePermission> none = Set.of();
    Files.setPosixFilePermissions(image, none);
    assumeThat(Files.isReadable(image)).as("not for the administrator").isFalse();
    assertThatIOException()
        .isThrownBy(this::read)
        .withMessageStartingWith(image + ": cannot be opened: java.nio.file.AccessDenied");
    Path place = folder.resolve("a");
    Files.setPosixFilePermissions(place, none);
    assertThatIOException()
        .isThrownBy(this::read)
        .withMessageStartingWith(place + ": cannot be listed: java.nio.file.AccessDenied");
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aClassMustHaveAName() throws IOException {
    write(grey(1, 1, 1), " /1.png");
    assertFails("FOLDER/ : has a blank name, expected that of a class; rename it");
  }

  @Test
  void imagesThatAreTooLongForAnArrayAreRefused() throws IOException {
    Path image = write(grey(1, 1, 1), "a/1.png");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(1L << 31);
    }
    assertFails(
        "FOLDER/a/1.png: has 2147483648 bytes, expected an image of at most 2147483639; make it"
            + " smaller, or remove it");
  }

  @Test
  void bytesAfterAnImageDoNoHarm() throws IOException {
    for (String extension : new String[] {"png", "jpg", "gif", "bmp"}) {
      byte[] whole = encoded(grey(8, 8, new int[64]), extension);
      write(Arrays.copyOf(whole, whole.length + 9), "a/1." + extension);
      if (extension.equals("gif")) {
        write(Arrays.copyOf(whole, whole.length - 1), "a/2.gif");
      }
    }
    assertThat(read().size()).isEqualTo(5);
  }

  @Test
  void aPngWithAWrongChecksumIsNamed() throws IOException {
    byte[] bytes = encoded(grey(8, 8, new int[64]), "png");
    bytes[bytes.length - 13] ^= 1; // in that of the pixels, before the twelve bytes of IEND
    write(bytes, "a/1.png");
    assertFails(
        "FOLDER/a/1.png: cannot be decoded (wrong checksum of its part IDAT); the file is damaged,"
            + " get it again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void truncatedImagesAreNamed(String extension) throws IOException {
    BufferedImage noise = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 400; i++) {
      noise.setRGB(i % 20, i / 20, random.nextInt(1 << 24));
    }
    byte[] whole = encoded(noise, extension);
    write(grey(1, 1, 1), "a/1.png");
    // A GIF file may lack its last byte, which follows the last picture.
    int end = extension.equals("gif") ? whole.length - 1 : whole.length;
    for (int length = 1; length < end; length += step(whole, length)) {
      Path file = write(Arrays.copyOf(whole, length), "a/2." + extension);
      assertThatIOException()
          .isThrownBy(this::read)
          .withMessageStartingWith(file + ": ")
          .withMessageMatching(
              "\\S+: (is not a PNG, JPEG, GIF or BMP image; convert it to PNG"
                  + "|cannot be decoded \\(.+\\); the file is damaged, get it again)");
    }
  }

  /** Short steps towards the end, where no pixels may be missing. */
  private static int step(byte[] whole, int length) {
    return length < whole.length - 40 ? 13 : 1;
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void damagedImagesGiveAnImageOrOneLine(String extension) throws IOException {
    byte[] whole = encoded(colour(9, 7, 0x123456), extension);
    SplittableRandom random = new SplittableRandom(2);
    Path file = folder.resolve("damaged");
    for (int trial = 0; trial < 300; trial++) {
      byte[] damaged = whole.clone();
      for (int k = 0; k < 3; k++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      try {
        assertThat(Picture.read(file).height()).isPositive();
      } catch (IOException e) {
        assertThat(e).message().startsWith(file + ": ").doesNotContain("\n");
      }
    }
  }

  @Test
  void imagesOfOtherKindsAreNamed() throws IOException {
    write(new byte[0], "a/1.png");
    assertFails("FOLDER/a/1.png: is empty, expected an image");
    write("RIFF....WEBPVP8 ".getBytes(), "a/1.png");
    assertFails("FOLDER/a/1.png: is not a PNG, JPEG, GIF or BMP image; convert it to PNG");
    Files.delete(folder.resolve("a").resolve("1.png"));
    write(cmyk(), "a/1.jpg");
    assertFails(
        "FOLDER/a/1.jpg: its colours are of a kind that Java does not read, as CMYK; convert it"
            + " to RGB");
  }

  /** A JPEG file of four colours. */
  private static byte[] cmyk() throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 4, null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(new IIOImage(raster, null, null));
    }
    writer.dispose();
    return bytes.toByteArray();
  }

  @Test
  void imagesThatAreTooManyForAnArrayAreRefusedBeforeTheyAreDecoded() throws IOException {
    for (int i = 0; i < 4; i++) {
      write(grey(1, 1, 1), "a/" + i + ".png");
    }

    assertThatIOException()
        .isThrownBy(() -> ImageFolder.read(folder, Optional.of(new Size(20_000, 30_000))))
        .withMessage(
            "4 images of 1x20000x30000 have 2400000000 bytes, expected at most 2147483639; give a"
                + " smaller size to scale them to");
  }

  @Test
  void sizesAreReadAsTheyArePrinted() {
    assertThat(Size.parse(" 28 x 30 ")).isEqualTo(new Size(28, 30)).hasToString("28x30");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Size.parse("28"))
        .withMessage("a size is height x width, for example 32x32, not \"28\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Size.parse("0x8"))
        .withMessage("the size of an image must be at least 1x1, not 0x8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Size(30_000, 40_000))
        .withMessage("the size of an image must be below 715827879 pixels, not 30000x40000");
  }

  @Test
  void imagesOfGivenClassesKeepTheirIndices() throws IOException {
    write(grey(1, 2, 1, 2), "dog/a.png");
    Files.createDirectories(folder.resolve("cat"));
    assertThat(ImageFolder.classNames(folder)).containsExactly("cat", "dog");
    LabelledImages images =
        ImageFolder.read(folder, List.of("bird", "cat", "dog"), Optional.empty());
    assertThat(images.labels()).containsExactly(2);
    assertThat(images.classNames()).containsExactly("bird", "cat", "dog");
    assertThatIOException()
        .isThrownBy(() -> ImageFolder.read(folder, List.of("bird", "cat"), AS_THEY_ARE))
        .withMessage(
            folder + ": \"dog\" is not among the 2 classes of the training images, bird, cat");
  }
}
