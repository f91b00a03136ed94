package lfnn.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lfnn.OneThread;
import lfnn.Tolerances;
import lfnn.data.InputShape;
import lfnn.leadership.Leadership;
import lfnn.nn.Kernels;
import lfnn.nn.Nd4jKernels;
import lfnn.nn.Parameter;
import lfnn.rule.ReferenceLoss.Examples;
import lfnn.rule.ReferenceLoss.Frozen;
import lfnn.rule.ReferenceLoss.FrozenStage;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LayerShape;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.NetworkSpec;
import lfnn.spec.PredictionKind;
import lfnn.spec.StageSpec;
import lfnn.spec.Task;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of the rules that have exact ones, in double precision, against differences of {@link
 * ReferenceLoss}. {@link FeedbackAlignmentTest} and {@link UnitDirectionTest} compare the others
 * with these.
 */
class GradientTest {

  private static final int INPUTS = 4;
  private static final int EXAMPLES = 5;
  private static final double STEP = 1e-6;

  /** Parameters and examples with a kink nearer than this are drawn again. */
  private static final double KINK = 1e-3;

  private static final List<Network> NETWORKS =
      List.of(
          new Network(Task.classification(3), "0"),
          new Network(Task.classification(3), "fc(workers=3)"),
          new Network(Task.classification(3), "fc(workers=4); fc(workers=3)"),
          new Network(Task.classification(3), "block(dense(4, activation=tanh), heads=5)"),
          new Network(
              Task.classification(3),
              "block(dense(8, activation=sigmoid), heads=4, split); fc(workers=3)"),
          new Network(
              Task.classification(3),
              "block(dense(4), dense(6, activation=leaky-relu), heads=3, split)"),
          new Network(
              Task.classification(3),
              "block(dense(5, activation=identity), dense(4), heads=2);"
                  + " block(dense(6, activation=tanh), heads=3, split); fc(workers=2)"),
          new Network(Task.classification(2), "fc(workers=4, neurons=1); fc(workers=3)"),
          new Network(Task.classification(1), "fc(workers=3)"),
          new Network(Task.oneVsAll(3), "0"),
          new Network(Task.oneVsAll(3), "fc(workers=4); fc(workers=3)"),
          new Network(Task.oneVsAll(3), "block(dense(4, activation=tanh), heads=5); fc(workers=3)"),
          new Network(
              Task.oneVsAll(2),
              "fc(workers=2); block(dense(6), heads=3, split); block(dense(3), heads=2)"),
          new Network(Task.oneVsAll(1), "fc(workers=3)"),
          new Network(Task.regression(), "0"),
          new Network(Task.regression(), "fc(workers=4); fc(workers=3)"),
          new Network(Task.regression(), "block(dense(4), heads=6)"),
          new Network(
              Task.regression(),
              "block(dense(8, activation=tanh), heads=4, split); fc(workers=3, neurons=1)"));

  private static final List<Network> IMAGE_NETWORKS =
      List.of(
          image(Task.classification(3), "2x4x3", "block(conv(4), heads=3)"),
          image(
              Task.classification(3),
              "1x5x4",
              "block(conv(4, kernel=2, stride=2, activation=tanh), heads=4, split); fc(workers=3)"),
          image(
              Task.classification(2),
              "1x6x6",
              "block(conv(3), heads=5, pool=2);"
                  + " block(conv(4, padding=valid), max-pool(2), heads=2, split)"),
          image(
              Task.classification(3),
              "1x4x4",
              "block(conv(4), batch-norm, heads=3, similarity=0.4); fc(workers=2)"),
          image(
              Task.classification(3),
              "1x3x3",
              "block(dense(5, activation=tanh), batch-norm, heads=3, similarity=0.7)"),
          image(
              Task.classification(3),
              "1x4x3",
              "block(conv(4, activation=tanh), global-average, heads=3, similarity=0.5)"),
          image(Task.classification(3), "2x3x4", "filters(workers=4)"),
          image(
              Task.classification(3),
              "1x5x5",
              "filters(batch-norm, relu, max-pool(2), workers=3);"
                  + " filters(tanh, workers=4, kernel=2, padding=valid); fc(workers=3)"),
          image(
              Task.classification(2),
              "2x5x4",
              "block(conv(3, activation=tanh), batch-norm(activation=relu), heads=3, split);"
                  + " filters(batch-norm, relu, max-pool(2), workers=3); fc(workers=4)"),
          image(
              Task.regression(),
              "1x5x4",
              "filters(average-pool(2), workers=4); block(conv(4), global-average, heads=4,"
                  + " split)"),
          image(
              Task.classification(3),
              "2x4x4",
              "block(residual(layer-norm(plain), mix-pixels, layer-norm, conv(2)), heads=2,"
                  + " pool=1); block(residual(conv(3, stride=2, activation=identity), batch-norm,"
                  + " activation=relu), global-average, dropout(0), heads=3); fc(workers=2)"),
          image(
              Task.oneVsAll(2),
              "1x2x2",
              "block(batch-norm, dense(4, activation=tanh), heads=3);"
                  + " block(batch-norm, dense(4), heads=2, split)"),
          image(
              Task.classification(3),
              "1x2x2",
              "block(dense(6, groups=2), layer-norm, tanh, heads=3, split)"));

