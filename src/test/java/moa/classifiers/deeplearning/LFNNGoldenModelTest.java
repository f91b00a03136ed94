package moa.classifiers.deeplearning;

import static org.assertj.core.api.Assertions.assertThat;

import com.yahoo.labs.samoa.instances.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lfnn.Golden;
import moa.core.SerializeUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Learners that tasks of earlier versions saved still predict what they did, and learn on.
 *
 * <p>To keep those of this version: {@code mvn test -Dtest=LFNNGoldenModelTest
 * -Dlfnn.golden=src/test/resources/moa/classifiers/deeplearning}, under another {@link #FORMAT}.
 */
class LFNNGoldenModelTest {

  private static final String FORMAT = "format-1-";

  private static final Path KEPT =
      Path.of("src", "test", "resources", "moa", "classifiers", "deeplearning");

  private static final int LEARNED = 60;

  @TempDir Path folder;

  private static LFNN trained(String name) {
    String options =
        name.endsWith("image")
            ? "-i 1x2x2 -n CHANNEL -H (block(conv(4), global-average, heads=1)) -B 4"
            : "-H (fc(workers=4)) -V -d 0.3";
    return Tables.trained(Tables.learner(options), Tables.read("iris").subList(0, LEARNED));
  }

  private static LFNN read(Path file) throws Exception {
    return (LFNN) SerializeUtils.readFromFile(file.toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"format-1-table", "format-1-image"})
  void keptLearnersPredictWhatTheyDidAndLearnOn(String name) throws Exception {
    List<Instance> rows = Tables.read("iris");
    LFNN kept = read(KEPT.resolve(name + ".model"));
    Golden.assertKept(KEPT.resolve(name + ".csv"), Tables.votes(kept, rows));
    assertThat(Files.size(KEPT.resolve(name + ".model"))).as("bytes").isLessThan(20_000);

    double before = Tables.accuracy(kept, rows);
    for (int pass = 0; pass < 10; pass++) {
      Tables.trained(kept, rows);
    }
    assertThat(Tables.accuracy(kept, rows)).isGreaterThan(before);
  }

  @Test
  void learnersOfThisVersionCanBeKept() throws Exception {
    Path target = Golden.target(folder);
    List<Instance> rows = Tables.read("iris");
    for (String kind : List.of("table", "image")) {
      String name = FORMAT + kind;
      LFNN learner = trained(name);
      Path model = target.resolve(name + ".model");
      SerializeUtils.writeToFile(model.toFile(), learner);
      Path predictions = target.resolve(name + ".csv");
      Golden.write(predictions, Tables.votes(learner, rows));
      Golden.assertKept(predictions, Tables.votes(read(model), rows));
    }
  }
}
