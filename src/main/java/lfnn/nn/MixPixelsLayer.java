package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.data.BatchLayout;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** y = activation(W·x + b) along the pixels of an image, alike for every channel. */
final class MixPixelsLayer extends Layer {

  private final AffineLayer affine;
  private final Activation activation;
  private final int pixels;
  private final int channels;

  MixPixelsLayer(Kernels kernels, String name, LayerShape shape, Activation activation) {
    super(kernels, shape, 1);
    this.activation = activation;
    this.channels = shape.shape().channels();
    this.pixels = shape.shape().height() * shape.shape().width();
    this.affine = new AffineLayer(kernels, name, pixels, pixels, 1);
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
  LayerMemory memory(int examples) {
    return super.memory(examples)
        .with(channels, pixels, BatchLayout.FEATURE_MAJOR)
        .with(channels, pixels, BatchLayout.FEATURE_MAJOR);
  }

  @Override
  void forward(Matrix x, LayerMemory memory, Pass pass) {
    LayerKernels layers = kernels().layers();
    layers.pixelsToColumns(output().shape(), x, memory.extra(0));
    affine.forward(memory.extra(0), memory.extra(1));
    layers.columnsToPixels(output().shape(), memory.extra(1), memory.output());
    kernels().activate(activation, memory.output());
  }

  @Override
  void backward(Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    LayerKernels layers = kernels().layers();
    kernels().activationGradient(activation, memory.output(), memory.gradient());
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
}
