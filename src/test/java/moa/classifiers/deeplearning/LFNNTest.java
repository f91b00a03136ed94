package moa.classifiers.deeplearning;

import static moa.classifiers.deeplearning.Tables.accuracy;
import static moa.classifiers.deeplearning.Tables.learner;
import static moa.classifiers.deeplearning.Tables.read;
import static moa.classifiers.deeplearning.Tables.sparse;
import static moa.classifiers.deeplearning.Tables.trained;
import static moa.classifiers.deeplearning.Tables.votes;
import static moa.classifiers.deeplearning.Tables.weighted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import lfnn.spec.Algorithm;
import moa.core.Measurement;
import moa.core.SerializeUtils;
import moa.core.Utils;
import moa.streams.generators.RandomRBFGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MOA's contract for learners. */
class LFNNTest {

  /** All rules, kinds of network, scopes, optimizers; mini-batches that 60 rows do not fill. */
  static final List<String> SETTINGS =
      List.of(
          "",
          "-H 0 -o sgd -L 0.1",
          "-H (fc(workers=4); fc(workers=3)) -u LFNN -o momentum(0.9) -L 0.01",
          "-H (block(dense(16), heads=4, split); fc(workers=3)) -s SAMPLE -e RANDOM",
          "-H (block(dense(12), dense(8, activation=tanh), heads=3)) -u BP -o adamw -w 0.01",
          "-H (fc(workers=4); block(dense(8), heads=2)) -V -u LFNN -B 8",
          "-H 16 -s EPOCH -E 25 -B 7",
          "-H (fc(workers=5)) -s EPOCH -E 9 -e RANDOM -f LOGITS -d 0.3",
          "-H (8,8) -t global,followers -n RANGE -r 5",
          "-H (fc(workers=3)) -u FA -B 4",
          "-H (block(dense(6), heads=2, split); fc(workers=3)) -u FG_W",
          "-H (8,6) -u FG_A -o momentum(0.5) -L 0.01",
          "-H (block(dense(6), layer-norm, heads=2); fc(workers=3)) -u LG_BP -B 8",
          "-H (fc(workers=3); fc(workers=2)) -u LG_FG_W",
          "-H (block(dense(6), heads=3, split)) -u LG_FG_A");

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("SETTINGS")
  void votesAreDistributions(String settings) {
    for (String table : List.of("iris", "vote", "labor", "weather.numeric")) {
      List<Instance> rows = read(table);
      LFNN learner = learner(settings);
      for (Instance row : rows) {
        learner.trainOnInstance(row);
        assertDistribution(learner.getVotesForInstance(row), row.numClasses());
      }
      for (Instance row : rows) {
        assertDistribution(learner.getVotesForInstance(row), row.numClasses());
      }
    }
  }

