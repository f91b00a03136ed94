package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import lfnn.Tolerances;
import lfnn.spec.Task;
import org.junit.jupiter.api.Test;

class LossesTest {

  /** Two examples of three columns: 0.5, 0.25, 0.25 and 0.125, 0.75, 0.125. */
  private static final float[] COLUMNS = {0.5f, 0.125f, 0.25f, 0.75f, 0.25f, 0.125f};

  @Test
  void classesHaveCrossEntropy() {
    Task task = Task.classification(3);
    assertThat(Losses.loss(task, COLUMNS, 0, 2, 2))
        .isCloseTo(Math.log(4), Tolerances.CLOSED_FORM_DOUBLE);
    assertThat(Losses.error(task, COLUMNS, 1, 2, 1)).isZero();
    assertThat(Losses.error(task, COLUMNS, 1, 2, 0)).isEqualTo(1);
  }

  @Test
  void oneVsAllSumsTheBinaryCrossEntropies() {
    assertThat(Losses.loss(Task.oneVsAll(3), COLUMNS, 1, 2, 1))
        .isCloseTo(
            -Math.log(0.875) - Math.log(0.75) - Math.log(0.875), Tolerances.CLOSED_FORM_DOUBLE);
  }

  @Test
  void valuesHaveHalfTheSquaredError() {
    float[] predictions = {1, 3};
    assertThat(Losses.loss(Task.regression(), predictions, 1, 2, 1)).isEqualTo(2);
    assertThat(Losses.error(Task.regression(), predictions, 1, 2, 1)).isEqualTo(4);
  }

  @Test
  void certainMistakesHaveAFiniteLoss() {
    assertThat(Losses.loss(Task.classification(2), new float[] {0, 1}, 0, 1, 0)).isFinite();
    assertThat(Losses.loss(Task.oneVsAll(2), new float[] {0, 1}, 0, 1, 0)).isFinite();
  }

  @Test
  void theLowerOfEqualColumnsIsTheLargest() {
    assertThat(Losses.largest(COLUMNS, 1, 2, 3)).isEqualTo(1);
    assertThat(Losses.largest(new float[] {0.25f, 0.25f, 0.25f, 0.25f}, 0, 1, 4)).isZero();
    assertThat(Losses.largest(new float[] {0, 0.5f, 0.5f}, 0, 1, 3)).isEqualTo(1);
  }
}
