package moa.streams;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static moa.streams.Streams.rest;
import static moa.streams.Streams.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.javacliparser.Option;
import com.github.javacliparser.gui.OptionsConfigurationPanel;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import lfnn.data.Permutation;
import moa.evaluation.preview.LearningCurve;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CifarFileStreamTest {

  private static final int PLANE = 32 * 32;
  private static final int FEATURES = 3 * PLANE;

  @TempDir Path folder;

  /** Two training files and one test file, the second compressed. */
  @BeforeEach
  void writeFiles() throws IOException {
    Files.write(folder.resolve("data_batch_1.bin"), records(20, 1));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(records(10, 1));
    }
    Files.write(folder.resolve("data_batch_2.bin.gz"), packed.toByteArray());
    Files.write(folder.resolve("test_batch.bin"), records(5, 1));
  }

  /** Image i has class i mod 10; its class decides on its colour, its place on the rest. */
  private static byte[] records(int count, int labelBytes) {
    byte[] bytes = new byte[count * (labelBytes + FEATURES)];
    int at = 0;
    for (int i = 0; i < count; i++) {
      at += labelBytes - 1;
      bytes[at++] = (byte) (i % 10);
      for (int f = 0; f < FEATURES; f++) {
        bytes[at++] = (byte) (f / PLANE * 60 + i % 10 * 10 + f % PLANE % 7);
      }
    }
    return bytes;
  }

  private static double value(int image, int feature) {
    return feature / PLANE * 60 + image % 10 * 10 + feature % PLANE % 7;
  }

  @Test
  void deliversTheTrainingImagesOfAFolderChannelByChannel() {
    List<double[]> rows = rest(stream("-w"));
    assertThat(rows).hasSize(30);
    for (int i = 0; i < 30; i++) {
      int image = i < 20 ? i : i - 20;
      double[] row = rows.get(i);
      assertThat(row).hasSize(FEATURES + 1);
      assertThat(row[FEATURES]).isEqualTo(image % 10);
      for (int f : new int[] {0, 1, 40, PLANE - 1, PLANE, 2 * PLANE + 5, FEATURES - 1}) {
        assertThat(row[f]).isEqualTo(value(image, f));
      }
    }
  }

  @Test
  void deliversTestImagesOrThoseOfAFile() {
    assertThat(rest(stream("-t"))).hasSize(5);
    assertThat(rest(prepared("-f " + folder.resolve("data_batch_2.bin.gz")))).hasSize(10);
  }

  @Test
  void attributesAreNamedByChannelAndClassesByName() {
    InstancesHeader header = stream("").getHeader();
    assertThat(header.numAttributes()).isEqualTo(FEATURES + 1);
    assertThat(header.attribute(0).name()).isEqualTo("red1");
    assertThat(header.attribute(PLANE - 1).name()).isEqualTo("red1024");
    assertThat(header.attribute(PLANE).name()).isEqualTo("green1");
    assertThat(header.attribute(2 * PLANE).name()).isEqualTo("blue1");
    assertThat(header.attribute(FEATURES - 1).name()).isEqualTo("blue1024");
    assertThat(header.classIndex()).isEqualTo(FEATURES);
    assertThat(header.classAttribute().getAttributeValues())
        .startsWith("airplane", "automobile")
        .endsWith("truck")
        .hasSize(10);
    assertThat(header.getRelationName()).isEqualTo(folder.getFileName().toString());
  }

  @Test
  void deliversTheHundredClassesOfTheLargerSet() throws IOException {
    Path file = Files.write(folder.resolve("train.bin"), records(3, 2));
    CifarFileStream stream = prepared("-f " + file);
    assertThat(stream.getHeader().classAttribute().numValues()).isEqualTo(100);
    assertThat(rest(stream)).hasSize(3).allMatch(row -> row.length == FEATURES + 1);
  }

  @Test
  void pixelsAreScaledToTheUnitInterval() {
    double[] raw = rest(stream("-w")).get(7);
    double[] scaled = rest(stream("")).get(7);
    for (int f = 0; f < FEATURES; f++) {
      assertThat(scaled[f]).isEqualTo(raw[f] / 255);
    }
  }

  @Test
  void permutationMovesTheValuesOfAllChannels() {
    List<double[]> plain = rest(stream("-w"));
    List<double[]> permuted = rest(stream("-w -p 3 -i 10 -k"));
    for (int i : new int[] {0, 9, 10, 19, 20, 29}) {
      int[] from = Permutation.of(FEATURES, 3, i / 10);
      for (int f = 0; f < FEATURES; f++) {
        int expected = i < 10 ? f : from[f];
        assertThat(permuted.get(i)[f]).isEqualTo(plain.get(i)[expected]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-r 5 -p 7 -i 12 -e 2", "-t -e 0 -m 12"})
  void aCopyGoesOnAndARestartBeginsAnew(String options) {
    CifarFileStream stream = stream(options);
    List<double[]> all = rest(stream);
    stream.restart();
    for (int i = 0; i < 4; i++) {
      stream.nextInstance();
    }
    CifarFileStream copy = (CifarFileStream) stream.copy();
    List<double[]> expected = all.subList(4, all.size());
    assertThat(rest(copy).toArray(new double[0][]))
        .isDeepEqualTo(expected.toArray(new double[0][]))
        .isDeepEqualTo(rest(stream).toArray(new double[0][]));
  }

  @Test
  void aCopyRefusesOtherFiles() throws IOException {
    CifarFileStream copy = (CifarFileStream) stream("").copy();
    Files.delete(folder.resolve("data_batch_2.bin.gz"));
    assertThatThrownBy(copy::nextInstance)
        .hasMessage(
            folder
                + ": is no longer what the stream was started with: expected 30 images of 3x32x32"
                + " in 10 classes");
  }

  @Test
  void classNamesAreWrittenSoThatMoaReadsThemBack() throws IOException {
    Files.write(
        folder.resolve("batches.meta.txt"),
        "sea gull\na,b\nit's\n{\n5%\nf\ng\nh\ni\nj\n".getBytes(US_ASCII));
    assertThat(stream("").getHeader().classAttribute().getAttributeValues())
        .startsWith("sea_gull", "a_b", "it_s", "_", "5_", "f");
    Path file = folder.resolve("written.arff");
    run("WriteStreamToARFFFile -s (CifarFileStream -f %s -w -r 1) -f %s".formatted(folder, file));
    ArffFileStream read = new ArffFileStream(file.toString(), -1);
    read.prepareForUse();
    CifarFileStream stream = stream("-w -r 1");
    while (stream.hasMoreInstances()) {
      Instance expected = stream.nextInstance().getData();
      assertThat(read.nextInstance().getData().toDoubleArray()).isEqualTo(expected.toDoubleArray());
    }
  }

  @Test
  void refusesClassNamesThatMoaCouldNotTellApart() throws IOException {
    Files.write(
        folder.resolve("batches.meta.txt"),
        "a b\na_b\nc\nd\ne\nf\ng\nh\ni\nj\n".getBytes(US_ASCII));
    assertRefused(
        "-f " + folder,
        folder + ": class \"a_b\" has the name a_b in MOA, as has another one; rename it");
  }

  @Test
  void mistakesAreReportedInOneLineWithoutAStackTrace() throws IOException {
    assertRefused("-t", "CifarFileStream: imagesFile (-f) is missing: Images: a binary file");
    assertRefused("-f nowhere", "nowhere: no such file, expected a CIFAR-10 or CIFAR-100 file");
    assertRefused("-f pom.xml", "pom.xml: byte ");
    assertRefused("-f src", "src: has no data_batch_1.bin or train.bin, plain or .gz; check");
    assertRefused("-f src -t", "src: has no test_batch.bin or test.bin, plain or .gz; check");
    assertRefused("-f pom.xml -t", "CifarFileStream: testImages (-t) needs a folder");
    assertRefused("-f src -e -1", "CifarFileStream: option -e (passes) must be a whole number");
    assertRefused("-f a\0b", "CifarFileStream: imagesFile (-f): no file can be named so: ");
    Files.write(folder.resolve("data_batch_4.bin"), records(1, 1));
    assertRefused("-f " + folder, folder + ": has no data_batch_3.bin, plain or .gz, expected");
    Files.delete(folder.resolve("data_batch_4.bin"));
    Files.createFile(folder.resolve("train.bin"));
    assertRefused(
        "-f " + folder,
        folder
            + ": has CIFAR-10 files (data_batch_1.bin) and CIFAR-100 files (train.bin), expected");
  }

  private static void assertRefused(String options, String message) {
    Streams.assertRefused(new CifarFileStream(), options, message);
  }

  @Test
  void hasItsOptionsAndAPanelInTheUserInterface() {
    CifarFileStream stream = new CifarFileStream();
    assertThat(stream.getOptions().getOptionArray())
        .extracting(Option::getCLIChar)
        .containsExactlyInAnyOrder('f', 't', 'w', 'p', 'i', 'k', 'r', 'e', 'm');
    assertThat(new OptionsConfigurationPanel("", stream.getOptions()).getComponentCount())
        .isPositive();
    assertThat(stream("-r 3 -t").getCLICreationString(InstanceStream.class))
        .startsWith("CifarFileStream -f ")
        .contains("-t", "-r 3");
  }

  @Test
  void runsInEvaluatePrequential() {
    LearningCurve curve =
        (LearningCurve)
            run(
                ("EvaluatePrequential -l bayes.NaiveBayes -s (CifarFileStream -f %s -r 1 -e 2) -e"
                        + " BasicClassificationPerformanceEvaluator -f 30")
                    .formatted(folder));
    assertThat(curve.getMeasurement(1, 0)).isEqualTo(60);
    assertThat(curve.getMeasurement(1, 4)).isGreaterThan(40);
  }

  @Test
  void isLearnedByANetworkOfItsShape() {
    LearningCurve curve =
        (LearningCurve)
            run(
                ("EvaluateModel -m (LearnModel -l (deeplearning.LFNN -H 16 -i 3x32x32 -L 0.01) -s"
                        + " (CifarFileStream -f %1$s -r 1) -p 5) -s (CifarFileStream -f %1$s -t) -i"
                        + " 5 -f 5")
                    .formatted(folder));
    assertThat(curve.getMeasurement(0, 0)).isEqualTo(5);
  }

  private CifarFileStream stream(String options) {
    return prepared("-f " + folder + " " + options);
  }

  private static CifarFileStream prepared(String options) {
    return Streams.prepared(new CifarFileStream(), options);
  }
}
