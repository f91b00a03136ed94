package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import lfnn.data.BatchLayout;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** y = activation(W·x + b) along the pixels of an image, alike for every channel. */
final class MixPixelsLayer extends ActivatedLayer {

  private final AffineLayer affine;
  private final int pixels;
  private final int channels;

  MixPixelsLayer(Kernels kernels, String name, LayerShape shape, Activation activation) {
    super(kernels, shape, 1, activation);
    this.channels = shape.shape().channels();
    this.pixels = shape.shape().height() * shape.shape().width();
    this.affine = new AffineLayer(kernels, name, pixels, pixels, 1, AffineLayer.gain(activation));
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
  LayerMemory memory(int examples) {
    return super.memory(examples)
        .with(channels, pixels, BatchLayout.FEATURE_MAJOR)
        .with(channels, pixels, BatchLayout.FEATURE_MAJOR);
  }

  @Override
  void preactivate(Matrix x, LayerMemory memory, Pass pass) {
    mix(x, memory, affine::forward, memory.output());
  }

  /** Applies a map of columns to columns to images. */
  private void mix(Matrix x, LayerMemory memory, BiConsumer<Matrix, Matrix> map, Matrix y) {
    LayerKernels layers = kernels().layers();
    layers.pixelsToColumns(output().shape(), x, memory.extra(0));
    map.accept(memory.extra(0), memory.extra(1));
    layers.columnsToPixels(output().shape(), memory.extra(1), y);
  }

  @Override
  void backwardFromPreactivation(
      Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    LayerKernels layers = kernels().layers();
    Matrix columns = memory.extra(0);
    Matrix signals = memory.extra(1);
    layers.pixelsToColumns(output().shape(), memory.gradient(), signals);
    if (learns) {
      layers.pixelsToColumns(output().shape(), x, columns);
      affine.gradient(columns, signals);
    }
    if (dx != null) {
      affine.inputGradient(signals, columns);
      layers.columnsToPixels(output().shape(), columns, dx);
    }
  }

  @Override
  void inputTangent(Matrix x, Matrix xTangent, LayerMemory memory, Matrix tangent) {
    mix(xTangent, memory, affine::inputTangent, tangent);
  }

  @Override
  void parameterTangent(Matrix x, LayerMemory memory, Matrix tangent) {
    mix(x, memory, affine::parameterTangent, tangent);
  }

  @Override
  void scaleDirection(Slopes slopes) {
    // Every weight reaches all channels, so all parts of the loss.
    affine.scaleDirection(slopes.merged(1));
  }
}
