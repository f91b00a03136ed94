package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import lfnn.Tolerances;
import lfnn.data.Dataset;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.Test;

/** What a trainer says of its workers and of both accuracies, against plain loops. */
class ActivityTest {

  private static final int INPUTS = 5;
  private static final int CLASSES = 3;
  private static final int WORKERS = 4;
  private static final int EXAMPLES = 6;

  private final float[] features = features();
  private final float[] targets = {0, 1, 2, 2, 1, 0};
  private final float[] weights = {1, 1, 1, 1, 1, 1};

  private static float[] features() {
    Random random = new Random(5);
    float[] values = new float[EXAMPLES * INPUTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static Trainer trainer(Algorithm algorithm, Task task) {
    return new Trainer(
        Architecture.of(
            InputShape.flat(INPUTS), task, NetworkSpec.parse("fc(workers=" + WORKERS + ")")),
        Specs.training(algorithm, EXAMPLES, 1));
  }

  /** z of a neuron of the first stage for an example; all matrices are column-major. */
  private double logit(float[][] parameters, int neuron, int example) {
    double z = parameters[1][neuron];
    for (int i = 0; i < INPUTS; i++) {
      z += parameters[0][i * parameters[1].length + neuron] * features[i * EXAMPLES + example];
    }
    return z;
  }

  private double sigmoid(float[][] parameters, int worker, int example) {
    return 1 / (1 + Math.exp(-logit(parameters, worker, example)));
  }

  private double ofItsClass(float[][] parameters, int worker, int example) {
    double sum = 0;
    for (int c = 0; c < CLASSES; c++) {
      sum += Math.exp(logit(parameters, worker * CLASSES + c, example));
    }
    int label = (int) targets[example];
    return Math.exp(logit(parameters, worker * CLASSES + label, example)) / sum;
  }

  private interface Prediction {
    double of(float[][] parameters, int worker, int example);
  }

  private void assertActivity(Task task, int workers, Prediction prediction) {
    Trainer trainer = trainer(Algorithm.LFNN, task);
    float[][] before = trainer.parameters();
    trainer.step(EXAMPLES, features, targets, weights);
    float[][] after = trainer.parameters();
    List<StageActivity> activity = trainer.activity();
    assertThat(activity).hasSize(1);
    assertThat(activity.get(0).change()).hasSize(workers);
    for (int w = 0; w < workers; w++) {
      double change = 0;
      for (int e = 0; e < EXAMPLES; e++) {
        change += (prediction.of(after, w, e) - prediction.of(before, w, e)) / EXAMPLES;
      }
      assertThat(change).isNotZero();
      assertThat((float) activity.get(0).change()[w])
          .isCloseTo((float) change, Tolerances.singlePrecision(INPUTS, 1));
    }
    // 70 % of 4 are 3.
    assertThat(Arrays.stream(activity.get(0).led()).sum()).isEqualTo(3.0 * workers / WORKERS);
  }

  @Test
  void activityOfSingleNeuronsIsTheChangeOfTheirOutput() {
    assertActivity(Task.oneVsAll(CLASSES), WORKERS * CLASSES, this::sigmoid);
  }

  @Test
  void activityOfOtherWorkersIsTheChangeOfTheProbabilityOfTheClass() {
    assertActivity(Task.classification(CLASSES), WORKERS, this::ofItsClass);
  }

  @Test
  void withoutLeadersNobodyIsWatched() {
    Trainer trainer = trainer(Algorithm.BP, Task.oneVsAll(CLASSES));
    trainer.step(EXAMPLES, features, targets, weights);
    assertThat(trainer.activity()).isEmpty();
  }

  @Test
  void bothAccuraciesCountWhatTheNetworkPredicts() {
    Trainer trainer = trainer(Algorithm.BP, Task.oneVsAll(CLASSES));
    for (int step = 0; step < 40; step++) {
      trainer.step(EXAMPLES, features, targets, weights);
    }
    float[] p = trainer.predict(EXAMPLES, features);
    int right = 0;
    int rightAnswers = 0;
    for (int e = 0; e < EXAMPLES; e++) {
      int label = (int) targets[e];
      int largest = 0;
      for (int c = 0; c < CLASSES; c++) {
        largest = p[c * EXAMPLES + e] > p[largest * EXAMPLES + e] ? c : largest;
        rightAnswers += (p[c * EXAMPLES + e] > 0.5) == (c == label) ? 1 : 0;
      }
      right += largest == label ? 1 : 0;
    }
    float[] rows = new float[features.length];
    for (int e = 0; e < EXAMPLES; e++) {
      for (int i = 0; i < INPUTS; i++) {
        rows[e * INPUTS + i] = features[i * EXAMPLES + e];
      }
    }
    Accuracy accuracy =
        trainer.accuracy(Dataset.ofFloats(InputShape.flat(INPUTS), rows, targets, null, CLASSES));
    assertThat(accuracy)
        .isEqualTo(
            new Accuracy(right / (double) EXAMPLES, rightAnswers / (double) (EXAMPLES * CLASSES)));
  }

  @Test
  void binaryAccuraciesNeedANetworkForEachClass() {
    Trainer trainer = trainer(Algorithm.BP, Task.classification(CLASSES));
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                trainer.accuracy(
                    Dataset.ofFloats(
                        InputShape.flat(INPUTS), new float[INPUTS], new float[1], null, CLASSES)))
        .withMessageContaining("one-vs-all");
  }
}
