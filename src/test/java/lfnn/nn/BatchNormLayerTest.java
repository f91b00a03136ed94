package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.Tolerances;
import lfnn.data.BatchLayout;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import org.junit.jupiter.api.Test;

class BatchNormLayerTest {

  private static final Kernels KERNELS = new HeapKernels(1);

  private static BatchNormLayer layer(LayerShape shape) {
    BatchNormLayer layer = new BatchNormLayer(KERNELS, "layer", shape, 1, Activation.IDENTITY);
    layer.initialise(new SplittableRandom(1));
    return layer;
  }

  private static float[] forward(BatchNormLayer layer, Matrix x, Pass pass) {
    LayerMemory memory = layer.memory(x.rows());
    layer.forward(x, memory, pass);
    return memory.output().toFloats();
  }

  /** Two images of 2 channels and 1 × 2 pixels; means 2 and 40, variances 1 and 500. */
  private static Matrix images() {
    Matrix x = KERNELS.matrix(2, 4, BatchLayout.CHANNELS_LAST);
    x.set(new float[] {1, 10, 3, 70, 1, 40, 3, 40});
    return x;
  }

  @Test
  void runningStatisticsGoATenthOfTheWayToThoseOfABatch() {
    BatchNormLayer layer = layer(LayerShape.image(2, 1, 2));
    List<Matrix> statistics = layer.statistics();
    assertThat(statistics.get(0).toFloats()).containsExactly(0, 0);
    assertThat(statistics.get(1).toFloats()).containsExactly(1, 1);
    forward(layer, images(), Pass.training(1));
    assertThat(statistics.get(0).toFloats())
        .containsExactly(new float[] {0.2f, 4}, Tolerances.singlePrecision(1, 1));
    assertThat(statistics.get(1).toFloats())
        .containsExactly(new float[] {1, 45.9f}, Tolerances.singlePrecision(1, 45));
    forward(layer, images(), Pass.training(2));
    assertThat(statistics.get(0).toFloats())
        .containsExactly(new float[] {0.38f, 7.6f}, Tolerances.singlePrecision(1, 1));
  }

  @Test
  void trainingNormalisesByTheBatchAndPredictionByRunningStatistics() {
    BatchNormLayer layer = layer(LayerShape.image(2, 1, 2));
    float deviation = (float) Math.sqrt(450);
    assertThat(forward(layer, images(), Pass.training(1)))
        .containsExactly(
            new float[] {-1, -30 / deviation, 1, 30 / deviation, -1, 0, 1, 0},
            Tolerances.EPSILON_OF_NORMALISATION);
    layer.statistics().get(0).set(new float[] {1, 10});
    layer.statistics().get(1).set(new float[] {4, 100});
    float[] before = layer.statistics().get(1).toFloats();
    assertThat(forward(layer, images(), Pass.PREDICTION))
        .containsExactly(new float[] {0, 0, 1, 6, 0, 3, 1, 3}, Tolerances.EPSILON_OF_NORMALISATION);
    assertThat(layer.statistics().get(1).toFloats()).isEqualTo(before);
  }

  @Test
  void anOnlyExampleLeavesRunningStatisticsAsTheyWere() {
    BatchNormLayer layer = layer(LayerShape.flat(3));
    Matrix x = KERNELS.matrix(1, 3);
    x.set(new float[] {5, -7, 100});
    assertThat(forward(layer, x, Pass.training(1))).containsExactly(0, 0, 0);
    assertThat(layer.statistics().get(0).toFloats()).containsExactly(0, 0, 0);
    assertThat(layer.statistics().get(1).toFloats()).containsExactly(1, 1, 1);
  }

  @Test
  void anOnlyImageMovesThemByItsPixels() {
    BatchNormLayer layer = layer(LayerShape.image(1, 2, 1));
    Matrix x = KERNELS.matrix(1, 2, BatchLayout.CHANNELS_LAST);
    x.set(new float[] {4, 6});
    forward(layer, x, Pass.training(1));
    assertThat(layer.statistics().get(0).toFloats())
        .containsExactly(new float[] {0.5f}, Tolerances.singlePrecision(1, 1));
  }

  @Test
  void valuesThatAreAllAlikeStayFinite() {
    BatchNormLayer layer = layer(LayerShape.flat(2));
    Matrix x = KERNELS.matrix(3, 2);
    x.fill(7);
    LayerMemory memory = layer.memory(3);
    layer.forward(x, memory, Pass.training(1));
    assertThat(memory.output().toFloats())
        .containsExactly(new float[6], Tolerances.singlePrecision(1, 7 / (float) Math.sqrt(1e-5)));
    memory.gradient().set(new float[] {1, 2, 3, 4, 5, 6});
    Matrix dx = KERNELS.matrix(3, 2);
    layer.backward(x, memory, Pass.training(1), true, dx);
    for (float value : dx.toFloats()) {
      assertThat(value).isFinite();
    }
  }
}
