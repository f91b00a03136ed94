package lfnn.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import lfnn.data.InputShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureTest {

  private static Architecture architecture(int features, Task task, String network) {
    return Architecture.of(InputShape.flat(features), task, NetworkSpec.parse(network));
  }

  @Test
  void countsThePaperStates() {
    assertThat(
            architecture(784, Task.classification(10), "fc(workers=32); fc(workers=32)")
                .parameterCount())
        .isEqualTo(357_130);
    assertThat(architecture(784, Task.oneVsAll(10), "fc(workers=32)").parameterCount())
        .isEqualTo(251_530);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0                                              | 33",
        "fc(workers=2)                                  | 11*6 + 7*3",
        "block(dense(5), heads=4)                       | 11*5 + 6*12 + 6*3",
        "block(dense(6), heads=3, split)                | 11*6 + 3*3*3 + 7*3",
        "block(dense(4), dense(5), heads=2); fc(workers=2) | 11*4 + 5*5 + 6*6 + 6*6 + 7*3",
      })
  void parametersOfThreeClassesAndTenInputsAreCounted(String network, String sum) {
    assertThat(architecture(10, Task.classification(3), network).parameterCount())
        .isEqualTo(evaluate(sum));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0                                              | 33",
        "fc(workers=2)                                  | 11*6 + 3*3",
        "fc(workers=2); fc(workers=4)                   | 11*6 + 3*3*4 + 3*5",
        "block(dense(6), heads=3, split)                | 11*18 + 3*3*3 + 3*7",
        "block(dense(6), dense(5), heads=2)             | 11*18 + 3*7*5 + 3*6*2 + 3*6",
      })
  void oneVsAllCountsEveryGroupOnItsOwn(String network, String sum) {
    assertThat(architecture(10, Task.oneVsAll(3), network).parameterCount())
        .isEqualTo(evaluate(sum));
  }

  @Test
  void whatComesBeforeTheFirstDenseLayerIsSharedByOneVsAll() {
    Architecture architecture =
        architecture(10, Task.oneVsAll(3), "block(batch-norm, dense(6), batch-norm, heads=2)");
    assertThat(architecture.parameterCount()).isEqualTo(evaluate("2*10 + 3*66 + 3*12 + 3*14 + 21"));
    assertThat(architecture.statisticCount()).isEqualTo(evaluate("2*10 + 3*12"));
  }

  private static long evaluate(String sum) {
    long total = 0;
    for (String term : sum.split("\\+", -1)) {
      long product = 1;
      for (String factor : term.strip().split("\\*", -1)) {
        product *= Long.parseLong(factor);
      }
      total += product;
    }
    return total;
  }

  @Test
  void widthsFollowTheStages() {
    Architecture architecture =
        architecture(
            10, Task.classification(3), "fc(workers=4); block(dense(7), heads=2); fc(workers=1)");
    assertThat(architecture.inputWidth(0)).isEqualTo(10);
    assertThat(architecture.inputWidth(1)).isEqualTo(12);
    assertThat(architecture.inputWidth(2)).isEqualTo(7);
    assertThat(architecture.inputWidth(3)).isEqualTo(3);
    assertThat(architecture.inputGroups(1)).isEqualTo(1);
    assertThat(architecture(10, Task.oneVsAll(3), "fc(workers=4)").inputGroups(0)).isEqualTo(1);
    assertThat(architecture(10, Task.oneVsAll(3), "fc(workers=4)").inputGroups(1)).isEqualTo(3);
  }

  @Test
  void singleNeuronsPredictTwoClassesAsSigmoids() {
    Architecture architecture =
        architecture(10, Task.classification(2), "fc(workers=4, neurons=1); fc(workers=3)");
    assertThat(architecture.workerKind(0)).isEqualTo(PredictionKind.SIGMOID);
    assertThat(architecture.workerOutputs(0)).isEqualTo(1);
    assertThat(architecture.workerKind(1)).isEqualTo(PredictionKind.SOFTMAX);
    assertThat(architecture.stageWidth(0)).isEqualTo(4);
    assertThat(architecture.stageWidth(1)).isEqualTo(6);
  }

  @Test
  void aNumberIsPredictedByIdentityEvenWithOneNeuron() {
    Architecture architecture = architecture(10, Task.regression(), "fc(workers=4, neurons=1)");
    assertThat(architecture.workerKind(0)).isEqualTo(PredictionKind.IDENTITY);
  }

  @Test
  void workersThatCannotPredictAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> architecture(10, Task.classification(3), "fc; fc(neurons=1)"))
        .withMessage(
            "stage 2: a worker of 1 neurons cannot predict 3 classes; leave neurons out (3) or use"
                + " one-vs-all");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> architecture(10, Task.regression(), "fc(neurons=2)"))
        .withMessage(
            "stage 1: a worker of 2 neurons cannot predict a number; leave neurons out (1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "block(dropout(0.2), heads=2) | stage 1: in one-vs-all each class has a network of its own,"
            + " so the first block needs a dense layer",
        "block(batch-norm, relu, heads=2); fc | stage 1: in one-vs-all each class has a network of"
            + " its own, so the first block needs a dense layer",
        "fc(workers=2); block(dense(4), layer-norm, heads=2) | stage 2, layer 2 layer-norm:"
            + " one-vs-all networks have layers of dense (without groups), batch-norm, dropout and"
            + " activations only: leave one-vs-all out",
        "block(dense(4, groups=2), heads=2) | stage 1, layer 1 dense(4, groups=2): one-vs-all"
            + " networks have layers of dense (without groups),",
        "block(conv(4), heads=2)       | stage 1, layer 1 conv(4): one-vs-all networks",
        "block(max-pool(2), heads=2)   | stage 1, layer 1 max-pool(2): one-vs-all networks",
        "block(mix-pixels, heads=2)    | stage 1, layer 1 mix-pixels: one-vs-all networks",
        "block(global-average)         | stage 1, layer 1 global-average: one-vs-all networks",
        "block(residual(dense(10)))    | stage 1, layer 1 residual(dense(10)): one-vs-all networks",
        "filters(workers=2)            | stage 1, layer 1 conv(2, activation=identity): one-vs-all",
        "block(dense(4), similarity=0.5) | stage 1: the similarity loss compares classes, but"
            + " one-vs-all looks at one class at a time: leave similarity out",
      })
  void whatNeedsMoreThanOneClassIsRefusedByOneVsAll(String network, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> architecture(10, Task.oneVsAll(3), network))
        .withMessageStartingWith(message);
  }

  @Test
  void theSimilarityLossNeedsClasses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> architecture(10, Task.regression(), "block(dense(4), similarity=0.5)"))
        .withMessage(
            "stage 1: the similarity loss compares classes, but there are none: leave similarity"
                + " out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fc(workers=1000000); fc(workers=1000000)",
        "block(dense(1000000), heads=1000000)",
        "fc(workers=1000000); fc(workers=1000000); fc(workers=1000000); fc(workers=1000000);"
            + " fc(workers=1000000); fc(workers=1000000); fc(workers=1000000); fc(workers=1000000);"
            + " fc(workers=1000000); fc(workers=1000000); fc(workers=1000000); fc(workers=1000000)",
      })
  void networksTooLargeForArraysAreRefused(String network) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> architecture(1_000_000, Task.classification(1_000), network))
        .withMessageContaining("1073741823 are supported: make it narrower");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> architecture(1_000_000, Task.oneVsAll(1_000), network))
        .withMessageContaining("1073741823 are supported: make it narrower");
  }
}