  private static void assertDistribution(double[] votes, int classes) {
    assertThat(votes).hasSize(classes);
    assertThat(Arrays.stream(votes).boxed()).allMatch(vote -> vote >= 0 && vote <= 1);
    assertThat(Arrays.stream(votes).sum()).isCloseTo(1, within(1e-9));
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void everyRuleIsAmongTheSettings(Algorithm algorithm) {
    assertThat(SETTINGS)
        .anyMatch(
            settings -> learner(settings).ruleOption.getChosenLabel().equals(algorithm.name()));
  }

  @Test
  void thereAreNoVotesBeforeTraining() {
    LFNN learner = learner("");
    assertThat(learner.getVotesForInstance(read("iris").get(0))).containsExactly(0, 0, 0);
    assertThat(learner.getVotesForInstance(read("cpu").get(0))).containsExactly(0);
  }

  @Test
  void votesAreAFreshArrayEachTime() {
    List<Instance> rows = read("iris");
    LFNN learner = learner("-H 8");
    assertThat(learner.getVotesForInstance(rows.get(0)))
        .isNotSameAs(learner.getVotesForInstance(rows.get(0)));
    trained(learner, rows);
    double[] votes = learner.getVotesForInstance(rows.get(0));
    double[] copy = votes.clone();
    assertThat(learner.getVotesForInstance(rows.get(1))).isNotSameAs(votes);
    assertThat(votes).isEqualTo(copy);
  }

  @Test
  void votesDoNotDependOnTheClassOfTheInstance() {
    List<Instance> rows = read("vote");
    LFNN learner = trained(learner("-H 8"), rows);
    for (Instance row : rows) {
      Instance unlabelled = row.copy();
      unlabelled.setMissing(unlabelled.classIndex());
      assertThat(learner.getVotesForInstance(unlabelled))
          .isEqualTo(learner.getVotesForInstance(row));
    }
  }

  @Test
  void votingDoesNotTeach() {
    List<Instance> rows = read("labor");
    LFNN voting = learner("-H 8 -B 8");
    LFNN silent = learner("-H 8 -B 8");
    for (Instance row : rows) {
      voting.getVotesForInstance(row);
      voting.trainOnInstance(row);
      silent.trainOnInstance(row);
    }
    assertThat(votes(voting, rows)).isDeepEqualTo(votes(silent, rows));
  }

  @ParameterizedTest
  @ValueSource(strings = {"iris", "vote", "labor", "cpu"})
  void classMayStandAnywhere(String table) {
    List<Instance> rows = read(table);
    double[][] last = votes(trained(learner("-H 8"), rows), rows);
    for (int index : new int[] {0, 2, rows.get(0).numAttributes() - 1}) {
      List<Instance> moved = Tables.withClassAt(index, rows);
      assertThat(votes(trained(learner("-H 8"), moved), moved)).isDeepEqualTo(last);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"iris", "vote", "labor", "cpu"})
  void sparseInstancesCountAsDenseOnes(String table) {
    List<Instance> rows = read(table);
    List<Instance> sparse = rows.stream().map(Tables::sparse).toList();
    assertThat(sparse(rows.get(0)).toDoubleArray()).isEqualTo(rows.get(0).toDoubleArray());
    assertThat(votes(trained(learner("-H 8"), sparse), sparse))
        .isDeepEqualTo(votes(trained(learner("-H 8"), rows), rows));
  }

  @Test
  void instancesOfWeightZeroAndWithoutClassAreIgnored() {
    List<Instance> rows = read("iris");
    LFNN learner = trained(learner("-H 8"), rows.subList(0, 50));
    double[][] before = votes(learner, rows);
    learner.trainOnInstance(weighted(rows.get(60), 0));
    Instance unlabelled = rows.get(61).copy();
    unlabelled.setMissing(unlabelled.classIndex());
    learner.trainOnInstance(unlabelled);
    assertThat(votes(learner, rows)).isDeepEqualTo(before);
    assertThat(learner.trainingWeightSeenByModel()).isEqualTo(50);
  }

  @Test
  void weightMultipliesTheGradient() {
    List<Instance> rows = read("iris");
    String settings = "-H (fc(workers=4)) -o sgd -n NONE -L ";
    LFNN twice =
        trained(learner(settings + "0.01"), rows.stream().map(row -> weighted(row, 2)).toList());
    LFNN once = trained(learner(settings + "0.02"), rows);
    assertThat(votes(twice, rows)).isDeepEqualTo(votes(once, rows));
    assertThat(votes(trained(learner(settings + "0.01"), rows), rows))
        .isNotEqualTo(votes(once, rows));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.5, 1.5, 15})
  void anyWeightIsTakenWithAnyOptimizer(double weight) {
    List<Instance> rows = read("iris");
    for (String optimizer : List.of("sgd", "momentum(0.5)", "adam", "adamw")) {
      LFNN learner = learner("-H 8 -L 0.01 -o " + optimizer);
      LFNN plain = learner("-H 8 -L 0.01 -o " + optimizer);
      for (int i = 0; i < rows.size(); i++) {
        learner.trainOnInstance(weighted(rows.get(i), i % 2 == 0 ? weight : 1));
        plain.trainOnInstance(rows.get(i));
      }
      double[][] votes = votes(learner, rows);
      assertThat(votes).isNotEqualTo(votes(plain, rows));
      for (double[] vote : votes) {
        assertDistribution(vote, 3);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("SETTINGS")
  void copyIsEqualAndIndependentAndContinuesBitForBit(String settings) {
    for (String table : List.of("iris", "labor")) {
      List<Instance> rows = read(table);
      List<Instance> first = rows.subList(0, rows.size() / 2);
      List<Instance> rest = rows.subList(rows.size() / 2, rows.size());
      LFNN original = trained(learner(settings), first);
      LFNN copy = (LFNN) original.copy();
      double[][] before = votes(original, rows);
      assertThat(votes(copy, rows)).isDeepEqualTo(before);

      trained(copy, rest);
      assertThat(votes(original, rows)).isDeepEqualTo(before);
      trained(original, rest);
      assertThat(votes(copy, rows)).isDeepEqualTo(votes(original, rows));
      assertThat(losses(copy)).isEqualTo(losses(original));
      assertThat(copy.toString()).isEqualTo(original.toString());
    }
  }

  /** Measurements but for the time. */
  private static List<Double> losses(LFNN learner) {
    return Arrays.stream(learner.getModelMeasurements())
        .filter(measurement -> !measurement.getName().contains("time"))
        .map(Measurement::getValue)
        .toList();
  }

  @Test
  void copyOfAnUntrainedLearnerLearnsAsTheOriginal() {
    List<Instance> rows = read("iris");
    LFNN original = learner("-H (fc(workers=4)) -r 3");
    LFNN copy = (LFNN) original.copy();
    assertThat(votes(trained(copy, rows), rows))
        .isDeepEqualTo(votes(trained(original, rows), rows));
  }

  @ParameterizedTest
  @FieldSource("SETTINGS")
  void fileHoldsEverything(String settings) throws Exception {
    List<Instance> rows = read("vote");
    LFNN original = trained(learner(settings), rows.subList(0, 99));
    File file = folder.resolve("learner.moa").toFile();
    SerializeUtils.writeToFile(file, original);
    LFNN loaded = (LFNN) SerializeUtils.readFromFile(file);
    loaded.prepareForUse();
    assertThat(votes(loaded, rows)).isDeepEqualTo(votes(original, rows));
    assertThat(votes(trained(loaded, rows), rows))
        .isDeepEqualTo(votes(trained(original, rows), rows));
  }

  @ParameterizedTest
  @FieldSource("SETTINGS")
  void seedDecidesEverything(String settings) {
    List<Instance> rows = read("iris");
    double[][] votes = votes(trained(learner(settings), rows), rows);
    assertThat(votes(trained(learner(settings), rows), rows)).isDeepEqualTo(votes);
    LFNN other = learner(settings);
    other.setRandomSeed(77);
    other.resetLearning();
    assertThat(votes(trained(other, rows), rows)).isNotEqualTo(votes);
    LFNN sameOther = learner(settings + " -r 77");
    assertThat(votes(trained(sameOther, rows), rows)).isDeepEqualTo(votes(other, rows));
  }

  @ParameterizedTest
  @FieldSource("SETTINGS")
  void resetForgetsEverything(String settings) {
    List<Instance> rows = read("iris");
    LFNN learner = trained(learner(settings), read("vote"));
    learner.resetLearning();
    assertThat(learner.trainingHasStarted()).isFalse();
    assertThat(learner.measureByteSize()).isZero();
    assertThat(losses(learner)).containsOnly(0.0);
    assertThat(learner.getVotesForInstance(rows.get(0))).containsOnly(0);
    assertThat(votes(trained(learner, rows), rows))
        .isDeepEqualTo(votes(trained(learner(settings), rows), rows));
  }

  @Test
  void preparingOverAndOverChangesNothing() {
    List<Instance> rows = read("iris");
    InstancesHeader header = new InstancesHeader(rows.get(0).dataset());
    LFNN learner = learner("-H 8 -B 4");
    learner.setModelContext(header);
    learner.prepareForUse();
    learner.resetLearningImpl();
    learner.setModelContext(header);
    learner.setModelContext(header);
    assertThat(votes(trained(learner, rows), rows))
        .isDeepEqualTo(votes(trained(learner("-H 8 -B 4"), rows), rows));
    learner.prepareForUse();
    assertThat(learner.trainingHasStarted()).isTrue();
  }

  @Test
  void contextIsNeverNeeded() {
    List<Instance> rows = read("iris");
    LFNN learner = trained(learner("-H 8"), rows);
    assertThat(learner.getModelContext()).isNull();
    LFNN withContext = learner("-H 8");
    withContext.setModelContext(new InstancesHeader(rows.get(0).dataset()));
    assertThat(votes(learner, rows)).isDeepEqualTo(votes(trained(withContext, rows), rows));
  }

  @Test
  void settingTheContextAtTheEndLearnsTheRestOfTheMiniBatch() {
    List<Instance> rows = read("iris");
    InstancesHeader header = new InstancesHeader(rows.get(0).dataset());
    LFNN learner = trained(learner("-H 8 -B 64"), rows.subList(0, 128));
    double[][] full = votes(learner, rows);
    trained(learner, rows.subList(128, 140));
    Instance row = rows.get(0);
    // The statistics for scaling know the new rows, the network does not.
    double[] kept = learner.getVotesForInstance(row);
    learner.setModelContext(header);
    double[][] flushed = votes(learner, rows);
    assertThat(flushed).isNotEqualTo(full);
    assertThat(learner.getVotesForInstance(row)).isNotEqualTo(kept);
    learner.setModelContext(header);
    assertThat(votes(learner, rows)).isDeepEqualTo(flushed);
  }

  @Test
  void miniBatchesAreLearnedWhenTheyAreFull() {
    List<Instance> rows = read("iris");
    LFNN learner = learner("-H 8 -B 10 -n NONE");
    int changes = 0;
    double[] before = learner.getVotesForInstance(rows.get(0));
    for (int i = 0; i < 100; i++) {
      learner.trainOnInstance(rows.get(i));
      double[] after = learner.getVotesForInstance(rows.get(0));
      if (i > 0 && !Arrays.equals(before, after)) {
        changes++;
        assertThat((i + 1) % 10).isZero();
      }
      before = after;
    }
    assertThat(changes).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({"sgd, 2", "momentum(0.9), 3", "adam, 4"})
  void sizeCountsParametersGradientsAndMomentsWithoutAnAgent(String optimizer, int arrays) {
    List<Instance> rows = read("iris");
    LFNN learner = learner("-H (block(dense(100), heads=4)) -o " + optimizer);
    assertThat(learner.measureByteSize()).isZero();
    trained(learner, rows);
    long parameters = 100 * 4 + 100 + 4 * 3 * 100 + 4 * 3 + 3 * 100 + 3;
    assertThat(learner.measureByteSize())
        .isBetween(4L * arrays * parameters, 4L * arrays * parameters + 1000);
    String printed = Tables.silently(() -> assertThat(learner.measureByteSize()).isPositive());
    assertThat(printed).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("SETTINGS")
  void measurementsKeepTheirNames(String settings) {
    List<Instance> rows = read("iris");
    LFNN learner = learner(settings);
    List<String> names = names(learner);
    assertThat(names)
        .endsWith(
            "leader loss",
            "follower loss",
            "output loss",
            "share of workers whose role changed",
            "learning time per instance (wall-clock microseconds)")
        .noneMatch(name -> name.contains(","))
        .doesNotHaveDuplicates();
    trained(learner, rows);
    assertThat(names(learner)).isEqualTo(names);
    learner.resetLearning();
    assertThat(names(learner)).isEqualTo(names);
  }

  private static List<String> names(LFNN learner) {
    return Arrays.stream(learner.getModelMeasurements()).map(Measurement::getName).toList();
  }

  @Test
  void measurementsTellHowWorkersLearn() {
    List<Instance> rows = read("iris");
    LFNN learner = trained(learner("-H (fc(workers=8)) -d 0.5 -L 0.01"), rows);
    double early = measurement(learner, "output loss");
    assertThat(measurement(learner, "leader loss")).isBetween(0.1, 2.0);
    assertThat(measurement(learner, "follower loss")).isBetween(1e-4, 1.0);
    assertThat(measurement(learner, "share of workers whose role changed")).isBetween(0.01, 0.99);
    assertThat(measurement(learner, "learning time per instance (wall-clock microseconds)"))
        .isPositive();
    for (int pass = 0; pass < 10; pass++) {
      trained(learner, rows);
    }
    assertThat(measurement(learner, "output loss")).isLessThan(early);

    LFNN everyoneLeads = trained(learner("-H (fc(workers=8)) -d 1"), rows);
    assertThat(measurement(everyoneLeads, "follower loss")).isZero();
    assertThat(measurement(everyoneLeads, "share of workers whose role changed")).isZero();
  }

  private static double measurement(LFNN learner, String name) {
    return Arrays.stream(learner.getModelMeasurements())
        .filter(measurement -> measurement.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  @ParameterizedTest
  @CsvSource({"iris, 0.9", "vote, 0.93", "labor, 0.85"})
  void learnsTables(String table, double accuracy) {
    List<Instance> rows = read(table);
    LFNN learner = learner("-L 0.005");
    for (int pass = 0; pass < 10; pass++) {
      trained(learner, rows);
    }
    assertThat(accuracy(learner, rows)).isGreaterThan(accuracy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-H 0 -o sgd -L 0.01", "-H (fc(workers=8)) -u LFNN", "-u BP", "-B 10"})
  void learnsNumbers(String settings) {
    List<Instance> rows = read("cpu");
    LFNN learner = learner(settings);
    assertThat(learner.getVotesForInstance(rows.get(0))).containsExactly(0);
    for (int pass = 0; pass < 10; pass++) {
      trained(learner, rows);
    }
    double mean = rows.stream().mapToDouble(Instance::classValue).average().orElseThrow();
    double ofLearner = 0;
    double ofMean = 0;
    for (Instance row : rows) {
      double[] votes = learner.getVotesForInstance(row);
      assertThat(votes).hasSize(1);
      ofLearner += Math.abs(votes[0] - row.classValue());
      ofMean += Math.abs(mean - row.classValue());
    }
    assertThat(ofLearner).isLessThan(0.7 * ofMean);
  }

  /** Points around centres of three classes, each first predicted and then learned. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void everyRuleLearnsFromAStreamWithItsDefaults(Algorithm algorithm) {
    RandomRBFGenerator stream = new RandomRBFGenerator();
    stream.numClassesOption.setValue(3);
    stream.numAttsOption.setValue(5);
    stream.numCentroidsOption.setValue(6);
    stream.prepareForUse();
    LFNN learner = learner("-u " + algorithm);
    int[] classes = new int[3];
    int right = 0;
    for (int i = 0; i < 3000; i++) {
      Instance row = stream.nextInstance().getData();
      if (i >= 2000) {
        right += Utils.maxIndex(learner.getVotesForInstance(row)) == (int) row.classValue() ? 1 : 0;
        classes[(int) row.classValue()]++;
      }
      learner.trainOnInstance(row);
    }
    int chance = Arrays.stream(classes).max().orElseThrow();
    assertThat(right).isGreaterThan(chance + 150);
  }

  @Test
  void oneOutlierDoesNotUndoWhatWasLearned() {
    List<Instance> rows = read("cpu");
    LFNN learner = learner("-H 16 -o sgd -L 0.01");
    for (int pass = 0; pass < 5; pass++) {
      trained(learner, rows);
    }
    Instance outlier = rows.get(0).copy();
    outlier.setClassValue(1e12);
    learner.trainOnInstance(outlier);
    trained(learner, rows);
    assertThat(Arrays.asList(votes(learner, rows))).allMatch(vote -> Double.isFinite(vote[0]));
  }

  @Test
  void attributesOfOneValueAndWithoutValuesAreNoTrouble() {
    List<Instance> rows = read("iris");
    List<Instance> poor =
        rows.stream()
            .map(
                row -> {
                  Instance copy = row.copy();
                  copy.setValue(0, 5);
                  copy.setMissing(1);
                  return copy;
                })
            .toList();
    LFNN learner = learner("");
    for (int pass = 0; pass < 5; pass++) {
      trained(learner, poor);
    }
    assertThat(accuracy(learner, poor)).isGreaterThan(0.9);
  }

  @Test
  void divergenceIsReportedInOneLine() {
    List<Instance> rows = read("iris");
    LFNN learner = learner("-H 16 -o sgd -L 1e30 -n NONE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trained(learner, rows))
        .withMessageStartingWith("LFNN: training diverged at ")
        .withMessageEndingWith("try a smaller learning rate")
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
  }

  @Test
  void valuesThatCannotBeAreReportedWithTheirAttribute() {
    List<Instance> rows = read("vote");
    LFNN learner = trained(learner("-H 8"), rows);
    Instance wrong = rows.get(0).copy();
    wrong.setValue(3, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.trainOnInstance(wrong))
        .withMessageContaining("LFNN: attribute \"physician-fee-freeze\" must be the index of one");
    Instance infinite = read("cpu").get(0).copy();
    infinite.setClassValue(Double.POSITIVE_INFINITY);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner("").trainOnInstance(infinite))
        .withMessage("LFNN: a target must be from -3.4e38 to 3.4e38, not Infinity");
  }

  @Test
  void describesItself() {
    List<Instance> rows = read("iris");
    LFNN learner = learner("-H (fc(workers=3); block(dense(8), heads=2))");
    assertThat(learner.toString()).isEqualTo("LFNN that has not learned yet");
    assertThat(trained(learner, rows).toString().lines().toList())
        .startsWith(
            "LFNN that learned from 150 rows",
            "network fc(workers=3); block(dense(8), heads=2)",
            "4 inputs, 3 classes, 206 parameters",
            "rule LFNN_L, optimizer adam, learning rate 0.001, mini-batches of 1")
        .anyMatch(
            line ->
                line.matches("share of the time that workers of stage 1 led:( \\d\\.\\d\\d){3}"));
    assertThat(learner.getPurposeString()).isNotBlank();
  }
}
