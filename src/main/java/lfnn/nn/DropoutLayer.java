package lfnn.nn;

import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** In training, sets values to 0 at random; see {@link LayerKernels#dropout}. */
final class DropoutLayer extends Layer {

  private final double rate;
  private final long number;

  /**
   * @param number of the layer in the network, so that two layers do not draw alike
   */
  DropoutLayer(Kernels kernels, LayerShape shape, int groups, double rate, long number) {
    super(kernels, shape, groups);
    this.rate = rate;
    this.number = number;
  }

  @Override
  void forward(Matrix x, LayerMemory memory, Pass pass) {
    drop(x, memory.output(), pass);
  }

  @Override
  void backward(Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    if (dx != null) {
      drop(memory.gradient(), dx, pass);
    }
  }

  private void drop(Matrix from, Matrix to, Pass pass) {
    if (pass.training() && rate > 0) {
      kernels().layers().dropout(rate, pass.seed() + number * 0x9E3779B97F4A7C15L, from, to);
    } else {
      kernels().copy(from, to);
    }
  }
}
