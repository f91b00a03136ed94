package lfnn.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDataTest {

  @TempDir Path folder;

  /** Grey images of 1 × 2 pixels with these labels, as a pair of files. */
  private void idx(String name, int... labels) throws IOException {
    write(
        name.formatted("images", 3),
        ByteBuffer.allocate(16 + 2 * labels.length)
            .putInt(0x803)
            .putInt(labels.length)
            .putInt(1)
            .putInt(2)
            .array());
    ByteBuffer bytes = ByteBuffer.allocate(8 + labels.length).putInt(0x801).putInt(labels.length);
    for (int label : labels) {
      bytes.put((byte) label);
    }
    write(name.formatted("labels", 1), bytes.array());
  }

  /** Colour images with these labels; of CIFAR-100 if there are two label bytes. */
  private void cifar(String name, int labelBytes, int... labels) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(labels.length * (labelBytes + 3072));
    for (int i = 0; i < labels.length; i++) {
      bytes.put(i * (labelBytes + 3072) + labelBytes - 1, (byte) labels[i]);
    }
    write(name, bytes.array());
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      if (name.endsWith(".gz")) {
        try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
          packed.write(bytes);
        }
      } else {
        out.write(bytes);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "train-%s-idx%d-ubyte, t10k-%s-idx%d-ubyte",
    "train-%s-idx%d-ubyte.gz, t10k-%s-idx%d-ubyte.gz",
    "train-%s.idx%d-ubyte, t10k-%s.idx%d-ubyte",
    "mnist-train-%s-idx%d-ubyte, mnist-t10k-%s-idx%d-ubyte.gz",
    "mnist-6000-train-%s-idx%d-ubyte.gz, mnist-2000-test-%s-idx%d-ubyte"
  })
  void findsIdxFiles(String train, String test) throws IOException {
    idx(train, 3, 1, 0);
    idx(test, 2, 2);
    Files.createFile(folder.resolve("README.md"));
    ImageData data = ImageData.open(folder);
    assertThat(data.train().shape()).isEqualTo(new InputShape(1, 1, 2));
    assertThat(data.train().labels()).containsExactly(3, 1, 0);
    assertThat(data.test().orElseThrow().labels()).containsExactly(2, 2);
  }

  @Test
  void numberedClassesAreThoseOfTrainingAndTestImagesTogether() throws IOException {
    idx("train-%s-idx%d-ubyte", 0, 2);
    idx("t10k-%s-idx%d-ubyte", 4, 1);
    ImageData data = ImageData.open(folder);
    assertThat(data.train().classNames()).containsExactly("0", "1", "2", "3", "4");
    assertThat(data.test().orElseThrow().classNames()).isEqualTo(data.train().classNames());
  }

  @Test
  void findsCifar10() throws IOException {
    for (int i = 1; i <= 11; i++) {
      cifar("data_batch_" + i + (i % 2 == 0 ? ".bin" : ".bin.gz"), 1, i % 10);
    }
    cifar("test_batch.bin.gz", 1, 9, 8);
    ImageData data = ImageData.open(folder);
    assertThat(data.train().labels()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1);
    assertThat(data.train().classNames()).startsWith("airplane").hasSize(10);
    assertThat(data.test().orElseThrow().labels()).containsExactly(9, 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".gz"})
  void findsCifar100(String packed) throws IOException {
    cifar("train.bin" + packed, 2, 99, 50);
    cifar("test.bin" + packed, 2, 7);
    Files.createFile(folder.resolve("coarse_label_names.txt"));
    ImageData data = ImageData.open(folder);
    assertThat(data.train().labels()).containsExactly(99, 50);
    assertThat(data.test().orElseThrow().labels()).containsExactly(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"train-%s-idx%d-ubyte", "data_batch_1.bin", "train.bin"})
  void testImagesMayBeMissing(String train) throws IOException {
    if (train.endsWith("ubyte")) {
      idx(train, 1);
    } else {
      cifar(train, train.startsWith("train") ? 2 : 1, 3);
    }
    assertThat(ImageData.open(folder).train().size()).isEqualTo(1);
    assertThat(ImageData.open(folder).test()).isEmpty();
  }

  @Test
  void readsThePlainFileIfItIsThereInBothForms() throws IOException {
    idx("train-%s-idx%d-ubyte", 1);
    write("train-images-idx3-ubyte.gz", new byte[0]);
    assertThat(ImageData.open(folder).train().size()).isEqualTo(1);
  }

  /** An image of 2 × 3 pixels of one colour. */
  private void png(String name, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 6; i++) {
      image.setRGB(i % 3, i / 3, rgb);
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "val"})
  void findsClassFolders(String test) throws IOException {
    png("train/cat/1.png", 0xff0000);
    png("train/dog/1.png", 0x00ff00);
    png(test + "/dog/2.png", 0x0000ff);
    ImageData data = ImageData.open(folder);
    assertThat(data.train().shape()).isEqualTo(new InputShape(3, 2, 3));
    assertThat(data.train().classNames()).containsExactly("cat", "dog");
    assertThat(data.test().orElseThrow().classNames()).containsExactly("cat", "dog");
    assertThat(data.test().orElseThrow().labels()).containsExactly(1);
  }

  @Test
  void findsTheLayoutOfTinyImageNet() throws IOException {
    png("train/n01/images/n01_0.JPEG", 0xff0000);
    png("train/n02/images/n02_0.JPEG", 0x00ff00);
    Files.createFile(folder.resolve("train/n01/n01_boxes.txt"));
    png("val/images/val_0.JPEG", 0x0000ff);
    write("val/val_annotations.txt", "val_0.JPEG\tn02\t0\t0\t1\t1\n".getBytes(US_ASCII));
    png("test/images/test_0.JPEG", 0x0000ff);
    Files.createFile(folder.resolve("wnids.txt"));
    ImageData data = ImageData.open(folder);
    assertThat(data.train().labels()).containsExactly(0, 1);
    assertThat(data.test().orElseThrow().labels()).containsExactly(1);
  }

  @Test
  void testImagesAreThoseOfTestIfValHasNoAnnotations() throws IOException {
    png("train/cat/1.png", 0xff0000);
    png("test/cat/1.png", 0xff0000);
    png("val/cat/1.png", 0xff0000);
    png("val/cat/2.png", 0xff0000);
    assertThat(ImageData.open(folder).test().orElseThrow().size()).isEqualTo(1);
    assertThat(ImageData.open(folder).train().shape()).isEqualTo(new InputShape(3, 2, 3));
  }

  @Test
  void classFoldersMayHaveNoTestImages() throws IOException {
    png("train/cat/1.png", 0xff0000);
    assertThat(ImageData.open(folder).test()).isEmpty();
  }

  @Test
  void scalesImagesOfClassFoldersOnly() throws IOException {
    png("train/cat/1.png", 0xff0000);
    png("test/cat/1.png", 0xff0000);
    Optional<ImageFolder.Size> size = Optional.of(new ImageFolder.Size(4, 5));
    ImageData data = ImageData.open(folder, size);
    assertThat(data.train().shape()).isEqualTo(new InputShape(3, 4, 5));
    assertThat(data.test().orElseThrow().shape()).isEqualTo(new InputShape(3, 4, 5));
    Path digits = Path.of("examples-arff");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageData.open(digits, size))
        .withMessage(
            "examples-arff: has IDX files (mnist-6000-train-images-idx3-ubyte), which cannot be"
                + " scaled to 4x5; leave out the size");
  }

  @Test
  void refusesTestImagesOfOtherClasses() throws IOException {
    png("train/cat/1.png", 0xff0000);
    png("test/dog/1.png", 0xff0000);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageStartingWith(folder.resolve("test") + ": \"dog\" is not among the 1 classes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "test", "val"})
  void refusesImagesInNoClassFolder(String where) throws IOException {
    if (!where.equals("train")) {
      png("train/cat/1.png", 0xff0000);
    }
    png(where + "/1.png", 0xff0000);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder.resolve(where).resolve("1.png")
                + ": is in no class folder, expected for example "
                + folder.resolve(where).resolve("cat").resolve("1.png")
                + "; put each image into a folder named like its class");
  }

  @Test
  void refusesTestFoldersWithoutImages() throws IOException {
    png("train/cat/1.png", 0xff0000);
    Files.createDirectories(folder.resolve("val/cat"));
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder.resolve("val")
                + ": has no images in class folders, expected such as in "
                + folder.resolve("train")
                + "; remove it if there are no test images");
  }

  @Test
  void testImagesAreThoseOfValIfThoseOfTestHaveNoClasses() throws IOException {
    png("train/cat/1.png", 0xff0000);
    png("test/1.png", 0xff0000);
    png("val/cat/1.png", 0xff0000);
    png("val/cat/2.png", 0xff0000);
    assertThat(ImageData.open(folder).test().orElseThrow().size()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "test"})
  void refusesImagesOfKindsThatCannotBeRead(String where) throws IOException {
    png("train/cat/1.png", 0xff0000);
    png(where + "/cat/2.webp", 0xff0000);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageStartingWith(
            folder.resolve(where).resolve("cat").resolve("2.webp")
                + ": is an image of a kind that cannot be read, expected bmp, gif");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "test", "val"})
  @DisabledOnOs(OS.WINDOWS)
  void refusesFoldersThatAreBrokenLinks(String where) throws IOException {
    if (!where.equals("train")) {
      png("train/cat/1.png", 0xff0000);
    }
    Path link = Files.createSymbolicLink(folder.resolve(where), Path.of("nowhere"));
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageStartingWith(link + ": is a link to nowhere, which is not there; restore");
  }

  @Test
  void saysHowToArrangeImagesThatAreNotInTrain() throws IOException {
    png("cat/1.png", 0xff0000);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageStartingWith(folder + ": has no images that can be found, expected IDX files")
        .withMessageEndingWith("; put its class folders into a folder train");
    png("2.png", 0xff0000);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageEndingWith("; put images such as 2.png into class folders in a folder train");
  }

  @Test
  void readsTheSamplesOfTheProject() throws IOException {
    ImageData data = ImageData.open(Path.of("examples-arff"));
    assertThat(data.train().size()).isEqualTo(6000);
    assertThat(data.test().orElseThrow().size()).isEqualTo(2000);
  }

  @Test
  void refusesAFolderWithoutImages() {
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageStartingWith(folder + ": has no images that can be found, expected IDX files")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    Path missing = folder.resolve("nowhere");
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(missing))
        .withMessage(missing + ": no such folder, expected one with images; check the path");
    Path file = Path.of("pom.xml");
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(file))
        .withMessage("pom.xml: is a file, expected the folder with the images");
  }

  @Test
  void refusesTwoKinds() throws IOException {
    idx("train-%s-idx%d-ubyte", 1);
    cifar("train.bin", 2, 1);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder
                + ": has IDX files (train-images-idx3-ubyte) and CIFAR-100 files (train.bin),"
                + " expected one data set; put each into a folder of its own");
  }

  @Test
  void refusesFilesBesideClassFolders() throws IOException {
    png("train/cat/1.png", 0xff0000);
    cifar("data_batch_1.bin", 1, 1);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageContaining(
            "has CIFAR-10 files (data_batch_1.bin) and class folders (train), expected one");
  }

  @Test
  void refusesTwoIdxDataSets() throws IOException {
    idx("emnist-digits-train-%s-idx%d-ubyte.gz", 1);
    idx("emnist-letters-train-%s-idx%d-ubyte", 1);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder
                + ": has emnist-digits-train-images-idx3-ubyte and"
                + " emnist-letters-train-images-idx3-ubyte, expected one of them; put each data set"
                + " into a folder of its own");
  }

  @Test
  void refusesTwoIdxTestSets() throws IOException {
    idx("train-%s-idx%d-ubyte", 1);
    idx("t10k-%s-idx%d-ubyte", 1);
    idx("test-%s-idx%d-ubyte.gz", 1);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder
                + ": has t10k-images-idx3-ubyte and test-images-idx3-ubyte, expected one of them;"
                + " put each data set into a folder of its own");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train-%s-idx%d-ubyte", "t10k-%s-idx%d-ubyte", "t10k-%s.idx%d-ubyte.gz"})
  void refusesLabelsWithoutImages(String name) throws IOException {
    idx("train-%s-idx%d-ubyte", 1);
    idx(name, 1);
    String images = name.formatted("images", 3);
    Files.delete(folder.resolve(images));
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder
                + ": has "
                + name.formatted("labels", 1).replace(".gz", "")
                + " but no "
                + images.replace(".gz", "")
                + ", expected images and labels of the same name, plain or .gz; get the missing"
                + " file, or rename it");
  }

  @Test
  void refusesMissingLabels() throws IOException {
    idx("train-%s-idx%d-ubyte", 1);
    Files.delete(folder.resolve("train-labels-idx1-ubyte"));
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder.resolve("train-labels-idx1-ubyte")
                + ": no such file, expected an IDX file of labels; check the path");
  }

  @Test
  void refusesMissingTrainingImages() throws IOException {
    idx("t10k-%s-idx%d-ubyte", 1);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder
                + ": has t10k-images-idx3-ubyte but no train-images-idx3-ubyte, expected training"
                + " images too");
    Files.delete(folder.resolve("t10k-images-idx3-ubyte"));
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
    cifar("test.bin", 2, 1);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageContaining("has test.bin but no train.bin");
    Files.delete(folder.resolve("test.bin"));
    cifar("test_batch.bin", 1, 1);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageContaining("has test_batch.bin but no data_batch_1.bin");
  }

  @Test
  void refusesAGapInTheBatches() throws IOException {
    cifar("data_batch_1.bin", 1, 1);
    cifar("data_batch_3.bin.gz", 1, 1);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder
                + ": has no data_batch_2.bin, plain or .gz, expected data_batch_1.bin to"
                + " data_batch_3.bin; get the missing file");
    cifar("data_batch_6.bin", 1, 1);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageContaining("has no data_batch_2.bin, data_batch_4.bin, data_batch_5.bin, plain")
        .withMessageEndingWith("; get the missing files");
  }

  @ParameterizedTest
  @ValueSource(strings = {".bin", ".bin.gz"})
  void refusesAPartOfTheFiveOfficialBatches(String extension) throws IOException {
    for (int i = 1; i <= 3; i++) {
      cifar("data_batch_" + i + ".bin", 1, 1);
    }
    assertThat(ImageData.open(folder).train().size()).isEqualTo(3);
    cifar("data_batch_4" + extension, 1, new int[10_000]);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder
                + ": has no data_batch_5.bin, plain or .gz, expected data_batch_1.bin to"
                + " data_batch_5.bin; get the missing file");
    cifar("data_batch_5.bin.gz", 1, 2);
    assertThat(ImageData.open(folder).train().size()).isEqualTo(10_004);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesBrokenLinks() throws IOException {
    cifar("data_batch_1.bin", 1, 1);
    Path link = folder.resolve("test_batch.bin");
    Files.createSymbolicLink(link, Path.of("elsewhere.bin"));
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            link
                + ": is a link to elsewhere.bin, which is not there; restore that, or remove the"
                + " link");
  }

  @Test
  void refusesTestImagesOfAnotherShape() throws IOException {
    idx("train-%s-idx%d-ubyte", 1, 2);
    idx("t10k-%s-idx%d-ubyte", 1);
    write(
        "t10k-images-idx3-ubyte",
        ByteBuffer.allocate(20).putInt(0x803).putInt(1).putInt(2).putInt(2).array());
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessage(
            folder
                + ": training images are 1x1x2, test images 1x2x2, expected one shape; do the files"
                + " belong together?");
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    cifar("data_batch_1.bin", 1, 10);
    assertThatIOException()
        .isThrownBy(() -> ImageData.open(folder))
        .withMessageStartingWith(
            folder.resolve("data_batch_1.bin") + ": byte 0: label 10 of image 0, expected 0 to 9");
  }
}
