package lfnn.nn;

import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** The pixels of images as values, channel by channel; values stay as they are. */
final class FlattenLayer extends Layer {

  private final LayerShape input;

  FlattenLayer(Kernels kernels, LayerShape input, int groups) {
    super(kernels, LayerShape.flat(input.size()), groups);
    this.input = input;
  }

  @Override
  void forward(Matrix x, LayerMemory memory, Pass pass) {
    flatten(x, memory.output());
  }

  private void flatten(Matrix images, Matrix values) {
    if (input.isImage()) {
      kernels().layers().averageTiles(pixels(), images, values);
    } else {
      kernels().copy(images, values);
    }
  }

  @Override
  void backward(Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    if (dx == null) {
      return;
    }
    if (input.isImage()) {
      dx.fill(0);
      kernels().layers().addAverageTilesGradient(pixels(), memory.gradient(), dx);
    } else {
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
      flatten(xTangent, memory.tangent());
    }
  }

  private Window pixels() {
    return Window.tiles(input.shape(), 1);
  }
}
