package weka.core.converters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weka.core.CheckGOE;
import weka.core.CheckOptionHandler;
import weka.core.Instances;
import weka.core.SerializedObject;
import weka.core.converters.ConverterUtils.DataSource;

/** The loaders of CIFAR files, image folders and compressed files. */
class ImageLoadersTest {

  @TempDir Path folder;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream errors = System.err;

  @BeforeEach
  void keepErrors() {
    System.setErr(new PrintStream(printed, true, UTF_8));
  }

  @AfterEach
  void showErrorsAgain() {
    System.setErr(errors);
  }

  private File file(String name) {
    return folder.resolve(name).toFile();
  }

  /** A file of two images of CIFAR-10. */
  private void cifar(String name, int label, int pixel) throws IOException {
    byte[] records = new byte[2 * 3073];
    records[0] = (byte) label;
    records[3073] = 9;
    Arrays.fill(records, 1, 3073, (byte) pixel);
    try (OutputStream out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))
            : Files.newOutputStream(folder.resolve(name))) {
      out.write(records);
    }
  }

  @Test
  void cifarFilesAreReadByTheirExtension() throws Exception {
    cifar("data_batch_1.bin", 3, 200);
    cifar("test_batch.bin.gz", 4, 100);

    for (String name : new String[] {"data_batch_1.bin", "test_batch.bin.gz"}) {
      Instances images = DataSource.read(folder.resolve(name).toString());
      images.setClassIndex(3072);
      boolean training = name.startsWith("data");
      assertThat(images.numInstances()).isEqualTo(2);
      assertThat(images.relationName()).isEqualTo(name + " 3x32x32");
      assertThat(images.instance(0).value(77)).isEqualTo(training ? 200 : 100);
      assertThat(images.instance(0).stringValue(3072)).isEqualTo(training ? "cat" : "deer");
      assertThat(images.instance(1).stringValue(3072)).isEqualTo("truck");
    }
  }

  @Test
  void allBatchesAreReadForAStarOrOnRequest() throws Exception {
    for (int batch = 1; batch <= 11; batch++) {
      cifar("data_batch_" + batch + ".bin", batch % 10, batch);
    }
    cifar("test_batch.bin", 0, 0);
    CifarLoader all = new CifarLoader();
    all.setOptions(new String[] {"-all"});
    all.setFile(file("data_batch_2.bin"));

    for (Instances images :
        new Instances[] {
          all.getDataSet(), DataSource.read(folder.resolve("data_batch_*.bin").toString())
        }) {
      assertThat(images.numInstances()).isEqualTo(22);
      for (int i = 0; i < 22; i += 2) {
        assertThat(images.instance(i).value(0)).isEqualTo(1 + i / 2);
      }
    }
    all.setFile(file("test_batch.bin"));
    assertThatIOException()
        .isThrownBy(all::getStructure)
        .withMessage(
            file("test_batch.bin")
                + ": is not a training batch, of which all should be read; choose"
                + " data_batch_1.bin");
    CifarLoader none = new CifarLoader();
    none.setFile(file("batch_*.bin"));
    assertThatIOException()
        .isThrownBy(none::getStructure)
        .withMessage(
            file("batch_*.bin")
                + ": there is no such file, expected one or more such as data_batch_1.bin; check"
                + " the path");
  }

  private static void assertRefused(CifarLoader loader, File chosen, String message)
      throws IOException {
    loader.setFile(chosen);
    assertThatIOException().isThrownBy(loader::getStructure).withMessage(message);
  }

  @Test
  void missingCifarFilesAndFoldersAreNamed() throws Exception {
    CifarLoader one = new CifarLoader();
    CifarLoader all = new CifarLoader();
    all.setOptions(new String[] {"-all"});
    File missing = file("none/data_batch_1.bin");
    String expected = "expected the folder with files such as data_batch_1.bin; check the path";
    assertRefused(
        one,
        missing,
        missing + ": no such file, expected a CIFAR-10 or CIFAR-100 file; check the path");
    assertRefused(
        all,
        missing,
        missing
            + ": no such file, expected a training batch such as data_batch_1.bin; check the path");
    assertRefused(
        one,
        file("none/data_*.bin"),
        file("none/data_*.bin") + ": " + file("none") + " is not there, " + expected);
    cifar("file.bin", 1, 1);
    assertRefused(
        one,
        file("file.bin/data_*.bin"),
        file("file.bin/data_*.bin") + ": " + file("file.bin") + " is a file, " + expected);
    assertRefused(
        all,
        folder.toFile(),
        folder
            + ": is a folder, expected a training batch such as data_batch_1.bin; check the path");
    assertThat(printed.toString(UTF_8)).contains(missing + ": no such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"data_[*.bin", "data_{*.bin", "data_(*.bin"})
  void signsOtherThanStarsStandForThemselves(String name) throws Exception {
    CifarLoader loader = new CifarLoader();
    assertRefused(
        loader,
        file(name),
        file(name)
            + ": there is no such file, expected one or more such as data_batch_1.bin; check the"
            + " path");
    cifar(name.replace("*", "1"), 3, 1);
    loader.setFile(file(name));
    assertThat(loader.getDataSet().numInstances()).isEqualTo(2);
  }

  @Test
  void namesThatNoFileCanHaveAreRefused() throws Exception {
    CifarLoader loader = new CifarLoader();
    loader.setFile(new File("a\0.bin"));
    assertThatIOException()
        .isThrownBy(loader::getStructure)
        .withMessageStartingWith("no file can be named so: ");
  }

  @Test
  void aMissingTrainingBatchIsNamed() throws Exception {
    for (int batch : new int[] {1, 2, 3, 5}) {
      cifar("data_batch_" + batch + ".bin", 1, 1);
    }
    String message =
        folder
            + ": has no data_batch_4.bin, plain or .gz, expected data_batch_1.bin to"
            + " data_batch_5.bin; get the missing file";
    assertRefused(new CifarLoader(), file("data_batch_*.bin"), message);
    CifarLoader all = new CifarLoader();
    all.setOptions(new String[] {"-all"});
    assertRefused(all, file("data_batch_1.bin"), message);
  }

  @Test
  void plainAndCompressedFilesOfOneBatchAreRefused() throws Exception {
    for (int batch = 1; batch <= 5; batch++) {
      Files.write(folder.resolve("data_batch_" + batch + ".bin"), new byte[3073]);
    }
    Files.write(folder.resolve("data_batch_3.bin.gz"), new byte[0]);

    assertRefused(
        new CifarLoader(),
        file("data_batch_*"),
        folder
            + ": data_batch_3.bin and data_batch_3.bin.gz are the same batch, whose images would be"
            + " read twice, expected one of them; remove the other or choose a pattern that only"
            + " one matches");
  }

  private void image(String name, int height, int width, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      image.setRGB(i % width, i / width, rgb);
    }
    Files.createDirectories(file(name).getParentFile().toPath());
    assertThat(ImageIO.write(image, "png", file(name))).isTrue();
  }

  @Test
  void anImageStandsForAllOfItsFolders() throws Exception {
    image("data/cat/1.png", 2, 3, 0x102030);
    image("data/dog/1.png", 2, 3, 0x405060);
    ImageFolderLoader ofFolder = new ImageFolderLoader();
    ofFolder.setFile(file("data"));

    for (Instances images :
        new Instances[] {
          ofFolder.getDataSet(), DataSource.read(file("data/dog/1.png").toString()),
        }) {
      assertThat(images.numInstances()).isEqualTo(2);
      assertThat(images.instance(1).toDoubleArray())
          .containsExactly(
              0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x50, 0x50, 0x50, 0x50, 0x50, 0x50, 0x60, 0x60,
              0x60, 0x60, 0x60, 0x60, 1);
      assertThat(images.attribute(18).name()).isEqualTo("class");
      assertThat(images.attribute(18).value(0)).isEqualTo("cat");
    }
  }

  @Test
  void anImageOfTinyImageNetStandsForAllOfItsKind() throws Exception {
    image("tiny/train/n1/images/1.png", 1, 1, 1);
    image("tiny/train/n2/images/1.png", 1, 1, 1);
    image("tiny/val/images/1.png", 1, 1, 1);
    image("tiny/val/images/2.png", 1, 1, 1);
    Files.writeString(
        folder.resolve("tiny/val/val_annotations.txt"), "1.png\tn1\t0\n2.png\tn2\t0\n");

    Instances training = DataSource.read(file("tiny/train/n2/images/1.png").toString());
    Instances test = DataSource.read(file("tiny/val/images/2.png").toString());

    assertThat(training.numInstances()).isEqualTo(2);
    assertThat(test.equalHeadersMsg(training)).isNull();
    assertThat(test.instance(1).stringValue(3)).isEqualTo("n2");
  }

  @Test
  void imagesOfSeveralSizesAreScaledOnRequest() throws Exception {
    image("data/a/1.png", 2, 3, 0);
    image("data/a/2.png", 4, 4, 0);
    ImageFolderLoader loader = new ImageFolderLoader();
    loader.setFile(file("data"));

    assertThatIOException().isThrownBy(loader::getStructure).withMessageContaining("give a size");
    loader.setOptions(new String[] {"-size", "5x6"});
    assertThat(loader.getStructure().numAttributes()).isEqualTo(31);
    assertThat(loader.getStructure().relationName()).isEqualTo("data 1x5x6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader.setSize("5"))
        .withMessage("a size is height x width, for example 32x32, not \"5\"");
    assertThat(loader.getOptions()).containsExactly("-size", "5x6");
  }

  @ParameterizedTest
  @ValueSource(strings = {"arff.gz", "xrff.gz", "json.gz"})
  void otherCompressedFilesAreReadAsBefore(String extension) throws Exception {
    Instances iris = DataSource.read("examples-arff/iris.arff");
    File saved = file("iris." + extension);
    ConverterUtils.DataSink.write(saved.toString(), iris);

    for (boolean rowByRow : new boolean[] {false, true}) {
      AbstractFileLoader loader = ConverterUtils.getLoaderForFile(saved);
      assertThat(loader).isInstanceOf(GzipLoader.class);
      loader.setFile(saved);
      Instances read = rowByRow ? new Instances(loader.getStructure(), 0) : loader.getDataSet();
      while (rowByRow && read.numInstances() < iris.numInstances()) {
        read.add(loader.getNextInstance(read));
      }
      assertThat(read.toString()).isEqualTo(iris.toString());
      if (rowByRow) {
        assertThat(loader.getNextInstance(read)).isNull();
      }
    }
  }

  @Test
  void addressesArePassedOn() throws Exception {
    // Weka's loaders do not unpack what they read from an address, whatever its extension.
    Path saved = Files.copy(Path.of("examples-arff", "iris.arff"), folder.resolve("iris.arff.gz"));
    AbstractFileLoader loader = ConverterUtils.getURLLoaderForFile("http://host/iris.arff.gz");
    assertThat(loader).isInstanceOf(GzipLoader.class);
    ((URLSourcedLoader) loader).setURL(saved.toUri().toString());

    assertThat(loader.getDataSet().numInstances()).isEqualTo(150);
    assertThat(((URLSourcedLoader) loader).retrieveURL()).isEqualTo(saved.toUri().toString());
  }

  @Test
  void compressedFilesThatNoLoaderReadsAreNamed() throws Exception {
    GzipLoader loader = new GzipLoader();
    assertThatIOException()
        .isThrownBy(loader::getStructure)
        .withMessage("no compressed file has been chosen");
    Files.write(folder.resolve("table.csv.gz"), new byte[] {1, 2, 3});
    loader.setFile(file("table.csv.gz"));
    assertThatIOException()
        .isThrownBy(loader::getStructure)
        .withMessage("table.csv.gz: Weka has no loader for .csv.gz files");
    Files.write(folder.resolve("images.gz"), new byte[] {1, 2, 3});
    Files.write(folder.resolve("labels.gz"), new byte[] {1, 2, 3});
    loader.setFile(file("images.gz"));
    assertThatIOException()
        .isThrownBy(loader::getStructure)
        .withMessageStartingWith(file("labels.gz") + ": ");
    loader.setURL("http://localhost/images-idx3-ubyte.gz");
    assertThatIOException()
        .isThrownBy(loader::getStructure)
        .withMessage(
            "http://localhost/images-idx3-ubyte.gz: such files cannot be read from the net; get it"
                + " first");
  }

  static AbstractFileLoader[] loaders() {
    return new AbstractFileLoader[] {
      new IdxLoader(), new CifarLoader(), new ImageFolderLoader(), new GzipLoader()
    };
  }

  @Test
  void theObjectEditorAndTheCommandLineKnowEveryOption() throws Exception {
    for (AbstractFileLoader loader : loaders()) {
      CheckGOE editor = new CheckGOE();
      editor.setSilent(true);
      editor.setObject(loader);
      assertThat(editor.checkGlobalInfo()).as(loader.getClass().getName()).isTrue();
      assertThat(editor.checkToolTips()).as(loader.getClass().getName()).isTrue();
      if (loader instanceof weka.core.OptionHandler handler) {
        CheckOptionHandler options = new CheckOptionHandler();
        options.setSilent(true);
        options.setOptionHandler(handler);
        options.doTests();
        assertThat(options.getSuccess()).as(loader.getClass().getName()).isTrue();
      }
      assertThat(ConverterUtils.getFileLoaders()).contains(loader.getClass().getName());
    }
  }

  @Test
  void aCopyReadsTheSame() throws Exception {
    CifarLoader original = new CifarLoader();
    cifar("test_batch.bin", 7, 100);
    original.setFile(file("test_batch.bin"));
    assertThat(original.getStructure().numAttributes()).isEqualTo(3073);

    CifarLoader copy = (CifarLoader) new SerializedObject(original).getObject();

    assertThat(copy.getDataSet().toString()).isEqualTo(original.getDataSet().toString());
  }
}
