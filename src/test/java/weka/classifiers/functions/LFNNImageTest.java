package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lfnn.data.IdxFile;
import lfnn.data.LabelledImages;
import lfnn.spec.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weka.classifiers.evaluation.Evaluation;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.Instances;
import weka.core.SerializationHelper;
import weka.core.Utils;
import weka.core.converters.ArffSaver;

/** Networks of layers on a table whose attributes are pixels. */
class LFNNImageTest {

  private static final String NETWORK =
      " -H \"block(conv(8), max-pool(2), batch-norm, heads=2); fc(workers=3)\"";

  @TempDir Path folder;

  /** Digits of 8 × 8 pixels: the middle of those of MNIST, each pixel the mean of 3 × 3. */
  private static Instances digits(int from, int to) throws IOException {
    LabelledImages images =
        IdxFile.read(
            Path.of("examples-arff", "mnist-2000-test-images-idx3-ubyte.gz"),
            Path.of("examples-arff", "mnist-2000-test-labels-idx1-ubyte.gz"),
            10);
    ArrayList<Attribute> attributes = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      attributes.add(new Attribute("pixel" + i));
    }
    attributes.add(new Attribute("digit", images.classNames()));
    Instances digits = new Instances("digits", attributes, to - from);
    digits.setClassIndex(64);
    for (int i = from; i < to; i++) {
      double[] row = new double[65];
      for (int p = 0; p < 24 * 24; p++) {
        int pixel = i * 784 + (p / 24 + 2) * 28 + p % 24 + 2;
        row[p / 72 * 8 + p % 24 / 3] += (images.pixels()[pixel] & 0xff) / 9.0;
      }
      row[64] = images.labels()[i];
      digits.add(new DenseInstance(1, row));
    }
    return digits;
  }

  private static LFNN classifier(String options) throws Exception {
    LFNN classifier = new LFNN();
    classifier.setOptions(Utils.splitOptions("-input 1x8x8" + options));
    return classifier;
  }

  @ParameterizedTest
  @CsvSource({"LFNN_L, false", "LFNN, true", "BP, false"})
  void convolutionsLearnAreSavedAndPredictTheSame(String rule, boolean resumes) throws Exception {
    Instances training = digits(0, 250);
    Instances test = digits(250, 350);
    LFNN classifier =
        classifier(
            NETWORK + " -N 8 -minibatch 20 -L 0.01 -rule " + rule + (resumes ? " -resume" : ""));
    classifier.buildClassifier(training);
    assertThat(Tables.accuracy(classifier, test)).isGreaterThan(0.6);
    double[][] predictions = Tables.predictions(classifier, test);
    String file = folder.resolve("digits.model").toString();
    SerializationHelper.write(file, classifier);
    LFNN loaded = (LFNN) SerializationHelper.read(file);
    assertThat(Tables.predictions(loaded, test)).isDeepEqualTo(predictions);
    assertThat(loaded.distributionsForInstances(test))
        .isDeepEqualTo(classifier.distributionsForInstances(test));
    assertThat(loaded.toString())
        .contains("block(conv(8), max-pool(2), batch-norm, heads=2); fc(workers=3)");
    if (resumes) {
      loaded.initializeClassifier(training);
      assertThat(loaded.next()).isTrue();
      classifier.initializeClassifier(training);
      assertThat(classifier.next()).isTrue();
      assertThat(Tables.predictions(loaded, test))
          .isDeepEqualTo(Tables.predictions(classifier, test));
      assertThat(Tables.predictions(loaded, test)[0]).isNotEqualTo(predictions[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnist-275k", "mnist-438k(heads=2, pool=2)", "localmixer-272k"})
  void networksWithANameLearn(String name) throws Exception {
    Instances training = digits(0, 24);
    LFNN classifier = classifier(" -H \"" + name + "\" -N 1 -minibatch 10");
    classifier.buildClassifier(training);
    String file = folder.resolve("named.model").toString();
    SerializationHelper.write(file, classifier);
    LFNN loaded = (LFNN) SerializationHelper.read(file);
    assertThat(Tables.predictions(loaded, training))
        .isDeepEqualTo(Tables.predictions(classifier, training));
    assertThat(loaded.getNetwork()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-input 1x8x9 | an input of 1x8x9 has 72 values, but a row has 64 (nominal attributes"
            + " counted by their values): correct the input shape or leave it out",
        "-input 8x8 | an input shape is channels x height x width, for example 3x32x32, not"
            + " \"8x8\"",
        "-input table | stage 1, layer 1 conv(8): it needs an image, but gets 64 values: give the"
            + " shape of the input",
        "-input 1x1x64 | stage 1, layer 1 conv(8): it needs an image, but gets 64 values",
        "-input 4x4x4 -H \"block(conv(8), max-pool(5))\" | stage 1, layer 2 max-pool(5): it gets an"
            + " image of 8x4x4, but needs at least 5 x 5 pixels",
        "-H \"block(conv(8), max-pool)\" | network \"block(conv(8), max-pool)\", character 24:"
            + " expected max-pool(size=…)",
        "-H resnet-19 | network \"resnet-19\", character 1: 'resnet-19' is not a stage, expected",
        "-one-vs-all | stage 1, layer 1 conv(8): one-vs-all networks have layers of dense",
        "-minibatch 1 -H \"block(conv(8), dense(9), batch-norm)\" | batch-norm of values compares"
            + " the examples of a mini-batch, and there is only one: choose larger mini-batches",
      })
  void whatDoesNotFitIsSaidInOneLine(String options, String message) throws Exception {
    Instances training = digits(0, 20);
    LFNN classifier = classifier(NETWORK);
    assertThatThrownBy(
            () -> {
              classifier.setOptions(Utils.splitOptions(withDefaults(options)));
              classifier.buildClassifier(training);
            })
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(message)
        .hasMessageMatching("[^\\n\\r]+");
  }

  private static String withDefaults(String options) {
    String shaped = options.contains("-input") ? options : options + " -input 1x8x8";
    return shaped.contains("-H") ? shaped : shaped + NETWORK;
  }

  @Test
  void theCommandLineTrainsSavesAndTests() throws Exception {
    String training = arff("training", digits(0, 120));
    String test = arff("test", digits(120, 160));
    String model = folder.resolve("cli.model").toString();
    String trained =
        Evaluation.evaluateModel(
            new LFNN(),
            Utils.splitOptions(
                "-t "
                    + training
                    + " -T "
                    + test
                    + " -d "
                    + model
                    + " -input 1x8x8 -N 3 -L 0.01"
                    + NETWORK));
    String loaded =
        Evaluation.evaluateModel(new LFNN(), Utils.splitOptions("-l " + model + " -T " + test));
    assertThat(trained).contains("=== Error on test data ===").contains("conv(8)");
    assertThat(summary(loaded)).isEqualTo(summary(trained)).hasSize(2);
  }

  private String arff(String name, Instances table) throws IOException {
    Path file = folder.resolve(name + ".arff");
    ArffSaver saver = new ArffSaver();
    saver.setInstances(table);
    saver.setFile(file.toFile());
    saver.writeBatch();
    return file.toString();
  }

  private static List<String> summary(String output) {
    String test = output.substring(output.lastIndexOf("=== Error on test data ==="));
    return test.lines().filter(line -> line.contains("Classified Instances")).toList();
  }
}
