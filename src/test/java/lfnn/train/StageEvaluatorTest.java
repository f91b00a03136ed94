package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import lfnn.Tolerances;
import lfnn.data.Dataset;
import lfnn.data.FeatureEncoder;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageEvaluatorTest {

  private static final FeatureEncoder NO_ENCODER =
      new FeatureEncoder(List.of(new FeatureEncoder.Numeric("x")), FeatureEncoder.Scaling.NONE);

  /** Four points on a line; class 1 above 0. */
  private static final Dataset LINE =
      Dataset.ofFloats(
          InputShape.flat(1), new float[] {-2, -1, 1, 2}, new float[] {0, 0, 1, 1}, null, 2);

  private static LfnnModel model(Task task, String stages, float[]... parameters) {
    return new LfnnModel(
        Architecture.of(InputShape.flat(1), task, NetworkSpec.parse(stages)),
        parameters,
        NO_ENCODER,
        TargetScale.IDENTITY);
  }

  @Test
  void eachWorkerIsJudgedByItself() {
    // Worker 1 is wrong about 1, worker 2 about everything, worker 3 about nothing. At 1, their
    // probabilities of class 1 are 0.27, 0.02 and 1.
    LfnnModel model =
        model(
            Task.classification(2),
            "fc(workers=3)",
            new float[] {-1, 1, 2, -2, -5, 5},
            new float[] {1.5f, -1.5f, 0, 0, 0, 0},
            new float[12],
            new float[2]);
    assertThat(model.evaluateStages(LINE, LINE).stages())
        .containsExactly(new StageEvaluation(1, 3, 3, 0, (0.25 + 1 + 0) / 3, 0.25));
  }

  @Test
  void theBestWorkerIsChosenOnTrainingExamples() {
    LfnnModel model =
        model(
            Task.classification(2),
            "fc(workers=2, neurons=1)",
            new float[] {1, 1},
            new float[] {-1.5f, 0.5f},
            new float[4],
            new float[2]);
    Dataset training = LINE.subset(new int[] {0, 0, 3});
    Dataset test = LINE.subset(new int[] {0, 2, 2, 3});
    // Both are right on the training examples: the first of equals; it is wrong about 1, where the
    // probabilities of class 1 are 0.38 and 0.82.
    assertThat(model.evaluateStages(training, test).stages())
        .containsExactly(new StageEvaluation(1, 2, 1, 0.5, 0.25, 0));
    assertThat(model.evaluateStages(test, test).stages().get(0).bestWorker()).isEqualTo(2);
  }

  @Test
  void oneVsAllComparesTheSameWorkerOfEachClass() {
    // The first workers of both classes are right, the second ones are always sure of class 0.
    LfnnModel model =
        model(
            Task.oneVsAll(2),
            "fc(workers=2)",
            new float[] {-1, 0, 1, 0},
            new float[] {0, 1, 0, 0},
            new float[4],
            new float[2]);
    StageEvaluation stage = model.evaluateStages(LINE, LINE).stages().get(0);
    assertThat(stage.bestWorker()).isEqualTo(1);
    assertThat(stage.bestError()).isZero();
    assertThat(stage.meanError()).isEqualTo(0.25);
  }

  @ParameterizedTest(name = "{0}, one-vs-all {1}")
  @CsvSource({
    "'block(dense(24), heads=4); fc(workers=8)', false",
    "'block(dense(12), heads=4, split); block(dense(12), heads=2)', true",
    "'block(conv(6, stride=2), batch-norm, max-pool(2), heads=3, split); block(conv(8), heads=2)',"
        + " false",
  })
  void stagesThatHaveLearnedPredictImagesAndSoDoesTheWhole(String stages, boolean oneVsAll)
      throws Exception {
    Dataset training = Mnist.training(0, 600);
    Dataset test = Mnist.test(0, 300);
    Trainer trainer =
        new Trainer(
            Architecture.of(training.shape(), Task.of(10, oneVsAll), NetworkSpec.parse(stages)),
            Specs.training(Algorithm.LFNN_L, 16, 1));
    for (int e = 0; e < 3; e++) {
      trainer.epoch(training, Optional.empty());
    }
    LfnnModel model =
        new LfnnModel(trainer.architecture(), trainer.parameters(), pixels(), TargetScale.IDENTITY);
    NetworkEvaluation evaluation = model.evaluateStages(training, test);
    assertThat(evaluation.training()).isEqualTo(model.evaluate(training).score());
    assertThat(evaluation.test()).isEqualTo(model.evaluate(test).score());
    List<StageEvaluation> evaluations = evaluation.stages();
    assertThat(evaluations).hasSize(2);
    assertThat(evaluations)
        .allSatisfy(
            stage -> {
              assertThat(stage.bestError()).isLessThan(0.4);
              assertThat(stage.togetherError()).isLessThanOrEqualTo(stage.meanError());
            });
    Evaluation whole = model.evaluate(test);
    assertThat(whole.score()).isEqualTo(trainer.score(test));
    int[][] confusion = whole.confusion();
    int right = 0;
    for (int c = 0; c < 10; c++) {
      right += confusion[c][c];
    }
    assertThat(Arrays.stream(confusion).mapToInt(row -> Arrays.stream(row).sum()).sum())
        .isEqualTo(300);
    assertThat(whole.score().error())
        .isCloseTo(1 - right / 300.0, Tolerances.CLOSED_FORM_DOUBLE)
        .isLessThan(0.3);
  }

  private static FeatureEncoder pixels() {
    return new FeatureEncoder(
        IntStream.range(0, 784)
            .<FeatureEncoder.Column>mapToObj(i -> new FeatureEncoder.Numeric("pixel" + i))
            .toList(),
        FeatureEncoder.Scaling.IMAGE);
  }

  @Test
  void stagesThatAreAlikeAreEvaluatedEachByItself() throws Exception {
    Dataset training = Mnist.training(0, 60);
    Dataset test = Mnist.test(0, 40);
    String stages = "fc(workers=3); fc(workers=3); fc(workers=3); fc(workers=3); fc(workers=3)";
    Trainer trainer =
        new Trainer(
            Architecture.of(training.shape(), Task.classification(10), NetworkSpec.parse(stages)),
            Specs.training(Algorithm.LFNN_L, 16, 1));
    trainer.epoch(training, Optional.empty());
    LfnnModel model =
        new LfnnModel(trainer.architecture(), trainer.parameters(), pixels(), TargetScale.IDENTITY);
    List<StageEvaluation> all = model.evaluateStages(training, test).stages();
    for (int s = 1; s <= 5; s++) {
      // The lowest stages alone, of which the last is read last.
      Architecture cut =
          Architecture.of(
              training.shape(),
              Task.classification(10),
              NetworkSpec.parse(String.join(";", List.of(stages.split(";", -1)).subList(0, s))));
      float[][] parameters = Arrays.copyOf(trainer.parameters(), 2 * s + 2);
      parameters[2 * s] = new float[cut.inputWidth(s) * 10];
      parameters[2 * s + 1] = new float[10];
      LfnnModel part = new LfnnModel(cut, parameters, pixels(), TargetScale.IDENTITY);
      assertThat(part.evaluateStages(training, test).stages().get(s - 1)).isEqualTo(all.get(s - 1));
    }
  }
}
