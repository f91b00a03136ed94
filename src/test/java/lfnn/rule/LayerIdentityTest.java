package lfnn.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lfnn.OneThread;
import lfnn.Tolerances;
import lfnn.leadership.Leadership;
import lfnn.nn.ChosenDirections;
import lfnn.nn.HeapKernels;
import lfnn.nn.Parameter;
import lfnn.rule.ReferenceLoss.Examples;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Relations between the rules on every kind of stage, layer and task, in double precision. {@link
 * FeedbackAlignmentTest} and {@link UnitDirectionTest} have those of the rules that draw something,
 * {@link IdentityTest} more of them for layers of neurons.
 */
class LayerIdentityTest {

  private static final int EXAMPLES = 4;

  private static final List<Scope> SCOPES = List.of(Scope.values());

  private ChosenDirections kernels;

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
  }

  @BeforeEach
  void makeKernels() {
    kernels = new ChosenDirections();
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

  private static double[][] parameters(Architecture architecture, long seed) {
    return RuleRun.randomParameters(architecture, new HeapKernels(), seed);
  }

  private RuleRun learned(
      Architecture architecture,
      Algorithm algorithm,
      LeadershipSpec leadership,
      double[][] theta,
      Examples examples) {
    RuleRun run = new RuleRun(architecture, algorithm, leadership, kernels, examples.size(), theta);
    kernels.choose(List.of());
    run.learn(examples, 1);
    return run;
  }

  private double[][] gradients(
      Architecture architecture,
      Algorithm algorithm,
      LeadershipSpec leadership,
      double[][] theta,
      Examples examples) {
    return learned(architecture, algorithm, leadership, theta, examples).gradients();
  }

  private double[][] gradients(
      Architecture architecture, Algorithm algorithm, double[][] theta, Examples examples) {
    return gradients(architecture, algorithm, LeadershipSpec.DEFAULTS, theta, examples);
  }

  private static void assertClose(String what, double[] actual, double[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("%s [%d]", what, i)
          .isCloseTo(expected[i], Tolerances.derivative(expected[i]));
    }
  }

  static Stream<KindOfNetwork> networks() {
    return KindOfNetwork.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void withoutFollowersTheirWeightHasNoEffect(KindOfNetwork network) {
    Architecture architecture = network.architecture();
    double[][] theta = parameters(architecture, 1);
    Examples examples = network.examples(EXAMPLES, 2);
    for (Algorithm algorithm : List.of(Algorithm.LFNN, Algorithm.LFNN_L)) {
      for (Scope scope : SCOPES) {
        RuleRun run =
            learned(architecture, algorithm, leadership(1, scope, 0.8, 9), theta, examples);
        double[][] without =
            gradients(architecture, algorithm, leadership(1, scope, 0.8, 0), theta, examples);
        assertThat(run.gradients()).isDeepEqualTo(without);
        for (Leadership stage : run.leadership()) {
          assertThat(stage.followerLoss()).isZero();
          assertThat(stage.choice().mask().toDoubles()).containsOnly(1);
        }
      }
    }
  }

  static Stream<KindOfNetwork> networksWithoutSimilarity() {
    return KindOfNetwork.all().filter(network -> !network.hasSimilarity());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networksWithoutSimilarity")
  void withGlobalLossAloneAndOnlyLeadersLfnnIsBackPropagation(KindOfNetwork network) {
    Architecture architecture = network.architecture();
    double[][] theta = parameters(architecture, 3);
    Examples examples = network.examples(EXAMPLES, 4);
    RuleRun bp = learned(architecture, Algorithm.BP, LeadershipSpec.DEFAULTS, theta, examples);
    for (Scope scope : SCOPES) {
      double[][] lfnn =
          gradients(architecture, Algorithm.LFNN, leadership(1, scope, 0, 0), theta, examples);
      double[][] expected = bp.gradients();
      for (int p = 0; p < lfnn.length; p++) {
        String name = bp.parameters().get(p).name();
        if (expected[p].length > 0) {
          assertClose(name, lfnn[p], expected[p]);
        } else {
          assertThat(lfnn[p]).as(name).containsOnly(0);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void localGreedyIsLfnnWithoutPropagationInWhichAllLead(KindOfNetwork network) {
    Architecture architecture = network.architecture();
    double[][] theta = parameters(architecture, 5);
    Examples examples = network.examples(EXAMPLES, 6);
    double[][] local = gradients(architecture, Algorithm.LG_BP, theta, examples);
    for (Scope scope : SCOPES) {
      assertThat(
              gradients(
                  architecture, Algorithm.LFNN_L, leadership(1, scope, 1, 1), theta, examples))
          .isDeepEqualTo(local);
    }
  }

  /**
   * One block. Its heads read all of its output or slices of it; images are averaged to one pixel.
   */
  record Block(Task task, String input, String layers, int heads, boolean split) {

    KindOfNetwork local() {
      return new KindOfNetwork(
          task,
          input,
          String.format("block(%s, heads=%d%s, pool=1)", layers, heads, split ? ", split" : ""));
    }

    /** The same layers below an output layer that reads what heads read. */
    KindOfNetwork global() {
      boolean image = local().architecture().inputShape(1).isImage();
      return new KindOfNetwork(
          task, input, "block(" + layers + (image ? ", global-average" : "") + ", heads=1)");
    }

    /** Whether the whole body has one loss, so that equal directions give equal derivatives. */
    boolean hasOneLoss() {
      return !split;
    }
  }

  static Stream<Block> blocks() {
    Task classes = Task.classification(3);
    return Stream.of(
        new Block(classes, "4x1x1", "dense(6, activation=tanh), dense(4)", 1, false),
        new Block(classes, "4x1x1", "dense(5), batch-norm, dropout(0.3)", 3, false),
        new Block(classes, "4x1x1", "dense(6), layer-norm, dense(6, groups=3), sigmoid", 3, true),
        new Block(Task.regression(), "4x1x1", "dense(6), batch-norm", 2, true),
        new Block(Task.regression(), "4x1x1", "dense(6, groups=2), layer-norm", 3, false),
        new Block(Task.oneVsAll(3), "4x1x1", "dense(4, activation=tanh), batch-norm", 2, false),
        new Block(Task.oneVsAll(2), "4x1x1", "dense(4), dense(6)", 3, true),
        new Block(classes, "1x4x4", "conv(4), batch-norm, max-pool(2)", 2, true),
        new Block(Task.regression(), "2x4x4", "conv(4, groups=2), average-pool(2)", 2, true),
        new Block(classes, "1x4x4", "conv(2, kernel=2, padding=valid), flatten, dense(4)", 2, true),
        new Block(classes, "2x4x4", "residual(conv(4, stride=2), batch-norm), tanh", 3, false),
        new Block(
            classes,
            "1x4x4",
            "conv(4, kernel=2, stride=2), residual(layer-norm(plain), mix-pixels,"
                + " layer-norm(plain), conv(4, kernel=1), conv(4, kernel=1, groups=2,"
                + " activation=identity))",
            2,
            false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("blocks")
  void withOneBlockLocalGreedyIsTheRuleOfTheMeanLossOfItsHeads(Block block) {
    Architecture local = block.local().architecture();
    Architecture global = block.global().architecture();
    double[][] theta = parameters(local, 7);
    Examples examples = block.local().examples(EXAMPLES, 8);
    assertMeanOverHeads(block, Algorithm.LG_BP, Algorithm.BP, local, global, theta, examples);
    if (block.hasOneLoss()) {
      assertMeanOverHeads(block, Algorithm.LG_FG_W, Algorithm.FG_W, local, global, theta, examples);
      assertMeanOverHeads(block, Algorithm.LG_FG_A, Algorithm.FG_A, local, global, theta, examples);
    }
  }

  private void assertMeanOverHeads(
      Block block,
      Algorithm localRule,
      Algorithm globalRule,
      Architecture local,
      Architecture global,
      double[][] theta,
      Examples examples) {
    RuleRun run = learned(local, localRule, LeadershipSpec.DEFAULTS, theta, examples);
    double[][] learned = run.gradients();
    // After the body: weights and biases of the heads, then of the output layer.
    int body = theta.length - 4;
    double[][] means = new double[body + 2][];
    for (int p = 0; p < means.length; p++) {
      means[p] = new double[theta[p].length];
    }
    for (int h = 0; h < block.heads(); h++) {
      Head head = new Head(block, h);
      double[][] withHead = parameters(global, 9);
      System.arraycopy(theta, 0, withHead, 0, body);
      withHead[body + 2] = head.outputWeights(theta[body]);
      withHead[body + 3] = head.outputBiases(theta[body + 1]);
      double[][] gradients = gradients(global, globalRule, withHead, examples);
      for (int p = 0; p < body; p++) {
        add(gradients[p], IntStream.range(0, means[p].length).toArray(), means[p], block.heads());
      }
      add(gradients[body + 2], head.weightPlaces(theta[body]), means[body], block.heads());
      add(gradients[body + 3], head.biasPlaces(theta[body + 1]), means[body + 1], block.heads());
    }
    for (int p = 0; p < means.length; p++) {
      assertClose(localRule + ", " + run.parameters().get(p).name(), learned[p], means[p]);
    }
  }

  /** Adds values to those of their places; −1 is no place. */
  private static void add(double[] values, int[] places, double[] sums, int count) {
    assertThat(places).hasSameSizeAs(values);
    for (int i = 0; i < values.length; i++) {
      if (places[i] >= 0) {
        sums[places[i]] += values[i] / count;
      }
    }
  }

  /** A head in place of the output layer. */
  private record Head(Block block, int head) {

    /** Where the weights of an output layer are among those of the heads; −1: nowhere. */
    int[] weightPlaces(double[] headWeights) {
      int outputs = block.task().outputs();
      int groups = block.task().groups();
      int rows = block.split() ? outputs : block.heads() * outputs;
      int inputs = headWeights.length / rows;
      int slice = inputs / (groups * block.heads());
      return IntStream.range(0, inputs * outputs)
          .map(
              place -> {
                int input = place / outputs;
                int output = place % outputs;
                if (!block.split()) {
                  return input * rows + head * outputs + output;
                }
                return input / slice % block.heads() == head ? input * rows + output : -1;
              })
          .toArray();
    }

    int[] biasPlaces(double[] headBiases) {
      int outputs = block.task().outputs();
      return IntStream.range(0, headBiases.length / block.heads())
          .map(place -> (place / outputs * block.heads() + head) * outputs + place % outputs)
          .toArray();
    }

    double[] outputWeights(double[] headWeights) {
      return Arrays.stream(weightPlaces(headWeights))
          .mapToDouble(place -> place < 0 ? 0 : headWeights[place])
          .toArray();
    }

    double[] outputBiases(double[] headBiases) {
      return Arrays.stream(biasPlaces(headBiases)).mapToDouble(i -> headBiases[i]).toArray();
    }
  }

  static Stream<Task> tasks() {
    return Stream.of(Task.classification(3), Task.oneVsAll(2), Task.regression());
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void withOneLayerOfNeuronsLocalGreedyIsBackPropagationForEachWorker(Task task) {
    int workers = 3;
    KindOfNetwork stage = new KindOfNetwork(task, "4x1x1", "fc(workers=3)");
    Architecture single = new KindOfNetwork(task, "4x1x1", "0").architecture();
    double[][] theta = parameters(stage.architecture(), 10);
    Examples examples = stage.examples(EXAMPLES, 11);
    double[][] learned = gradients(stage.architecture(), Algorithm.LG_BP, theta, examples);
    int outputs = task.outputs();
    for (int w = 0; w < workers; w++) {
      double[][] worker = new double[2][];
      for (int p = 0; p < 2; p++) {
        worker[p] = ofWorker(theta[p], w, workers, outputs);
      }
      double[][] expected = gradients(single, Algorithm.BP, worker, examples);
      for (int p = 0; p < 2; p++) {
        assertClose("worker " + w, ofWorker(learned[p], w, workers, outputs), expected[p]);
      }
    }
  }

  static Stream<Task> tasksOfFilters() {
    return Stream.of(Task.classification(3), Task.regression());
  }

  @ParameterizedTest
  @MethodSource("tasksOfFilters")
  void withOneLayerOfFiltersLocalGreedyIsBackPropagationForEachWorker(Task task) {
    int workers = 2;
    int outputs = task.outputs();
    KindOfNetwork stage =
        new KindOfNetwork(task, "2x4x4", "filters(batch-norm, relu, max-pool(2), workers=2)");
    // The means of the maps go through an output layer that leaves them as they are.
    Architecture single =
        new KindOfNetwork(
                task,
                "2x4x4",
                "block(conv(" + outputs + ", activation=identity), global-average, heads=1)")
            .architecture();
    double[][] theta = parameters(stage.architecture(), 12);
    Examples examples = stage.examples(EXAMPLES, 13);
    double[][] learned = gradients(stage.architecture(), Algorithm.LG_BP, theta, examples);
    for (int w = 0; w < workers; w++) {
      double[][] worker = parameters(single, 14);
      worker[4] =
          IntStream.range(0, outputs * outputs)
              .mapToDouble(i -> i / outputs == i % outputs ? 1 : 0)
              .toArray();
      worker[5] = new double[outputs];
      for (int p = 0; p < 2; p++) {
        worker[p] = ofWorker(theta[p], w, workers, outputs);
      }
      double[][] expected = gradients(single, Algorithm.BP, worker, examples);
      for (int p = 0; p < 2; p++) {
        assertClose("worker " + w, ofWorker(learned[p], w, workers, outputs), expected[p]);
      }
    }
    // No prediction depends on the layers after the convolution.
    assertThat(learned[2]).containsOnly(0);
    assertThat(learned[3]).containsOnly(0);
  }

  /** Of a layer's values with the outputs of the workers last, those of one worker. */
  private static double[] ofWorker(double[] values, int worker, int workers, int outputs) {
    return IntStream.range(0, values.length)
        .filter(i -> i / outputs % workers == worker)
        .mapToDouble(i -> values[i])
        .toArray();
  }

  /**
   * Which worker of the first stage each element of an array belongs to.
   *
   * @param index of the parameter, or of the layer whose activities are perturbed
   * @param inner elements that follow each other before the channel changes
   * @param channels of all workers
   * @param own channels of a worker
   */
  private record Owner(int index, int inner, int channels, int own) {
    int of(int element) {
      return element / inner % channels / own;
    }
  }

  /**
   * A network whose first stage has workers that can change places.
   *
   * @param own parameters that no other worker reads
   * @param readers parameters of the next stage, or of the output layer, that read the workers
   * @param activities what is perturbed of each worker
   * @param order worker that comes to each place
   */
  record Workers(
      KindOfNetwork network,
      List<Owner> own,
      List<Owner> readers,
      List<Owner> activities,
      List<Integer> order) {
    @Override
    public String toString() {
      return network.toString();
    }
  }

  static Stream<Workers> workers() {
    List<Integer> cycle = List.of(1, 2, 0);
    List<Integer> swap = List.of(1, 0);
    Task classes = Task.classification(2);
    return Stream.of(
        new Workers(
            new KindOfNetwork(
                Task.classification(3), "4x1x1", "fc(workers=3); block(dense(4), heads=2)"),
            List.of(new Owner(0, 1, 9, 3), new Owner(1, 1, 9, 3)),
            List.of(new Owner(2, 4, 9, 3)),
            List.of(new Owner(0, EXAMPLES, 9, 3)),
            cycle),
        new Workers(
            new KindOfNetwork(Task.regression(), "4x1x1", "fc(workers=3); fc(workers=2)"),
            List.of(new Owner(0, 1, 3, 1), new Owner(1, 1, 3, 1)),
            List.of(new Owner(2, 2, 3, 1)),
            List.of(new Owner(0, EXAMPLES, 3, 1)),
            cycle),
        new Workers(
            new KindOfNetwork(
                Task.oneVsAll(2),
                "4x1x1",
                "block(dense(6, activation=tanh), batch-norm, heads=3, split); fc(workers=2)"),
            List.of(
                new Owner(0, 1, 12, 2),
                new Owner(1, 1, 12, 2),
                new Owner(2, 1, 12, 2),
                new Owner(3, 1, 12, 2),
                new Owner(4, 1, 12, 2),
                new Owner(5, 1, 6, 1)),
            List.of(new Owner(6, 2, 12, 2)),
            List.of(new Owner(0, EXAMPLES, 12, 2), new Owner(1, EXAMPLES, 12, 2)),
            List.of(1, 2, 0, 5, 3, 4)),
        new Workers(
            new KindOfNetwork(
                classes,
                "1x4x4",
                "filters(batch-norm, relu, max-pool(2), workers=3); block(conv(3, kernel=2),"
                    + " heads=2)"),
            List.of(
                new Owner(0, 1, 6, 2),
                new Owner(1, 1, 6, 2),
                new Owner(2, 1, 6, 2),
                new Owner(3, 1, 6, 2)),
            List.of(new Owner(4, 3, 6, 2)),
            List.of(new Owner(0, 1, 6, 2), new Owner(1, 1, 6, 2)),
            cycle),
        new Workers(
            new KindOfNetwork(
                classes,
                "1x4x4",
                "block(conv(6), batch-norm, max-pool(2), heads=3, split, pool=1); fc(workers=2)"),
            List.of(
                new Owner(0, 1, 6, 2),
                new Owner(1, 1, 6, 2),
                new Owner(2, 1, 6, 2),
                new Owner(3, 1, 6, 2),
                new Owner(4, 2, 6, 2),
                new Owner(5, 1, 6, 2)),
            List.of(new Owner(6, 4, 6, 2)),
            List.of(new Owner(0, 1, 6, 2), new Owner(1, 1, 6, 2)),
            cycle),
        new Workers(
            new KindOfNetwork(
                classes,
                "2x4x4",
                "block(residual(layer-norm, mix-pixels, conv(2)), average-pool(2), heads=2,"
                    + " pool=1); block(dense(3), heads=1)"),
            List.of(new Owner(6, 1, 4, 2), new Owner(7, 1, 4, 2)),
            List.of(),
            List.of(),
            swap));
  }

  /** Gives places within the groups other workers, in what {@code owners} name. */
  private static List<double[]> permuted(
      List<double[]> arrays, List<Owner> owners, List<Integer> order) {
    List<double[]> result = new ArrayList<>(arrays.stream().map(double[]::clone).toList());
    for (Owner owner : owners) {
      double[] from = arrays.get(owner.index());
      for (int w = 0; w < order.size() && from.length > 0; w++) {
        int[] to = elements(owner, from.length, w);
        int[] source = elements(owner, from.length, order.get(w));
        assertThat(to).hasSameSizeAs(source).isNotEmpty();
        for (int i = 0; i < to.length; i++) {
          result.get(owner.index())[to[i]] = from[source[i]];
        }
      }
    }
    return result;
  }

  private static int[] elements(Owner owner, int size, int worker) {
    return IntStream.range(0, size).filter(i -> owner.of(i) == worker).toArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("workers")
  void permutingTheWorkersPermutesTheGradients(Workers workers) {
    Architecture architecture = workers.network().architecture();
    List<Owner> owners = Stream.concat(workers.own().stream(), workers.readers().stream()).toList();
    List<double[]> theta = List.of(parameters(architecture, 15));
    double[][] moved = permuted(theta, owners, workers.order()).toArray(double[][]::new);
    Examples examples = workers.network().examples(EXAMPLES, 16);
    for (Algorithm algorithm : Algorithm.values()) {
      for (Scope scope : algorithm.hasLeaders() ? SCOPES : List.of(Scope.BATCH)) {
        LeadershipSpec leadership = leadership(0.5, scope, 0.8, 1.3);
        RuleRun run =
            learned(architecture, algorithm, leadership, theta.toArray(double[][]::new), examples);
        List<double[]> before = List.of(run.gradients());
        List<double[]> drawn = kernels.drawn();
        RuleRun after = new RuleRun(architecture, algorithm, leadership, kernels, EXAMPLES, moved);
        // What is drawn for a worker goes with it.
        after.setFeedback(permuted(run.feedback(), owners, workers.order()));
        kernels.choose(moved(workers, algorithm, run.parameters(), drawn));
        after.learn(examples, 1);
        List<double[]> expected = permuted(before, owners, workers.order());
        for (int p = 0; p < expected.size(); p++) {
          String what = algorithm + ", " + scope + ", " + run.parameters().get(p).name();
          assertClose(what, after.gradients()[p], expected.get(p));
        }
      }
    }
  }

  private static List<double[]> moved(
      Workers workers, Algorithm algorithm, List<Parameter> parameters, List<double[]> drawn) {
    if (algorithm == Algorithm.FG_A || algorithm == Algorithm.LG_FG_A) {
      return permuted(drawn, workers.activities(), workers.order());
    }
    // Directions of weights, in the order of the parameters that are perturbed.
    List<Integer> perturbed =
        IntStream.range(0, parameters.size())
            .filter(p -> !parameters.get(p).name().matches(".*heads.*|output.*"))
            .boxed()
            .toList();
    List<Owner> owners =
        Stream.concat(workers.own().stream(), workers.readers().stream())
            .filter(owner -> !drawn.isEmpty() && perturbed.contains(owner.index()))
            .map(
                owner ->
                    new Owner(
                        perturbed.indexOf(owner.index()),
                        owner.inner(),
                        owner.channels(),
                        owner.own()))
            .toList();
    return permuted(drawn, owners, workers.order());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("workers")
  void followersDoNotMoveTheLeaders(Workers workers) {
    Architecture architecture = workers.network().architecture();
    double[][] theta = parameters(architecture, 17);
    Examples examples = workers.network().examples(EXAMPLES, 18);
    LeadershipSpec leadership = leadership(0.5, Scope.BATCH, 0.8, 1.3);
    RuleRun run = learned(architecture, Algorithm.LFNN_L, leadership, theta, examples);
    double[] mask = run.leadership().get(0).choice().mask().toDoubles();
    assertThat(mask).containsOnly(0, 1);
    double[][] before = run.gradients();
    for (Owner owner : workers.own()) {
      double[] values = theta[owner.index()];
      Arrays.setAll(values, i -> values[i] + (mask[owner.of(i)] == 0 ? 0.01 * (1 + i % 3) : 0));
    }
    run.set(theta);
    run.learn(examples, 1);
    assertThat(run.leadership().get(0).choice().mask().toDoubles()).isEqualTo(mask);
    double[][] after = run.gradients();
    int moved = 0;
    for (Owner owner : workers.own()) {
      double[] now = after[owner.index()];
      for (int i = 0; i < now.length; i++) {
        double earlier = before[owner.index()][i];
        if (mask[owner.of(i)] == 1) {
          assertThat(now[i])
              .as("%s [%d]", run.parameters().get(owner.index()).name(), i)
              .isCloseTo(earlier, Tolerances.derivative(earlier));
        } else if (Math.abs(now[i] - earlier) > 1e-6) {
          moved++;
        }
      }
    }
    assertThat(moved).isPositive();
  }
}
