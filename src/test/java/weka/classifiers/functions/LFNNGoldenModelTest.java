package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lfnn.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weka.core.Instances;
import weka.core.SerializationHelper;
import weka.core.Utils;

/**
 * Classifiers that {@code -d} of earlier versions saved still predict what they did, and learn on.
 *
 * <p>To keep those of this version: {@code mvn test -Dtest=LFNNGoldenModelTest
 * -Dlfnn.golden=src/test/resources/weka/classifiers/functions}, under another {@link #FORMAT}.
 */
class LFNNGoldenModelTest {

  private static final String FORMAT = "format-1-";

  private static final Path KEPT =
      Path.of("src", "test", "resources", "weka", "classifiers", "functions");

  /** Four attributes can be an image of four pixels, too. */
  private static final String IMAGE =
      "-input 1x2x2 -scaling CHANNEL -H \"block(conv(4), global-average, heads=1)\"";

  @TempDir Path folder;

  private static String options(String name) {
    return (name.endsWith("image") ? IMAGE : "-H block(dense(8),heads=4) -V 20") + " -resume";
  }

  private static Instances table(String name) throws Exception {
    return Tables.load(name.endsWith("number") ? "cpu" : "iris");
  }

  private static LFNN read(Path file) throws Exception {
    return (LFNN) SerializationHelper.read(file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"format-1-table", "format-1-image", "format-1-number"})
  void keptClassifiersPredictWhatTheyDidAndLearnOn(String name) throws Exception {
    Instances table = table(name);
    LFNN classifier = read(KEPT.resolve(name + ".model"));
    Golden.assertKept(KEPT.resolve(name + ".csv"), Tables.predictions(classifier, table));
    assertThat(Files.size(KEPT.resolve(name + ".model"))).as("bytes").isLessThan(20_000);
    assertThat(Utils.joinOptions(classifier.getOptions())).contains("-resume").contains("-N 3");

    classifier.setEpochs(4);
    classifier.initializeClassifier(table);
    assertThat(classifier.next()).isTrue();
    classifier.done();
    assertThat(classifier.toString()).containsPattern("\\n +4  ");
  }

  @Test
  void classifiersOfThisVersionCanBeKept() throws Exception {
    Path target = Golden.target(folder);
    for (String kind : List.of("table", "image", "number")) {
      String name = FORMAT + kind;
      LFNN classifier = Tables.classifier(options(name));
      classifier.setEpochs(3);
      classifier.buildClassifier(table(name));
      Path model = target.resolve(name + ".model");
      SerializationHelper.write(model.toString(), classifier);
      Path predictions = target.resolve(name + ".csv");
      Golden.write(predictions, Tables.predictions(classifier, table(name)));
      Golden.assertKept(predictions, Tables.predictions(read(model), table(name)));
    }
  }
}
