package moa.streams;

import static moa.streams.Streams.rest;
import static moa.streams.Streams.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.javacliparser.Option;
import com.github.javacliparser.gui.OptionsConfigurationPanel;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import lfnn.data.Dataset;
import lfnn.data.IdxFile;
import lfnn.data.Permutation;
import moa.capabilities.Capability;
import moa.capabilities.CapabilityRequirement;
import moa.classifiers.bayes.NaiveBayes;
import moa.core.AutoClassDiscovery;
import moa.core.SerializeUtils;
import moa.evaluation.preview.LearningCurve;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFileStreamTest {

  private static final String IMAGES = "examples-arff/mnist-2000-test-images-idx3-ubyte.gz";
  private static final String LABELS = "examples-arff/mnist-2000-test-labels-idx1-ubyte.gz";
  private static final String FILES = "-f " + IMAGES + " -l " + LABELS;
  private static final int SIZE = 2000;

  private static Dataset data;

  @TempDir Path folder;

  @BeforeAll
  static void readSample() throws IOException {
    data = IdxFile.read(Path.of(IMAGES), Path.of(LABELS), 0).dataset();
  }

  @Test
  void deliversTheImagesInTheOrderOfTheFile() {
    IdxFileStream stream = stream("");
    for (int i = 0; i < SIZE; i++) {
      assertThat(stream.estimatedRemainingInstances()).isEqualTo(SIZE - i);
      assertThat(stream.hasMoreInstances()).isTrue();
      Instance instance = stream.nextInstance().getData();
      assertThat(instance.classValue()).isEqualTo(data.target(i));
      assertThat(instance.weight()).isEqualTo(1);
      int differences = 0;
      for (int pixel = 0; pixel < 784; pixel++) {
        if ((float) instance.value(pixel) != data.feature(i, pixel)) {
          differences++;
        }
      }
      assertThat(differences).isZero();
    }
    assertThat(stream.hasMoreInstances()).isFalse();
    assertThat(stream.estimatedRemainingInstances()).isZero();
    assertThatExceptionOfType(NoSuchElementException.class)
        .isThrownBy(stream::nextInstance)
        .withMessage(
            "the stream has ended after 2000 instances; a task that needs more can have them with"
                + " passes (-e) 0");
  }

  @Test
  void headerHasPixelsAndTheClassLast() {
    InstancesHeader header = stream("").getHeader();
    assertThat(header.numAttributes()).isEqualTo(785);
    assertThat(header.attribute(0).name()).isEqualTo("pixel1");
    assertThat(header.attribute(0).isNumeric()).isTrue();
    assertThat(header.attribute(783).name()).isEqualTo("pixel784");
    assertThat(header.classIndex()).isEqualTo(784);
    assertThat(header.classAttribute().name()).isEqualTo("class");
    assertThat(header.classAttribute().getAttributeValues())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(header.getRelationName()).isEqualTo("mnist-2000-test-images-idx3-ubyte.gz");
  }

  @Test
  void relationNameHasNoComma() throws IOException {
    Path images = Files.copy(Path.of(IMAGES), folder.resolve("a,b,c"));
    assertThat(prepared("-f " + images + " -l " + LABELS).getHeader().getRelationName())
        .isEqualTo("a_b_c");
  }

  @Test
  void instancesAreNewAndShareTheHeader() {
    IdxFileStream stream = stream("");
    Instance first = stream.nextInstance().getData();
    double[] values = first.toDoubleArray();
    Instance second = stream.nextInstance().getData();
    assertThat(second).isNotSameAs(first);
    assertThat(first.toDoubleArray()).isEqualTo(values);
    assertThat(first.dataset()).isSameAs(stream.getHeader()).isSameAs(second.dataset());
    assertThat(stream.getHeader()).isSameAs(stream.getHeader());
  }

  @Test
  void rawPixelsAreBytes() {
    Instance scaled = stream("").nextInstance().getData();
    Instance raw = stream("-w").nextInstance().getData();
    double largest = 0;
    for (int i = 0; i < 784; i++) {
      assertThat(raw.value(i)).isEqualTo(Math.rint(scaled.value(i) * 255));
      largest = Math.max(largest, raw.value(i));
    }
    assertThat(largest).isGreaterThan(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-p 7",
        "-p 7 -i 300",
        "-p 7 -i 300 -k",
        "-r 5",
        "-r 5 -p 7 -i 300 -e 2",
        "-m 10"
      })
  void restartGivesTheSameStream(String options) {
    IdxFileStream stream = stream(options);
    List<double[]> first = rest(stream);
    stream.restart();
    assertThat(stream.estimatedRemainingInstances()).isEqualTo(first.size());
    assertSame(rest(stream), first);
    assertSame(rest(stream(options)), first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-r 5 -p 7 -i 300 -e 2", "-r 5 -e 0 -p 3 -m 2500"})
  void aCopyGoesOnFromTheSamePlace(String options) {
    IdxFileStream stream = stream(options);
    for (int i = 0; i < 1234; i++) {
      stream.nextInstance();
    }
    IdxFileStream copy = (IdxFileStream) stream.copy();
    assertThat(copy.estimatedRemainingInstances()).isEqualTo(stream.estimatedRemainingInstances());
    assertThat(copy.nextInstance().getData().dataset()).isSameAs(copy.getHeader());
    stream.nextInstance();
    assertSame(rest(copy), rest(stream));
  }

  @Test
  void aSavedStreamIsSmall() throws IOException, ClassNotFoundException {
    Path file = folder.resolve("stream");
    IdxFileStream stream = stream("-p 3 -r 1");
    stream.nextInstance();
    SerializeUtils.writeToFile(file.toFile(), stream);
    assertThat(Files.size(file)).isLessThan(100_000);
    IdxFileStream read = (IdxFileStream) SerializeUtils.readFromFile(file.toFile());
    assertSame(rest(read), rest(stream));
  }

  @Test
  void aCopyRefusesAnotherFile() throws IOException {
    Path images = Files.copy(Path.of(IMAGES), folder.resolve("images"));
    Path labels = Files.copy(Path.of(LABELS), folder.resolve("labels"));
    IdxFileStream stream = prepared("-f " + images + " -l " + labels);
    IdxFileStream copy = (IdxFileStream) stream.copy();
    String train = "examples-arff/mnist-6000-train-";
    Files.copy(
        Path.of(train + "images-idx3-ubyte.gz"), images, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        Path.of(train + "labels-idx1-ubyte.gz"), labels, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(copy::nextInstance)
        .hasMessage(
            images
                + ": is no longer what the stream was started with: expected 2000 images of 1x28x28"
                + " in 10 classes");
  }

  @Test
  void onePermutationMovesThePixelsOfAllImagesAlike() {
    List<double[]> plain = rest(stream("-w"));
    List<double[]> permuted = rest(stream("-w -p 1"));
    int[] from = permutation(1, 0);
    assertThat(from).isNotEqualTo(identity()).doesNotHaveDuplicates();
    for (int i = 0; i < SIZE; i++) {
      assertMoved(plain.get(i), permuted.get(i), from);
    }
  }

  @Test
  void tasksArePermutedAnewWhateverComesBeforeThem() {
    List<double[]> plain = rest(stream("-w -e 2"));
    List<double[]> permuted = rest(stream("-w -e 2 -p 9 -i 500"));
    List<double[]> kept = rest(stream("-w -e 2 -p 9 -i 500 -k"));
    for (int task = 0; task < 8; task++) {
      int[] from = permutation(9, task);
      for (int i = 500 * task; i < 500 * (task + 1); i++) {
        assertMoved(plain.get(i), permuted.get(i), from);
        assertMoved(plain.get(i), kept.get(i), task == 0 ? identity() : from);
      }
    }
    assertThat(Stream.of(0, 1, 2, 3, 4, 5, 6, 7).map(k -> Arrays.toString(permutation(9, k))))
        .doesNotHaveDuplicates();
  }

  @Test
  void firstTaskIsThatOfTheStreamWithOnePermutation() {
    assertSame(rest(stream("-p 4 -m 100")), rest(stream("-p 4 -i 100 -m 100")));
  }

  @Test
  void shufflingOrdersEveryPassAnew() {
    List<double[]> plain = rest(stream(""));
    List<double[]> shuffled = rest(stream("-r 3 -e 2"));
    List<double[]> other = rest(stream("-r 4"));
    assertThat(shuffled).hasSize(2 * SIZE);
    List<String> all = sorted(plain);
    assertThat(sorted(shuffled.subList(0, SIZE))).isEqualTo(all);
    assertThat(sorted(shuffled.subList(SIZE, 2 * SIZE))).isEqualTo(all);
    assertThat(classes(shuffled.subList(0, SIZE)))
        .isNotEqualTo(classes(plain))
        .isNotEqualTo(classes(shuffled.subList(SIZE, 2 * SIZE)))
        .isNotEqualTo(classes(other));
  }

  @ParameterizedTest(name = "[{0}] has {1}")
  @CsvSource({
    "'',2000",
    "-e 3,6000",
    "-m 5,5",
    "-m 5000,2000",
    "-e 3 -m 5000,5000",
    "-e 0 -m 5000,5000"
  })
  void lengthIsKnown(String options, int length) {
    IdxFileStream stream = stream(options);
    assertThat(stream.estimatedRemainingInstances()).isEqualTo(length);
    assertThat(rest(stream)).hasSize(length);
  }

  @Test
  void aStreamWithoutEndHasNoLength() {
    IdxFileStream stream = stream("-e 0 -r 1");
    for (int i = 0; i < 3 * SIZE; i++) {
      assertThat(stream.hasMoreInstances()).isTrue();
      stream.nextInstance();
    }
    assertThat(stream.estimatedRemainingInstances()).isEqualTo(-1);
    assertThat(stream.isRestartable()).isTrue();
  }

  @Test
  void isListedWithItsOptionsInTheDefaultView() throws ReflectiveOperationException {
    Class<?>[] classes = AutoClassDiscovery.findClassesOfType("moa", InstanceStream.class);
    assertThat(classes).contains(IdxFileStream.class).doesNotContain(AbstractImageStream.class);
    IdxFileStream stream = IdxFileStream.class.getConstructor().newInstance();
    assertThat(CapabilityRequirement.has(Capability.VIEW_LITE).isMetBy(stream)).isTrue();
    assertThat(CapabilityRequirement.has(Capability.VIEW_STANDARD).isMetBy(stream)).isTrue();
    assertThat(stream.getOptions().getOptionArray())
        .extracting(Option::getCLIChar)
        .containsExactlyInAnyOrder('f', 'l', 'w', 'p', 'i', 'k', 'r', 'e', 'm');
    assertThat(stream.getPurposeString()).isNotBlank();
    StringBuilder description = new StringBuilder();
    stream.getDescription(description, 0);
    assertThat(description).isNotEmpty();
  }

  @Test
  void hasAPanelInTheUserInterface() {
    OptionsConfigurationPanel panel =
        new OptionsConfigurationPanel("", new IdxFileStream().getOptions());
    assertThat(panel.getComponentCount()).isPositive();
  }

  @Test
  void commandLineIsPrintedAsItWasRead() {
    IdxFileStream stream = stream("-w -p 7 -i 300 -k -r 5 -e 2 -m 9");
    String printed = stream.getCLICreationString(InstanceStream.class);
    assertThat(printed).startsWith("IdxFileStream -f ").contains("-w", "-p 7", "-i 300", "-k");
    assertSame(rest(prepared(printed.substring("IdxFileStream ".length()))), rest(stream));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-l x | imagesFile (-f) is missing",
        "-f " + IMAGES + " | labelsFile (-l) is missing",
        FILES
            + " -p -1 | option -p (permutationSeed) must be a whole number of at least 0, not"
            + " \"-1\"",
        FILES + " -i x | option -i (instancesPerPermutation) must be a whole number of at least 0",
        FILES + " -r 1.5 | IdxFileStream: option -r (shuffleSeed) must be a whole number",
        FILES + " -e -2 | option -e (passes) must be a whole number of at least 0, not \"-2\"",
        FILES + " -m 99999999999 | option -m (maxInstances) must be a whole number of at least 0",
        FILES + " -i 5 | instancesPerPermutation (-i) needs a permutationSeed (-p) of at least 1",
        FILES + " -k | keepFirst (-k) needs instancesPerPermutation (-i)",
        "-f " + LABELS + " -l " + LABELS + " | is this the labels file?",
        "-f " + IMAGES + " -l " + IMAGES + " | is this the images file?",
        "-f nowhere -l " + LABELS + " | nowhere: no such file",
        "-f src -l " + LABELS + " | src: is a folder",
        "-f "
            + IMAGES
            + " -l examples-arff/mnist-6000-train-labels-idx1-ubyte.gz | : 6000 labels at byte 4,"
            + " expected 2000"
      })
  void mistakesAreReportedInOneLineWithoutAStackTrace(String options, String message) {
    Streams.assertRefused(new IdxFileStream(), options, message);
  }

  @Test
  void runsInEvaluatePrequential() {
    LearningCurve curve =
        (LearningCurve)
            run(
                "EvaluatePrequential -l bayes.NaiveBayes -s (IdxFileStream %s -p 1 -r 1) -f 1000"
                    .formatted(FILES));
    assertThat(curve.numEntries()).isEqualTo(2);
    assertThat(curve.getMeasurement(1, 0)).isEqualTo(2000);
    assertThat(curve.getMeasurement(1, 4)).isGreaterThan(60);
  }

  @Test
  void runsInInterleavedTestThenTrain() {
    LearningCurve curve =
        (LearningCurve)
            run(
                "EvaluateInterleavedTestThenTrain -l bayes.NaiveBayes -s (IdxFileStream %s) -f 500"
                    .formatted(FILES));
    assertThat(curve.getMeasurement(curve.numEntries() - 1, 0)).isEqualTo(2000);
  }

  @Test
  void runsInPeriodicHeldOutTest() {
    LearningCurve curve =
        (LearningCurve)
            run(
                "EvaluatePeriodicHeldOutTest -l bayes.NaiveBayes -s (IdxFileStream %s) -n 500 -i 1400 -f 700 -c"
                    .formatted(FILES));
    assertThat(curve.numEntries()).isEqualTo(2);
  }

  @Test
  void runsInLearnModelWithSeveralPasses() {
    NaiveBayes model =
        (NaiveBayes)
            run("LearnModel -l bayes.NaiveBayes -s (IdxFileStream %s) -p 2".formatted(FILES));
    assertThat(model.trainingWeightSeenByModel()).isEqualTo(2 * SIZE);
  }

  @Test
  void runsInEvaluateModel() {
    Object result =
        run(
            "EvaluateModel -m (LearnModel -l bayes.NaiveBayes -s (IdxFileStream -f"
                + " examples-arff/mnist-6000-train-images-idx3-ubyte.gz -l"
                + " examples-arff/mnist-6000-train-labels-idx1-ubyte.gz -m 2000)) -s"
                + " (IdxFileStream "
                + FILES
                + ") -i 2000 -f 1000");
    assertThat(((LearningCurve) result).numEntries()).isEqualTo(2);
  }

  @Test
  void runsInMeasureStreamSpeed() {
    assertThat(run("MeasureStreamSpeed -s (IdxFileStream " + FILES + " -e 3 -p 1) -g 5000"))
        .isNotNull();
  }

  @Test
  void isWrittenAsAnArffFileThatMoaReadsBack() {
    Path file = folder.resolve("written.arff");
    run("WriteStreamToARFFFile -s (IdxFileStream %s -w -p 2) -f %s -m 50".formatted(FILES, file));
    ArffFileStream read = new ArffFileStream(file.toString(), -1);
    read.prepareForUse();
    IdxFileStream stream = stream("-w -p 2");
    for (int i = 0; i < 50; i++) {
      assertThat(read.nextInstance().getData().toDoubleArray())
          .isEqualTo(stream.nextInstance().getData().toDoubleArray());
    }
  }

  @Test
  void runsInsideAConceptDriftStreamIfItHasNoEnd() {
    LearningCurve curve =
        (LearningCurve)
            run(
                ("EvaluatePrequential -l bayes.NaiveBayes -s (ConceptDriftStream -s (IdxFileStream"
                        + " %1$s -e 0) -d (IdxFileStream %1$s -e 0 -p 1) -p 500 -w 10) -i 1000 -f"
                        + " 1000")
                    .formatted(FILES));
    assertThat(curve.getMeasurement(0, 0)).isEqualTo(1000);
  }

  private static IdxFileStream stream(String options) {
    return prepared(FILES + " " + options);
  }

  private static IdxFileStream prepared(String options) {
    return Streams.prepared(new IdxFileStream(), options);
  }

  private static void assertSame(List<double[]> rows, List<double[]> expected) {
    assertThat(rows.toArray(new double[0][])).isDeepEqualTo(expected.toArray(new double[0][]));
  }

  private static List<String> sorted(List<double[]> rows) {
    return rows.stream().map(Arrays::toString).sorted().toList();
  }

  private static List<Double> classes(List<double[]> rows) {
    return rows.stream().map(row -> row[784]).toList();
  }

  private static int[] identity() {
    return Stream.iterate(0, i -> i + 1).limit(784).mapToInt(i -> i).toArray();
  }

  private static void assertMoved(double[] plain, double[] permuted, int[] from) {
    for (int i = 0; i < 784; i++) {
      if (permuted[i] != plain[from[i]]) {
        assertThat(permuted[i]).as("pixel %s", i + 1).isEqualTo(plain[from[i]]);
      }
    }
    assertThat(permuted[784]).isEqualTo(plain[784]);
  }

  /** For each pixel of a task's instances, the pixel of the image. */
  private static int[] permutation(int seed, int task) {
    return Permutation.of(784, seed, task);
  }
}
