package lfnn.nn;

import lfnn.data.Seeds;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** In training, sets values to 0 at random; see {@link LayerKernels#dropout}. */
final class DropoutLayer extends Layer {

  private final double rate;
  private final String name;

  /**
   * @param name of the layer in the network, so that two layers do not draw alike
   */
  DropoutLayer(Kernels kernels, String name, LayerShape shape, int groups, double rate) {
    super(kernels, shape, groups);
    this.rate = rate;
    this.name = name;
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

  @Override
  void tangent(
      Matrix x,
      @Nullable Matrix xTangent,
      LayerMemory memory,
      Pass pass,
      Perturbation perturbation) {
    if (xTangent != null) {
      drop(xTangent, memory.tangent(), pass);
    }
  }

  private void drop(Matrix from, Matrix to, Pass pass) {
    if (pass.training() && rate > 0) {
      // Masks of neighbouring seeds are each other's, moved by some places: the seed is drawn.
      long seed = Seeds.number(pass.seed() + name.hashCode(), 1);
      kernels().layers().dropout(rate, seed, from, to);
    } else {
      kernels().copy(from, to);
    }
  }
}
