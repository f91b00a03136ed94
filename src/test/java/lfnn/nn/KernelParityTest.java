package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import lfnn.OneThread;
import lfnn.Tolerances;
import lfnn.nn.Kernels.Aligned;
import lfnn.nn.Kernels.LeaderChoice;
import lfnn.spec.Activation;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.PredictionKind;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heap loops and ND4J operations give equal results, kernel by kernel. */
class KernelParityTest {

  private static final HeapKernels HEAP = new HeapKernels();
  private static Nd4jKernels nd4j;

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
    nd4j = Nd4jKernels.singlePrecision();
  }

  /** The same matrix in both forms. */
  private record Pair(Matrix heap, Matrix nd4j) {
    /** Both hold {@code values}, in storage made for {@code spare} more rows. */
    static Pair of(int rows, int columns, int spare, float[] values) {
      Pair pair =
          new Pair(
              HEAP.matrix(rows + spare, columns),
              KernelParityTest.nd4j.matrix(rows + spare, columns));
      pair.setRows(rows);
      pair.heap.set(values);
      pair.nd4j.set(values);
      return pair;
    }

    void setRows(int rows) {
      heap.setRows(rows);
      nd4j.setRows(rows);
    }

    void assertEqual(String what, int terms) {
      float[] expected = nd4j.toFloats();
      float[] actual = heap.toFloats();
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < actual.length; i++) {
        Offset<Float> allowed = Tolerances.singlePrecision(terms, expected[i]);
        // An assertion for each of a million elements would take longer than the kernels.
        if (!(Math.abs(actual[i] - expected[i]) <= allowed.value)) {
          assertThat(actual[i])
              .as("%s, row %d, column %d", what, i % heap.rows(), i / heap.rows())
              .isCloseTo(expected[i], allowed);
        }
      }
    }

    void assertIdentical(String what) {
      assertThat(withoutSignOfZero(heap)).as(what).isEqualTo(withoutSignOfZero(nd4j));
    }

    private static float[] withoutSignOfZero(Matrix matrix) {
      float[] values = matrix.toFloats();
      for (int i = 0; i < values.length; i++) {
        values[i] += 0f;
      }
      return values;
    }
  }

  /** Sizes of a stage and of a batch; the text is the test's name. */
  record Sizes(int examples, int workers, int outputs, int groups, long seed) {
    Pair random(int columns, double from, double to, int salt) {
      return random(examples, columns, from, to, salt);
    }

    Pair random(int rows, int columns, double from, double to, int salt) {
      SplittableRandom random = new SplittableRandom(seed * 31 + salt);
      float[] values = new float[rows * columns];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (from + (to - from) * random.nextDouble());
      }
      return Pair.of(rows, columns, (int) (seed % 3), values);
    }

    int all() {
      return workers * groups;
    }

    /** Predictions of the given kind, computed once and the same in both forms. */
    Pair predictions(PredictionKind kind, int salt) {
      Pair logits = random(all() * outputs, -3, 3, salt);
      Matrix predicted = HEAP.matrix(examples, all() * outputs);
      HEAP.predict(kind, outputs, logits.heap(), predicted);
      return Pair.of(examples, all() * outputs, 1, predicted.toFloats());
    }

    /** One-hot targets of softmax groups, zeros and ones of sigmoids, else numbers. */
    Pair targets(PredictionKind kind, int salt) {
      SplittableRandom random = new SplittableRandom(seed * 31 + salt);
      float[] values = new float[examples * groups * outputs];
      for (int g = 0; g < groups; g++) {
        for (int b = 0; b < examples; b++) {
          switch (kind) {
            case SOFTMAX -> values[(g * outputs + random.nextInt(outputs)) * examples + b] = 1;
            case SIGMOID -> {
              for (int k = 0; k < outputs; k++) {
                values[(g * outputs + k) * examples + b] = random.nextInt(2);
              }
            }
            case IDENTITY -> {
              for (int k = 0; k < outputs; k++) {
                values[(g * outputs + k) * examples + b] = (float) random.nextDouble() * 4 - 2;
              }
            }
          }
        }
      }
      return Pair.of(examples, groups * outputs, 0, values);
    }

    /** Weights of the examples, some of them 0 if there are several. */
    Pair weights(int salt) {
      float[] values = random(examples, 1, 0, 2, salt).heap().toFloats();
      for (int b = 4; b < values.length; b += 5) {
        values[b] = 0;
      }
      return Pair.of(examples, 1, 0, values);
    }
  }

  /** Who leads, in both forms. */
  private record Choices(LeaderChoice heap, LeaderChoice nd4j) {}

  static Stream<Sizes> sizes() {
    List<Sizes> sizes = new ArrayList<>();
    int[][] stages = {
      {1, 1, 1},
      {1, 3, 1},
      {5, 1, 1},
      {2, 2, 1},
      {7, 3, 1},
      {32, 10, 1},
      {4, 1, 3},
      {1, 1, 4},
      {3, 1, 10},
      {2, 3, 5}
    };
    for (int examples : new int[] {1, 3, 32}) {
      for (int[] stage : stages) {
        sizes.add(new Sizes(examples, stage[0], stage[1], stage[2], sizes.size()));
      }
    }
    sizes.add(new Sizes(129, 32, 10, 1, sizes.size()));
    sizes.add(new Sizes(129, 7, 1, 3, sizes.size()));
    sizes.add(new Sizes(129, 5, 1, 1, sizes.size()));
    return sizes.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sizes")
  void workersPredictAlike(Sizes sizes) {
    for (PredictionKind kind : PredictionKind.values()) {
      Pair z = sizes.random(sizes.all() * sizes.outputs(), -5, 5, 1);
      Pair p = sizes.random(sizes.all() * sizes.outputs(), -5, 5, 2);
      HEAP.predict(kind, sizes.outputs(), z.heap(), p.heap());
      nd4j.predict(kind, sizes.outputs(), z.nd4j(), p.nd4j());
      p.assertEqual(kind.name(), sizes.outputs());

      Pair dp = sizes.random(sizes.all() * sizes.outputs(), -1, 1, 3);
      Pair dz = sizes.random(sizes.all() * sizes.outputs(), -1, 1, 4);
      Pair same = sizes.predictions(kind, 5);
      HEAP.addPredictionGradient(kind, sizes.outputs(), same.heap(), dp.heap(), dz.heap());
      nd4j.addPredictionGradient(kind, sizes.outputs(), same.nd4j(), dp.nd4j(), dz.nd4j());
      dz.assertEqual("gradient of " + kind, sizes.outputs());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sizes")
  void errorsAndTheirMeansAreAlike(Sizes sizes) {
    for (PredictionKind kind : PredictionKind.values()) {
      if (kind != PredictionKind.SOFTMAX && sizes.outputs() > 1) {
        continue;
      }
      Pair p = sizes.predictions(kind, 1);
      Pair targets = sizes.targets(kind, 2);
      Pair errors = sizes.random(sizes.all(), 0, 1, 3);
      HEAP.errors(kind, sizes.outputs(), sizes.workers(), p.heap(), targets.heap(), errors.heap());
      nd4j.errors(kind, sizes.outputs(), sizes.workers(), p.nd4j(), targets.nd4j(), errors.nd4j());
      errors.assertEqual("errors of " + kind, sizes.outputs());
    }
    Pair errors = sizes.random(sizes.all(), 0, 5, 4);
    Pair weights = sizes.weights(5);
    Pair means = sizes.random(1, sizes.all(), 0, 1, 6);
    HEAP.meanErrors(errors.heap(), weights.heap(), means.heap());
    nd4j.meanErrors(errors.nd4j(), weights.nd4j(), means.nd4j());
    means.assertEqual("mean errors", sizes.examples());
  }

  @Test
  void examplesOfNoWeightHaveNoMeanAndNoLoss() {
    Sizes sizes = new Sizes(3, 2, 2, 1, 1);
    Pair weights = Pair.of(3, 1, 0, new float[3]);
    Pair errors = sizes.random(2, 1, 2, 1);
    Pair means = sizes.random(1, 2, 1, 2, 2);
    HEAP.meanErrors(errors.heap(), weights.heap(), means.heap());
    nd4j.meanErrors(errors.nd4j(), weights.nd4j(), means.nd4j());
    assertThat(means.heap().toFloats()).containsExactly(0, 0);
    means.assertIdentical("means");
    Choices choices = choose(sizes, 1, 1, 3);
    assertThat(HEAP.leaderLoss(2, errors.heap(), weights.heap(), choices.heap())).isZero();
    assertThat(nd4j.leaderLoss(2, errors.nd4j(), weights.nd4j(), choices.nd4j())).isZero();
    Pair p = sizes.predictions(PredictionKind.SOFTMAX, 4);
    assertThat(HEAP.followerLoss(2, 2, p.heap(), weights.heap(), choices.heap())).isZero();
    assertThat(nd4j.followerLoss(2, 2, p.nd4j(), weights.nd4j(), choices.nd4j())).isZero();
  }

  @ParameterizedTest
  @EnumSource(value = PredictionKind.class, names = "IDENTITY", mode = EnumSource.Mode.EXCLUDE)
  void certainMistakesHaveTheSameFiniteError(PredictionKind kind) {
    Pair p = Pair.of(2, 2, 0, new float[] {0, 1, 1, 0});
    Pair targets = Pair.of(2, 2, 0, new float[] {1, 1, 0, 0});
    int outputs = kind == PredictionKind.SOFTMAX ? 2 : 1;
    Pair errors = Pair.of(2, 2 / outputs, 0, new float[4]);
    HEAP.errors(kind, outputs, 1, p.heap(), targets.heap(), errors.heap());
    nd4j.errors(kind, outputs, 1, p.nd4j(), targets.nd4j(), errors.nd4j());
    errors.assertEqual("errors", 1);
    assertThat(errors.heap().toFloats()[0]).isBetween(80f, 90f);
    assertThat(errors.heap().toFloats()[1]).isZero();
  }

  @ParameterizedTest
  @ValueSource(floats = {-1e30f, -200, -89, -30, 30, 89, 200, 1e30f})
  void extremeLogitsSaturateAlike(float logit) {
    Pair z = Pair.of(1, 2, 0, new float[] {logit, 0});
    for (PredictionKind kind : List.of(PredictionKind.SOFTMAX, PredictionKind.SIGMOID)) {
      Pair p = Pair.of(1, 2, 0, new float[2]);
      HEAP.predict(kind, kind == PredictionKind.SOFTMAX ? 2 : 1, z.heap(), p.heap());
      nd4j.predict(kind, kind == PredictionKind.SOFTMAX ? 2 : 1, z.nd4j(), p.nd4j());
      p.assertEqual(kind.name(), 1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sizes")
  void leadersAreTheSame(Sizes sizes) {
    for (int rows : new int[] {1, sizes.examples()}) {
      for (int leaders = 1;
          leaders <= sizes.workers();
          leaders += Math.max(3, sizes.workers() / 3)) {
        choose(sizes, rows, leaders, leaders);
      }
    }
  }

  /** Chooses leaders in both forms by errors with many ties. */
  private static Choices choose(Sizes sizes, int rows, int leaders, int salt) {
    SplittableRandom random = new SplittableRandom(sizes.seed() * 31 + salt);
    float[] values = new float[rows * sizes.all()];
    float[] ranks = new float[rows * sizes.groups()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(sizes.workers()) / 8f;
    }
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = random.nextInt(leaders);
    }
    Pair errors = Pair.of(rows, sizes.all(), 1, values);
    Pair rank = Pair.of(rows, sizes.groups(), 2, ranks);
    Pair mask = Pair.of(rows, sizes.all(), 3, values);
    Pair reference = Pair.of(rows, sizes.groups(), 0, ranks);
    HEAP.selectLeaders(
        errors.heap(), sizes.workers(), leaders, rank.heap(), mask.heap(), reference.heap());
    nd4j.selectLeaders(
        errors.nd4j(), sizes.workers(), leaders, rank.nd4j(), mask.nd4j(), reference.nd4j());
    mask.assertIdentical("mask");
    reference.assertIdentical("reference");
    checkLeaders(sizes, rows, leaders, values, ranks, mask, reference);
    return new Choices(
        new LeaderChoice(leaders, mask.heap(), reference.heap()),
        new LeaderChoice(leaders, mask.nd4j(), reference.nd4j()));
  }

  /** Leaders are the first by error, then by index; the reference is the one of the wanted rank. */
  private static void checkLeaders(
      Sizes sizes,
      int rows,
      int leaders,
      float[] errors,
      float[] ranks,
      Pair mask,
      Pair reference) {
    float[] wantedMask = new float[errors.length];
    float[] wantedReference = new float[ranks.length];
    for (int g = 0; g < sizes.groups(); g++) {
      for (int r = 0; r < rows; r++) {
        Integer[] order = new Integer[sizes.workers()];
        Arrays.setAll(order, w -> w);
        int group = g;
        int row = r;
        Arrays.sort(
            order,
            (v, w) ->
                Float.compare(
                    errors[(group * sizes.workers() + v) * rows + row],
                    errors[(group * sizes.workers() + w) * rows + row]));
        for (int k = 0; k < order.length; k++) {
          wantedMask[(g * sizes.workers() + order[k]) * rows + r] = k < leaders ? 1 : 0;
        }
        wantedReference[g * rows + r] = order[(int) ranks[g * rows + r]];
      }
    }
    assertThat(mask.heap().toFloats()).isEqualTo(wantedMask);
    assertThat(reference.heap().toFloats()).isEqualTo(wantedReference);
  }

  @Test
  void tiesGoToTheLowerIndexInBothForms() {
    Pair errors = Pair.of(2, 4, 0, new float[] {1, 0, 1, 0, 1, 0, 1, -0f});
    Pair rank = Pair.of(2, 1, 0, new float[] {0, 1});
    Pair mask = Pair.of(2, 4, 0, new float[8]);
    Pair reference = Pair.of(2, 1, 0, new float[2]);
    HEAP.selectLeaders(errors.heap(), 4, 2, rank.heap(), mask.heap(), reference.heap());
    nd4j.selectLeaders(errors.nd4j(), 4, 2, rank.nd4j(), mask.nd4j(), reference.nd4j());
    assertThat(mask.heap().toFloats()).containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
    assertThat(reference.heap().toFloats()).containsExactly(0, 1);
    mask.assertIdentical("mask");
    reference.assertIdentical("reference");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sizes")
  void errorSignalsAndLossesAreAlike(Sizes sizes) {
    int leaders = Math.max(1, sizes.workers() / 2);
    for (PredictionKind kind : PredictionKind.values()) {
      if (kind != PredictionKind.SOFTMAX && sizes.outputs() > 1) {
        continue;
      }
      boolean alignsLogits = sizes.seed() % 2 == 0;
      checkSignals(sizes, kind, choose(sizes, 1, leaders, 7), alignsLogits);
      checkSignals(sizes, kind, choose(sizes, sizes.examples(), leaders, 7), !alignsLogits);
    }
    checkSignals(sizes, PredictionKind.SOFTMAX, choose(sizes, 1, sizes.workers(), 8), false);
  }

  private static void checkSignals(
      Sizes sizes, PredictionKind kind, Choices choices, boolean alignsLogits) {
    int outputs = sizes.outputs();
    int workers = sizes.workers();
    Pair p = sizes.predictions(kind, 1);
    Pair z = sizes.random(sizes.all() * outputs, -3, 3, 1);
    Pair targets = sizes.targets(kind, 2);
    Pair weights = sizes.weights(3);
    Pair signals = sizes.random(sizes.all() * outputs, -9, 9, 4);
    HEAP.errorSignals(
        kind,
        outputs,
        workers,
        p.heap(),
        new Aligned(alignsLogits, z.heap()),
        targets.heap(),
        weights.heap(),
        choices.heap(),
        0.7,
        1.3,
        signals.heap());
    nd4j.errorSignals(
        kind,
        outputs,
        workers,
        p.nd4j(),
        new Aligned(alignsLogits, z.nd4j()),
        targets.nd4j(),
        weights.nd4j(),
        choices.nd4j(),
        0.7,
        1.3,
        signals.nd4j());
    signals.assertEqual("signals of " + kind, outputs);

    assertClose(
        () -> HEAP.followerLoss(outputs, workers, p.heap(), weights.heap(), choices.heap()),
        () -> nd4j.followerLoss(outputs, workers, p.nd4j(), weights.nd4j(), choices.nd4j()),
        sizes.examples() * sizes.all());
    Pair errors = sizes.random(sizes.all(), 0, 4, 5);
    assertClose(
        () -> HEAP.leaderLoss(workers, errors.heap(), weights.heap(), choices.heap()),
        () -> nd4j.leaderLoss(workers, errors.nd4j(), weights.nd4j(), choices.nd4j()),
        sizes.examples() * sizes.all());

    int own = 1 + outputs;
    Pair gradient = sizes.random(sizes.all() * own, -1, 1, 6);
    HEAP.scaleSlices(choices.heap().mask(), own, gradient.heap());
    nd4j.scaleSlices(choices.nd4j().mask(), own, gradient.nd4j());
    gradient.assertIdentical("gradients of leaders");
  }

  private static void assertClose(DoubleSupplier actual, DoubleSupplier expected, int terms) {
    float wanted = (float) expected.getAsDouble();
    assertThat((float) actual.getAsDouble())
        .isCloseTo(wanted, Tolerances.singlePrecision(terms, wanted));
  }

  @ParameterizedTest(name = "{0} examples, {1} inputs, {2} outputs, {3} groups, seed {4}")
  @CsvSource({
    "1,1,1,1,1",
    "3,5,2,1,2",
    "32,7,33,1,3",
    "129,13,11,1,4",
    "1,12,9,3,5",
    "3,30,20,10,6",
    "32,8,12,4,7",
    "129,25,10,5,8",
    // Above HeapKernels' bound for its own loops.
    "129,101,60,1,9",
    "32,200,57,1,10",
    "129,120,90,3,11",
    "200,250,400,10,12",
    "1,900,700,1,13"
  })
  void productsAreAlike(int examples, int inputs, int outputs, int groups, long seed) {
    Sizes sizes = new Sizes(examples, outputs, 1, groups, seed);
    Pair x = sizes.random(inputs, -1, 1, 1);
    float[] sparse = x.heap().toFloats();
    for (int i = 0; i < sparse.length; i += 2) {
      sparse[i] = 0;
    }
    x.heap().set(sparse);
    x.nd4j().set(sparse);
    Pair weights = sizes.random(outputs / groups, inputs, -1, 1, 2);
    Pair biases = sizes.random(1, outputs, -1, 1, 3);
    Pair z = sizes.random(outputs, -1, 1, 4);
    HEAP.affine(x.heap(), weights.heap(), biases.heap(), groups, z.heap());
    nd4j.affine(x.nd4j(), weights.nd4j(), biases.nd4j(), groups, z.nd4j());
    z.assertEqual("z", inputs / groups);
    assertThat(z.heap().toDoubles()[0])
        .isCloseTo(
            firstLogit(x.heap(), weights.heap(), biases.heap(), groups),
            Offset.offset((double) Tolerances.singlePrecision(inputs, 1).value));

    Pair dz = sizes.random(outputs, -1, 1, 5);
    Pair dw = sizes.random(outputs / groups, inputs, -1, 1, 6);
    Pair db = sizes.random(1, outputs, -1, 1, 7);
    HEAP.affineGradient(x.heap(), dz.heap(), groups, dw.heap(), db.heap());
    nd4j.affineGradient(x.nd4j(), dz.nd4j(), groups, dw.nd4j(), db.nd4j());
    dw.assertEqual("dW", examples);
    db.assertEqual("db", examples);

    Pair dx = sizes.random(inputs, -1, 1, 8);
    HEAP.affineInputGradient(dz.heap(), weights.heap(), groups, dx.heap());
    nd4j.affineInputGradient(dz.nd4j(), weights.nd4j(), groups, dx.nd4j());
    dx.assertEqual("dx", outputs / groups);
  }

  /** z of the first example and neuron, by the formula. */
  private static double firstLogit(Matrix x, Matrix weights, Matrix biases, int groups) {
    double z = biases.toDoubles()[0];
    for (int i = 0; i < x.columns() / groups; i++) {
      z += x.toDoubles()[i * x.rows()] * weights.toDoubles()[i * weights.rows()];
    }
    return z;
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsAreAlike(Activation activation) {
    for (int examples : new int[] {1, 3, 129}) {
      Sizes sizes = new Sizes(examples, 7, 1, 1, examples);
      Pair y = sizes.random(7, -3, 3, 1);
      Pair dy = sizes.random(7, -1, 1, 2);
      HEAP.activate(activation, y.heap());
      nd4j.activate(activation, y.nd4j());
      y.assertEqual(activation.name(), 1);
      // The same outputs for both, so that rounding does not put one at the other side of a kink.
      y.nd4j().set(y.heap().toFloats());
      HEAP.activationGradient(activation, y.heap(), dy.heap());
      nd4j.activationGradient(activation, y.nd4j(), dy.nd4j());
      dy.assertEqual("derivative of " + activation, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd",
        "momentum(0.9)",
        "adam",
        "adam(beta1=0.5, beta2=0.9, epsilon=1e-3)",
        "adamw",
      })
  void threeStepsOfTheOptimizerAreAlike(String optimizer) {
    OptimizerSpec spec = OptimizerSpec.parse(optimizer);
    Sizes sizes = new Sizes(5, 1, 1, 1, 3);
    Pair theta = sizes.random(7, -1, 1, 1);
    Pair first = Pair.of(5, 7, 0, new float[35]);
    Pair second = Pair.of(5, 7, 0, new float[35]);
    int kept = OptimizerStep.moments(spec);
    Matrix[] heap = Arrays.copyOf(new Matrix[] {first.heap(), second.heap()}, kept);
    Matrix[] native2 = Arrays.copyOf(new Matrix[] {first.nd4j(), second.nd4j()}, kept);
    for (int t = 1; t <= 3; t++) {
      Pair g = sizes.random(7, -1, 1, 10 + t);
      OptimizerStep step = new OptimizerStep(spec, 0.05, 0.01, t);
      HEAP.update(step, theta.heap(), g.heap(), heap);
      nd4j.update(step, theta.nd4j(), g.nd4j(), native2);
    }
    theta.assertEqual("parameters", 1);
    first.assertEqual("first moment", 1);
    second.assertEqual("second moment", 1);
  }

  @Test
  void passesAndProductsMayAlternateWhileBatchesChangeTheirSize() {
    Sizes sizes = new Sizes(129, 60, 1, 1, 17);
    Pair first = sizes.random(60, 100, -0.1, 0.1, 1);
    Pair second = sizes.random(100, 60, -0.1, 0.1, 2);
    Pair biases = sizes.random(1, 60, -1, 1, 3);
    Pair outer = sizes.random(1, 100, -1, 1, 4);
    Pair x = sizes.random(100, -1, 1, 5);
    Pair hidden = sizes.random(60, -1, 1, 6);
    Pair back = sizes.random(100, -1, 1, 7);
    Pair dw = sizes.random(60, 100, -1, 1, 8);
    Pair db = sizes.random(1, 60, -1, 1, 9);
    for (int examples : new int[] {129, 3, 64, 1, 129}) {
      Pair batch = new Sizes(examples, 60, 1, 1, 18).random(100, -1, 1, 10 + examples);
      List.of(x, hidden, back).forEach(pair -> pair.setRows(examples));
      x.heap().set(batch.heap().toFloats());
      x.nd4j().set(batch.heap().toFloats());
      HEAP.affine(x.heap(), first.heap(), biases.heap(), 1, hidden.heap());
      nd4j.affine(x.nd4j(), first.nd4j(), biases.nd4j(), 1, hidden.nd4j());
      HEAP.activate(Activation.SIGMOID, hidden.heap());
      nd4j.activate(Activation.SIGMOID, hidden.nd4j());
      HEAP.affine(hidden.heap(), second.heap(), outer.heap(), 1, back.heap());
      nd4j.affine(hidden.nd4j(), second.nd4j(), outer.nd4j(), 1, back.nd4j());
      back.assertEqual("outputs of " + examples, 100);
      HEAP.affineGradient(x.heap(), hidden.heap(), 1, dw.heap(), db.heap());
      nd4j.affineGradient(x.nd4j(), hidden.nd4j(), 1, dw.nd4j(), db.nd4j());
      dw.assertEqual("gradient of " + examples, examples);
      OptimizerStep step = new OptimizerStep(new OptimizerSpec.Sgd(), 1e-3, 0, 1);
      HEAP.update(step, first.heap(), dw.heap());
      nd4j.update(step, first.nd4j(), dw.nd4j());
    }
    first.assertEqual("weights", 5 * 129);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sizes")
  void derivativesAlongDirectionsAreAlike(Sizes sizes) {
    int outputs = sizes.outputs();
    Pair signals = sizes.random(sizes.all() * outputs, -1, 1, 1);
    Pair tangent = sizes.random(sizes.all() * outputs, -1, 1, 2);
    Pair derivatives = sizes.random(sizes.all(), 5, 6, 3);
    HEAP.directionalDerivatives(outputs, signals.heap(), tangent.heap(), derivatives.heap());
    nd4j.directionalDerivatives(outputs, signals.nd4j(), tangent.nd4j(), derivatives.nd4j());
    derivatives.assertEqual("derivatives", outputs);
  }

  @ParameterizedTest(name = "{0} outputs in {1} groups, {2} inputs, seed {3}")
  @CsvSource({"1, 1, 1, 1", "6, 1, 5, 2", "6, 3, 4, 3", "10, 5, 3, 4"})
  void weightsOfOutputsAreScaledAlike(int outputs, int groups, int inputs, long seed) {
    Sizes sizes = new Sizes(outputs / groups, 1, 1, 1, seed);
    Pair weights = sizes.random(groups * inputs, -1, 1, 1);
    float[] before = weights.heap().toFloats();
    Pair factors = sizes.random(1, outputs, -2, 2, 2);
    HEAP.scaleOutputs(factors.heap(), groups, weights.heap());
    nd4j.scaleOutputs(factors.nd4j(), groups, weights.nd4j());
    weights.assertIdentical("scaled weights");
    float[] factor = factors.heap().toFloats();
    int own = outputs / groups;
    for (int i = 0; i < before.length; i++) {
      int output = i / own / inputs * own + i % own;
      assertThat(weights.heap().toFloats()[i]).isEqualTo(before[i] * factor[output]);
    }
  }

  @ParameterizedTest(name = "{0} numbers")
  @ValueSource(ints = {1, 7, 4095, 4096, 4097, 20000})
  void normalNumbersAreAlikeAndNormal(int size) {
    Sizes sizes = new Sizes(size, 1, 1, 1, 0);
    Pair numbers = sizes.random(1, 5, 6, 1);
    HEAP.drawNormal(11, numbers.heap());
    nd4j.drawNormal(11, numbers.nd4j());
    numbers.assertIdentical("numbers");
    Matrix onOneThread = HEAP.matrix(size, 1);
    new HeapKernels(1).drawNormal(11, onOneThread);
    assertThat(onOneThread.toFloats()).isEqualTo(numbers.heap().toFloats());
    new HeapKernels(1).drawNormal(12, onOneThread);
    assertThat(onOneThread.toFloats()).isNotEqualTo(numbers.heap().toFloats());
    double mean = 0;
    double squares = 0;
    for (double value : numbers.heap().toDoubles()) {
      mean += value / size;
      squares += value * value / size;
    }
    if (size > 1000) {
      // Five standard deviations of a mean of as many numbers.
      assertThat(mean).isBetween(-5 / Math.sqrt(size), 5 / Math.sqrt(size));
      assertThat(squares).isBetween(1 - 7.1 / Math.sqrt(size), 1 + 7.1 / Math.sqrt(size));
    }
  }
}
