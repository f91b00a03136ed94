package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** y = activation(x·W + b). */
final class DenseLayer extends ActivatedLayer {

  private final AffineLayer affine;
  private final int blocks;

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
    super(kernels, output, groups, activation);
    this.affine =
        new AffineLayer(kernels, name, inputs, width(), blocks, AffineLayer.gain(activation));
    this.blocks = blocks;
  }

  @Override
  List<Parameter> parameters() {
    return affine.parameters();
  }

  @Override
  void initialise(SplittableRandom random) {
    affine.initialise(random);
  }

  @Override
  void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed) {
    affine.fixFeedback(random, fixed);
  }

  @Override
  void preactivate(Matrix x, LayerMemory memory, Pass pass) {
    affine.forward(x, memory.output());
  }

  @Override
  void backwardFromPreactivation(
      Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    if (learns) {
      affine.gradient(x, memory.gradient());
    }
    if (dx != null) {
      affine.inputGradient(memory.gradient(), dx);
    }
  }

  @Override
  void inputTangent(Matrix x, Matrix xTangent, LayerMemory memory, Matrix tangent) {
    affine.inputTangent(xTangent, tangent);
  }

  @Override
  void parameterTangent(Matrix x, LayerMemory memory, Matrix tangent) {
    affine.parameterTangent(x, tangent);
  }

  @Override
  void scaleDirection(Slopes slopes) {
    affine.scaleDirection(slopes);
  }

  @Override
  int inputSlices(int slices) {
    return commonSlices(slices, blocks);
  }
}
