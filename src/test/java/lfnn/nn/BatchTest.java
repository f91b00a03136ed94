package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import lfnn.data.InputShape;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {

  private static final HeapKernels KERNELS = new HeapKernels();

  private static Network network(Task task, String stages) {
    return new Network(
        Architecture.of(InputShape.flat(2), task, NetworkSpec.parse(stages)), KERNELS);
  }

  private static Batch batch(Network network, float... labels) {
    Batch batch = new Batch(network.architecture(), KERNELS, 5);
    batch.set(labels.length, new float[10], labels, new float[] {1, 1, 1, 1, 1});
    return batch;
  }

  @Test
  void classesBecomeColumns() {
    Network network = network(Task.classification(3), "fc(workers=2)");
    Batch batch = batch(network, 2, 0, 1, 2);
    assertThat(batch.size()).isEqualTo(4);
    assertThat(batch.targets().toFloats()).containsExactly(0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1);
    assertThat(batch.targets(network.stages().get(0))).isSameAs(batch.targets());
  }

  @Test
  void singleNeuronsSeeWhetherItIsTheSecondClass() {
    Network network =
        network(Task.classification(2), "fc(workers=2, neurons=1); block(dense(3), heads=2)");
    Batch batch = batch(network, 1, 0, 1);
    assertThat(batch.targets(network.stages().get(0)).toFloats()).containsExactly(1, 0, 1);
    assertThat(batch.targets(network.stages().get(1)).toFloats()).containsExactly(0, 1, 0, 1, 0, 1);
  }

  @Test
  void everyNetworkOfOneVsAllSeesItsOwnClass() {
    Network network = network(Task.oneVsAll(2), "fc(workers=2)");
    assertThat(batch(network, 1, 0, 1).targets(network.stages().get(0)).toFloats())
        .containsExactly(0, 1, 0, 1, 0, 1);
  }

  @Test
  void valuesStayAsTheyAre() {
    Network network = network(Task.regression(), "fc(workers=2, neurons=1)");
    assertThat(batch(network, 1.5f, -2).targets(network.stages().get(0)).toFloats())
        .containsExactly(1.5f, -2);
  }

  @ParameterizedTest
  @ValueSource(floats = {-1, 3, 0.5f, Float.NaN})
  void whatIsNoClassIsRefused(float label) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batch(network(Task.classification(3), "0"), 0, label))
        .withMessage("a label must be a class index from 0 to 2, not " + label);
  }
}
