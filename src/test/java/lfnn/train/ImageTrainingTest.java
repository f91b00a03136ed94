package lfnn.train;

import static lfnn.train.TrainerTest.assertSame;
import static lfnn.train.TrainerTest.copy;
import static lfnn.train.TrainerTest.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lfnn.Tolerances;
import lfnn.data.BatchLayout;
import lfnn.data.Dataset;
import lfnn.data.FeatureEncoder;
import lfnn.data.FeatureEncoder.Column;
import lfnn.data.FeatureEncoder.Numeric;
import lfnn.data.FeatureEncoder.Scaling;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of layers for images, from the first step to the saved model. */
class ImageTrainingTest {

  private static final String BLOCKS =
      "block(conv(8), max-pool(2), batch-norm, dropout(0.1), heads=3); fc(workers=4)";
  private static final String FILTERS =
      "filters(batch-norm, relu, max-pool(2), workers=2); block(conv(8, activation=identity),"
          + " batch-norm(activation=relu), dense(16), batch-norm, heads=4, split)";
  private static final String RESIDUALS =
      "block(conv(6), residual(layer-norm, mix-pixels, conv(6)), average-pool(2), heads=3, pool=2,"
          + " similarity=0.4); block(residual(conv(8, stride=2), batch-norm, activation=relu),"
          + " global-average, heads=4, split)";

  private static final List<String> NETWORKS = List.of(BLOCKS, FILTERS, RESIDUALS);

  private static final List<Algorithm> PERTURBS_ACTIVITIES =
      List.of(Algorithm.FG_A, Algorithm.LG_FG_A);

  private static Architecture network(Dataset data, String stages) {
    return Architecture.of(data.shape(), Task.classification(10), NetworkSpec.parse(stages));
  }

  private static TrainingSpec training(
      Algorithm algorithm, Scope scope, double learningRate, int batchSize, int threads) {
    LeadershipSpec leadership = Specs.leadership(0.7, scope, Reference.BEST);
    return Specs.training(
        algorithm, leadership, "adam", learningRate, "constant", batchSize, 11, threads);
  }

  static Stream<Arguments> networksAndRules() {
    return NETWORKS.stream()
        .flatMap(
            network ->
                Stream.of(Algorithm.values())
                    .filter(algorithm -> !PERTURBS_ACTIVITIES.contains(algorithm))
                    .map(algorithm -> Arguments.of(network, algorithm)));
  }

  static Stream<Arguments> networksAndRulesThatPerturbActivities() {
    return NETWORKS.stream()
        .flatMap(
            network ->
                PERTURBS_ACTIVITIES.stream().map(algorithm -> Arguments.of(network, algorithm)));
  }

  /**
   * Their estimates of thousands of derivatives from one number take more steps than a test has.
   */
  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("networksAndRulesThatPerturbActivities")
  void theLossOfTwelveImagesFalls(String network, Algorithm algorithm) throws Exception {
    Dataset data = Mnist.small(Mnist.training(0, 12));
    Trainer trainer =
        new Trainer(network(data, network), training(algorithm, Scope.BATCH, 0.001, 12, 1));
    double first = trainer.epoch(data, Optional.empty()).outputLoss();
    EpochReport report = trainer.epoch(data, Optional.empty());
    while (report.epoch() < 400 && report.outputLoss() > 0.7 * first) {
      report = trainer.epoch(data, Optional.empty());
    }
    assertThat(report.outputLoss()).isLessThanOrEqualTo(0.7 * first);
  }

  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("networksAndRules")
  void twelveImagesAreLearnedWithoutError(String network, Algorithm algorithm) throws Exception {
    Dataset data = Mnist.small(Mnist.training(0, 12));
    Trainer trainer =
        new Trainer(network(data, network), training(algorithm, Scope.BATCH, 0.01, 12, 1));
    EpochReport report = trainer.epoch(data, Optional.empty());
    // Predictions use running statistics, which take a few steps more to be those of the images.
    while (report.epoch() < 400
        && (report.trainingError() > 0 || trainer.score(data).error() > 0)) {
      report = trainer.epoch(data, Optional.empty());
    }
    assertThat(report.trainingError()).isZero();
    assertThat(trainer.score(data).error()).isZero();
    assertThat(report.outputLoss()).isLessThan(trainer.reports().get(0).outputLoss());
  }

