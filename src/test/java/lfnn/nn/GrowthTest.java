package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lfnn.Tolerances;
import lfnn.data.Augmentation;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.ScheduleSpec;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;
import lfnn.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class GrowthTest {

  static final List<String> NETWORKS =
      List.of(
          "0",
          "auto",
          "fc(workers=5)",
          "fc(workers=4); fc(workers=3)",
          "block(dense(6), heads=3)",
          "block(dense(7), dense(6, activation=tanh), heads=2, split); block(dense(4), heads=4)",
          "fc(workers=3); block(dense(6), heads=3, split); fc(workers=2)",
          "block(dense(6), batch-norm, tanh, dropout(0.2), flatten, dense(4), heads=3)",
          "block(dense(4), batch-norm(activation=relu), heads=3); fc(workers=3);"
              + " block(batch-norm, relu, dense(6), batch-norm, heads=3, split)");

  private static final List<String> IMAGE_NETWORKS =
      List.of(
          "block(conv(4), batch-norm, max-pool(2), dropout(0.2), heads=2, split)",
          "block(conv(4, groups=2), heads=2, similarity=0.3, pool=1);"
              + " block(residual(conv(6, stride=2), batch-norm), mix-pixels, layer-norm, heads=2)",
          "block(conv(4), batch-norm, heads=3); block(conv(2), dense(7), layer-norm(plain),"
              + " batch-norm, heads=2, similarity=0.3)");

  private static final int INPUTS = 5;
  private static final int EXAMPLES = 9;

  /** Old inputs 0, 2 and 3 in their order, 1 and 4 as their negatives; three inputs are new. */
  private static final int[] ORIGINS = {-1, 0, -3, -1, 2, 3, -6, -1};

  private static final List<Task> TASKS =
      List.of(Task.classification(3), Task.oneVsAll(3), Task.regression());

  private static Architecture architecture(int inputs, Task task, Architecture like) {
    return new Architecture(InputShape.flat(inputs), task, like.stages());
  }

  private static Architecture architecture(String network, Task task) {
    return Architecture.of(InputShape.flat(INPUTS), task, NetworkSpec.parse(network));
  }

  /** Column-major [examples, inputs]. */
  private static float[] examples(int inputs, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] features = new float[EXAMPLES * inputs];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) (2 * random.nextDouble() - 1);
    }
    return features;
  }

  /** The examples as the grown network reads them. */
  private static float[] grown(float[] features, float valueOfNew) {
    float[] grown = new float[EXAMPLES * ORIGINS.length];
    Arrays.fill(grown, valueOfNew);
    for (int i = 0; i < ORIGINS.length; i++) {
      int origin = ORIGINS[i];
      for (int e = 0; e < EXAMPLES; e++) {
        if (origin >= 0) {
          grown[i * EXAMPLES + e] = features[origin * EXAMPLES + e];
        } else if (origin < -1) {
          grown[i * EXAMPLES + e] = -features[(-2 - origin) * EXAMPLES + e];
        }
      }
    }
    return grown;
  }

  private static TrainingSpec training(Algorithm algorithm, OptimizerSpec optimizer) {
    return new TrainingSpec(
        algorithm,
        LeadershipSpec.DEFAULTS,
        optimizer,
        0.01,
        new ScheduleSpec.Constant(),
        0.001,
        1,
        EXAMPLES,
        0,
        1,
        Augmentation.NONE,
        3,
        1);
  }

  private static float[] targets(Task task) {
    float[] targets = new float[EXAMPLES];
    for (int e = 0; e < EXAMPLES; e++) {
      targets[e] = task.isClassification() ? e % task.classes() : e / 4f - 1;
    }
    return targets;
  }

  private static void train(Trainer trainer, float[] features, float[] targets, int steps) {
    float[] weights = new float[EXAMPLES];
    Arrays.fill(weights, 1);
    for (int i = 0; i < steps; i++) {
      trainer.step(EXAMPLES, features, targets, weights);
    }
  }

  @ParameterizedTest
  @FieldSource("NETWORKS")
  void newInputsDoNotChangePredictionsWhateverTheirValues(String network) {
    for (Task task : TASKS) {
      Architecture before = architecture(network, task);
      Trainer trainer = new Trainer(before, training(Algorithm.LFNN, OptimizerSpec.Adam.DEFAULTS));
      float[] features = examples(INPUTS, 1);
      train(trainer, features, targets(task), 5);
      Trainer grown = trainer.grown(architecture(ORIGINS.length, task, before), ORIGINS);
      float[] predictions = trainer.predict(EXAMPLES, features);
      assertThat(grown.predict(EXAMPLES, grown(features, 0))).isEqualTo(predictions);
      assertThat(grown.predict(EXAMPLES, grown(features, 7))).isEqualTo(predictions);
    }
  }

  @ParameterizedTest
  @CsvSource({"LFNN, sgd", "LFNN_L, momentum(0.9)", "LFNN_L, adam", "LFNN, adamw", "BP, adam"})
  void networkLearnsAsBeforeAsLongAsNewInputsAreZero(Algorithm algorithm, String optimizer) {
    for (String network : NETWORKS) {
      for (Task task : TASKS) {
        Architecture before = architecture(network, task);
        Trainer trainer = new Trainer(before, training(algorithm, OptimizerSpec.parse(optimizer)));
        float[] features = examples(INPUTS, 2);
        train(trainer, features, targets(task), 4);
        Trainer grown = trainer.grown(architecture(ORIGINS.length, task, before), ORIGINS);
        // Leaders, gradients and moments are the same, or this would differ.
        train(trainer, features, targets(task), 3);
        train(grown, grown(features, 0), targets(task), 3);
        assertThat(grown.predict(EXAMPLES, grown(features, 0)))
            .describedAs("%s, %s", network, task)
            .isEqualTo(trainer.predict(EXAMPLES, features));
        assertThat(grown.steps()).isEqualTo(7);
      }
    }
  }

  @Test
  void newInputsAreLearned() {
    Task task = Task.classification(3);
    Architecture before = architecture("block(dense(6), heads=2)", task);
    Trainer trainer = new Trainer(before, training(Algorithm.LFNN_L, new OptimizerSpec.Sgd()));
    Trainer grown = trainer.grown(architecture(ORIGINS.length, task, before), ORIGINS);
    float[] features = grown(examples(INPUTS, 1), 1);
    train(grown, features, targets(task), 1);
    float[] weights = grown.parameters()[0];
    assertThat(Arrays.copyOf(weights, 6)).doesNotContain(0f);
  }

  @ParameterizedTest
  @FieldSource("NETWORKS")
  void oldClassesKeepTheirProportionsAndNewOnesAreNeverFirst(String network) {
    Architecture before = architecture(network, Task.classification(3));
    Architecture after = architecture(INPUTS, Task.classification(5), before);
    Network small = network(before);
    Network large = grown(small, after);
    float[] features = examples(INPUTS, 3);
    // The output layer reads other inputs where the last stage's workers predict more classes.
    checkThatOldClassesKeepTheirProportions(
        predictions(small, features), predictions(large, features), !network.contains("fc"));
  }

  @ParameterizedTest
  @FieldSource("IMAGE_NETWORKS")
  void oldClassesOfImagesKeepTheirProportionsAndNewOnesAreNeverFirst(String network) {
    InputShape shape = new InputShape(2, 4, 4);
    Architecture before =
        Architecture.of(shape, Task.classification(3), NetworkSpec.parse(network));
    Architecture after = new Architecture(shape, Task.classification(5), before.stages());
    Network small = network(before);
    Network large = grown(small, after);
    float[] features = examples(shape.size(), 3);
    checkThatOldClassesKeepTheirProportions(
        predictions(small, features), predictions(large, features), true);
    int learned = small.parameters().size();
    assertThat(large.state().subList(learned, large.state().size()))
        .extracting(Matrix::toFloats)
        .containsExactlyElementsOf(
            small.state().subList(learned, small.state().size()).stream()
                .map(Matrix::toFloats)
                .toList());
  }

  private static void checkThatOldClassesKeepTheirProportions(
      List<float[]> old, List<float[]> now, boolean sameInputs) {
    for (int part = 0; part < old.size(); part++) {
      boolean firstStage = part == 0 && old.size() > 1;
      if (!firstStage && !sameInputs) {
        continue;
      }
      int workers = old.get(part).length / EXAMPLES / 3;
      for (int w = 0; w < workers; w++) {
        for (int e = 0; e < EXAMPLES; e++) {
          float[] three = worker(old.get(part), w, 3, e);
          float[] five = worker(now.get(part), w, 5, e);
          float share = five[0] + five[1] + five[2];
          for (int k = 0; k < 3; k++) {
            assertThat(five[k] / share)
                .isCloseTo(three[k], Tolerances.singlePrecision(5, three[k]));
          }
          assertThat(five[3])
              .isCloseTo(five[4], Tolerances.singlePrecision(1, five[4]))
              .isLessThan(max(three) + 1e-6f);
          assertThat(largest(five)).isEqualTo(largest(three));
        }
      }
    }
  }

  private static float[] worker(float[] columns, int worker, int outputs, int example) {
    float[] values = new float[outputs];
    for (int k = 0; k < outputs; k++) {
      values[k] = columns[(worker * outputs + k) * EXAMPLES + example];
    }
    return values;
  }

  private static int largest(float[] values) {
    int largest = 0;
    for (int k = 1; k < values.length; k++) {
      largest = values[k] > values[largest] ? k : largest;
    }
    return largest;
  }

  private static float max(float[] values) {
    return values[largest(values)];
  }

  @ParameterizedTest
  @FieldSource("NETWORKS")
  void networksOfOldClassesStayAsTheyAreInOneVsAll(String network) {
    Architecture before = architecture(network, Task.oneVsAll(3));
    Architecture after = architecture(INPUTS, Task.oneVsAll(5), before);
    Network small = network(before);
    Network large = grown(small, after);
    float[] features = examples(INPUTS, 3);
    List<float[]> old = predictions(small, features);
    List<float[]> now = predictions(large, features);
    for (int part = 0; part < old.size(); part++) {
      float[] three = old.get(part);
      assertThat(Arrays.copyOf(now.get(part), three.length)).isEqualTo(three);
      assertThat(now.get(part)).hasSize(three.length / 3 * 5);
    }
    float[] output = now.get(now.size() - 1);
    for (int i = 3 * EXAMPLES; i < output.length; i++) {
      assertThat(output[i]).isBetween(1e-4f, 0.2f);
    }
  }

  private static Network network(Architecture architecture) {
    Network network = new Network(architecture, new HeapKernels());
    network.initialise(new SplittableRandom(4));
    // Biases start at 0, which would hide a wrong place.
    SplittableRandom random = new SplittableRandom(5);
    for (Parameter parameter : network.parameters()) {
      if (!parameter.decays()) {
        double[] biases = new double[parameter.value().size()];
        Arrays.setAll(biases, i -> random.nextDouble() - 0.5);
        parameter.value().set(biases);
      }
    }
    // As are running means; running variances are positive.
    for (Matrix statistic :
        network.state().subList(network.parameters().size(), network.state().size())) {
      double[] values = new double[statistic.size()];
      Arrays.setAll(values, i -> random.nextDouble() + 0.1);
      statistic.set(values);
    }
    return network;
  }

  private static Network grown(Network small, Architecture after) {
    int[] same = new int[after.input().size()];
    Arrays.setAll(same, i -> i);
    Growth growth = new Growth(small.architecture(), after, same);
    Network large = new Network(after, new HeapKernels());
    large.initialise(new SplittableRandom(6));
    for (int i = 0; i < large.state().size(); i++) {
      Matrix value = large.state().get(i);
      value.set(growth.values(i, small.state().get(i).toFloats(), value.toFloats()));
    }
    return large;
  }

  /** Predictions of the workers of each stage, then of the output layer. */
  private static List<float[]> predictions(Network network, float[] features) {
    Batch batch = new Batch(network.architecture(), network.kernels(), EXAMPLES);
    batch.setInputs(EXAMPLES, features);
    Workspace workspace = network.workspace(EXAMPLES);
    network.predict(batch.inputs(), workspace);
    List<float[]> predictions = new ArrayList<>();
    for (int s = 0; s < network.stages().size(); s++) {
      network.stages().get(s).predict(workspace.stage(s));
      predictions.add(workspace.stage(s).predictions().toFloats());
    }
    predictions.add(workspace.output().predictions().toFloats());
    return predictions;
  }

  @Test
  void normalisedInputsGrowUnlessTheyTurnNegative() {
    Architecture before =
        architecture("block(batch-norm, relu, dense(4), heads=2)", Task.classification(2));
    Architecture after = architecture(7, Task.classification(2), before);
    Growth growth = new Growth(before, after, new int[] {-1, 1, 0, -1, 4, 3, 2});
    float[] fresh = {9, 9, 9, 9, 9, 9, 9};
    // Gains, then means: parameters are those, weights and biases of dense, heads and output.
    for (int index : new int[] {0, 1, 8, 9}) {
      assertThat(growth.values(index, new float[] {1, 2, 3, 4, 5}, fresh))
          .containsExactly(9, 2, 1, 9, 5, 4, 3);
    }
    assertThat(growth.moments(0, 0, new float[] {1, 2, 3, 4, 5}, 7))
        .containsExactly(0, 2, 1, 0, 5, 4, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Growth(before, after, new int[] {-1, 1, 0, -1, -6, 3, 2}))
        .withMessage(
            "stage 1 cannot grow with the data, because batch-norm comes before the first dense"
                + " layer: start anew, with all attributes and classes in the header");
  }

  @Test
  void momentsOfNewElementsAreZero() {
    Architecture before = architecture("0", Task.classification(2));
    Architecture after = architecture(ORIGINS.length, Task.classification(3), before);
    Growth growth = new Growth(before, after, ORIGINS);
    float[] moment = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    assertThat(growth.moments(0, 0, moment, 24))
        .containsExactly(
            0, 0, 0, 1, 2, 0, -3, -4, 0, 0, 0, 0, 5, 6, 0, 7, 8, 0, -9, -10, 0, 0, 0, 0);
    assertThat(growth.moments(0, 1, moment, 24))
        .containsExactly(0, 0, 0, 1, 2, 0, 3, 4, 0, 0, 0, 0, 5, 6, 0, 7, 8, 0, 9, 10, 0, 0, 0, 0);
    assertThat(growth.moments(1, 0, new float[] {1, 2}, 3)).containsExactly(1, 2, 0);
  }

  @Test
  void refusesWhatIsNoGrowth() {
    int[] same = {0, 1, 2, 3, 4};
    Architecture three = architecture("8", Task.classification(3));
    Architecture two = architecture("8", Task.classification(2));
    Architecture other = architecture("9", Task.classification(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Growth(three, two, same))
        .withMessageStartingWith("a network can only grow in inputs and classes, not from ");
    assertThatIllegalArgumentException().isThrownBy(() -> new Growth(three, other, same));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Growth(two, architecture("8", Task.oneVsAll(3)), same));
    assertThatIllegalArgumentException().isThrownBy(() -> new Growth(two, three, new int[4]));
  }
}
