package lfnn.nn;

import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** y = activation(x). */
final class ActivationLayer extends Layer {

  private final Activation activation;

  ActivationLayer(Kernels kernels, LayerShape shape, int groups, Activation activation) {
    super(kernels, shape, groups);
    this.activation = activation;
  }

  @Override
  void forward(Matrix x, LayerMemory memory, Pass pass) {
    kernels().copy(x, memory.output());
    kernels().activate(activation, memory.output());
  }

  @Override
  void backward(Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    if (dx != null) {
      kernels().activationGradient(activation, memory.output(), memory.gradient());
      kernels().copy(memory.gradient(), dx);
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
      kernels().copy(xTangent, memory.tangent());
      kernels().activationGradient(activation, memory.output(), memory.tangent());
    }
  }
}
