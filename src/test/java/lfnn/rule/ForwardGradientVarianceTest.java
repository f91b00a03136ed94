package lfnn.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lfnn.OneThread;
import lfnn.data.InputShape;
import lfnn.nn.HeapKernels;
import lfnn.nn.Nd4jKernels;
import lfnn.rule.ReferenceLoss.Examples;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * How much forward gradients vary, beside what theory says; docs/rules.md has the numbers, which
 * are also written to target/forward-gradient-variance.md.
 */
class ForwardGradientVarianceTest {

  private static final int INPUTS = 4;

  private static final int DIRECTIONS = 10_000;

  /** Directions that a mean is taken of. */
  private static final List<Integer> COUNTS = List.of(1, 10, 100, 1000);

  /**
   * What is measured.
   *
   * @param exact rule that gives the gradient
   * @param moving d or m, the numbers of a direction that share one c
   * @param biasesOnly whether only the gradients of biases are compared, which for one example are
   *     those of the perturbed values themselves
   */
  record Measurement(
      Algorithm rule,
      Algorithm exact,
      String stages,
      int examples,
      int moving,
      boolean biasesOnly) {

    boolean perturbsActivities() {
      return rule == Algorithm.FG_A || rule == Algorithm.LG_FG_A;
    }

    String row(List<Double> ratios) {
      String numbers =
          ratios.stream()
              .map(ratio -> String.format(Locale.ROOT, " %.2f |", ratio))
              .reduce("", String::concat);
      return String.format(
          "| `%s` | `%s` | %d | %s | %d |%s",
          rule,
          stages,
          examples,
          biasesOnly ? "perturbed values" : "parameters",
          moving + 1,
          numbers);
    }

    @Override
    public String toString() {
      return rule + " of " + stages + ", " + examples + " examples";
    }
  }

  private static final String TWO_STAGES =
      "block(dense(5, activation=tanh), heads=1); fc(workers=2)";
  private static final String ONE_LAYER = "block(dense(5, activation=tanh), heads=1)";
  private static final String WORKERS = "fc(workers=4)";

  static final List<Measurement> MEASUREMENTS =
      List.of(
          new Measurement(Algorithm.FG_W, Algorithm.BP, TWO_STAGES, 8, 61, false),
          new Measurement(Algorithm.LG_FG_W, Algorithm.LG_BP, WORKERS, 8, 15, false),
          new Measurement(Algorithm.FG_A, Algorithm.BP, TWO_STAGES, 1, 11, true),
          new Measurement(Algorithm.FG_A, Algorithm.BP, ONE_LAYER, 1, 5, false),
          new Measurement(Algorithm.FG_A, Algorithm.BP, ONE_LAYER, 8, 5, false),
          new Measurement(Algorithm.LG_FG_A, Algorithm.LG_BP, WORKERS, 8, 3, false));

  private static final List<List<Double>> RATIOS = new ArrayList<>();

  @BeforeAll
  static void measure() {
    OneThread.use();
    MEASUREMENTS.forEach(measurement -> RATIOS.add(new Estimates(measurement).ratios()));
  }

  /** One network and batch, learned from again and again. */
  private static final class Estimates {
    private final Measurement measurement;
    private final Architecture architecture;
    private final double[][] theta;
    private final Examples examples;
    private final RuleRun run;
    private final double[] exact;
    private final double[][] sums = new double[COUNTS.size()][];
    private final double[] errors = new double[COUNTS.size()];

    Estimates(Measurement measurement) {
      this.measurement = measurement;
      architecture =
          Architecture.of(
              InputShape.flat(INPUTS),
              Task.classification(3),
              NetworkSpec.parse(measurement.stages()));
      theta = RuleRun.randomParameters(architecture, new HeapKernels(), 1);
      examples = examples(measurement.examples());
      run =
          new RuleRun(
              architecture,
              measurement.rule(),
              LeadershipSpec.DEFAULTS,
              new HeapKernels(),
              examples.size(),
              theta);
      exact = exact(examples);
    }

    private static Examples examples(int size) {
      SplittableRandom random = new SplittableRandom(3);
      double[][] features = new double[size][INPUTS];
      double[] targets = new double[size];
      double[] weights = new double[size];
      for (int b = 0; b < size; b++) {
        Arrays.setAll(features[b], i -> (float) (2 * random.nextDouble() - 1));
        targets[b] = random.nextInt(3);
        weights[b] = 1;
      }
      return new Examples(features, targets, weights);
    }

    private double[] exact(Examples batch) {
      RuleRun exactRun =
          new RuleRun(
              architecture,
              measurement.exact(),
              LeadershipSpec.DEFAULTS,
              Nd4jKernels.doublePrecision(),
              batch.size(),
              theta);
      exactRun.learn(batch, 0);
      return compared(exactRun);
    }