  private static Network image(Task task, String input, String stages) {
    return new Network(task, InputShape.parse(input), stages);
  }

  private static final List<Scope> SCOPES = List.of(Scope.BATCH, Scope.SAMPLE, Scope.EPOCH);

  private static final List<Set<LossTerm>> TERMS =
      List.of(
          EnumSet.of(LossTerm.GLOBAL),
          EnumSet.of(LossTerm.LEADERS),
          EnumSet.of(LossTerm.FOLLOWERS),
          EnumSet.of(LossTerm.GLOBAL, LossTerm.LEADERS),
          EnumSet.of(LossTerm.GLOBAL, LossTerm.FOLLOWERS),
          EnumSet.of(LossTerm.LEADERS, LossTerm.FOLLOWERS),
          EnumSet.allOf(LossTerm.class));

  private record Network(Task task, InputShape input, String stages) {
    Network(Task task, String stages) {
      this(task, InputShape.flat(INPUTS), stages);
    }

    Architecture architecture() {
      return Architecture.of(input, task, NetworkSpec.parse(stages));
    }
  }

  /** One check; its text is the test's name. */
  record Case(
      Network network,
      Algorithm algorithm,
      LeadershipSpec leadership,
      boolean weighted,
      long seed) {
    @Override
    public String toString() {
      String kind =
          network.task().kind() + " " + network.task().groups() + "x" + network.task().outputs();
      String rule =
          !algorithm.hasLeaders()
              ? algorithm.name()
              : algorithm
                  + " "
                  + leadership.scope()
                  + " "
                  + leadership.reference()
                  + " "
                  + leadership.alignment()
                  + " "
                  + leadership.leaderFraction()
                  + " "
                  + leadership.terms();
      return String.join(
          ", ",
          kind + " of " + network.input(),
          network.stages(),
          rule,
          weighted ? "weighted" : "equal",
          "seed " + seed);
    }
  }

  private static LeadershipSpec leadership(
      double fraction, Scope scope, Reference reference, Alignment alignment, Set<LossTerm> terms) {
    return new LeadershipSpec(fraction, scope, 0.8, 1.3, reference, alignment, terms);
  }

  private static List<Network> allNetworks() {
    return Stream.concat(NETWORKS.stream(), IMAGE_NETWORKS.stream()).toList();
  }

  static Stream<Case> imagesWithAndWithoutFollowers() {
    List<Case> cases = new ArrayList<>();
    Set<LossTerm> all = EnumSet.allOf(LossTerm.class);
    for (Network network : IMAGE_NETWORKS) {
      cases.add(new Case(network, Algorithm.BP, LeadershipSpec.DEFAULTS, true, 3000));
      for (Algorithm algorithm : List.of(Algorithm.LFNN, Algorithm.LFNN_L)) {
        for (double fraction : new double[] {0.5, 1}) {
          Scope scope = SCOPES.get(cases.size() % 3);
          Alignment alignment = Alignment.PREDICTIONS;
          LeadershipSpec spec = leadership(fraction, scope, Reference.BEST, alignment, all);
          cases.add(new Case(network, algorithm, spec, cases.size() % 2 == 0, 3000 + cases.size()));
        }
        Scope scope = SCOPES.get(cases.size() % 3);
        LeadershipSpec spec = leadership(0.5, scope, Reference.BEST, Alignment.LOGITS, all);
        cases.add(new Case(network, algorithm, spec, true, 3000 + cases.size()));
      }
    }
    return cases.stream();
  }

