package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lfnn.Tolerances;
import lfnn.data.Augmentation;
import lfnn.data.BatchLayout;
import lfnn.data.Dataset;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.NetworkSpec;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.ScheduleSpec;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {

  private static final String SMALL = "block(dense(16), heads=4); fc(workers=3)";

  private static Architecture network(Dataset data, Task task, String stages) {
    return Architecture.of(data.shape(), task, NetworkSpec.parse(stages));
  }

  private static Architecture network(Dataset data, String stages) {
    return network(data, Task.classification(10), stages);
  }

  static Trainer train(Trainer trainer, Dataset data, int epochs) throws InterruptedException {
    for (int e = 0; e < epochs; e++) {
      trainer.epoch(data, Optional.empty());
    }
    return trainer;
  }

  /** All that a trainer has learned and will go on from, except the wall-clock time. */
  static void assertSame(Trainer actual, Trainer expected) {
    TrainerState one = actual.state();
    TrainerState other = expected.state();
    assertThat(one.epochs()).isEqualTo(other.epochs());
    assertThat(one.steps()).isEqualTo(other.steps());
    assertThat(one.parameters()).isDeepEqualTo(other.parameters());
    assertThat(Arrays.deepEquals(one.moments(), other.moments())).isTrue();
    assertThat(one.leadership()).isDeepEqualTo(other.leadership());
    assertThat(one.bestParameters()).isDeepEqualTo(other.bestParameters());
    assertThat(one.bestLoss()).isEqualTo(other.bestLoss());
    assertThat(one.bestEpoch()).isEqualTo(other.bestEpoch());
    assertThat(timeless(actual)).isEqualTo(timeless(expected));
  }

  private static List<EpochReport> timeless(Trainer trainer) {
    return trainer.reports().stream()
        .map(
            r ->
                new EpochReport(
                    r.epoch(),
                    r.outputLoss(),
                    r.leaderLoss(),
                    r.followerLoss(),
                    r.roleChange(),
                    r.trainingError(),
                    r.validationLoss(),
                    r.validationError(),
                    0))
        .toList();
  }

  static Stream<TrainingSpec> rulesScopesOptimizersAndReferences() {
    List<TrainingSpec> specs = new ArrayList<>();
    for (Algorithm algorithm : Algorithm.values()) {
      for (Scope scope : Scope.values()) {
        for (String optimizer : List.of("momentum(0.9)", "adam")) {
          Reference reference = specs.size() % 3 == 0 ? Reference.BEST : Reference.RANDOM;
          String schedule =
              specs.size() % 2 == 0 ? "step(every=1, factor=0.7)" : "cosine(epochs=4)";
          specs.add(
              Specs.training(
                  algorithm,
                  Specs.leadership(0.5, scope, reference),
                  optimizer,
                  0.01,
                  schedule,
                  16,
                  specs.size(),
                  1));
        }
      }
    }
    return specs.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rulesScopesOptimizersAndReferences")
  void trainingInTwoPartsEqualsTrainingAtOnce(TrainingSpec spec) throws Exception {
    Dataset data = Mnist.training(0, 70);
    Dataset validation = Mnist.test(0, 40);
    Architecture network = network(data, SMALL);
    Trainer straight = new Trainer(network, spec);
    Trainer interrupted = new Trainer(network, spec);
    for (int e = 0; e < 5; e++) {
      straight.epoch(data, Optional.of(validation));
      interrupted.epoch(data, Optional.of(validation));
      if (e % 2 == 1) {
        interrupted = new Trainer(network, spec, copy(interrupted.state()));
      }
    }
    assertSame(interrupted, straight);
    assertThat(straight.steps()).isEqualTo(5 * 5);
    assertThat(straight.reports()).hasSize(5);
  }

  @ParameterizedTest(name = "{0}, scope {1}")
  @CsvSource({"BP, BATCH", "LFNN, SAMPLE", "LFNN_L, EPOCH"})
  void anEpochThatWasStoppedIsFinishedAsIfNobodyHadStoppedIt(Algorithm algorithm, Scope scope)
      throws Exception {
    TrainingSpec spec =
        Specs.training(
            algorithm,
            Specs.leadership(0.5, scope, Reference.RANDOM),
            "adam",
            0.003,
            "cosine",
            16,
            7,
            1);
    Dataset data = Mnist.training(0, 70);
    Optional<Dataset> validation = Optional.of(Mnist.test(0, 40));
    Architecture network = network(data, SMALL);
    Trainer straight = new Trainer(network, spec);
    Trainer stopped = new Trainer(network, spec);
    for (int e = 0; e < 3; e++) {
      straight.epoch(data, validation);
      int last = e + 2;
      assertThat(stopped.epoch(data, validation, (step, steps, report) -> step < last)).isEmpty();
      assertThat(stopped.epochs()).isEqualTo(e);
      stopped = new Trainer(network, spec, copy(stopped.state()));
      List<String> steps = new ArrayList<>();
      assertThat(
              stopped.epoch(data, validation, (step, all, report) -> steps.add(step + "/" + all)))
          .isPresent();
      assertThat(steps).first().isEqualTo((last + 1) + "/5");
      assertThat(steps).last().isEqualTo("5/5");
    }
    assertSame(stopped, straight);
  }

  @ParameterizedTest
  @ValueSource(strings = {SMALL, "block(conv(2, stride=2), heads=2)"})
  void augmentedTrainingGoesOnWhereverItWasStopped(String stages) throws Exception {
    Dataset data = Mnist.training(0, 70);
    Architecture network = network(data, stages);
    TrainingSpec plain = Specs.training(Algorithm.LFNN_L, 16, 5);
    TrainingSpec spec = Specs.augmented(plain, "crop(3), flip, cutout(6)");
    Trainer straight = train(new Trainer(network, spec), data, 2);
    Trainer stopped = new Trainer(network, spec);
    stopped.epoch(data, Optional.empty(), (step, steps, report) -> step < 3);
    stopped = train(new Trainer(network, spec, copy(stopped.state())), data, 2);

    assertSame(stopped, straight);
    assertThat(straight.parameters()[0])
        .isNotEqualTo(train(new Trainer(network, plain), data, 2).parameters()[0]);
  }

  @Test
  void onlyWhatIsLearnedIsAugmented() throws Exception {
    Dataset data = Mnist.training(0, 20);
    TrainingSpec still =
        new TrainingSpec(
            Algorithm.LFNN_L,
            LeadershipSpec.DEFAULTS,
            OptimizerSpec.parse("sgd"),
            1e-30,
            ScheduleSpec.parse("constant"),
            0,
            1,
            20,
            0,
            1,
            Augmentation.NONE,
            3,
            1);
    Architecture network = network(data, SMALL);
    Trainer plain = new Trainer(network, still);
    Trainer augmented = new Trainer(network, Specs.augmented(still, "shift(5)"));
    EpochReport expected = plain.epoch(data, Optional.of(data));
    EpochReport report = augmented.epoch(data, Optional.of(data));

    assertThat(report.validationLoss()).isEqualTo(expected.validationLoss());
    assertThat(report.outputLoss()).isNotEqualTo(expected.outputLoss());
    // The images of the data set itself are as they were.
    assertThat(data.feature(7, 300)).isEqualTo(Mnist.training(0, 20).feature(7, 300));
  }

  @Test
  void rowsThatAreNoImagesAreNotAugmented() {
    Architecture table =
        Architecture.of(InputShape.flat(784), Task.classification(10), NetworkSpec.parse(SMALL));
    assertThatThrownBy(
            () ->
                new Trainer(table, Specs.augmented(Specs.training(Algorithm.LFNN, 16, 1), "flip")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs images of more than 1x1 pixels, not 1x1x784");
  }

  @Test
  void anUnfinishedEpochIsNotContinuedWithOtherData() throws Exception {
    Dataset data = Mnist.training(0, 40);
    Trainer trainer = new Trainer(network(data, SMALL), Specs.training(Algorithm.LFNN, 16, 1));
    trainer.epoch(data, Optional.empty(), (step, steps, report) -> false);
    assertThatThrownBy(() -> trainer.epoch(Mnist.training(0, 30), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the unfinished epoch has 40 examples, not 30: continue it with the data it began"
                + " with");
  }

  @Test
  void stoppingAtTheLastStepFinishesTheEpoch() throws Exception {
    Dataset data = Mnist.training(0, 40);
    Trainer trainer = new Trainer(network(data, SMALL), Specs.training(Algorithm.LFNN, 16, 1));
    assertThat(trainer.epoch(data, Optional.empty(), (step, steps, report) -> step < 3))
        .isPresent();
    assertThat(trainer.epochs()).isEqualTo(1);
  }

  static TrainerState copy(TrainerState state) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(state);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (TrainerState) in.readObject();
    }
  }

  @Test
  void aStateDoesNotChangeWhenTrainingGoesOn() throws Exception {
    Dataset data = Mnist.training(0, 40);
    Trainer trainer =
        train(new Trainer(network(data, SMALL), Specs.training(Algorithm.LFNN_L, 16, 1)), data, 1);
    TrainerState state = trainer.state();
    float first = state.parameters()[0][300];
    float moment = state.moments()[3][0][0];
    train(trainer, data, 2);
    assertThat(state.parameters()[0][300]).isEqualTo(first);
    assertThat(state.moments()[3][0][0]).isEqualTo(moment);
    assertThat(state.reports()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void equalSeedsGiveEqualNetworks(Algorithm algorithm) throws Exception {
    Dataset data = Mnist.training(0, 70);
    Architecture network = network(data, SMALL);
    Trainer first = train(new Trainer(network, Specs.training(algorithm, 16, 7)), data, 2);
    Trainer second = train(new Trainer(network, Specs.training(algorithm, 16, 7)), data, 2);
    Trainer other = train(new Trainer(network, Specs.training(algorithm, 16, 8)), data, 2);
    assertSame(second, first);
    assertThat(other.parameters()[0]).isNotEqualTo(first.parameters()[0]);
  }

  @ParameterizedTest(name = "{0}, {1}, scope {2}, seed {3}")
  @CsvSource({
    "LFNN_L, fc(workers=32); fc(workers=32), BATCH, 1",
    "LFNN_L, fc(workers=32); fc(workers=32), SAMPLE, 2",
    "LFNN_L, 'block(dense(128), heads=8); block(dense(128), heads=8, split); fc(workers=8)', EPOCH,"
        + " 3",
    "LFNN_L, 'block(dense(128), batch-norm, dropout(0.2), heads=8); block(dense(128), batch-norm,"
        + " heads=8, similarity=0.5); fc(workers=8)', BATCH, 4",
    "LG_BP, 'block(dense(128), heads=8); block(dense(128), heads=8, split)', BATCH, 5",
    "LG_FG_W, 'block(dense(128), heads=8); block(dense(128), heads=8, split)', BATCH, 6",
    "LG_FG_A, 'block(dense(128), batch-norm, dropout(0.2), heads=8); block(dense(128), heads=8,"
        + " similarity=0.5); fc(workers=8)', BATCH, 7",
  })
  @Timeout(60)
  void theNumberOfThreadsDoesNotChangeTheResult(
      Algorithm algorithm, String stages, Scope scope, long seed) throws Exception {
    Dataset data = Mnist.training(0, 300);
    Architecture network = network(data, stages);
    int batch = 100;
    assertThat(network.parameterCount() * batch)
        .as("multiplications of a step, enough for stages to run side by side")
        .isGreaterThan(8_000_000);
    LeadershipSpec leadership = Specs.leadership(0.7, scope, Reference.RANDOM);
    Trainer alone = null;
    awaitNoStageThreads();
    for (int threads : new int[] {1, 2, 4}) {
      Trainer trainer =
          new Trainer(
              network,
              Specs.training(
                  algorithm, leadership, "adam", 0.002, "constant", batch, seed, threads));
      train(trainer, data, 2);
      if (alone == null) {
        alone = trainer;
        assertThat(stageThreads()).isZero();
      } else {
        assertThat(stageThreads()).isPositive();
        assertSame(trainer, alone);
      }
      awaitNoStageThreads();
    }
  }

  private static long stageThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("lfnn-stage"))
        .count();
  }

  /** Threads end by themselves when there has been nothing to do for a second. */
  private static void awaitNoStageThreads() throws InterruptedException {
    for (int i = 0; i < 100 && stageThreads() > 0; i++) {
      Thread.sleep(50);
    }
    assertThat(stageThreads()).isZero();
  }

  @ParameterizedTest(name = "{0}, {1}, one-vs-all {2}")
  @CsvSource({
    "BP, 'block(dense(32), heads=4)', false",
    "BP, 'fc(workers=8)', true",
    "LFNN, 'block(dense(32), heads=4); fc(workers=4)', false",
    "LFNN, 'fc(workers=8); fc(workers=8)', false",
    "LFNN, 'fc(workers=8)', true",
    "LFNN_L, 'block(dense(32), heads=4, split); fc(workers=4)', false",
    "LFNN_L, 'fc(workers=8); fc(workers=8)', false",
    "LFNN_L, 'block(dense(16), heads=4)', true",
    "LFNN_L, '0', false",
  })
  void eightImagesAreLearnedWithoutError(Algorithm algorithm, String stages, boolean oneVsAll)
      throws Exception {
    Dataset data = Mnist.training(0, 8);
    Task task = oneVsAll ? Task.oneVsAll(10) : Task.classification(10);
    Trainer trainer =
        new Trainer(
            network(data, task, stages),
            Specs.training(algorithm, LeadershipSpec.DEFAULTS, "adam", 0.01, "constant", 8, 1, 1));
    EpochReport report = trainer.epoch(data, Optional.empty());
    while (report.epoch() < 300 && report.trainingError() > 0) {
      report = trainer.epoch(data, Optional.empty());
    }
    assertThat(report.trainingError()).isZero();
    assertThat(report.outputLoss()).isLessThan(trainer.reports().get(0).outputLoss());
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void eightValuesAreLearned(Algorithm algorithm) throws Exception {
    Dataset data = Mnist.withValues(Mnist.training(0, 8));
    Trainer trainer =
        new Trainer(
            network(data, Task.regression(), "block(dense(32), heads=4)"),
            Specs.training(
                algorithm, LeadershipSpec.DEFAULTS, "adam", 0.01, "cosine(epochs=200)", 8, 1, 1));
    train(trainer, data, 200);
    // Values are multiples of a tenth: less than half of it still tells them apart.
    assertThat(trainer.reports().get(199).trainingError()).isLessThan(0.05);
  }

  @Test
  void theEpochOfTheLowestValidationLossIsKept() throws Exception {
    Dataset data = Mnist.training(0, 30);
    Dataset validation = Mnist.test(0, 300);
    TrainingSpec spec =
        Specs.training(Algorithm.BP, LeadershipSpec.DEFAULTS, "adam", 0.01, "constant", 10, 1, 1);
    Architecture network = network(data, "block(dense(64), heads=1)");
    Trainer trainer = new Trainer(network, spec);
    int epochs = 0;
    while (!trainer.outOfPatience() && epochs < 200) {
      trainer.epoch(data, Optional.of(validation));
      epochs++;
    }
    assertThat(epochs).isEqualTo(trainer.bestEpoch() + spec.patience()).isLessThan(200);
    EpochReport best = trainer.reports().get(trainer.bestEpoch() - 1);
    assertThat(trainer.reports())
        .allMatch(EpochReport::hasValidation)
        .allMatch(report -> report.validationLoss() >= best.validationLoss());
    assertThat(trainer.bestParameters()[0]).isNotEqualTo(trainer.parameters()[0]);

    TrainerState state = trainer.state();
    Trainer restored =
        new Trainer(
            network,
            spec,
            new TrainerState(
                state.epochs(),
                state.steps(),
                trainer.bestParameters(),
                state.moments(),
                state.leadership(),
                state.bestParameters(),
                state.bestLoss(),
                state.bestEpoch(),
                state.reports(),
                state.unfinished()));
    double loss = 0;
    double wrong = 0;
    for (int i = 0; i < validation.size(); i++) {
      float[] image = new float[validation.features()];
      validation.gather(new int[] {i}, 0, 1, BatchLayout.FEATURE_MAJOR, image);
      float[] p = restored.predict(1, image);
      int label = (int) validation.target(i);
      loss -= Math.log(p[label]) / validation.size();
      wrong += Losses.largest(p, 0, 1, 10) == label ? 0 : 1.0 / validation.size();
    }
    assertThat((float) best.validationLoss())
        .isCloseTo((float) loss, Tolerances.singlePrecision(validation.size(), (float) loss));
    assertThat(best.validationError()).isCloseTo(wrong, Tolerances.CLOSED_FORM_DOUBLE);
  }

  @Test
  void withoutValidationTheLastEpochCounts() throws Exception {
    Dataset data = Mnist.training(0, 30);
    Trainer trainer =
        train(new Trainer(network(data, SMALL), Specs.training(Algorithm.LFNN, 16, 1)), data, 2);
    assertThat(trainer.bestEpoch()).isZero();
    assertThat(trainer.outOfPatience()).isFalse();
    assertThat(trainer.bestParameters()).isDeepEqualTo(trainer.parameters());
    assertThat(trainer.reports()).noneMatch(EpochReport::hasValidation);
  }

  @Test
  void anInterruptEndsTheEpochBeforeTheNextBatch() {
    Dataset data = Mnist.training(0, 40);
    Trainer trainer = new Trainer(network(data, SMALL), Specs.training(Algorithm.LFNN, 16, 1));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> trainer.epoch(data, Optional.empty()))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("training was interrupted in epoch 1");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(trainer.steps()).isZero();
  }

  @ParameterizedTest(name = "{0} threads")
  @CsvSource({"1", "2"})
  @Timeout(30)
  void anInterruptFromOutsideIsNoticedWithinASecond(int threads) throws Exception {
    Dataset data = Mnist.training(0, 400);
    Trainer trainer =
        new Trainer(
            network(data, "fc(workers=32); fc(workers=32)"),
            Specs.training(
                Algorithm.LFNN_L,
                LeadershipSpec.DEFAULTS,
                "adam",
                0.001,
                "constant",
                100,
                1,
                threads));
    CountDownLatch running = new CountDownLatch(1);
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  trainer.epoch(data, Optional.empty());
                  running.countDown();
                }
              } catch (InterruptedException | RuntimeException e) {
                outcome.complete(e);
              }
            });
    thread.start();
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    long start = System.nanoTime();
    thread.interrupt();
    assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    assertThat((System.nanoTime() - start) * 1e-9).as("seconds").isLessThan(1);
  }

  @ParameterizedTest(name = "{0}, {1} threads")
  @CsvSource({"BP, 1", "LFNN, 1", "LFNN_L, 1", "LFNN_L, 2"})
  void anInputThatIsNotANumberStopsTraining(Algorithm algorithm, int threads) {
    Dataset data = Mnist.training(0, 100);
    for (String stages : List.of(SMALL, "fc(workers=32); fc(workers=32)", "0")) {
      Trainer trainer =
          new Trainer(
              network(data, stages),
              Specs.training(
                  algorithm, LeadershipSpec.DEFAULTS, "adam", 0.001, "constant", 100, 1, threads));
      float[] features = new float[100 * 784];
      features[5 * 100 + 3] = Float.NaN;
      float[] ones = new float[100];
      Arrays.fill(ones, 1);
      assertThatThrownBy(() -> trainer.step(100, features, new float[100], ones))
          .isInstanceOf(DivergenceException.class)
          .hasMessageStartingWith(
              "training diverged at epoch 1, step 1 (learning rate 0.001): the ")
          .hasMessageContaining(" is NaN; try a smaller learning rate");
    }
  }

  @ParameterizedTest
  @CsvSource({"BP, sgd", "LFNN, sgd", "LFNN_L, sgd", "BP, adam", "LFNN, adam", "LFNN_L, adam"})
  void aFarTooLargeLearningRateStopsTraining(Algorithm algorithm, String optimizer) {
    Dataset data = Mnist.training(0, 60);
    Trainer trainer =
        new Trainer(
            network(data, "block(dense(16), heads=4); block(dense(16), heads=4)"),
            Specs.training(
                algorithm, LeadershipSpec.DEFAULTS, optimizer, 1e30, "constant", 10, 1, 1));
    assertThatThrownBy(() -> train(trainer, data, 3))
        .isInstanceOf(DivergenceException.class)
        .hasMessageMatching(
            "training diverged at epoch \\d, step \\d+ \\(learning rate 1\\.0E30\\): the .* is"
                + " (NaN|Infinity); try a smaller learning rate");
  }

  @Test
  void aStepFollowsTheGradientAtTheScheduledRate() throws Exception {
    Dataset data = Mnist.training(0, 20);
    Architecture network = network(data, SMALL);
    double rate = 0.25;
    TrainingSpec still =
        Specs.training(Algorithm.LFNN, LeadershipSpec.DEFAULTS, "sgd", rate, "constant", 20, 5, 1);
    TrainingSpec stepped =
        Specs.training(
            Algorithm.LFNN,
            LeadershipSpec.DEFAULTS,
            "sgd",
            rate,
            "step(every=2, factor=0.5)",
            20,
            5,
            1);
    Trainer trainer = train(new Trainer(network, stepped), data, 2);
    // The third epoch, once at half the rate and once at the full rate.
    Trainer full = new Trainer(network, still, trainer.state());
    float[][] before = trainer.parameters();
    train(trainer, data, 1);
    train(full, data, 1);
    int moved = 0;
    for (int p = 0; p < before.length; p++) {
      for (int i = 0; i < before[p].length; i++) {
        float half = trainer.parameters()[p][i] - before[p][i];
        float whole = full.parameters()[p][i] - before[p][i];
        assertThat(half).isCloseTo(whole / 2, Tolerances.singlePrecision(1, before[p][i]));
        moved += whole == 0 ? 0 : 1;
      }
      if (moved > 2_000) {
        break;
      }
    }
    assertThat(moved).isGreaterThan(2_000);
  }

  @Test
  void equalWeightsOfOneAreNoWeights() throws Exception {
    Dataset data = Mnist.training(0, 20);
    Dataset weighted =
        Mnist.withWeights(data, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    Architecture network = network(data, SMALL);
    TrainingSpec spec = Specs.training(Algorithm.LFNN, 8, 1);
    assertSame(
        train(new Trainer(network, spec), weighted, 2), train(new Trainer(network, spec), data, 2));
  }

  @Test
  void aStepMayBeLargerThanTheMiniBatch() {
    Dataset data = Mnist.training(0, 30);
    float[] features = new float[30 * 784];
    float[] targets = new float[30];
    float[] ones = new float[30];
    int[] rows = MiniBatches.inOrder(30);
    data.gather(rows, 0, 30, BatchLayout.FEATURE_MAJOR, features);
    for (int i = 0; i < 30; i++) {
      targets[i] = data.target(i);
      ones[i] = 1;
    }
    float[] few = new float[3 * 784];
    data.gather(rows, 0, 3, BatchLayout.FEATURE_MAJOR, few);
    Architecture network = network(data, SMALL);
    Trainer small = new Trainer(network, Specs.training(Algorithm.LFNN_L, 4, 1));
    Trainer large = new Trainer(network, Specs.training(Algorithm.LFNN_L, 40, 1));
    for (Trainer trainer : List.of(small, large)) {
      trainer.step(3, few, targets, ones);
      trainer.step(30, features, targets, ones);
      trainer.step(3, few, targets, ones);
    }
    assertSame(small, large);
  }

  @Test
  void predictionsDoNotDependOnTheOthersInTheBatch() throws Exception {
    Dataset data = Mnist.training(0, 50);
    Trainer trainer =
        train(new Trainer(network(data, SMALL), Specs.training(Algorithm.LFNN_L, 16, 1)), data, 1);
    float[] features = new float[50 * 784];
    data.gather(MiniBatches.inOrder(50), 0, 50, BatchLayout.FEATURE_MAJOR, features);
    float[] together = trainer.predict(50, features);
    for (int i = 0; i < 50; i++) {
      float[] image = new float[784];
      data.gather(new int[] {i}, 0, 1, BatchLayout.FEATURE_MAJOR, image);
      float[] alone = trainer.predict(1, image);
      float sum = 0;
      for (int c = 0; c < 10; c++) {
        assertThat(alone[c])
            .isCloseTo(together[c * 50 + i], Tolerances.singlePrecision(784, alone[c]));
        sum += alone[c];
      }
      assertThat(sum).isCloseTo(1, Tolerances.singlePrecision(10, 1));
    }
  }
}
