package lfnn.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lfnn.OneThread;
import lfnn.Tolerances;
import lfnn.data.InputShape;
import lfnn.leadership.Leadership;
import lfnn.nn.HeapKernels;
import lfnn.nn.Kernels;
import lfnn.nn.Nd4jKernels;
import lfnn.rule.ReferenceLoss.Examples;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Relations between the rules that hold whatever the data, sharper than any accuracy. */
class IdentityTest {

  private static final int INPUTS = 5;
  private static final HeapKernels HEAP = new HeapKernels();

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
  }

  private static Architecture network(Task task, String stages) {
    return Architecture.of(InputShape.flat(INPUTS), task, NetworkSpec.parse(stages));
  }

  private static LeadershipSpec leadership(
      double fraction, Scope scope, double leaders, double followers) {
    return new LeadershipSpec(
        fraction,
        scope,
        leaders,
        followers,
        Reference.BEST,
        Alignment.PREDICTIONS,
        EnumSet.allOf(LossTerm.class));
  }

  private static Examples examples(Task task, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] features = new double[size][INPUTS];
    double[] targets = new double[size];
    double[] weights = new double[size];
    for (int b = 0; b < size; b++) {
      Arrays.setAll(features[b], i -> (float) (2 * random.nextDouble() - 1));
      targets[b] =
          task.isClassification() ? random.nextInt(task.classes()) : (float) random.nextDouble();
      weights[b] = 1;
    }
    return new Examples(features, targets, weights);
  }

  private static double[][] gradients(
      Architecture network,
      Algorithm algorithm,
      LeadershipSpec leadership,
      Kernels kernels,
      double[][] theta,
      Examples examples) {
    RuleRun run = new RuleRun(network, algorithm, leadership, kernels, examples.size(), theta);
    run.learn(examples, 1);
    return run.gradients();
  }

  static Stream<String> networks() {
    return Stream.of(
        "0",
        "fc(workers=4)",
        "fc(workers=4); fc(workers=5)",
        "block(dense(8), heads=4)",
        "block(dense(8, activation=tanh), heads=4, split); fc(workers=3)");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void withoutFollowersTheirWeightHasNoEffect(String stages) {
    Architecture network = network(Task.classification(3), stages);
    Examples examples = examples(network.task(), 6, 1);
    double[][] theta = RuleRun.randomParameters(network, HEAP, 2);
    for (Algorithm algorithm : List.of(Algorithm.LFNN, Algorithm.LFNN_L)) {
      for (Scope scope : Scope.values()) {
        double[][] without =
            gradients(network, algorithm, leadership(1, scope, 1, 0), HEAP, theta, examples);
        double[][] with =
            gradients(network, algorithm, leadership(1, scope, 1, 9), HEAP, theta, examples);
        assertThat(with).isDeepEqualTo(without);
        RuleRun run = new RuleRun(network, algorithm, leadership(1, scope, 1, 9), HEAP, 6, theta);
        run.learn(examples, 1);
        for (Leadership stage : run.leadership()) {
          assertThat(stage.followerLoss()).isZero();
          assertThat(stage.choice().mask().toFloats()).containsOnly(1);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({
    "fc(workers=4), 1",
    "fc(workers=4), 2",
    "'block(dense(8), heads=4, split)', 3",
    "'block(dense(8), dense(6), heads=4)', 4",
    "'fc(workers=4); block(dense(6), heads=2); fc(workers=3)', 5",
    "0, 6"
  })
  void withGlobalLossAloneAndOnlyLeadersLfnnIsBackPropagation(String stages, long seed) {
    for (Task task : List.of(Task.classification(3), Task.oneVsAll(3), Task.regression())) {
      Architecture network = network(task, stages);
      Examples examples = examples(task, 6, seed);
      double[][] theta = RuleRun.randomParameters(network, HEAP, seed);
      double[][] lfnn =
          gradients(
              network, Algorithm.LFNN, leadership(1, Scope.BATCH, 0, 0), HEAP, theta, examples);
      double[][] bp =
          gradients(network, Algorithm.BP, LeadershipSpec.DEFAULTS, HEAP, theta, examples);
      for (int p = 0; p < bp.length; p++) {
        if (bp[p].length > 0) {
          assertThat(withoutSignOfZero(lfnn[p])).isEqualTo(withoutSignOfZero(bp[p]));
        } else {
          assertThat(lfnn[p]).as("gradient of heads").containsOnly(0);
        }
      }
    }
  }

  private static double[] withoutSignOfZero(double[] values) {
    return Arrays.stream(values).map(value -> value + 0.0).toArray();
  }

  @Test
  void withoutHiddenStagesAllRulesAreOne() {
    Architecture network = network(Task.classification(3), "0");
    Examples examples = examples(network.task(), 6, 1);
    double[][] theta = RuleRun.randomParameters(network, HEAP, 2);
    double[][] bp =
        gradients(network, Algorithm.BP, LeadershipSpec.DEFAULTS, HEAP, theta, examples);
    for (Algorithm algorithm : Algorithm.values()) {
      assertThat(gradients(network, algorithm, LeadershipSpec.DEFAULTS, HEAP, theta, examples))
          .isDeepEqualTo(bp);
    }
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void permutingTheWorkersPermutesTheGradients(Scope scope) {
    Kernels kernels = Nd4jKernels.doublePrecision();
    int[] order = {2, 0, 3, 1};
    int classes = 3;
    Architecture network =
        network(Task.classification(classes), "fc(workers=4); block(dense(6), heads=4)");
    Examples examples = examples(network.task(), 6, 3);
    double[][] theta = RuleRun.randomParameters(network, kernels, 4);
    double[][] permuted = permute(theta, order, classes);
    // The other rules draw something for each place, which does not move with the workers.
    for (Algorithm algorithm :
        List.of(Algorithm.LFNN, Algorithm.LFNN_L, Algorithm.BP, Algorithm.LG_BP)) {
      LeadershipSpec leadership = leadership(0.5, scope, 0.8, 1.3);
      double[][] before = gradients(network, algorithm, leadership, kernels, theta, examples);
      double[][] after = gradients(network, algorithm, leadership, kernels, permuted, examples);
      double[][] expected = permute(before, order, classes);
      for (int p = 0; p < expected.length; p++) {
        assertThat(after[p]).as("%s %d", algorithm, p).hasSameSizeAs(expected[p]);
        for (int i = 0; i < expected[p].length; i++) {
          assertThat(after[p][i]).isCloseTo(expected[p][i], Tolerances.CLOSED_FORM_DOUBLE);
        }
      }
    }
  }

  /** Reorders the workers of the FC stage, with what reads them, and the heads of the block. */
  private static double[][] permute(double[][] theta, int[] order, int outputs) {
    int[] columns =
        IntStream.range(0, order.length * outputs)
            .map(c -> order[c / outputs] * outputs + c % outputs)
            .toArray();
    double[][] result = Arrays.stream(theta).map(double[]::clone).toArray(double[][]::new);
    int width = columns.length;
    int units = theta[3].length;
    for (int c = 0; c < width; c++) {
      for (int i = 0; i < INPUTS; i++) {
        result[0][i * width + c] = theta[0][i * width + columns[c]];
      }
      result[1][c] = theta[1][columns[c]];
      System.arraycopy(theta[2], columns[c] * units, result[2], c * units, units);
      for (int u = 0; u < units && theta[4].length > 0; u++) {
        result[4][u * width + c] = theta[4][u * width + columns[c]];
      }
      if (theta[5].length > 0) {
        result[5][c] = theta[5][columns[c]];
      }
    }
    return result;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void followersDoNotMoveTheLeaders(long seed) {
    int classes = 3;
    int workers = 4;
    Architecture network = network(Task.classification(classes), "fc(workers=4); fc(workers=2)");
    Examples examples = examples(network.task(), 6, seed);
    double[][] theta = RuleRun.randomParameters(network, HEAP, seed);
    LeadershipSpec leadership = leadership(0.5, Scope.BATCH, 1, 1);
    RuleRun run = new RuleRun(network, Algorithm.LFNN_L, leadership, HEAP, 6, theta);
    run.learn(examples, 1);
    double[] mask = run.leadership().get(0).choice().mask().toDoubles();
    assertThat(mask).containsOnly(0, 1);
    double[][] before = run.gradients();

    int width = workers * classes;
    for (int i = 0; i < theta[0].length; i++) {
      if (mask[i % width / classes] == 0) {
        theta[0][i] += 0.01;
      }
    }
    run.set(theta);
    run.learn(examples, 1);
    assertThat(run.leadership().get(0).choice().mask().toDoubles()).isEqualTo(mask);
    double[][] after = run.gradients();
    int moved = 0;
    for (int i = 0; i < theta[0].length; i++) {
      if (mask[i % width / classes] == 1) {
        assertThat(after[0][i]).isEqualTo(before[0][i]);
      } else if (after[0][i] != before[0][i]) {
        moved++;
      }
    }
    assertThat(moved).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void aSingleWorkerLeads(Scope scope) {
    Architecture network =
        network(Task.classification(3), "fc(workers=1); block(dense(4), heads=1)");
    Examples examples = examples(network.task(), 6, 1);
    double[][] theta = RuleRun.randomParameters(network, HEAP, 2);
    RuleRun run =
        new RuleRun(network, Algorithm.LFNN_L, leadership(0.01, scope, 1, 1), HEAP, 6, theta);
    run.learn(examples, 1);
    for (Leadership stage : run.leadership()) {
      assertThat(stage.choice().leaders()).isEqualTo(1);
      assertThat(stage.choice().mask().toFloats()).containsOnly(1);
      assertThat(stage.followerLoss()).isZero();
      assertThat(stage.roleChange()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void withOneClassThereIsNothingToLearn(Algorithm algorithm) {
    Architecture network =
        network(Task.classification(1), "fc(workers=3); block(dense(4), heads=2)");
    Examples examples = examples(network.task(), 6, 1);
    double[][] theta = RuleRun.randomParameters(network, HEAP, 2);
    RuleRun run =
        new RuleRun(network, algorithm, leadership(0.5, Scope.SAMPLE, 1, 1), HEAP, 6, theta);
    run.learn(examples, 1);
    assertThat(run.loss()).isZero();
    for (double[] gradient : run.gradients()) {
      assertThat(withoutSignOfZero(gradient)).isEqualTo(new double[gradient.length]);
    }
  }

  // A copy has a direction of its own where activities are perturbed.
  @ParameterizedTest
  @EnumSource(
      value = Algorithm.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FG_A", "LG_FG_A"})
  void weightKEqualsKCopies(Algorithm algorithm) {
    Kernels kernels = Nd4jKernels.doublePrecision();
    int[] copies = {3, 1, 0, 2};
    for (Task task : List.of(Task.classification(3), Task.oneVsAll(2), Task.regression())) {
      Architecture network = network(task, "fc(workers=4); block(dense(8), heads=4, split)");
      double[][] theta = RuleRun.randomParameters(network, kernels, 4);
      Examples once = examples(task, 4, 3);
      for (int b = 0; b < copies.length; b++) {
        once.weights()[b] = copies[b];
      }
      int[] rows =
          IntStream.range(0, copies.length)
              .flatMap(b -> IntStream.generate(() -> b).limit(copies[b]))
              .toArray();
      Examples copied =
          new Examples(
              Arrays.stream(rows).mapToObj(b -> once.features()[b]).toArray(double[][]::new),
              Arrays.stream(rows).mapToDouble(b -> once.targets()[b]).toArray(),
              Arrays.stream(rows).mapToDouble(b -> 1).toArray());
      for (Scope scope : Scope.values()) {
        LeadershipSpec leadership = leadership(0.5, scope, 0.8, 1.3);
        double[][] weighted = gradients(network, algorithm, leadership, kernels, theta, once);
        double[][] repeated = gradients(network, algorithm, leadership, kernels, theta, copied);
        for (int p = 0; p < theta.length; p++) {
          for (int i = 0; i < weighted[p].length; i++) {
            // A gradient is a sum divided by the number of rows: 4 here, 6 there.
            assertThat(weighted[p][i] * 4)
                .isCloseTo(repeated[p][i] * 6, Tolerances.CLOSED_FORM_DOUBLE);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void equalWeightsScaleTheGradientAndDoNotChangeWhoLeads(Algorithm algorithm) {
    Architecture network = network(Task.classification(3), "fc(workers=4); fc(workers=3)");
    double[][] theta = RuleRun.randomParameters(network, HEAP, 4);
    Examples ones = examples(network.task(), 5, 3);
    Examples fours = examples(network.task(), 5, 3);
    Arrays.fill(fours.weights(), 4);
    LeadershipSpec leadership = leadership(0.5, Scope.BATCH, 1, 1);
    double[][] light = gradients(network, algorithm, leadership, HEAP, theta, ones);
    double[][] heavy = gradients(network, algorithm, leadership, HEAP, theta, fours);
    for (int p = 0; p < light.length; p++) {
      for (int i = 0; i < light[p].length; i++) {
        // A power of two, so that nothing is rounded differently.
        assertThat(heavy[p][i]).isEqualTo(4 * light[p][i]);
      }
    }
  }

  @Test
  void oneGroupOfOneVsAllDoesNotDependOnTheOthers() {
    Task task = Task.oneVsAll(3);
    Architecture network = network(task, "fc(workers=4); fc(workers=3)");
    Examples examples = examples(task, 6, 3);
    double[][] theta = RuleRun.randomParameters(network, HEAP, 4);
    LeadershipSpec leadership = leadership(0.5, Scope.BATCH, 1, 1);
    double[][] before = gradients(network, Algorithm.LFNN, leadership, HEAP, theta, examples);
    // Everything of the last group: its columns of the first layer, its input columns of the next.
    for (int i = 0; i < INPUTS; i++) {
      for (int c = 8; c < 12; c++) {
        theta[0][i * 12 + c] += 0.5;
      }
    }
    for (int i = 24; i < 36; i++) {
      theta[2][i] -= 0.5;
    }
    double[][] after = gradients(network, Algorithm.LFNN, leadership, HEAP, theta, examples);
    for (int i = 0; i < 24; i++) {
      assertThat(after[2][i]).isEqualTo(before[2][i]);
    }
    for (int i = 0; i < INPUTS * 12; i++) {
      if (i % 12 < 8) {
        assertThat(after[0][i]).isEqualTo(before[0][i]);
      }
    }
    assertThat(after[2]).isNotEqualTo(before[2]);
  }

  @ParameterizedTest
  @EnumSource(
      value = Algorithm.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"LFNN", "LFNN_L"})
  void rulesWithoutLeadersNeedTheGlobalLoss(Algorithm algorithm) {
    Architecture network = network(Task.classification(3), "fc(workers=4)");
    double[][] theta = RuleRun.randomParameters(network, HEAP, 4);
    LeadershipSpec leadership =
        new LeadershipSpec(
            1, Scope.BATCH, 1, 1, Reference.BEST, Alignment.PREDICTIONS, Set.of(LossTerm.LEADERS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RuleRun(network, algorithm, leadership, HEAP, 4, theta))
        .withMessageStartingWith(algorithm + " trains the output layer with the global loss")
        .withMessageContaining("add global to the loss terms");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void localGreedyIsLfnnWithoutPropagationInWhichAllLead(String stages) {
    for (Task task : List.of(Task.classification(3), Task.oneVsAll(3), Task.regression())) {
      Architecture network = network(task, stages);
      Examples examples = examples(task, 6, 1);
      double[][] theta = RuleRun.randomParameters(network, HEAP, 2);
      LeadershipSpec everyone = LeadershipSpec.EVERYONE_LEADS;
      RuleRun run =
          new RuleRun(
              network, Algorithm.LG_BP, leadership(0.3, Scope.SAMPLE, 2, 3), HEAP, 6, theta);
      run.learn(examples, 1);
      assertThat(run.gradients())
          .isDeepEqualTo(gradients(network, Algorithm.LFNN_L, everyone, HEAP, theta, examples));
      assertThat(run.leadership()).as("nobody leads").isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Algorithm.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"LFNN", "LFNN_L"})
  void leadershipHasNoEffectOnRulesWithoutLeaders(Algorithm algorithm) {
    Architecture network =
        network(Task.classification(3), "block(dense(8), heads=4); fc(workers=3)");
    Examples examples = examples(network.task(), 6, 1);
    double[][] theta = RuleRun.randomParameters(network, HEAP, 2);
    double[][] one =
        gradients(network, algorithm, leadership(0.3, Scope.SAMPLE, 2, 3), HEAP, theta, examples);
    double[][] other =
        gradients(network, algorithm, leadership(1, Scope.BATCH, 0, 0), HEAP, theta, examples);
    assertThat(one).isDeepEqualTo(other);
  }

  @Test
  void withOneStageLocalGreedyIsBackPropagationOfItsOwnLoss() {
    Kernels kernels = Nd4jKernels.doublePrecision();
    Architecture network =
        network(Task.classification(3), "block(dense(6, activation=tanh), dense(4), heads=1)");
    Examples examples = examples(network.task(), 6, 1);
    double[][] theta = RuleRun.randomParameters(network, HEAP, 2);
    // Body: four arrays; head: two; output layer: two, here with the values of the head.
    theta[6] = theta[4].clone();
    theta[7] = theta[5].clone();
    double[][] local =
        gradients(network, Algorithm.LG_BP, LeadershipSpec.DEFAULTS, kernels, theta, examples);
    double[][] global =
        gradients(network, Algorithm.BP, LeadershipSpec.DEFAULTS, kernels, theta, examples);
    int[] same = {0, 1, 2, 3, 6, 7, 6, 7};
    for (int p = 0; p < same.length; p++) {
      assertThat(local[p]).containsExactly(global[same[p]], Tolerances.CLOSED_FORM_DOUBLE);
    }
  }
}