  @ParameterizedTest(name = "{0}, scope {1}")
  @CsvSource({
    "BP, BATCH",
    "LFNN, BATCH",
    "LFNN, SAMPLE",
    "LFNN, EPOCH",
    "LFNN_L, BATCH",
    "LFNN_L, SAMPLE",
    "LFNN_L, EPOCH",
    "FA, BATCH",
    "FG_W, BATCH",
    "LG_FG_A, BATCH"
  })
  void trainingInPartsEqualsTrainingAtOnce(Algorithm algorithm, Scope scope) throws Exception {
    // The last mini-batch of an epoch has one example.
    Dataset data = Mnist.small(Mnist.training(0, 33));
    Optional<Dataset> validation = Optional.of(Mnist.small(Mnist.test(0, 20)));
    TrainingSpec spec = training(algorithm, scope, 0.01, 16, 1);
    for (String stages : NETWORKS) {
      Architecture network = network(data, stages);
      Trainer straight = new Trainer(network, spec);
      Trainer stopped = new Trainer(network, spec);
      for (int e = 0; e < 3; e++) {
        straight.epoch(data, validation);
        int last = e;
        stopped.epoch(data, validation, (step, steps, report) -> step < last);
        stopped = new Trainer(network, spec, copy(stopped.state()));
        stopped.epoch(data, validation);
      }
      assertSame(stopped, straight);
      assertThat(straight.steps()).isEqualTo(3 * 3);
      assertThat(straight.reports()).allMatch(report -> Double.isFinite(report.outputLoss()));
      // Statistics are among what was saved, and have moved.
      int parameters = straight.state().moments().length;
      assertThat(straight.parameters().length).isGreaterThan(parameters);
      for (float value : straight.parameters()[parameters]) {
        assertThat(value).isFinite().isNotZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void theNumberOfThreadsDoesNotChangeTheResult(Algorithm algorithm) throws Exception {
    Dataset data = Mnist.small(Mnist.training(0, 260));
    // Passes are split by images, and by the 65,536 values of an activation.
    String stages =
        "block(conv(16), conv(16), conv(16, groups=2), max-pool(2), batch-norm, dropout(0.2),"
            + " heads=2); filters(batch-norm, relu, workers=2); fc(workers=3)";
    Trainer alone = null;
    for (int threads : new int[] {1, 2, 3}) {
      Trainer trainer =
          train(
              new Trainer(
                  network(data, stages), training(algorithm, Scope.SAMPLE, 0.01, 130, threads)),
              data,
              1);
      if (alone == null) {
        alone = trainer;
      } else {
        assertSame(trainer, alone);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aSavedModelPredictsTheSame(String stages) throws Exception {
    Dataset data = Mnist.small(Mnist.training(0, 60));
    Trainer trainer =
        train(
            new Trainer(
                network(data, stages), training(Algorithm.LFNN_L, Scope.BATCH, 0.01, 16, 1)),
            data,
            2);
    LfnnModel model =
        new LfnnModel(
            trainer.architecture(), trainer.bestParameters(), encoder(), TargetScale.IDENTITY);
    double[][] rows = rows(data);
    double[][] predictions = model.predict(rows);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(model);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      LfnnModel loaded = (LfnnModel) in.readObject();
      assertThat(loaded.predict(rows)).isDeepEqualTo(predictions);
      assertThat(loaded.architecture()).isEqualTo(model.architecture());
      assertThat(IntStream.range(0, 6).parallel().mapToObj(i -> loaded.predict(rows)).toList())
          .allMatch(p -> Arrays.deepEquals(p, predictions));
    }
    // The trainer predicts with the same statistics.
    float[] features = features(data, model.architecture().inputLayout());
    float[] direct = trainer.predict(data.size(), features);
    for (int i = 0; i < rows.length; i++) {
      double[] alone = model.predict(new double[][] {rows[i]})[0];
      for (int c = 0; c < 10; c++) {
        float expected = (float) predictions[i][c];
        assertThat(direct[c * rows.length + i])
            .isCloseTo(expected, Tolerances.singlePrecision(49, expected));
        assertThat((float) alone[c]).isCloseTo(expected, Tolerances.convolved(expected));
      }
    }
  }

  static Stream<String> networks() {
    return NETWORKS.stream();
  }

  private static FeatureEncoder encoder() {
    return new FeatureEncoder(columns(), Scaling.NONE);
  }

  private static List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 49; i++) {
      columns.add(new Numeric("pixel " + i));
    }
    return columns;
  }

  private static double[][] rows(Dataset data) {
    double[][] rows = new double[data.size()][data.features()];
    for (int i = 0; i < rows.length; i++) {
      for (int f = 0; f < rows[i].length; f++) {
        rows[i][f] = data.feature(i, f);
      }
    }
    return rows;
  }

  private static float[] features(Dataset data, BatchLayout layout) {
    float[] features = new float[data.size() * data.features()];
    data.gather(MiniBatches.inOrder(data.size()), 0, data.size(), layout, features);
    return features;
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void anInterruptEndsTheEpochAndTrainingGoesOnFromThere(Algorithm algorithm) throws Exception {
    Dataset data = Mnist.small(Mnist.training(0, 40));
    Architecture network = network(data, FILTERS);
    TrainingSpec spec = training(algorithm, Scope.EPOCH, 0.01, 8, 2);
    Trainer trainer = new Trainer(network, spec);
    assertThatThrownBy(
            () ->
                trainer.epoch(
                    data,
                    Optional.empty(),
                    (step, steps, report) -> {
                      if (step == 2) {
                        Thread.currentThread().interrupt();
                      }
                      return true;
                    }))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("training was interrupted in epoch 1");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(trainer.steps()).isEqualTo(2);
    assertSame(train(trainer, data, 2), train(new Trainer(network, spec), data, 2));
  }

  @Test
  void predictionDoesNotMoveRunningStatistics() throws Exception {
    Dataset data = Mnist.small(Mnist.training(0, 40));
    TrainingSpec spec = training(Algorithm.LFNN, Scope.BATCH, 0.01, 8, 1);
    Trainer asked = new Trainer(network(data, BLOCKS), spec);
    Trainer silent = new Trainer(network(data, BLOCKS), spec);
    for (int e = 0; e < 2; e++) {
      asked.score(data);
      train(asked, data, 1);
      train(silent, data, 1);
    }
    assertSame(asked, silent);
  }

  @ParameterizedTest
  @CsvSource({"BP, 1e30", "LFNN, 1e30", "LFNN_L, 1e30"})
  @Timeout(30)
  void aFarTooLargeLearningRateStopsTraining(Algorithm algorithm, double rate) {
    Dataset data = Mnist.small(Mnist.training(0, 60));
    for (String stages : NETWORKS) {
      Trainer trainer =
          new Trainer(
              network(data, stages),
              Specs.training(
                  algorithm, LeadershipSpec.DEFAULTS, "sgd", rate, "constant", 10, 1, 1));
      assertThatThrownBy(() -> train(trainer, data, 3))
          .isInstanceOf(DivergenceException.class)
          .hasMessageContaining("; try a smaller learning rate");
    }
  }

  @ParameterizedTest(name = "{0}, {1} threads")
  @CsvSource({"BP, 1", "LFNN, 1", "LFNN_L, 1", "LFNN_L, 2"})
  void anInputThatIsNotANumberStopsTraining(Algorithm algorithm, int threads) {
    Dataset data = Mnist.small(Mnist.training(0, 20));
    for (String stages : NETWORKS) {
      Trainer trainer =
          new Trainer(network(data, stages), training(algorithm, Scope.BATCH, 0.001, 20, threads));
      float[] features = features(data, BatchLayout.CHANNELS_LAST);
      features[5 * 49 + 24] = Float.NaN;
      float[] ones = new float[20];
      Arrays.fill(ones, 1);
      assertThatThrownBy(() -> trainer.step(20, features, new float[20], ones))
          .isInstanceOf(DivergenceException.class)
          .hasMessageContaining(" is NaN; try a smaller learning rate");
    }
  }

  @Test
  void miniBatchesOfOneExampleCannotNormaliseValues() throws Exception {
    Dataset data = Mnist.small(Mnist.training(0, 10));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Trainer(
                    network(data, "block(conv(4), dense(8), batch-norm, heads=2)"),
                    training(Algorithm.LFNN, Scope.BATCH, 0.01, 1, 1)))
        .withMessage(
            "batch-norm of values compares the examples of a mini-batch, and there is only one:"
                + " choose larger mini-batches, or layer-norm");
    // The pixels of one image are enough.
    Trainer images =
        new Trainer(
            network(data, "block(conv(4), batch-norm, heads=2)"),
            training(Algorithm.LFNN, Scope.BATCH, 0.01, 1, 1));
    train(images, data, 1);
    assertThat(images.score(data).loss()).isFinite();
  }

  private static StreamLearner stream(String stages, int classes, int batchSize) {
    LearnerSpec spec =
        new LearnerSpec(
            NetworkSpec.parse(stages),
            false,
            Optional.of(new InputShape(1, 7, 7)),
            ScalingChoice.NONE,
            training(Algorithm.LFNN_L, Scope.BATCH, 0.01, batchSize, 1));
    return new StreamLearner(spec, columns(), classes, 100);
  }

  private static void learn(StreamLearner learner, Dataset data, int classes) {
    double[][] rows = rows(data);
    for (int i = 0; i < rows.length; i++) {
      if (data.target(i) < classes) {
        learner.learn(rows[i], data.target(i), 1);
      }
    }
  }

  private static double accuracy(StreamLearner learner, Dataset data, int classes) {
    double[][] rows = rows(data);
    int right = 0;
    int all = 0;
    for (int i = 0; i < rows.length; i++) {
      if (data.target(i) < classes) {
        double[] p = learner.predict(rows[i]);
        int best = 0;
        for (int c = 1; c < p.length; c++) {
          best = p[c] > p[best] ? c : best;
        }
        right += best == (int) data.target(i) ? 1 : 0;
        all++;
      }
    }
    return (double) right / all;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "block(conv(8), max-pool(2), batch-norm, heads=3); fc(workers=6); block(batch-norm,"
            + " dense(12), batch-norm, heads=2)",
        "block(residual(conv(6), batch-norm), average-pool(2), heads=3, similarity=0.2, split);"
            + " block(conv(8, stride=2), dense(16), layer-norm, heads=2)",
      })
  void aStreamOfImagesGetsMoreClasses(String stages) {
    StreamLearner learner = stream(stages, 2, 8);
    Dataset data = Mnist.small(Mnist.training(0, 400));
    for (int pass = 0; pass < 6; pass++) {
      learn(learner, data, 2);
    }
    learner.flush();
    double before = accuracy(learner, data, 2);
    assertThat(before).isGreaterThan(0.9);
    learner.grow(columns(), 4);
    assertThat(learner.classes()).isEqualTo(4);
    // What is new has the mean of the old logits, so it is never first.
    assertThat(accuracy(learner, data, 2)).isGreaterThan(0.9 * before);
    for (int pass = 0; pass < 12; pass++) {
      learn(learner, data, 4);
    }
    assertThat(accuracy(learner, data, 4)).isGreaterThan(0.8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "block(conv(4), heads=2); filters(workers=2) | stage 2 cannot grow with the data, because"
            + " its filters belong to the classes that there were: start anew, with all attributes"
            + " and classes in the header",
        "fc(workers=2); block(tanh, heads=2, similarity=0.5) | stage 2 cannot grow with the data,"
            + " because its similarity loss compares what grows: start anew, with all attributes"
            + " and classes in the header",
        "fc(workers=2); block(layer-norm, dense(4), heads=2) | stage 2 cannot grow with the data,"
            + " because layer-norm comes before the first dense layer: start anew,",
      })
  void whatCannotGrowSaysSoAndGoesOn(String stages, String message) {
    StreamLearner learner = stream(stages, 2, 8);
    StreamLearner same = stream(stages, 2, 8);
    Dataset data = Mnist.small(Mnist.training(0, 60));
    learn(learner, data, 2);
    learn(same, data, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.grow(columns(), 3))
        .withMessageStartingWith(message);
    assertThat(learner.classes()).isEqualTo(2);
    learn(learner, data, 2);
    learn(same, data, 2);
    for (double[] row : rows(data)) {
      assertThat(learner.predict(row)).isEqualTo(same.predict(row));
    }
  }
}
