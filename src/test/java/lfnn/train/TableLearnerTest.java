package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import lfnn.Tolerances;
import lfnn.data.Augmentation;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.TrainingSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TableLearnerTest {

  private static LearnerSpec spec(
      String network, boolean oneVsAll, Algorithm algorithm, int epochs, double validation) {
    TrainingSpec training =
        new TrainingSpec(
            algorithm,
            LeadershipSpec.DEFAULTS,
            TrainingSpec.DEFAULTS.optimizer(),
            0.01,
            TrainingSpec.DEFAULTS.schedule(),
            0,
            epochs,
            16,
            validation,
            10,
            Augmentation.NONE,
            1,
            1);
    return new LearnerSpec(
        NetworkSpec.parse(network), oneVsAll, Optional.empty(), ScalingChoice.AUTO, training);
  }

  private static TableLearner train(TableLearner learner) throws InterruptedException {
    while (!learner.isFinished()) {
      learner.epoch();
    }
    return learner;
  }

  private static TableLearner iris(LearnerSpec spec) {
    return new TableLearner(spec, Tables.iris().columns(), 3, Tables.iris());
  }

  private static double error(LfnnModel model, Tables.Rows table) {
    double[][] predictions = model.predict(table.rows());
    double wrong = 0;
    for (int i = 0; i < table.size(); i++) {
      double[] p = predictions[i];
      int label = (int) table.target(i);
      for (double other : p) {
        if (other > p[label]) {
          wrong++;
          break;
        }
      }
      double sum = 0;
      for (double value : p) {
        sum += value;
      }
      assertThat(sum).isCloseTo(1, Tolerances.CLOSED_FORM_DOUBLE);
    }
    return wrong / table.size();
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void flowersAreToldApart(Algorithm algorithm) throws Exception {
    for (boolean oneVsAll : new boolean[] {false, true}) {
      TableLearner learner = train(iris(spec("16", oneVsAll, algorithm, 40, 0)));
      assertThat(learner.epochsDone()).isEqualTo(40);
      assertThat(error(learner.model(), Tables.iris())).isLessThan(0.05);
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void performanceOfProcessorsIsLearnedInItsOwnUnits(Algorithm algorithm) throws Exception {
    Tables.Rows cpu = Tables.cpu();
    TableLearner learner =
        train(new TableLearner(spec("32", false, algorithm, 60, 0), cpu.columns(), 0, cpu));
    double[][] predictions = learner.model().predict(cpu.rows());
    double mean = 0;
    for (double target : cpu.targets()) {
      mean += target / cpu.size();
    }
    double squares = 0;
    double squaresOfMean = 0;
    for (int i = 0; i < cpu.size(); i++) {
      squares += Math.pow(predictions[i][0] - cpu.target(i), 2);
      squaresOfMean += Math.pow(mean - cpu.target(i), 2);
    }
    assertThat(squares).isLessThan(0.1 * squaresOfMean);
  }

  @Test
  void trainingThatIsContinuedEqualsTrainingAtOnce() throws Exception {
    for (double validation : new double[] {0, 0.3}) {
      TableLearner straight = train(iris(spec("16", false, Algorithm.LFNN_L, 7, validation)));
      TableLearner first = train(iris(spec("16", false, Algorithm.LFNN_L, 3, validation)));
      TableLearner second =
          train(
              new TableLearner(
                  spec("16", false, Algorithm.LFNN_L, 4, validation),
                  first.model(),
                  first.trainer().state(),
                  3,
                  Tables.iris()));
      assertThat(second.epochsDone()).isEqualTo(4);
      assertThat(second.model().parameters()).isDeepEqualTo(straight.model().parameters());
      assertThat(second.trainer().parameters()).isDeepEqualTo(straight.trainer().parameters());
      assertThat(second.report().epochs()).hasSize(7);
    }
  }

  @Test
  void anotherNetworkIsNotContinued() throws Exception {
    TableLearner learner = train(iris(spec("16", false, Algorithm.LFNN_L, 1, 0)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TableLearner(
                    spec("8", false, Algorithm.LFNN_L, 1, 0),
                    learner.model(),
                    learner.trainer().state(),
                    3,
                    Tables.iris()))
        .withMessageContaining("training cannot continue with another network");
  }

  @Test
  void onlyTheProportionsOfWeightsCount() throws Exception {
    LearnerSpec spec = spec("16", false, Algorithm.LFNN, 5, 0);
    Tables.Rows iris = Tables.iris();
    double[][] light = train(iris(spec)).model().predict(iris.rows());
    double[][] heavy =
        train(new TableLearner(spec, iris.columns(), 3, iris.withWeight(8)))
            .model()
            .predict(iris.rows());
    for (int i = 0; i < light.length; i++) {
      for (int c = 0; c < 3; c++) {
        float expected = (float) light[i][c];
        // Statistics of the columns are rounded differently.
        assertThat((float) heavy[i][c])
            .isCloseTo(expected, Tolerances.singlePrecision(iris.size(), expected));
      }
    }
  }

  @Test
  void rowsOfNoWeightTeachNothing() throws Exception {
    Tables.Rows iris = Tables.iris();
    double[] targets = iris.targets().clone();
    double[] weights = iris.weights().clone();
    for (int i = 0; i < targets.length; i += 3) {
      targets[i] = (targets[i] + 1) % 3;
      weights[i] = 0;
    }
    Tables.Rows partly = new Tables.Rows(iris.columns(), iris.rows(), targets, weights);
    TableLearner learner =
        train(
            new TableLearner(
                spec("16", false, Algorithm.LFNN_L, 60, 0), iris.columns(), 3, partly));
    assertThat(error(learner.model(), iris)).isLessThan(0.06);
  }

  @Test
  void settingsThatDoNotFitTheTableAreRefused() {
    Tables.Rows iris = Tables.iris();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new TableLearner(spec("16", true, Algorithm.LFNN, 1, 0), iris.columns(), 0, iris))
        .withMessageContaining("one-vs-all needs classes");
    LearnerSpec shaped =
        new LearnerSpec(
            NetworkSpec.DEFAULT,
            false,
            Optional.of(InputShape.parse("1x2x3")),
            ScalingChoice.AUTO,
            TrainingSpec.DEFAULTS);
    assertThatThrownBy(() -> iris(shaped))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 6 values, but a row has 4");
  }

  @Test
  void aValidationPartMustLeaveRowsToLearnFrom() {
    Tables.Rows one =
        new Tables.Rows(
            Tables.iris().columns(),
            new double[][] {{1, 2, 3, 4}},
            new double[1],
            new double[] {1});
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TableLearner(spec("16", false, Algorithm.LFNN, 1, 0.9), one.columns(), 3, one))
        .withMessageContaining("the validation part takes all 1 rows");
  }

  @Test
  void progressNamesEpochLossesAndErrors() throws Exception {
    TableLearner learner = iris(spec("16", false, Algorithm.LFNN, 4, 0.2));
    String line = learner.progress(learner.epoch());
    assertThat(line)
        .matches(
            "epoch 1/4, output loss \\d\\.\\d{4}, leaders \\d\\.\\d{4}, followers \\d\\.\\d{4},"
                + " training error [\\d.]+ %, validation error [\\d.]+ %, \\d+ s left");
    assertThat(learner.report().toString())
        .contains("rule LFNN", "stage 1: block(dense(16), heads=8), 4 inputs, 16 outputs")
        .contains("Leaders of stage 1:");
  }

  @Test
  void equalTargetsAreLearnedWithoutDividingByZero() throws Exception {
    Tables.Rows cpu = Tables.cpu();
    double[] same = new double[cpu.size()];
    Arrays.fill(same, 42);
    Tables.Rows constant = new Tables.Rows(cpu.columns(), cpu.rows(), same, cpu.weights());
    TableLearner learner =
        train(new TableLearner(spec("0", false, Algorithm.BP, 30, 0), cpu.columns(), 0, constant));
    for (double[] prediction : learner.model().predict(cpu.rows())) {
      assertThat(prediction[0]).isBetween(41.0, 43.0);
    }
  }
}
