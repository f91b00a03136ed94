package lfnn.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import lfnn.OneThread;
import lfnn.Tolerances;
import lfnn.nn.ChosenDirections;
import lfnn.nn.HeapKernels;
import lfnn.rule.ReferenceLoss.Examples;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Forward gradients of whole networks, in double precision, along directions that are not drawn but
 * chosen: they are derivatives of the loss, and those along all units together are its gradient.
 */
class UnitDirectionTest {

  private static final int EXAMPLES = 2;

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
  }

  /** Of several stages, and small: every weight or activity takes a step of its own. */
  private static final List<KindOfNetwork> NETWORKS =
      List.of(
          new KindOfNetwork(Task.classification(2), "2x1x1", "fc(workers=2); fc(workers=1)"),
          new KindOfNetwork(
              Task.oneVsAll(2),
              "2x1x1",
              "block(dense(2, activation=tanh), heads=1); fc(workers=2)"),
          new KindOfNetwork(
              Task.regression(),
              "2x1x1",
              "block(dense(4), layer-norm, heads=2); block(dense(2, groups=2), heads=2, split)"),
          new KindOfNetwork(
              Task.classification(2),
              "1x2x2",
              "filters(tanh, workers=1, kernel=2); block(conv(2, kernel=1, groups=2,"
                  + " activation=tanh), max-pool(2), heads=2, split)"),
          new KindOfNetwork(
              Task.classification(2),
              "1x4x4",
              "block(conv(3, kernel=2, stride=2), heads=1, pool=1);"
                  + " block(residual(layer-norm(plain), mix-pixels), conv(2, kernel=1),"
                  + " global-average, heads=1)"),
          new KindOfNetwork(
              Task.classification(2),
              "2x2x2",
              "block(residual(conv(2, kernel=2), tanh), average-pool(2), dropout(0.2),"
                  + " heads=1, similarity=0.4); fc(workers=1)"));

  /** With batch normalisation, which a shortcut that changes the shape has, too. */
  private static final List<KindOfNetwork> NORMALISED =
      List.of(
          new KindOfNetwork(
              Task.classification(2),
              "1x2x2",
              "filters(batch-norm, tanh, workers=1, kernel=2);"
                  + " block(conv(2, kernel=1), batch-norm, heads=1, pool=1)"),
          new KindOfNetwork(
              Task.classification(2),
              "1x4x4",
              "block(residual(conv(2, kernel=2, stride=2), tanh), average-pool(2), dropout(0.2),"
                  + " heads=1); fc(workers=1)"));

  private static Stream<Arguments> rules(
      List<KindOfNetwork> networks, Algorithm algorithm, Algorithm exactRule) {
    return networks.stream().map(network -> Arguments.of(network, algorithm, exactRule));
  }

  static Stream<Arguments> weights() {
    return Stream.of(
            rules(NETWORKS, Algorithm.FG_W, Algorithm.BP),
            rules(NORMALISED, Algorithm.FG_W, Algorithm.BP),
            rules(NETWORKS, Algorithm.LG_FG_W, Algorithm.LG_BP))
        .flatMap(Function.identity());
  }

  /** Where batch normalisation couples examples, perturbed activities are biased. */
  static Stream<Arguments> activities() {
    return Stream.concat(
        rules(NETWORKS, Algorithm.FG_A, Algorithm.BP),
        rules(NETWORKS, Algorithm.LG_FG_A, Algorithm.LG_BP));
  }

  /** A rule that learns along chosen directions, and the exact gradient that it estimates. */
  private static final class Estimator {
    private final ChosenDirections directions = new ChosenDirections();
    private final RuleRun run;
    private final Examples examples;
    private final double[][] exact;

    Estimator(KindOfNetwork network, Algorithm algorithm, Algorithm exactRule) {
      this(network, algorithm, exactRule, EXAMPLES);
    }

    /**
     * @param size number of examples; with 2, batch normalisation of single values gives ±1
     */
    Estimator(KindOfNetwork network, Algorithm algorithm, Algorithm exactRule, int size) {
      Architecture architecture = network.architecture();
      examples = network.examples(size, 1);
      double[][] theta = RuleRun.randomParameters(architecture, new HeapKernels(), 2);
      run = rule(architecture, algorithm, theta);
      RuleRun exactRun = rule(architecture, exactRule, theta);
      exactRun.learn(examples, 3);
      exact = exactRun.gradients();
    }

    private RuleRun rule(Architecture architecture, Algorithm algorithm, double[][] theta) {
      return new RuleRun(
          architecture, algorithm, LeadershipSpec.DEFAULTS, directions, examples.size(), theta);
    }

    /** The directions that the rule draws itself. */
    List<double[]> draw() {
      learn(List.of());
      return directions.drawn();
    }

    double[][] learn(List<double[]> chosen) {
      directions.choose(chosen);
      run.learn(examples, 3);
      return run.gradients();
    }

    String name(int parameter) {
      return run.parameters().get(parameter).name();
    }

    /** Whether a parameter learns from directions and not from its exact gradient. */
    boolean isEstimated(int parameter) {
      String name = name(parameter);
      return exact[parameter].length > 0
          && !name.startsWith("output")
          && !name.contains("heads")
          && !name.contains("similarity");
    }

    List<Integer> estimated() {
      List<Integer> parameters = new ArrayList<>();
      for (int p = 0; p < exact.length; p++) {
        if (isEstimated(p)) {
          parameters.add(p);
        }
      }
      return parameters;
    }
  }

  @ParameterizedTest(name = "{1} of {0}")
  @MethodSource("weights")
  void alongUnitsOfWeightsAreElementsOfTheGradient(
      KindOfNetwork network, Algorithm algorithm, Algorithm exactRule) {
    Estimator estimator = new Estimator(network, algorithm, exactRule);
    List<double[]> drawn = estimator.draw();
    List<Integer> estimated = estimator.estimated();
    // A filter stage that learns by itself draws for the layers above its filters, too.
    assertThat(drawn).hasSameSizeAs(estimated);
    double[][] sums = zeros(estimator.exact);
    for (List<double[]> unit : ChosenDirections.units(drawn)) {
      double[][] learned = estimator.learn(unit);
      for (int k = 0; k < unit.size(); k++) {
        int p = estimated.get(k);
        for (int i = 0; i < learned[p].length; i++) {
          sums[p][i] += learned[p][i];
          if (unit.get(k)[i] == 0 && learned[p][i] != 0) {
            assertThat(learned[p][i]).as("%s [%d] does not move", estimator.name(p), i).isZero();
          }
        }
      }
    }
    assertGradient(estimator, estimated, sums);
  }

  @ParameterizedTest(name = "{1} of {0}")
  @MethodSource("activities")
  void alongAllUnitsOfActivitiesTogetherAreTheGradient(
      KindOfNetwork network, Algorithm algorithm, Algorithm exactRule) {
    Estimator estimator = new Estimator(network, algorithm, exactRule);
    List<double[]> drawn = estimator.draw();
    assertThat(drawn).hasSizeGreaterThanOrEqualTo(network.architecture().stages().size());
    double[][] sums = zeros(estimator.exact);
    for (List<double[]> unit : ChosenDirections.units(drawn)) {
      double[][] learned = estimator.learn(unit);
      for (int p : estimator.estimated()) {
        for (int i = 0; i < learned[p].length; i++) {
          sums[p][i] += learned[p][i];
        }
      }
    }
    assertGradient(estimator, estimator.estimated(), sums);
  }

  private static double[][] zeros(double[][] like) {
    return Arrays.stream(like).map(values -> new double[values.length]).toArray(double[][]::new);
  }

  private static void assertGradient(
      Estimator estimator, List<Integer> parameters, double[][] sums) {
    for (int p : parameters) {
      assertThat(sums[p]).as(estimator.name(p)).hasSameSizeAs(estimator.exact[p]);
      for (int i = 0; i < sums[p].length; i++) {
        double expected = estimator.exact[p][i];
        assertThat(sums[p][i])
            .as("%s [%d]", estimator.name(p), i)
            .isCloseTo(expected, Tolerances.derivative(expected));
      }
    }
    assertThat(parameters.stream().flatMapToDouble(p -> Arrays.stream(estimator.exact[p])))
        .as("a gradient that is not 0 everywhere")
        .anyMatch(value -> Math.abs(value) > 1e-3);
  }

  /** The output loss has one part but in one-vs-all, so that all weights share one c. */
  static Stream<KindOfNetwork> networksOfOneGroup() {
    return KindOfNetwork.all().filter(network -> network.task().groups() == 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networksOfOneGroup")
  void alongAnyDirectionItIsTheSlopeTimesTheDirection(KindOfNetwork network) {
    Estimator estimator = new Estimator(network, Algorithm.FG_W, Algorithm.BP, 3);
    List<double[]> drawn = estimator.draw();
    double[][] learned = estimator.run.gradients();
    List<Integer> estimated = estimator.estimated();
    double slope = 0;
    for (int k = 0; k < drawn.size(); k++) {
      double[] exact = estimator.exact[estimated.get(k)];
      for (int i = 0; i < exact.length; i++) {
        slope += drawn.get(k)[i] * exact[i];
      }
    }
    for (int k = 0; k < drawn.size(); k++) {
      int p = estimated.get(k);
      for (int i = 0; i < learned[p].length; i++) {
        double expected = slope * drawn.get(k)[i];
        assertThat(learned[p][i])
            .as("%s [%d]", estimator.name(p), i)
            .isCloseTo(expected, Tolerances.derivative(expected));
      }
    }
  }
}