  static Stream<Case> everyNetworkRuleScopeAndAlignment() {
    List<Case> cases = new ArrayList<>();
    Set<LossTerm> all = EnumSet.allOf(LossTerm.class);
    for (Network network : NETWORKS) {
      for (boolean weighted : List.of(false, true)) {
        cases.add(new Case(network, Algorithm.BP, LeadershipSpec.DEFAULTS, weighted, 1));
      }
      for (Algorithm algorithm : List.of(Algorithm.LFNN, Algorithm.LFNN_L)) {
        for (Scope scope : Scope.values()) {
          Alignment alignment = Alignment.PREDICTIONS;
          LeadershipSpec spec = leadership(0.5, scope, Reference.BEST, alignment, all);
          cases.add(new Case(network, algorithm, spec, cases.size() % 2 == 0, cases.size()));
        }
        Scope scope = SCOPES.get(cases.size() % 3);
        LeadershipSpec spec = leadership(0.5, scope, Reference.BEST, Alignment.LOGITS, all);
        cases.add(new Case(network, algorithm, spec, true, cases.size()));
      }
    }
    return cases.stream();
  }

  static Stream<Case> localGreedy() {
    List<Case> cases = new ArrayList<>();
    for (Network network : allNetworks()) {
      boolean weighted = cases.size() % 2 == 0;
      int seed = 4000 + cases.size();
      cases.add(new Case(network, Algorithm.LG_BP, LeadershipSpec.DEFAULTS, weighted, seed));
    }
    return cases.stream();
  }

  static Stream<Case> everySubsetOfLossTerms() {
    List<Case> cases = new ArrayList<>();
    for (Network network : List.of(NETWORKS.get(2), NETWORKS.get(6), NETWORKS.get(12))) {
      for (Algorithm algorithm : List.of(Algorithm.LFNN, Algorithm.LFNN_L)) {
        for (Set<LossTerm> terms : TERMS) {
          LeadershipSpec spec =
              leadership(0.5, Scope.BATCH, Reference.BEST, Alignment.PREDICTIONS, terms);
          cases.add(new Case(network, algorithm, spec, true, 1000 + cases.size()));
        }
      }
    }
    return cases.stream();
  }