    /** What example {@code b} adds to the gradient. */
    private double[] exactOf(int b) {
      double[] weights = new double[examples.size()];
      weights[b] = examples.weights()[b];
      return exact(new Examples(examples.features(), examples.targets(), weights));
    }

    private double[] compared(RuleRun learned) {
      double[][] gradients = learned.gradients();
      return IntStream.range(0, gradients.length)
          .filter(p -> isCompared(learned.parameters().get(p).name()))
          .boxed()
          .flatMapToDouble(p -> Arrays.stream(gradients[p]))
          .toArray();
    }

    private boolean isCompared(String name) {
      return !name.startsWith("output")
          && !name.contains("heads")
          && (!measurement.biasesOnly() || name.endsWith("biases"));
    }

    /** E‖c·V − g‖² as theory has it: directions of examples are independent of each other. */
    private double expected() {
      double squares =
          measurement.perturbsActivities()
              ? IntStream.range(0, examples.size()).mapToDouble(b -> squares(exactOf(b))).sum()
              : squares(exact);
      return (measurement.moving() + 1) * squares;
    }

    private static double squares(double[] values) {
      return Arrays.stream(values).map(value -> value * value).sum();
    }

    /** Mean squared errors of the means over each of {@link #COUNTS}, by what theory says. */
    List<Double> ratios() {
      Arrays.setAll(sums, n -> new double[exact.length]);
      for (int k = 1; k <= DIRECTIONS; k++) {
        run.learn(examples, k);
        double[] estimate = compared(run);
        for (int n = 0; n < sums.length; n++) {
          add(estimate, k, n);
        }
      }
      double expected = expected();
      return IntStream.range(0, sums.length)
          .mapToObj(n -> errors[n] * COUNTS.get(n) / expected)
          .toList();
    }

    private void add(double[] estimate, int k, int n) {
      double[] sum = sums[n];
      for (int i = 0; i < sum.length; i++) {
        sum[i] += estimate[i];
      }
      int count = COUNTS.get(n);
      if (k % count == 0) {
        Arrays.setAll(sum, i -> sum[i] / count - exact[i]);
        errors[n] += squares(sum) * count / DIRECTIONS;
        Arrays.fill(sum, 0);
      }
    }
  }

  /**
   * The standard deviation of a squared error is one to two times its mean, so that the mean of
   * 10,000 is uncertain by up to 2 %; that of 10 means of 1,000, each with five or more normal
   * numbers that count, by about 20 % (one standard deviation).
   */
  @ParameterizedTest(name = "{0}")
  @FieldSource("MEASUREMENTS")
  void meanSquaredErrorsAreThoseOfTheory(Measurement measurement) {
    List<Double> ratios = RATIOS.get(MEASUREMENTS.indexOf(measurement));
    double[] allowed = {0.06, 0.1, 0.25, 0.6};
    for (int n = 0; n < allowed.length; n++) {
      assertThat(ratios.get(n)).as("means of %d", COUNTS.get(n)).isCloseTo(1, within(allowed[n]));
    }
  }

  /** Without a bias, whose part would not fall. */
  @ParameterizedTest(name = "{0}")
  @FieldSource("MEASUREMENTS")
  void meanSquaredErrorsFallAsOneByTheNumberOfDirections(Measurement measurement) {
    List<Double> ratios = RATIOS.get(MEASUREMENTS.indexOf(measurement));
    // Slope of log error over log K by least squares, for K = 10, 100, 1000.
    double slope = (Math.log10(ratios.get(3)) - Math.log10(ratios.get(1))) / 2 - 1;
    assertThat(slope).isCloseTo(-1, within(0.1));
  }

  @Test
  void thePageAboutRulesHasTheNumbers() throws IOException {
    List<String> rows =
        IntStream.range(0, RATIOS.size())
            .mapToObj(i -> MEASUREMENTS.get(i).row(RATIOS.get(i)))
            .toList();
    Files.write(Path.of("target", "forward-gradient-variance.md"), rows);
    List<String> page = Files.readAllLines(Path.of("docs", "rules.md"));
    for (int i = 0; i < rows.size(); i++) {
      List<String> measured = List.of(rows.get(i).split(" \\| "));
      List<String> published =
          page.stream()
              .map(line -> List.of(line.split(" \\| ")))
              .filter(
                  cells -> cells.size() > 5 && cells.subList(0, 5).equals(measured.subList(0, 5)))
              .findFirst()
              .orElseThrow(() -> new AssertionError("docs/rules.md lacks a row of " + rows));
      for (int n = 0; n < COUNTS.size(); n++) {
        String cell = published.get(5 + n).replace(" |", "");
        // Two digits, whose last may differ on another kind of processor.
        assertThat(Double.parseDouble(cell))
            .as("%s, means of %d", MEASUREMENTS.get(i), COUNTS.get(n))
            .isCloseTo(RATIOS.get(i).get(n), within(0.0151));
      }
    }
  }
}
