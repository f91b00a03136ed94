package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lfnn.spec.LayerShape;
import org.junit.jupiter.api.Test;

class DropoutLayerTest {

  private static final int SIZE = 4_000;
  private static final Kernels KERNELS = new HeapKernels(1);

  /** 2 where a value is kept, else 0. */
  private static float[] mask(String name, Pass pass) {
    DropoutLayer layer = new DropoutLayer(KERNELS, name, LayerShape.flat(SIZE), 1, 0.5);
    Matrix ones = KERNELS.matrix(1, SIZE);
    ones.fill(1);
    LayerMemory memory = layer.memory(1);
    layer.forward(ones, memory, pass);
    return memory.output().toFloats();
  }

  @Test
  void aPassDropsTheSameValuesForwardAndBack() {
    Pass pass = Pass.training(5);
    assertThat(mask("stage 1.layer 2", pass))
        .containsOnly(0, 2)
        .isEqualTo(mask("stage 1.layer 2", pass));
    DropoutLayer layer =
        new DropoutLayer(KERNELS, "stage 1.layer 2", LayerShape.flat(SIZE), 1, 0.5);
    Matrix ones = KERNELS.matrix(1, SIZE);
    ones.fill(1);
    LayerMemory memory = layer.memory(1);
    memory.gradient().fill(1);
    Matrix dx = KERNELS.matrix(1, SIZE);
    layer.backward(ones, memory, pass, true, dx);
    assertThat(dx.toFloats()).isEqualTo(mask("stage 1.layer 2", pass));
  }

  @Test
  void layersAndPassesDrawIndependently() {
    float[] first = mask("stage 1.layer 2", Pass.training(5));
    List<float[]> others =
        List.of(
            mask("stage 1.layer 3", Pass.training(5)),
            mask("stage 1.layer 4", Pass.training(5)),
            mask("stage 2.layer 2", Pass.training(5)),
            mask("stage 1.layer 2", Pass.training(6)),
            mask("stage 1.layer 2", Pass.training(-5)));
    for (float[] other : others) {
      // Nor is one mask the other's, moved by some places.
      for (int by = -40; by <= 40; by++) {
        int alike = 0;
        for (int i = 40; i < SIZE - 40; i++) {
          alike += first[i] == other[i + by] ? 1 : 0;
        }
        // Six standard deviations of a fair coin.
        assertThat(alike).as("alike, moved by %d", by).isBetween(1_770, 2_150);
      }
    }
  }

  @Test
  void predictionDropsNothing() {
    assertThat(mask("stage 1.layer 2", Pass.PREDICTION)).containsOnly(1);
  }
}
