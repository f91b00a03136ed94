package lfnn.nn;

import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** The largest or the mean value of each channel in windows. */
final class PoolLayer extends Layer {

  private final Window window;
  private final boolean maximum;

  PoolLayer(Kernels kernels, LayerShape output, Window window, boolean maximum) {
    super(kernels, output, 1);
    this.window = window;
    this.maximum = maximum;
  }

  @Override
  void forward(Matrix x, LayerMemory memory, Pass pass) {
    if (maximum) {
      kernels().layers().maxPool(window, x, memory.output());
    } else {
      kernels().layers().averagePool(window, x, memory.output());
    }
  }

  @Override
  void backward(Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    if (dx == null) {
      return;
    }
    if (maximum) {
      kernels().layers().maxPoolGradient(window, x, memory.output(), memory.gradient(), dx);
    } else {
      kernels().layers().averagePoolGradient(window, memory.gradient(), dx);
    }
  }

  @Override
  void tangent(
      Matrix x,
      @Nullable Matrix xTangent,
      LayerMemory memory,
      Pass pass,
      Perturbation perturbation) {
    if (xTangent == null) {
      return;
    }
    if (maximum) {
      kernels().layers().maxPoolTangent(window, x, memory.output(), xTangent, memory.tangent());
    } else {
      kernels().layers().averagePool(window, xTangent, memory.tangent());
    }
  }
}
