package lfnn.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lfnn.OneThread;
import lfnn.Tolerances;
import lfnn.data.InputShape;
import lfnn.nn.HeapKernels;
import lfnn.nn.Kernels;
import lfnn.nn.Nd4jKernels;
import lfnn.rule.ReferenceLoss.Examples;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Forward gradients are on average what back-propagation gives; {@link ForwardGradientVarianceTest}
 * measures how much they vary.
 */
class ForwardGradientTest {

  private static final int INPUTS = 4;

  /**
   * A mean over this many directions: c² has the variance 2‖g‖⁴, so the relative error of a mean of
   * squares is 1.4/√4000 = 2.2 %.
   */
  private static final int DIRECTIONS = 4000;

  private static final Offset<Double> FIVE_DEVIATIONS = Offset.offset(0.11);

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
  }

  private static Architecture network(Task task, String stages) {
    return Architecture.of(InputShape.flat(INPUTS), task, NetworkSpec.parse(stages));
  }

  private static Examples examples(int size, int classes) {
    SplittableRandom random = new SplittableRandom(3);
    double[][] features = new double[size][INPUTS];
    double[] targets = new double[size];
    double[] weights = new double[size];
    for (int b = 0; b < size; b++) {
      Arrays.setAll(features[b], i -> (float) (2 * random.nextDouble() - 1));
      targets[b] = random.nextInt(classes);
      weights[b] = size == 1 ? 1 : (float) (0.5 + random.nextDouble());
    }
    return new Examples(features, targets, weights);
  }

  private static double[][] gradients(
      Architecture network, Algorithm algorithm, double[][] theta, Examples examples) {
    Kernels kernels = Nd4jKernels.doublePrecision();
    RuleRun run = run(network, algorithm, kernels, theta, examples);
    run.learn(examples, 1);
    return run.gradients();
  }

  private static RuleRun run(
      Architecture network,
      Algorithm algorithm,
      Kernels kernels,
      double[][] theta,
      Examples examples) {
    return new RuleRun(
        network, algorithm, LeadershipSpec.DEFAULTS, kernels, examples.size(), theta);
  }

  /** Mean and mean squared error of a parameter's gradient over {@link #DIRECTIONS} directions. */
  private record Estimate(double[][] means, double[] squaredErrors) {

    static Estimate of(RuleRun run, Examples examples, double[][] exact) {
      double[][] means =
          Arrays.stream(exact).map(g -> new double[g.length]).toArray(double[][]::new);
      double[] errors = new double[exact.length];
      for (int k = 0; k < DIRECTIONS; k++) {
        run.learn(examples, k);
        double[][] gradients = run.gradients();
        for (int p = 0; p < exact.length; p++) {
          assertThat(gradients[p]).hasSameSizeAs(exact[p]);
          for (int i = 0; i < exact[p].length; i++) {
            means[p][i] += gradients[p][i] / DIRECTIONS;
            errors[p] += square(gradients[p][i] - exact[p][i]) / DIRECTIONS;
          }
        }
      }
      return new Estimate(means, errors);
    }
  }

  private static double square(double value) {
    return value * value;
  }

  private static double squares(double[] values) {
    return Arrays.stream(values).map(ForwardGradientTest::square).sum();
  }

  @ParameterizedTest(name = "{0} of {1}, {2}, one-vs-all {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "FG_W    | BP    | block(dense(4, activation=tanh), heads=2); fc(workers=2)        | false",
        "FG_A    | BP    | block(dense(4, activation=tanh), heads=2); fc(workers=2)        | false",
        "FG_W    | BP    | block(dense(2, activation=tanh), heads=2); fc(workers=2)        | true",
        "FG_A    | BP    | block(dense(2, activation=tanh), heads=2); fc(workers=2)        | true",
        "LG_FG_W | LG_BP | block(dense(4, activation=tanh), heads=2, split); fc(workers=2) | false",
        "LG_FG_A | LG_BP | block(dense(4, activation=tanh), heads=2, split); fc(workers=2) | false",
        "LG_FG_A | LG_BP | block(dense(2, activation=tanh), heads=2, split); fc(workers=2) | true",
      })
  void meansApproachTheGradientLikeOneOverTheRootOfDirections(
      Algorithm algorithm, Algorithm exactRule, String stages, boolean oneVsAll) {
    Architecture network = network(oneVsAll ? Task.oneVsAll(3) : Task.classification(3), stages);
    Examples examples = examples(3, 3);
    double[][] theta = RuleRun.randomParameters(network, new HeapKernels(), 5);
    double[][] exact = gradients(network, exactRule, theta, examples);
    RuleRun run = run(network, algorithm, new HeapKernels(), theta, examples);
    Estimate estimate = Estimate.of(run, examples, exact);
    double error = 0;
    double expected = 0;
    for (int p = 0; p < exact.length; p++) {
      for (int i = 0; i < exact[p].length; i++) {
        error += square(estimate.means()[p][i] - exact[p][i]);
      }
      expected += estimate.squaredErrors()[p] / DIRECTIONS;
    }
    // A sum of squares of some forty normal numbers, a few of which make up most of it: 1 on
    // average, and with other seeds between 0.3 and 4.3.
    assertThat(error / expected).isBetween(0.2, 5.0);
    assertThat(Math.sqrt(error))
        .isLessThan(
            0.2 * Math.sqrt(Arrays.stream(exact).mapToDouble(ForwardGradientTest::squares).sum()));
  }

  @Test
  void varianceOfAWorkerDoesNotGrowWithTheOthers() {
    // Each worker has a c of its own, so only its own d weights count.
    int workers = 4;
    int classes = 3;
    Architecture network = network(Task.classification(classes), "fc(workers=4)");
    Examples examples = examples(3, classes);
    double[][] theta = RuleRun.randomParameters(network, new HeapKernels(), 7);
    double[][] exact = gradients(network, Algorithm.LG_BP, theta, examples);
    RuleRun run = run(network, Algorithm.LG_FG_W, new HeapKernels(), theta, examples);
    double[] errors = new double[workers];
    for (int k = 0; k < DIRECTIONS; k++) {
      run.learn(examples, k);
      double[][] gradients = run.gradients();
      for (int p = 0; p < 2; p++) {
        for (int i = 0; i < exact[p].length; i++) {
          int worker = i % (workers * classes) / classes;
          errors[worker] += square(gradients[p][i] - exact[p][i]) / DIRECTIONS;
        }
      }
    }
    int own = classes * (INPUTS + 1);
    for (int w = 0; w < workers; w++) {
      int worker = w;
      double squares =
          IntStream.range(0, 2)
              .mapToDouble(
                  p ->
                      IntStream.range(0, exact[p].length)
                          .filter(i -> i % (workers * classes) / classes == worker)
                          .mapToDouble(i -> square(exact[p][i]))
                          .sum())
              .sum();
      assertThat(errors[w] / ((own + 1) * squares))
          .as("worker %d", w)
          .isCloseTo(1, FIVE_DEVIATIONS);
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "FG_W    | block(dense(6), batch-norm, heads=3); fc(workers=3)",
        "FG_A    | block(dense(6), batch-norm, heads=3); fc(workers=3)",
        "LG_FG_W | block(dense(6), heads=3, split); block(dense(4), heads=2, similarity=0.3)",
        "LG_FG_A | block(dense(6), heads=3, split); block(dense(4), heads=2, similarity=0.3)",
      })
  void outputLayerAndHeadsHaveTheirExactGradients(Algorithm algorithm, String stages) {
    Architecture network = network(Task.classification(3), stages);
    Examples examples = examples(4, 3);
    double[][] theta = RuleRun.randomParameters(network, new HeapKernels(), 8);
    boolean local = algorithm.isLocal();
    Algorithm exactRule = local ? Algorithm.LG_BP : Algorithm.BP;
    double[][] exact = gradients(network, exactRule, theta, examples);
    Kernels kernels = Nd4jKernels.doublePrecision();
    RuleRun run = run(network, algorithm, kernels, theta, examples);
    run.learn(examples, 1);
    int compared = 0;
    for (int p = 0; p < exact.length; p++) {
      String name = run.parameters().get(p).name();
      double[] learned = run.gradients()[p];
      if (name.startsWith("output") || name.contains("heads") || name.contains("similarity")) {
        assertThat(learned).as(name).containsExactly(exact[p], Tolerances.CLOSED_FORM_DOUBLE);
        compared += learned.length;
      } else {
        assertThat(learned).as(name).hasSameSizeAs(exact[p]).isNotEqualTo(exact[p]);
      }
    }
    assertThat(compared).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"FG_W", "FG_A", "LG_FG_W", "LG_FG_A"})
  void equalSeedsGiveEqualGradientsAndOthersDoNot(Algorithm algorithm) {
    Architecture network =
        network(Task.classification(3), "block(dense(6), batch-norm, heads=3); fc(workers=3)");
    Examples examples = examples(4, 3);
    double[][] theta = RuleRun.randomParameters(network, new HeapKernels(), 9);
    RuleRun run = run(network, algorithm, new HeapKernels(1), theta, examples);
    run.learn(examples, 1);
    double[][] first = run.gradients();
    run.learn(examples, 2);
    assertThat(run.gradients()[0]).isNotEqualTo(first[0]);
    RuleRun again = run(network, algorithm, new HeapKernels(3), theta, examples);
    again.learn(examples, 1);
    assertThat(again.gradients()).isDeepEqualTo(first);
  }

  @Test
  void batchNormalisationLeavesOutWhatAnExampleChangesForOthers() {
    // With a shift common to all examples nothing changes in any loss, yet in its own loss each
    // example seems to matter: the bias below a normalisation has a mean gradient that is not 0.
    Architecture network =
        network(
            Task.classification(3),
            "block(dense(4, activation=identity), batch-norm(activation=tanh), heads=1)");
    Examples examples = examples(4, 3);
    double[][] theta = RuleRun.randomParameters(network, new HeapKernels(), 10);
    double[][] exact = gradients(network, Algorithm.BP, theta, examples);
    assertThat(squares(exact[1])).as("bias below batch-norm").isLessThan(1e-20);
    Estimate ofWeights =
        Estimate.of(
            run(network, Algorithm.FG_W, new HeapKernels(), theta, examples), examples, exact);
    assertThat(squares(ofWeights.means()[1]))
        .as("perturbed weights: unbiased")
        .isLessThan(5 * ofWeights.squaredErrors()[1] / DIRECTIONS);
    Estimate ofActivities =
        Estimate.of(
            run(network, Algorithm.FG_A, new HeapKernels(), theta, examples), examples, exact);
    assertThat(squares(ofActivities.means()[1]))
        .as("perturbed activities: biased")
        .isGreaterThan(20 * ofActivities.squaredErrors()[1] / DIRECTIONS);
  }
}
