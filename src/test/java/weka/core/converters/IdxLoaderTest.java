package weka.core.converters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weka.classifiers.Evaluation;
import weka.classifiers.rules.ZeroR;
import weka.core.Environment;
import weka.core.Instance;
import weka.core.Instances;
import weka.core.converters.ConverterUtils.DataSource;

class IdxLoaderTest {

  private static final Path EXAMPLES = Path.of("examples-arff");
  private static final String IMAGES = "mnist-2000-test-images-idx3-ubyte.gz";
  private static final String LABELS = "mnist-2000-test-labels-idx1-ubyte.gz";

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

  /** An example file, not compressed. */
  private Path unpacked(String name, String newName) throws IOException {
    Path file = folder.resolve(newName);
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(EXAMPLES.resolve(name)))) {
      Files.copy(in, file);
    }
    return file;
  }

  private static IdxLoader loader(Path file) throws IOException {
    IdxLoader loader = new IdxLoader();
    loader.setFile(file.toFile());
    return loader;
  }

  private static void assertSame(Instances actual, Instances expected) {
    assertThat(actual.equalHeadersMsg(expected)).isNull();
    assertThat(actual.numInstances()).isEqualTo(expected.numInstances());
    for (int i = 0; i < expected.numInstances(); i++) {
      assertThat(actual.instance(i).toDoubleArray())
          .isEqualTo(expected.instance(i).toDoubleArray());
    }
  }

  @Test
  void imagesAreThoseOfTheArffFile() throws Exception {
    Instances expected = DataSource.read(EXAMPLES.resolve("mnist-2000-test.arff.gz").toString());

    Instances images = loader(EXAMPLES.resolve(IMAGES)).getDataSet();

    assertSame(images, expected);
    assertThat(images.relationName()).isEqualTo(IMAGES + " 1x28x28");
    assertThat(images.classIndex()).isEqualTo(-1);
  }

  @Test
  void wekaFindsTheLoaderByTheNameOfTheFile() throws Exception {
    DataSource source = new DataSource(EXAMPLES.resolve(IMAGES).toString());

    Instances structure = source.getStructure();
    structure.setClassIndex(structure.numAttributes() - 1);
    assertThat(source.isIncremental()).isTrue();
    assertThat(structure.numAttributes()).isEqualTo(785);
    assertThat(source.hasMoreElements(structure)).isTrue();
    assertThat(source.nextElement(structure).classValue()).isEqualTo(firstLabel());
    assertThat(source.getDataSet(784).numInstances()).isEqualTo(2000);
    for (String name : new String[] {"train-images.idx3-ubyte", "train-images.idx3-ubyte.gz"}) {
      unpacked(IMAGES, name);
    }
    assertThat(ConverterUtils.getLoaderForFile("a/train-images.idx3-ubyte"))
        .isInstanceOf(IdxLoader.class);
    assertThat(ConverterUtils.getFileLoaders()).contains(IdxLoader.class.getName());
  }

  private static double firstLabel() throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(EXAMPLES.resolve(LABELS)))) {
      return in.readNBytes(9)[8];
    }
  }

  @Test
  void oneByOneOrAllAtOnceIsTheSame() throws IOException {
    Instances all = loader(EXAMPLES.resolve(IMAGES)).getDataSet();
    IdxLoader loader = loader(EXAMPLES.resolve(IMAGES));
    Instances structure = loader.getStructure();
    Instances read = new Instances(structure, 0);
    for (Instance next = loader.getNextInstance(structure);
        next != null;
        next = loader.getNextInstance(structure)) {
      assertThat(next.dataset()).isSameAs(structure);
      read.add(next);
    }

    assertSame(read, all);
    assertThat(loader.getNextInstance(structure)).isNull();
    assertThatIOException()
        .isThrownBy(loader::getDataSet)
        .withMessage("images can be read one by one or all at once; reset the loader first");
    loader.reset();
    assertThat(loader.getDataSet().numInstances()).isEqualTo(2000);
    assertThat(loader.getDataSet().numInstances()).isEqualTo(2000);
    assertThatIOException().isThrownBy(() -> loader.getNextInstance(structure));
  }

  @Test
  void labelsAreFoundWhetherTheyAreCompressedOrNot() throws IOException {
    Path images = unpacked(IMAGES, "t10k-images-idx3-ubyte");
    Path labels = unpacked(LABELS, "t10k-labels-idx1-ubyte");
    assertThat(loader(images).getDataSet().numInstances()).isEqualTo(2000);

    Files.delete(labels);
    Files.copy(EXAMPLES.resolve(LABELS), folder.resolve("t10k-labels-idx1-ubyte.gz"));
    assertThat(loader(images).getDataSet().numInstances()).isEqualTo(2000);

    Files.delete(folder.resolve("t10k-labels-idx1-ubyte.gz"));
    assertThatIOException()
        .isThrownBy(() -> loader(images).getStructure())
        .withMessage(labels + ": no such file, expected an IDX file of labels; check the path");
  }

  @Test
  void theCommandLineShowsWhatIsWrong() throws IOException {
    Path images = Files.copy(EXAMPLES.resolve(IMAGES), folder.resolve(IMAGES));
    assertThatThrownBy(
            () ->
                Evaluation.evaluateModel(
                    new ZeroR(), new String[] {"-no-cv", "-t", images.toString()}))
        .hasMessageContaining("Can't open file " + images);
    assertThat(printed.toString(UTF_8).lines())
        .containsExactly(
            folder.resolve(LABELS)
                + ": no such file, expected an IDX file of labels; check the path");
  }

  @Test
  void labelsOfAnotherNameCanBeGiven() throws Exception {
    Path images = unpacked(IMAGES, "pictures.idx3-ubyte");
    assertThatIOException()
        .isThrownBy(() -> loader(images).getStructure())
        .withMessageStartingWith(images + ": has no \"images\" in its name");

    IdxLoader loader = loader(images);
    loader.setOptions(new String[] {"-labels", EXAMPLES.resolve(LABELS).toString()});
    assertThat(loader.getDataSet().numInstances()).isEqualTo(2000);
    assertThat(loader.getOptions()).containsExactly("-labels", EXAMPLES.resolve(LABELS).toString());
    assertThatThrownBy(() -> loader.setOptions(new String[] {"-label", "x"}))
        .hasMessageContaining("-label");
  }

  @Test
  void theNameOfTheFileMayHaveVariables() throws Exception {
    Environment environment = new Environment();
    environment.addVariable("DATA", EXAMPLES.toString());
    IdxLoader loader = new IdxLoader();
    loader.setEnvironment(environment);
    loader.setFile(new File("${DATA}/" + IMAGES));

    assertThat(loader.getDataSet().numInstances()).isEqualTo(2000);

    loader.setFile(new File("${NOWHERE}/" + IMAGES));
    assertThatIOException().isThrownBy(loader::getStructure).withMessageContaining("NOWHERE");
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertThatIOException()
        .isThrownBy(() -> new IdxLoader().getDataSet())
        .withMessage("no file or folder has been chosen to read images from");
    assertThatIOException()
        .isThrownBy(() -> new IdxLoader().setFile(null))
        .withMessage("there is no file to read images from");
    assertThatIOException()
        .isThrownBy(() -> loader(EXAMPLES.resolve(LABELS)).getDataSet())
        .withMessageStartingWith(EXAMPLES.resolve(LABELS) + ": has no \"images\" in its name");
    Path swapped = unpacked(LABELS, "images-idx3-ubyte");
    unpacked(LABELS, "labels-idx1-ubyte");
    assertThatIOException()
        .isThrownBy(() -> loader(swapped).getDataSet())
        .withMessageContaining("is this the labels file?");
  }
}
