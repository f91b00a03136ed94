package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lfnn.OneThread;
import lfnn.Tolerances;
import lfnn.data.InputShape;
import lfnn.spec.LayerShape;
import lfnn.spec.LayerSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.StageSpec;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Gradients of every kind of layer, in double precision, against central differences of a random
 * linear function of the layer's output.
 */
class LayerGradientTest {

  private static final double STEP = 1e-6;

  /**
   * Largest second difference of a function without a kink within {@link #STEP}: its curvature is
   * at most 1,000, and a kink of slope 0.001 would already show.
   */
  private static final double CURVED = 1e-9;

  private static final Pass TRAINING = Pass.training(77);

  private static Kernels kernels;

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
    kernels = Nd4jKernels.doublePrecision();
  }

  /** A layer, or several, on a batch of random examples, with a random function of their output. */
  static final class Layers {
    final Body body;
    final Matrix x;
    final Matrix dx;
    final List<LayerMemory> memories;
    final double[] function;
    final double[] inputs;
    final boolean couplesExamples;

    /**
     * @param input shape of an image, or number of values
     * @param inputGroups groups of the input: 1 where all groups read the same
     */
    Layers(String input, String text, int inputGroups, int groups, long seed) {
      LayerShape shape = shape(input);
      SplittableRandom random = new SplittableRandom(seed);
      body = new Body(kernels, "stage", specs(text), shape, inputGroups, groups);
      body.initialise(random.split());
      for (Parameter parameter : body.parameters()) {
        if (!parameter.decays()) {
          parameter.value().set(random(parameter.value().size(), random));
        }
      }
      // Normalised over two examples, values are ±1 whatever they were.
      couplesExamples = body.statistics().size() > 0;
      int examples = couplesExamples ? 3 : 2;
      x = kernels.matrix(examples + 2, inputGroups * shape.size(), shape.layout());
      dx = kernels.matrix(examples + 2, inputGroups * shape.size(), shape.layout());
      memories = body.memories(examples + 2);
      // Fewer examples than there is room for: nothing may depend on the capacity.
      x.setRows(examples);
      dx.setRows(examples);
      memories.forEach(memory -> memory.setRows(examples));
      inputs = random(x.size(), random);
      x.set(inputs);
      function = random(Body.gradient(memories).size(), random);
    }

    static List<LayerSpec> specs(String text) {
      return ((StageSpec.Block)
              ((NetworkSpec.Stages) NetworkSpec.parse("block(" + text + ")")).stages().get(0))
          .body();
    }

    static LayerShape shape(String input) {
      if (!input.contains("x")) {
        return LayerShape.flat(Integer.parseInt(input));
      }
      InputShape image = InputShape.parse(input);
      return LayerShape.image(image.channels(), image.height(), image.width());
    }

    private static double[] random(int size, SplittableRandom random) {
      double[] values = new double[size];
      Arrays.setAll(values, i -> 2 * random.nextDouble() - 1);
      return values;
    }

    double value() {
      double[] outputs = body.forward(x, memories, TRAINING).toDoubles();
      double sum = 0;
      for (int i = 0; i < outputs.length; i++) {
        sum += function[i] * outputs[i];
      }
      return sum;
    }

    /** Computes gradients anew; those of parameters are 9 where they are not written. */
    void backward(boolean learns, @Nullable Matrix inputGradient) {
      body.parameters().forEach(parameter -> parameter.gradient().fill(9));
      dx.fill(9);
      value();
      Body.gradient(memories).set(function);
      body.backward(x, memories, TRAINING, learns, inputGradient);
    }

    /** Derivatives of the function along the direction that the gradients hold, by example. */
    private Slopes slopes(@Nullable Matrix xTangent, Perturbation perturbation) {
      value();
      Matrix tangent = body.tangent(x, xTangent, memories, TRAINING, perturbation);
      Matrix signals = tangent.alike(kernels);
      signals.set(function);
      return Slopes.of(kernels, tangent.columns(), signals, tangent);
    }

    double slope(@Nullable Matrix xTangent, Perturbation perturbation) {
      if (xTangent == null && body.parameters().isEmpty()) {
        assertThat(body.tangent(x, null, memories, TRAINING, perturbation)).isNull();
        return 0;
      }
      double[] total = slopes(xTangent, perturbation).ofOutputs(1, 1).toDoubles();
      return total[0];
    }

    void learnFromDirection(Perturbation perturbation) {
      Slopes slopes = slopes(null, perturbation);
      body.learnFromDirection(x, memories, TRAINING, perturbation, slopes);
    }

    /** The memories of layers with parameters: those into which a direction is drawn. */
    List<LayerMemory> learningMemories() {
      List<LayerMemory> all = new ArrayList<>();
      collect(memories, all);
      List<double[]> before = all.stream().map(memory -> memory.gradient().toDoubles()).toList();
      body.perturb(memories, Perturbation.ACTIVITIES, new SplittableRandom(1));
      List<LayerMemory> learning = new ArrayList<>();
      for (int l = 0; l < before.size(); l++) {
        if (!Arrays.equals(before.get(l), all.get(l).gradient().toDoubles())) {
          all.get(l).gradient().set(before.get(l));
          learning.add(all.get(l));
        }
      }
      return learning;
    }

    private static void collect(List<LayerMemory> memories, List<LayerMemory> all) {
      for (LayerMemory memory : memories) {
        all.add(memory);
        collect(memory.parts(), all);
      }
    }

    double[][] parameterGradients() {
      return body.parameters().stream()
          .map(parameter -> parameter.gradient().toDoubles())
          .toArray(double[][]::new);
    }
  }

  @ParameterizedTest(name = "{1} on {0}, seed {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "5      | dense(4, activation=identity) | 1",
        "5      | dense(4) | 2",
        "5      | dense(4, activation=leaky-relu) | 3",
        "5      | dense(4, activation=tanh) | 4",
        "5      | dense(4, activation=sigmoid) | 5",
        "6      | dense(9, groups=3, activation=tanh) | 6",
        "3x3x2  | dense(4, activation=tanh) | 7",
        "3x3x2  | flatten, dense(4, activation=tanh) | 8",
        "2x5x4  | conv(3, activation=identity) | 9",
        "2x5x4  | conv(3) | 10",
        "2x5x4  | conv(3, activation=leaky-relu) | 11",
        "2x5x4  | conv(3, activation=tanh) | 12",
        "2x5x4  | conv(3, activation=sigmoid) | 13",
        "3x4x5  | conv(2, kernel=1, activation=tanh) | 14",
        "3x4x5  | conv(2, kernel=1, stride=2, activation=identity) | 15",
        "3x4x5  | conv(2, kernel=1, stride=2, padding=valid, activation=identity) | 16",
        "1x6x7  | conv(2, kernel=5, activation=identity) | 17",
        "1x6x7  | conv(2, kernel=5, padding=valid, activation=tanh) | 18",
        "2x6x5  | conv(2, stride=2, activation=identity) | 19",
        "2x6x5  | conv(2, stride=2, padding=valid, activation=identity) | 20",
        "1x7x6  | conv(2, kernel=5, stride=2, activation=tanh) | 21",
        "2x5x6  | conv(2, kernel=2, activation=identity) | 22",
        "2x5x6  | conv(2, kernel=4, stride=3, activation=identity) | 23",
        "4x4x3  | conv(6, groups=2, activation=tanh) | 24",
        "3x5x4  | conv(3, groups=3, stride=2, padding=valid, activation=identity) | 25",
        "4x3x3  | conv(4, kernel=1, groups=4, activation=leaky-relu) | 26",
        "2x2x2  | conv(3, kernel=5, activation=identity) | 27",
        "2x6x4  | max-pool(2) | 28",
        "2x5x7  | max-pool(2) | 29",
        "2x4x4  | max-pool(3, stride=1) | 30",
        "1x7x6  | max-pool(3, stride=2) | 31",
        "1x7x7  | max-pool(2, stride=3) | 32",
        "2x6x4  | average-pool(2) | 33",
        "2x5x7  | average-pool(2) | 34",
        "2x4x4  | average-pool(3, stride=1) | 35",
        "1x7x6  | average-pool(3, stride=2) | 36",
        "1x7x7  | average-pool(2, stride=3) | 37",
        "3x4x5  | global-average | 38",
        "3x5x3  | global-average | 39",
        "3x4x3  | batch-norm | 40",
        "3x4x3  | batch-norm(activation=relu) | 41",
        "3x4x3  | batch-norm(activation=tanh) | 42",
        "4      | batch-norm | 43",
        "4      | batch-norm(activation=leaky-relu) | 44",
        "4      | batch-norm(activation=sigmoid) | 45",
        "4x3x2  | layer-norm | 46",
        "4x3x2  | layer-norm(plain) | 47",
        "4x3x2  | layer-norm(activation=relu) | 48",
        "7      | layer-norm | 49",
        "7      | layer-norm(plain) | 50",
        "7      | layer-norm(plain, activation=tanh) | 51",
        "3x4x3  | dropout(0.4) | 52",
        "9      | dropout(0.4) | 53",
        "9      | dropout(0) | 54",
        "3x4x3  | relu | 55",
        "9      | leaky-relu | 56",
        "9      | tanh | 57",
        "3x4x3  | sigmoid | 58",
        "3x4x2  | flatten | 59",
        "9      | flatten | 60",
        "3x4x2  | mix-pixels | 61",
        "3x2x3  | mix-pixels(activation=identity) | 62",
        "1x3x3  | mix-pixels(activation=tanh) | 63",
        "3x4x3  | residual(conv(3)) | 64",
        "3x4x3  | residual(conv(3, activation=tanh), conv(3), activation=relu) | 65",
        "2x3x4  | residual(conv(4), activation=relu) | 66",
        "1x5x4  | residual(conv(2, stride=2), batch-norm, conv(2), activation=leaky-relu) | 67",
        "5      | residual(dense(5, activation=tanh)) | 68",
        "5      | residual(dense(4), activation=tanh) | 69",
        "3x3x2  | residual(dense(4, activation=tanh)) | 70",
        "2x3x2  | residual(residual(conv(2)), residual(batch-norm, conv(3), activation=relu)) | 71",
        "2x3x3  | residual(layer-norm(plain), mix-pixels, layer-norm(plain), conv(2, kernel=1)) |"
            + " 72",
        "2x4x4  | residual(dropout(0.3), max-pool(2)), dropout(0.3) | 73",
        "1x4x4  | conv(2), batch-norm(activation=relu), max-pool(2), dropout(0.2), dense(2,"
            + " activation=tanh) | 74",
        "1x4x3  | conv(2), conv(4, groups=2), average-pool(2), flatten, batch-norm, dense(2,"
            + " activation=tanh) | 75",
      })
  void gradientsEqualDifferences(String input, String layers, long seed) {
    long parameters = LayerSpec.parameters(Layers.specs(layers), Layers.shape(input));
    check(new Layers(input, layers, 1, 1, seed), parameters);
  }

  @ParameterizedTest(name = "{0} groups of {1} that read {2} inputs: {3}, seed {5}")
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | 1 | 4 | dense(2, activation=tanh), batch-norm, dropout(0.3), dense(1,"
            + " activation=identity) | 51 | 1",
        "3 | 3 | 4 | dense(2, activation=tanh), dense(3) | 57 | 2",
        "2 | 2 | 5 | batch-norm(activation=tanh), dense(3), flatten, leaky-relu | 56 | 3",
        // What comes before the first dense layer is shared by all groups.
        "2 | 1 | 5 | batch-norm, relu, dropout(0.3), flatten, dense(3, activation=tanh) | 46 | 4",
      })
  void gradientsOfOneVsAllEqualDifferences(
      int groups, int inputGroups, int inputs, String layers, long parameters, long seed) {
    check(new Layers(String.valueOf(inputs), layers, inputGroups, groups, seed), parameters);
  }

  private static void check(Layers layers, long parameters) {
    layers.backward(true, layers.dx);
    double[][] gradients = layers.parameterGradients();
    double[] inputGradient = layers.dx.toDoubles();
    int checked = 0;
    for (int p = 0; p < gradients.length; p++) {
      Parameter parameter = layers.body.parameters().get(p);
      checked += check(layers, parameter.name(), parameter.value(), gradients[p]);
    }
    checked += check(layers, "x", layers.x, inputGradient);
    assertThat(checked).isEqualTo((int) parameters + layers.inputs.length);
    assertThat(inputGradient).as("some derivative").matches(LayerGradientTest::hasNonZero);
    checkOtherWaysBack(layers, gradients, inputGradient);
    checkDirections(layers, gradients, inputGradient);
    checkUnitDirectionsOfParameters(layers, gradients);
    checkUnitDirectionsOfActivities(layers);
  }

  /** The derivative along a direction is the product of the gradient and the direction. */
  private static void checkDirections(Layers layers, double[][] gradients, double[] inputGradient) {
    SplittableRandom random = new SplittableRandom(layers.inputs.length);
    double[] ofInput = Layers.random(layers.inputs.length, random);
    layers.dx.set(ofInput);
    double alongInput = dot(inputGradient, ofInput);
    assertDerivative("along x", layers.slope(layers.dx, Perturbation.NONE), alongInput);
    double alongParameters = 0;
    for (int p = 0; p < gradients.length; p++) {
      double[] direction = Layers.random(gradients[p].length, random);
      layers.body.parameters().get(p).gradient().set(direction);
      alongParameters += dot(gradients[p], direction);
    }
    assertDerivative(
        "along x and parameters",
        layers.slope(layers.dx, Perturbation.WEIGHTS),
        alongInput + alongParameters);
    assertDerivative("along parameters", layers.slope(null, Perturbation.WEIGHTS), alongParameters);
  }

  private static void assertDerivative(String what, double actual, double expected) {
    assertThat(actual).as(what).isCloseTo(expected, Tolerances.derivative(expected));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void checkUnitDirectionsOfParameters(Layers layers, double[][] gradients) {
    List<Parameter> parameters = layers.body.parameters();
    for (int p = 0; p < gradients.length; p++) {
      for (int i = 0; i < gradients[p].length; i++) {
        parameters.forEach(parameter -> parameter.gradient().fill(0));
        double[] unit = new double[gradients[p].length];
        unit[i] = 1;
        parameters.get(p).gradient().set(unit);
        layers.learnFromDirection(Perturbation.WEIGHTS);
        double[] learned = parameters.get(p).gradient().toDoubles();
        String name = parameters.get(p).name() + " [" + i + "] along its unit";
        assertDerivative(name, learned[i], gradients[p][i]);
        learned[i] = 0;
        assertThat(learned).as(name).matches(values -> !hasNonZero(values));
      }
    }
  }

  /** Along a unit of z, of every layer with parameters, the derivative is an element of dz. */
  private static void checkUnitDirectionsOfActivities(Layers layers) {
    layers.backward(false, null);
    List<LayerMemory> learning = layers.learningMemories();
    List<double[]> gradients =
        learning.stream().map(memory -> memory.gradient().toDoubles()).toList();
    List<double[]> sums =
        layers.body.parameters().stream().map(p -> new double[p.gradient().size()]).toList();
    learning.forEach(memory -> memory.gradient().fill(0));
    for (int l = 0; l < gradients.size(); l++) {
      for (int i = 0; i < gradients.get(l).length; i++) {
        double[] unit = new double[gradients.get(l).length];
        unit[i] = 1;
        learning.get(l).gradient().set(unit);
        double slope = layers.slope(null, Perturbation.ACTIVITIES);
        assertDerivative("along z [" + i + "]", slope, gradients.get(l)[i]);
        layers.learnFromDirection(Perturbation.ACTIVITIES);
        for (int p = 0; p < sums.size(); p++) {
          double[] learned = layers.body.parameters().get(p).gradient().toDoubles();
          for (int k = 0; k < learned.length; k++) {
            sums.get(p)[k] += learned[k];
          }
        }
        learning.get(l).gradient().fill(0);
      }
    }
    if (!layers.couplesExamples) {
      layers.backward(true, null);
      for (int p = 0; p < sums.size(); p++) {
        double[] expected = layers.parameterGradients()[p];
        for (int k = 0; k < expected.length; k++) {
          assertDerivative("sum over units of z", sums.get(p)[k], expected[k]);
        }
      }
    }
  }

  private static boolean hasNonZero(double[] values) {
    return Arrays.stream(values).anyMatch(value -> value != 0);
  }

  private static int check(Layers layers, String name, Matrix matrix, double[] gradient) {
    double[] values = matrix.toDoubles();
    assertThat(gradient).hasSameSizeAs(values);
    double middle = layers.value();
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      values[i] = value + STEP;
      matrix.set(values);
      double above = layers.value();
      values[i] = value - STEP;
      matrix.set(values);
      double below = layers.value();
      values[i] = value;
      assertThat(above - 2 * middle + below)
          .as("second difference of %s [%d]: no kink near it", name, i)
          .isBetween(-CURVED, CURVED);
      double difference = (above - below) / (2 * STEP);
      Offset<Double> allowed = Tolerances.ofDifference(difference);
      assertThat(gradient[i]).as("%s [%d]", name, i).isCloseTo(difference, allowed);
    }
    matrix.set(values);
    return values.length;
  }

  private static void checkOtherWaysBack(
      Layers layers, double[][] gradients, double[] inputGradient) {
    layers.backward(false, layers.dx);
    assertThat(layers.dx.toDoubles())
        .as("dx without learning")
        .containsExactly(inputGradient, Tolerances.CLOSED_FORM_DOUBLE);
    for (double[] untouched : layers.parameterGradients()) {
      assertThat(untouched).as("gradient that is not wanted").containsOnly(9);
    }
    layers.backward(true, null);
    for (int p = 0; p < gradients.length; p++) {
      assertThat(layers.parameterGradients()[p])
          .as("%s without dx", layers.body.parameters().get(p).name())
          .containsExactly(gradients[p], Tolerances.CLOSED_FORM_DOUBLE);
    }
    layers.backward(false, null);
    assertThat(layers.dx.toDoubles()).as("dx that is not wanted").containsOnly(9);
  }

  @Test
  void aPassThatPredictsDropsNothing() {
    Layers layers = new Layers("9", "dropout(0.5)", 1, 1, 1);
    Matrix y = layers.body.forward(layers.x, layers.memories, Pass.PREDICTION);
    assertThat(y.toDoubles()).isEqualTo(layers.inputs);
  }
}
