package lfnn.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import lfnn.OneThread;
import lfnn.Tolerances;
import lfnn.data.InputShape;
import lfnn.nn.Batch;
import lfnn.nn.HeapKernels;
import lfnn.nn.Kernels;
import lfnn.nn.Matrix;
import lfnn.nn.Nd4jKernels;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Feedback alignment is back-propagation but for the matrices that carry the error down. */
class FeedbackAlignmentTest {

  private static final int EXAMPLES = 4;

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
  }

  static Stream<Arguments> networks() {
    Task classes = Task.classification(3);
    return Stream.of(
        Arguments.of(classes, "4x1x1", "fc(workers=3); fc(workers=2)"),
        Arguments.of(
            classes, "4x1x1", "block(dense(4), dense(6, groups=2), heads=2); fc(workers=2)"),
        Arguments.of(Task.oneVsAll(3), "4x1x1", "fc(workers=2); block(dense(4), heads=2)"),
        Arguments.of(
            Task.regression(), "4x1x1", "block(dense(5), layer-norm, heads=2); fc(workers=3)"),
        Arguments.of(
            classes,
            "1x5x5",
            "filters(batch-norm, relu, workers=2); block(conv(4, groups=2), max-pool(2), heads=2)"),
        Arguments.of(
            classes,
            "2x4x4",
            "block(residual(layer-norm(plain), mix-pixels, conv(2)), heads=2, pool=1);"
                + " block(residual(conv(3, stride=2), batch-norm, activation=relu), conv(2),"
                + " heads=2); block(residual(dense(5)), heads=2)"));
  }

  static Stream<Arguments> everyKindOfNetwork() {
    return KindOfNetwork.all()
        .map(network -> Arguments.of(network.task(), network.input(), network.stages()));
  }

  /** One batch that a rule learned from. */
  private static final class Step {
    final Network network;
    final Resources resources;
    final List<Parameter> learned = new ArrayList<>();

    Step(Architecture architecture, Kernels kernels) {
      network = new Network(architecture, kernels);
      network.initialise(new SplittableRandom(1));
      Batch batch = new Batch(architecture, kernels, EXAMPLES);
      resources =
          new Resources(
              network, network.workspace(EXAMPLES), batch, StageTasks.inline(), learned::addAll);
      SplittableRandom random = new SplittableRandom(2);
      float[] features = new float[EXAMPLES * architecture.input().size()];
      for (int i = 0; i < features.length; i++) {
        features[i] = (float) (2 * random.nextDouble() - 1);
      }
      batch.set(EXAMPLES, features, new float[] {0, 1, 1, 0}, new float[] {1, 0.5f, 2, 1});
    }

    Map<String, double[]> learn(LearningRule rule) {
      learned.clear();
      rule.learn(3);
      Map<String, double[]> gradients = new TreeMap<>();
      learned.forEach(
          parameter -> gradients.put(parameter.name(), parameter.gradient().toDoubles()));
      return gradients;
    }
  }

  @ParameterizedTest
  @MethodSource({"networks", "everyKindOfNetwork"})
  void withTheWeightsThemselvesItIsBackPropagation(Task task, String input, String stages) {
    Architecture architecture =
        Architecture.of(InputShape.parse(input), task, NetworkSpec.parse(stages));
    Kernels kernels = Nd4jKernels.doublePrecision();
    Step exact = new Step(architecture, kernels);
    Map<String, double[]> expected = exact.learn(new Backpropagation(exact.resources));

    Step step = new Step(architecture, kernels);
    FeedbackAlignment rule = new FeedbackAlignment(step.resources, 7);
    Map<String, double[]> random = step.learn(rule);
    rule.feedback().forEach((weights, matrix) -> matrix.set(weights.value().toDoubles()));
    Map<String, double[]> learned = step.learn(rule);
    assertThat(learned).hasSameSizeAs(expected);
    expected.forEach(
        (name, gradient) ->
            assertThat(learned.get(name))
                .as(name)
                .containsExactly(gradient, Tolerances.CLOSED_FORM_DOUBLE));
    assertThat(random.get("output.weights")).isEqualTo(expected.get("output.weights"));
    String lowest = step.network.stages().get(0).bodyParameters().get(0).name();
    assertThat(random.get(lowest)).as(lowest).isNotEqualTo(expected.get(lowest));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyWeightMatrixHasOneOfItsShapeAndLaw(Task task, String input, String stages) {
    Architecture architecture =
        Architecture.of(InputShape.parse(input), task, NetworkSpec.parse(stages));
    Step step = new Step(architecture, new HeapKernels());
    Map<Parameter, Matrix> feedback = new FeedbackAlignment(step.resources, 7).feedback();
    List<Parameter> weights =
        step.network.parameters().stream()
            .filter(parameter -> parameter.decays() && !parameter.name().contains("heads"))
            .toList();
    assertThat(feedback.keySet()).containsExactlyInAnyOrderElementsOf(weights);
    feedback.forEach(
        (parameter, matrix) -> {
          double[] initial = parameter.value().toDoubles();
          double[] fixed = matrix.toDoubles();
          assertThat(fixed).hasSameSizeAs(initial).isNotEqualTo(initial);
          assertThat(matrix.rows()).isEqualTo(parameter.value().rows());
          // Uniform in the same range: the largest of n numbers is near the limit.
          double share = 1 - 8.0 / (fixed.length + 8);
          assertThat(largest(fixed)).isGreaterThan(share * largest(initial) * 0.9);
          assertThat(largest(initial)).isGreaterThan(share * largest(fixed) * 0.9);
        });
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElseThrow();
  }

  @Test
  void theMatricesComeFromTheSeed() {
    Architecture architecture =
        Architecture.of(
            InputShape.flat(4), Task.classification(3), NetworkSpec.parse("fc(workers=3)"));
    double[] first = outputFeedback(architecture, 7);
    assertThat(outputFeedback(architecture, 7)).isEqualTo(first);
    assertThat(outputFeedback(architecture, 8)).isNotEqualTo(first);
  }

  private static double[] outputFeedback(Architecture architecture, long seed) {
    Step step = new Step(architecture, new HeapKernels());
    FeedbackAlignment rule = new FeedbackAlignment(step.resources, seed);
    return rule.feedback().get(step.network.output().parameters().get(0)).toDoubles();
  }
}
