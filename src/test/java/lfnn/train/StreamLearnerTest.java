package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import lfnn.Tolerances;
import lfnn.spec.Algorithm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.NetworkSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamLearnerTest {

  private static StreamLearner learner(
      Algorithm algorithm, Scope scope, int batchSize, int classes) {
    Tables.Rows table = classes == 0 ? Tables.cpu() : Tables.iris();
    LearnerSpec spec =
        new LearnerSpec(
            NetworkSpec.parse("block(dense(16), heads=4)"),
            false,
            Optional.empty(),
            ScalingChoice.AUTO,
            Specs.training(
                algorithm,
                Specs.leadership(0.5, scope, Reference.RANDOM),
                "adam",
                0.01,
                "constant",
                batchSize,
                3,
                1));
    return new StreamLearner(spec, table.columns(), classes, 20);
  }

  /** Gives the rows of a table in a random order. */
  private static void learn(StreamLearner learner, Tables.Rows table, long seed) {
    for (int i : MiniBatches.shuffled(table.size(), new SplittableRandom(seed))) {
      learner.learn(table.row(i), table.target(i), 1);
    }
  }

  private static StreamLearner copy(StreamLearner learner) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(learner);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (StreamLearner) in.readObject();
    }
  }

  @ParameterizedTest(name = "{0}, mini-batches of {1}")
  @CsvSource({"BP, 1", "LFNN, 1", "LFNN_L, 1", "LFNN_L, 8"})
  void flowersAreToldApartAfterTenPasses(Algorithm algorithm, int batchSize) {
    StreamLearner learner = learner(algorithm, Scope.BATCH, batchSize, 3);
    Tables.Rows iris = Tables.iris();
    for (int pass = 0; pass < 10; pass++) {
      learn(learner, iris, pass);
    }
    int right = 0;
    for (int i = 0; i < iris.size(); i++) {
      double[] p = learner.predict(iris.row(i));
      double largest = Math.max(p[0], Math.max(p[1], p[2]));
      right += p[(int) iris.target(i)] == largest ? 1 : 0;
      assertThat(p[0] + p[1] + p[2]).isCloseTo(1, Tolerances.CLOSED_FORM_DOUBLE);
    }
    assertThat(right).isGreaterThan(140);
    assertThat(learner.report().outputLoss()).isBetween(0.0, 1.2);
  }

  @ParameterizedTest(name = "{0}, scope {1}, mini-batches of {2}, {3} classes")
  @CsvSource({
    "BP, BATCH, 1, 3",
    "LFNN, SAMPLE, 7, 3",
    "LFNN_L, EPOCH, 7, 3",
    "LFNN_L, EPOCH, 1, 0",
    "LFNN, BATCH, 7, 0",
    "FA, BATCH, 7, 3",
    "LG_FG_A, BATCH, 7, 3"
  })
  void aCopyMadeInTheMiddleOfABatchGoesOnAsTheOriginal(
      Algorithm algorithm, Scope scope, int batchSize, int classes) throws Exception {
    StreamLearner original = learner(algorithm, scope, batchSize, classes);
    Tables.Rows table = classes == 0 ? Tables.cpu() : Tables.iris();
    learn(original, table, 1);
    StreamLearner copied = copy(original);
    assertThat(copied.predict(table.row(0))).isEqualTo(original.predict(table.row(0)));
    learn(original, table, 2);
    learn(copied, table, 2);
    for (double[] row : table.rows()) {
      assertThat(copied.predict(row)).isEqualTo(original.predict(row));
    }
    assertThat(copied.report()).isEqualTo(original.report());
    assertThat(copied).hasToString(original.toString());
  }

  @Test
  void aMiniBatchIsLearnedWhenItIsFullOrFlushed() {
    StreamLearner learner = learner(Algorithm.LFNN_L, Scope.BATCH, 8, 3);
    Tables.Rows iris = Tables.iris();
    for (int i = 0; i < 7; i++) {
      learner.learn(iris.row(i), iris.target(i), 1);
    }
    assertThat(learner.report()).isEqualTo(StepReport.NONE);
    learner.flush();
    assertThat(learner.report().outputLoss()).isPositive();
    StepReport before = learner.report();
    learner.flush();
    assertThat(learner.report()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 3, 0.5, Double.NaN})
  void whatIsNoClassIsRefused(double target) {
    StreamLearner learner = learner(Algorithm.LFNN_L, Scope.BATCH, 8, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.learn(new double[4], target, 1))
        .withMessage("a class must be the index of one of the 3 classes, not " + target);
  }

  @Test
  void predictingBeforeLearningIsAllowed() {
    double[] classes = learner(Algorithm.LFNN_L, Scope.BATCH, 8, 3).predict(Tables.iris().row(0));
    assertThat(Arrays.stream(classes)).hasSize(3).allMatch(p -> p > 0 && p < 1);
    double[] value = learner(Algorithm.LFNN_L, Scope.BATCH, 8, 0).predict(Tables.cpu().row(0));
    assertThat(Arrays.stream(value)).hasSize(1).allMatch(Double::isFinite);
  }

  @Test
  void oneOutlierDoesNotUndoWhatWasLearned() {
    StreamLearner learner = learner(Algorithm.LFNN_L, Scope.BATCH, 1, 0);
    Tables.Rows cpu = Tables.cpu();
    for (int pass = 0; pass < 5; pass++) {
      learn(learner, cpu, pass);
    }
    learner.learn(cpu.row(0), 1e30, 1);
    assertThat(learner.predict(cpu.row(1))[0]).isFinite();
    assertThat(learner.report().outputLoss()).isFinite();
  }
}
