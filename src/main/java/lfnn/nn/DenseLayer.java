package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** y = activation(x·W + b). */
final class DenseLayer extends Layer {

  private final AffineLayer affine;
  private final Activation activation;

  /**
   * @param inputs columns of x
   * @param blocks on the diagonal of W
   */
  DenseLayer(
      Kernels kernels,
      String name,
      int inputs,
      LayerShape output,
      int groups,
      int blocks,
      Activation activation) {
    super(kernels, output, groups);
    this.affine = new AffineLayer(kernels, name, inputs, width(), blocks);
    this.activation = activation;
  }

  @Override
  List<Parameter> parameters() {
    return affine.parameters();
  }

  @Override
  void initialise(SplittableRandom random) {
    affine.initialise(random, AffineLayer.gain(activation));
  }

  @Override
  void forward(Matrix x, LayerMemory memory, Pass pass) {
    affine.forward(x, memory.output());
    kernels().activate(activation, memory.output());
  }

  @Override
  void backward(Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    kernels().activationGradient(activation, memory.output(), memory.gradient());
    if (learns) {
      affine.gradient(x, memory.gradient());
    }
    if (dx != null) {
      affine.inputGradient(memory.gradient(), dx);
    }
  }
}
