package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InvalidObjectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weka.classifiers.AbstractClassifier;
import weka.core.Instances;
import weka.core.SerializationHelper;
import weka.core.Utils;

class LFNNPredictionTest {

  @TempDir Path folder;

  private static LFNN trained(String options, Instances data) throws Exception {
    LFNN classifier = Tables.classifier(options);
    classifier.buildClassifier(data);
    return classifier;
  }

  /** Enough rows for several chunks, the last of them not full. */
  private static Instances many(String table) throws Exception {
    Instances data = Tables.load(table);
    Instances many = new Instances(data, 0);
    while (many.numInstances() < 600) {
      many.addAll(data);
    }
    return many;
  }

  @ParameterizedTest
  @CsvSource({
    "iris, ''",
    "vote, ''",
    "labor, -one-vs-all",
    "cpu, ''",
    "glass, -rule BP -H 16",
    "iris, -H 0"
  })
  void aBatchIsPredictedAsItsRowsAre(String table, String options) throws Exception {
    Instances data = many(table);
    LFNN classifier = trained(options, data);
    assertThat(classifier.implementsMoreEfficientBatchPrediction()).isTrue();
    double[][] batch = classifier.distributionsForInstances(data);
    double[][] single = Tables.predictions(classifier, data);
    assertThat(batch).hasSameDimensionsAs(single);
    for (int i = 0; i < single.length; i++) {
      assertThat(batch[i]).doesNotContain(Double.NaN);
      for (int k = 0; k < single[i].length; k++) {
        double scale = Math.max(1, Math.abs(single[i][k]));
        assertThat(batch[i][k]).isCloseTo(single[i][k], within(1e-6 * scale));
      }
      if (data.classAttribute().isNominal()) {
        assertThat(Utils.sum(batch[i])).isCloseTo(1, within(1e-9));
      }
    }
  }

  @Test
  void severalThreadsMayPredictAtOnce() throws Exception {
    Instances data = many("iris");
    LFNN classifier = trained("", data);
    double[][] expected = Tables.predictions(classifier, data);
    IntStream.range(0, data.numInstances())
        .parallel()
        .forEach(
            i -> {
              try {
                assertThat(classifier.distributionForInstance(data.instance(i)))
                    .containsExactly(expected[i]);
              } catch (Exception e) {
                throw new AssertionError("row " + i, e);
              }
            });
  }

  @Test
  void anEmptyBatchHasNoPredictions() throws Exception {
    Instances data = Tables.load("iris");
    assertThat(trained("", data).distributionsForInstances(new Instances(data, 0))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "iris | ''",
        "cpu | ''",
        "labor | -one-vs-all",
        "vote | -H block(dense(8),heads=2) -rule LFNN",
        "glass | -H 0 -rule BP"
      })
  void aSavedModelPredictsTheSame(String table, String options) throws Exception {
    Instances data = Tables.load(table);
    LFNN classifier = trained(options, data);
    String file = folder.resolve("lfnn.model").toString();
    SerializationHelper.write(file, classifier);
    LFNN loaded = (LFNN) SerializationHelper.read(file);
    LFNN copy = (LFNN) AbstractClassifier.makeCopy(classifier);
    for (LFNN other : new LFNN[] {loaded, copy}) {
      assertThat(Tables.predictions(other, data))
          .isDeepEqualTo(Tables.predictions(classifier, data));
      assertThat(other.toString()).isEqualTo(classifier.toString());
      assertThat(other.getOptions()).containsExactly(classifier.getOptions());
    }
  }

  @Test
  void aModelOfANewerFormatIsRefused() throws Exception {
    assertThatThrownBy(() -> read(replaced(0, 2)))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("the model has format 2, this version of LFNN reads format 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 0, -1})
  void aModelWhoseSizesDoNotMatchIsRefused(int outputs) throws Exception {
    assertThatThrownBy(() -> read(replaced(2, outputs)))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageMatching("[^\\n\\r]+");
  }

  @Test
  void aModelWithADamagedNetworkIsRefused() throws Exception {
    byte[] model = written();
    String text = new String(model, StandardCharsets.ISO_8859_1);
    byte[] damaged =
        text.replace("fc(workers=8)", "fc[workers=8)").getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> read(damaged))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("the model's network is damaged");
  }

  private static byte[] written() throws Exception {
    LFNN classifier = trained("", Tables.load("iris"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SerializationHelper.write(out, classifier);
    return out.toByteArray();
  }

  /** A model of iris with one of its numbers format (1), groups (1), outputs (3) replaced. */
  private static byte[] replaced(int number, int value) throws Exception {
    byte[] model = written();
    byte[] numbers = ByteBuffer.allocate(12).putInt(1).putInt(1).putInt(3).array();
    int start = lastIndexOf(model, numbers);
    ByteBuffer.wrap(model).putInt(start + 4 * number, value);
    return model;
  }

  private static int lastIndexOf(byte[] bytes, byte[] pattern) {
    for (int i = bytes.length - pattern.length; i >= 0; i--) {
      if (Arrays.equals(bytes, i, i + pattern.length, pattern, 0, pattern.length)) {
        return i;
      }
    }
    throw new AssertionError("the model does not hold what is to be replaced");
  }

  private static Object read(byte[] model) throws Exception {
    return SerializationHelper.read(new ByteArrayInputStream(model));
  }
}
