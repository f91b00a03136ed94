package lfnn.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lfnn.leadership.Leadership;
import lfnn.nn.Batch;
import lfnn.nn.Kernels;
import lfnn.nn.Matrix;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Workspace;
import lfnn.rule.ReferenceLoss.Examples;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.TrainingSpec;

/** A rule at work on a network whose parameters stay as they are: gradients, no updates. */
final class RuleRun {

  private final Network network;
  private final Workspace workspace;
  private final Batch batch;
  private final LearningRule rule;
  private final IdentityHashMap<Parameter, Integer> timesReady = new IdentityHashMap<>();
  private double loss;

  RuleRun(
      Architecture architecture,
      Algorithm algorithm,
      LeadershipSpec leadership,
      Kernels kernels,
      int examples,
      double[][] theta) {
    network = new Network(architecture, kernels);
    batch = new Batch(architecture, kernels, examples);
    workspace = network.workspace(examples);
    Resources resources =
        new Resources(
            network,
            workspace,
            batch,
            StageTasks.inline(),
            ready -> ready.forEach(parameter -> timesReady.merge(parameter, 1, Integer::sum)));
    rule = LearningRule.of(training(algorithm, leadership), resources);
    set(theta);
  }

  static TrainingSpec training(Algorithm algorithm, LeadershipSpec leadership) {
    TrainingSpec defaults = TrainingSpec.DEFAULTS;
    return new TrainingSpec(
        algorithm,
        leadership,
        defaults.optimizer(),
        defaults.learningRate(),
        defaults.schedule(),
        0,
        1,
        1,
        0,
        1,
        defaults.augmentation(),
        1,
        1);
  }

  void set(double[][] theta) {
    for (int i = 0; i < theta.length; i++) {
      network.parameters().get(i).value().set(theta[i]);
    }
  }

  /** Small random parameters, biases included, as [parameter][element]. */
  static double[][] randomParameters(Architecture architecture, Kernels kernels, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Network network = new Network(architecture, kernels);
    network.initialise(random.split());
    List<double[]> theta = new ArrayList<>();
    for (Parameter parameter : network.parameters()) {
      double[] values = parameter.value().toDoubles();
      if (!parameter.decays()) {
        Arrays.setAll(values, i -> random.nextDouble() - 0.5);
      }
      theta.add(values);
    }
    return theta.toArray(double[][]::new);
  }

  /** Learns from a batch; gradients are then those of this batch. */
  void learn(Examples examples, long seed) {
    int n = examples.size();
    Architecture architecture = network.architecture();
    int inputs = architecture.input().size();
    float[] features = new float[n * inputs];
    float[] targets = new float[n];
    float[] weights = new float[n];
    for (int b = 0; b < n; b++) {
      for (int i = 0; i < inputs; i++) {
        features[architecture.inputLayout().index(architecture.input(), n, b, i)] =
            (float) examples.features()[b][i];
      }
      targets[b] = (float) examples.targets()[b];
      weights[b] = (float) examples.weights()[b];
    }
    batch.set(n, features, targets, weights);
    timesReady.clear();
    loss = rule.learn(seed);
  }

  double loss() {
    return loss;
  }

  /** What stage {@code index} gave back to the one below it, in the order of its input. */
  double[] inputGradient(int index) {
    return workspace.stage(index).inputGradient().toDoubles();
  }

  List<Leadership> leadership() {
    return rule.leadership();
  }

  List<Parameter> parameters() {
    return network.parameters();
  }

  /** Matrices that carry errors down, [parameter]; empty for parameters that have none. */
  List<double[]> feedback() {
    return network.parameters().stream()
        .map(
            parameter -> {
              Matrix matrix = matrices().get(parameter);
              return matrix == null ? new double[0] : matrix.toDoubles();
            })
        .toList();
  }

  /** Sets what {@link #feedback} gives. */
  void setFeedback(List<double[]> feedback) {
    matrices()
        .forEach(
            (parameter, matrix) ->
                matrix.set(feedback.get(network.parameters().indexOf(parameter))));
  }

  private Map<Parameter, Matrix> matrices() {
    return rule instanceof FeedbackAlignment alignment ? alignment.feedback() : Map.of();
  }

  /** How often a parameter was reported ready for the last batch. */
  int timesReady(Parameter parameter) {
    return timesReady.getOrDefault(parameter, 0);
  }

  /** Gradients of the last batch, [parameter][element]; empty for parameters that do not learn. */
  double[][] gradients() {
    return network.parameters().stream()
        .map(
            parameter ->
                timesReady(parameter) == 0 ? new double[0] : parameter.gradient().toDoubles())
        .toArray(double[][]::new);
  }
}
