package lfnn.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingSpecTest {

  private static TrainingSpec of(
      double rate,
      double decay,
      int epochs,
      int batch,
      double validation,
      int patience,
      int threads) {
    TrainingSpec defaults = TrainingSpec.DEFAULTS;
    return new TrainingSpec(
        defaults.algorithm(),
        defaults.leadership(),
        defaults.optimizer(),
        rate,
        defaults.schedule(),
        decay,
        epochs,
        batch,
        validation,
        patience,
        defaults.augmentation(),
        1,
        threads);
  }

  @ParameterizedTest
  @CsvSource({
    "NaN,  0,  1, 1, 0,   1, 0,  the learning rate must be above 0 and finite",
    "-1,   0,  1, 1, 0,   1, 0,  the learning rate must be above 0 and finite",
    "Infinity, 0, 1, 1, 0, 1, 0, the learning rate must be above 0 and finite",
    "0.1, -1,  1, 1, 0,   1, 0,  weight decay must be at least 0 and finite",
    "0.1, NaN, 1, 1, 0,   1, 0,  weight decay must be at least 0 and finite",
    "0.1,  0, -1, 1, 0,   1, 0,  the number of epochs must be at least 0",
    "0.1,  0,  1, 0, 0,   1, 0,  the mini-batch size must be at least 1",
    "0.1,  0,  1, 1, 1,   1, 0,  'the validation fraction must be in [0, 1)'",
    "0.1,  0,  1, 1, -0.1, 1, 0, 'the validation fraction must be in [0, 1)'",
    "0.1,  0,  1, 1, NaN, 1, 0,  'the validation fraction must be in [0, 1)'",
    "0.1,  0,  1, 1, 0,   0, 0,  patience must be at least 1 epoch",
    "0.1,  0,  1, 1, 0,   1, -1, threads must be at least 0",
  })
  void valuesOutOfRangeAreRefused(
      double rate,
      double decay,
      int epochs,
      int batch,
      double validation,
      int patience,
      int threads,
      String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(rate, decay, epochs, batch, validation, patience, threads))
        .withMessageStartingWith(problem)
        .withMessageContaining(", not ");
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void withoutARateThatOfTheRuleHolds(Algorithm algorithm) {
    TrainingSpec defaults = TrainingSpec.DEFAULTS;
    for (double rate : new double[] {TrainingSpec.RATE_OF_RULE, 0.5}) {
      TrainingSpec spec =
          new TrainingSpec(
              algorithm,
              defaults.leadership(),
              defaults.optimizer(),
              rate,
              defaults.schedule(),
              0,
              1,
              1,
              0,
              1,
              defaults.augmentation(),
              1,
              1);
      assertThat(spec.learningRate()).isEqualTo(rate == 0.5 ? 0.5 : algorithm.learningRate());
    }
  }

  @Test
  void theRatesOfTheFirstRulesStayAsTheyWere() {
    assertThat(TrainingSpec.DEFAULTS.learningRate()).isEqualTo(0.001);
    assertThat(List.of(Algorithm.LFNN, Algorithm.LFNN_L, Algorithm.BP))
        .allMatch(algorithm -> algorithm.learningRate() == 0.001);
  }

  @Test
  void boundsAreAllowed() {
    assertThat(of(1e-300, 0, 0, 1, 0, 1, 0).epochs()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1001})
  void theNumberOfClassesIsBounded(int classes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Task.classification(classes))
        .withMessage("the number of classes must be between 1 and 1000, not " + classes);
    assertThatIllegalArgumentException().isThrownBy(() -> Task.oneVsAll(classes));
  }

  @Test
  void tasksKnowTheirSizes() {
    assertThat(Task.classification(1000).width()).isEqualTo(1000);
    assertThat(Task.oneVsAll(4))
        .isEqualTo(new Task(PredictionKind.SIGMOID, 4, 1))
        .matches(task -> task.classes() == 4 && task.width() == 4 && task.isClassification());
    assertThat(Task.regression())
        .matches(task -> task.classes() == 0 && task.width() == 1 && !task.isClassification());
  }

  @Test
  void tasksThatMakeNoSenseAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Task(PredictionKind.SIGMOID, 1, 2))
        .withMessage("SIGMOID predictors have 1 output, not 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Task(PredictionKind.SOFTMAX, 2, 3))
        .withMessageContaining("only one-vs-all networks have several groups");
  }

  @Test
  void theClassAttributeDecidesTheTask() {
    assertThat(Task.of(0, false)).isEqualTo(Task.regression());
    assertThat(Task.of(3, false)).isEqualTo(Task.classification(3));
    assertThat(Task.of(3, true)).isEqualTo(Task.oneVsAll(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Task.of(0, true))
        .withMessageContaining("one-vs-all needs classes");
  }
}
