package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import junit.framework.Test;
import junit.framework.TestSuite;
import weka.classifiers.AbstractClassifierTest;
import weka.classifiers.Classifier;
import weka.classifiers.evaluation.NominalPrediction;
import weka.classifiers.evaluation.Prediction;
import weka.core.Attribute;
import weka.core.Instances;
import weka.core.TestInstances;
import weka.core.Utils;

/** Weka's own suite of 23 tests, for several configurations of LFNN. */
public class LFNNSuiteTest extends AbstractClassifierTest {

  /**
   * Set to write the reference predictions anew into the folder of the test resources, after a
   * change that is meant to change them.
   */
  private static final String WRITE_REFERENCES = "lfnn.test.writeReferences";

  /** Room for what training makes of the last bits of products, which depend on the processor. */
  private static final double TOLERANCE = 1e-2;

  private static final Map<String, String> CONFIGURATIONS = configurations();

  private final String configuration;

  private LFNNSuiteTest(String test, String configuration) {
    super(test);
    this.configuration = configuration;
  }

  private static Map<String, String> configurations() {
    Map<String, String> configurations = new LinkedHashMap<>();
    configurations.put("default", "");
    configurations.put(
        "workers", "-H \"fc(workers=8); fc(workers=8)\" -rule LFNN_L -N 4 -L 0.01 -optimizer adam");
    configurations.put(
        "blocks", "-H \"block(dense(16), heads=4)\" -rule LFNN -N 4 -L 0.01 -optimizer adamw");
    configurations.put("backpropagation", "-H 16,8 -rule BP -N 4 -L 0.1 -optimizer momentum(0.9)");
    configurations.put("no hidden stage", "-H 0 -rule BP -N 4 -L 0.1 -optimizer sgd");
    configurations.put(
        "one-vs-all", "-H fc(workers=8) -one-vs-all -rule LFNN_L -N 4 -L 0.01 -leaders 0.3");
    configurations.put(
        "sample", "-H fc(workers=8) -scope SAMPLE -reference RANDOM -rule LFNN_L -N 4 -L 0.01");
    configurations.put(
        "epoch", "-H fc(workers=8) -scope EPOCH -schedule cosine -rule LFNN -N 4 -L 0.01");
    configurations.put(
        "validation", "-H fc(workers=8) -rule LFNN_L -V 30 -E 3 -N 8 -L 0.01 -minibatch 4");
    return configurations;
  }

  /** All tests of the suite for each configuration. */
  public static Test suite() {
    TestSuite all = new TestSuite(LFNNSuiteTest.class.getName());
    for (String configuration : CONFIGURATIONS.keySet()) {
      TestSuite suite = new TestSuite(configuration);
      for (var method : AbstractClassifierTest.class.getMethods()) {
        if (method.getName().startsWith("test") && method.getParameterCount() == 0) {
          suite.addTest(new LFNNSuiteTest(method.getName(), configuration));
        }
      }
      all.addTest(suite);
    }
    return all;
  }

  @Override
  public Classifier getClassifier() {
    LFNN classifier = new LFNN();
    try {
      classifier.setOptions(Utils.splitOptions(CONFIGURATIONS.get(configuration)));
    } catch (Exception e) {
      throw new AssertionError("configuration " + configuration, e);
    }
    return classifier;
  }

  @Override
  public void runBare() throws Throwable {
    try {
      super.runBare();
    } catch (Throwable failure) {
      throw new AssertionError("with the configuration " + configuration, failure);
    }
  }

  /**
   * Unlike Weka's own comparison of texts, this one compares numbers within a tolerance, so that it
   * holds on every processor. The default options have no reference: they may be tuned.
   */
  @Override
  public void testRegression() throws Exception {
    List<double[]> predictions = new ArrayList<>();
    for (int type : new int[] {Attribute.NOMINAL, Attribute.NUMERIC}) {
      if (canPredict(type)) {
        for (Prediction prediction : useClassifier(table(type))) {
          predictions.add(values(prediction));
        }
      }
    }
    assertThat(predictions).hasSizeGreaterThanOrEqualTo(10);
    assertThat(predictions).allSatisfy(values -> assertThat(values).doesNotContain(Double.NaN));
    if (configuration.equals("default")) {
      return;
    }
    String file = configuration.replace(' ', '-') + ".csv";
    String target = System.getProperty(WRITE_REFERENCES);
    if (target != null) {
      write(Path.of(target, file), predictions);
      return;
    }
    List<double[]> reference = read(file);
    assertThat(predictions).hasSameSizeAs(reference);
    for (int i = 0; i < reference.size(); i++) {
      double[] expected = reference.get(i);
      double[] actual = predictions.get(i);
      assertThat(actual).as("prediction %d", i).hasSameSizeAs(expected);
      for (int k = 0; k < expected.length; k++) {
        assertThat(actual[k])
            .as("prediction %d, value %d", i, k)
            .isCloseTo(expected[k], within(TOLERANCE * Math.max(1, Math.abs(expected[k]))));
      }
    }
  }

  private Instances table(int type) throws Exception {
    TestInstances table = new TestInstances();
    table.setSeed(42);
    table.setNumInstances(40);
    table.setNumNominal(2);
    table.setNumNominalValues(3);
    table.setNumNumeric(3);
    table.setNumDate(1);
    table.setNumClasses(3);
    table.setClassType(type);
    return process(table.generate());
  }

  private static double[] values(Prediction prediction) {
    return prediction instanceof NominalPrediction nominal
        ? nominal.distribution()
        : new double[] {prediction.predicted()};
  }

  private static void write(Path file, List<double[]> predictions) throws IOException {
    Files.write(
        file,
        predictions.stream()
            .map(
                values ->
                    DoubleStream.of(values)
                        .mapToObj(value -> String.format(Locale.ROOT, "%.6g", value))
                        .collect(Collectors.joining(",")))
            .toList());
  }

  private static List<double[]> read(String file) throws IOException {
    try (InputStream in = LFNNSuiteTest.class.getResourceAsStream(file)) {
      assertThat(in).as("reference predictions %s", file).isNotNull();
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      return lines
          .lines()
          .map(
              line -> Arrays.stream(line.split(",", -1)).mapToDouble(Double::parseDouble).toArray())
          .toList();
    }
  }
}