  static Stream<Case> randomReferencesAndExtremeFractions() {
    List<Case> cases = new ArrayList<>();
    Set<LossTerm> all = EnumSet.allOf(LossTerm.class);
    for (Network network : allNetworks()) {
      for (Algorithm algorithm : List.of(Algorithm.LFNN, Algorithm.LFNN_L)) {
        Scope scope = SCOPES.get(cases.size() % 3);
        double fraction = new double[] {0.01, 0.7, 1}[cases.size() / 3 % 3];
        LeadershipSpec spec =
            leadership(fraction, scope, Reference.RANDOM, Alignment.PREDICTIONS, all);
        cases.add(new Case(network, algorithm, spec, true, 2000 + cases.size()));
      }
    }
    return cases.stream();
  }

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "everyNetworkRuleScopeAndAlignment",
    "localGreedy",
    "everySubsetOfLossTerms",
    "randomReferencesAndExtremeFractions",
    "imagesWithAndWithoutFollowers"
  })
  void gradientsEqualDifferencesOfTheLoss(Case test) {
    Architecture architecture = test.network().architecture();
    ReferenceLoss reference = new ReferenceLoss(architecture, test.algorithm(), test.leadership());
    Kernels kernels = Nd4jKernels.doublePrecision();
    SplittableRandom seeds = new SplittableRandom(test.seed());
    Examples before = examples(test.network(), test.weighted(), seeds.nextLong());
    Examples examples;
    double[][] theta;
    int[][][] noOneFollowed =
        new int[architecture.stages().size()][EXAMPLES][test.network().task().groups()];
    int draws = 0;
    do {
      assertThat(draws++).as("draws until no kink is near").isLessThan(100);
      examples = examples(test.network(), test.weighted(), seeds.nextLong());
      theta = RuleRun.randomParameters(architecture, kernels, seeds.nextLong());
      reference.freeze(theta, examples, previousErrors(reference, theta, before), noOneFollowed);
    } while (reference.nearestKink() < KINK);

    RuleRun run =
        new RuleRun(architecture, test.algorithm(), test.leadership(), kernels, EXAMPLES, theta);
    double[][] previous = {};
    if (test.leadership().scope() == Scope.EPOCH) {
      run.learn(before, seeds.nextLong());
      run.leadership().forEach(Leadership::endEpoch);
      previous = previousErrors(reference, theta, before);
    }
    run.learn(examples, seeds.nextLong());
    Frozen frozen =
        reference.freeze(theta, examples, previous, followed(run, test.network().task()));

    checkLeadership(test, run, reference, theta, examples, frozen);
    assertThat(run.loss())
        .isCloseTo(
            reference.meanOutputLoss(theta, examples, frozen), Tolerances.CLOSED_FORM_DOUBLE);
    int checked = checkGradients(run, reference, theta, examples, frozen);
    assertThat(checked).isEqualTo(learning(test, architecture));
  }

  /** Mean errors of an epoch of one batch. */
  private static double[][] previousErrors(
      ReferenceLoss reference, double[][] theta, Examples examples) {
    // Mean errors do not depend on who led or was followed.
    int[][][] none = new int[10][EXAMPLES][10];
    double[][] anything = new double[10][100];
    return reference.freeze(theta, examples, anything, none).stages().stream()
        .map(FrozenStage::meanErrors)
        .toArray(double[][]::new);
  }

  private static Examples examples(Network network, boolean weighted, long seed) {
    Task task = network.task();
    int inputs = network.input().size();
    SplittableRandom random = new SplittableRandom(seed);
    double[][] features = new double[EXAMPLES][inputs];
    double[] targets = new double[EXAMPLES];
    double[] weights = new double[EXAMPLES];
    for (int b = 0; b < EXAMPLES; b++) {
      for (int i = 0; i < inputs; i++) {
        features[b][i] = (float) (4 * random.nextDouble() - 2);
      }
      targets[b] =
          task.isClassification()
              ? random.nextInt(task.classes())
              : (float) (4 * random.nextDouble() - 2);
      weights[b] = weighted ? (float) (2 * random.nextDouble()) : 1;
    }
    if (weighted) {
      weights[1] = 0;
    }
    return new Examples(features, targets, weights);
  }

  private static int[][][] followed(RuleRun run, Task task) {
    return run.leadership().stream()
        .map(
            leadership -> {
              double[] followed = leadership.choice().reference().toDoubles();
              int rows = leadership.choice().reference().rows();
              int[][] byExample = new int[EXAMPLES][task.groups()];
              for (int b = 0; b < EXAMPLES; b++) {
                for (int g = 0; g < task.groups(); g++) {
                  byExample[b][g] = (int) followed[g * rows + (rows == 1 ? 0 : b)];
                }
              }
              return byExample;
            })
        .toArray(int[][][]::new);
  }

  private static void checkLeadership(
      Case test,
      RuleRun run,
      ReferenceLoss reference,
      double[][] theta,
      Examples examples,
      Frozen frozen) {
    assertThat(run.leadership())
        .hasSize(test.algorithm().hasLeaders() ? frozen.stages().size() : 0);
    for (int s = 0; s < run.leadership().size(); s++) {
      Leadership leadership = run.leadership().get(s);
      FrozenStage stage = frozen.stages().get(s);
      double[] mask = leadership.choice().mask().toDoubles();
      int rows = leadership.choice().mask().rows();
      assertThat(rows).isEqualTo(test.leadership().scope() == Scope.SAMPLE ? EXAMPLES : 1);
      for (int b = 0; b < EXAMPLES; b++) {
        boolean[] leads = stage.leads()[b];
        int workers = leads.length / test.network().task().groups();
        for (int w = 0; w < leads.length; w++) {
          assertThat(mask[w * rows + (rows == 1 ? 0 : b)])
              .as("stage %d, example %d, worker %d leads", s, b, w)
              .isEqualTo(leads[w] ? 1 : 0);
        }
        for (int g = 0; g < test.network().task().groups(); g++) {
          assertThat(leads[g * workers + stage.followed()[b][g]]).as("a leader").isTrue();
        }
      }
      assertThat(leadership.leaderLoss())
          .isCloseTo(
              reference.meanLeaderLoss(theta, examples, stage, s), Tolerances.CLOSED_FORM_DOUBLE);
      assertThat(leadership.followerLoss())
          .isCloseTo(
              reference.meanFollowerLoss(theta, examples, stage, s), Tolerances.CLOSED_FORM_DOUBLE);
    }
  }

  private static int checkGradients(
      RuleRun run, ReferenceLoss reference, double[][] theta, Examples examples, Frozen frozen) {
    int checked = 0;
    double[][] gradients = run.gradients();
    for (int p = 0; p < theta.length; p++) {
      Parameter parameter = run.parameters().get(p);
      assertThat(run.timesReady(parameter)).as(parameter.name()).isLessThanOrEqualTo(1);
      for (int i = 0; i < gradients[p].length; i++) {
        double value = theta[p][i];
        theta[p][i] = value + STEP;
        double above = reference.loss(theta, examples, frozen);
        theta[p][i] = value - STEP;
        double below = reference.loss(theta, examples, frozen);
        theta[p][i] = value;
        double difference = (above - below) / (2 * STEP);
        Offset<Double> allowed = Tolerances.ofDifference(difference);
        if (!(Math.abs(gradients[p][i] - difference) <= allowed.value)) {
          assertThat(gradients[p][i])
              .as("%s [%d]", parameter.name(), i)
              .isCloseTo(difference, allowed);
        }
        checked++;
      }
    }
    return checked;
  }

  /** Parameters that the rule trains: all, but for BP the heads, without L_g the output layer. */
  private static long learning(Case test, Architecture architecture) {
    long all = architecture.parameterCount();
    int outputs = architecture.task().width();
    int last = architecture.stages().size();
    int perOutput = architecture.inputWidth(last) / architecture.inputGroups(last) + 1;
    if (!test.leadership().uses(LossTerm.GLOBAL)) {
      return all - (long) outputs * perOutput;
    }
    if (test.algorithm() != Algorithm.BP) {
      return all;
    }
    for (int s = 0; s < last; s++) {
      if (architecture.stages().get(s) instanceof StageSpec.Block block) {
        LayerShape output = architecture.inputShape(s + 1);
        int read = block.headInput(output).size() / (block.split() ? block.heads() : 1);
        all -= (long) block.heads() * outputs * (read + 1);
        all -=
            block.similarity() == 0
                ? 0
                : Architecture.similarityLayer(output).parameterCount(output);
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0}, scope {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "filters(batch-norm, relu, max-pool(2), workers=5); fc(workers=3) | BATCH",
        "filters(tanh, workers=5); block(conv(4), heads=2) | SAMPLE",
        "block(conv(10), average-pool(2), heads=5, split); fc(workers=3) | SAMPLE",
        "block(conv(10), batch-norm, heads=5, split); filters(workers=2) | BATCH",
      })
  void channelsOfFollowersReceiveNothingFromAbove(String stages, Scope scope) {
    Network network = image(Task.classification(3), "1x6x4", stages);
    Architecture architecture = network.architecture();
    Kernels kernels = Nd4jKernels.doublePrecision();
    RuleRun run =
        new RuleRun(
            architecture,
            Algorithm.LFNN,
            leadership(
                0.4, scope, Reference.BEST, Alignment.PREDICTIONS, EnumSet.allOf(LossTerm.class)),
            kernels,
            EXAMPLES,
            RuleRun.randomParameters(architecture, kernels, 1));
    run.learn(examples(network, false, 2), 3);
    LayerShape shape = architecture.inputShape(1);
    int own = shape.channels() / 5;
    double[] received = run.inputGradient(1);
    double[] mask = run.leadership().get(0).choice().mask().toDoubles();
    int rows = mask.length / 5;
    int checked = 0;
    for (int b = 0; b < EXAMPLES; b++) {
      for (int w = 0; w < 5; w++) {
        double sum = 0;
        for (int p = 0; p < shape.size() / shape.channels(); p++) {
          for (int c = w * own; c < (w + 1) * own; c++) {
            sum += Math.abs(received[b * shape.size() + p * shape.channels() + c]);
            checked++;
          }
        }
        boolean leads = mask[w * rows + (rows == 1 ? 0 : b)] == 1;
        assertThat(sum > 0).as("example %d, worker %d leads", b, w).isEqualTo(leads);
      }
    }
    assertThat(checked).isEqualTo(EXAMPLES * shape.size());
  }

  @Test
  void everyKindOfPredictionIsAmongTheNetworks() {
    assertThat(NETWORKS)
        .extracting(network -> network.task().kind())
        .contains(PredictionKind.values());
  }
}
