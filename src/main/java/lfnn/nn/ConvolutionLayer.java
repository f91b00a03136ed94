package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.data.BatchLayout;
import lfnn.spec.LayerShape;
import lfnn.spec.LayerSpec;
import org.jspecify.annotations.Nullable;

/** y = activation(x ∗ W + b). */
final class ConvolutionLayer extends Layer {

  private final Window window;
  private final LayerSpec.Convolution spec;
  private final Parameter weights;
  private final Parameter biases;
  private final int fanIn;

  ConvolutionLayer(Kernels kernels, String name, LayerShape input, LayerSpec.Convolution spec) {
    super(kernels, spec.output(input), 1);
    this.spec = spec;
    this.window =
        Window.of(
            input,
            output(),
            spec.kernel(),
            spec.stride(),
            spec.padding() == LayerSpec.Padding.SAME);
    this.fanIn = spec.kernel() * spec.kernel() * input.shape().channels() / spec.groups();
    int perGroup = fanIn * spec.filters() / spec.groups();
    this.weights =
        new Parameter(
            name + ".weights",
            kernels.matrix(spec.groups(), perGroup, BatchLayout.CHANNELS_LAST),
            kernels.matrix(spec.groups(), perGroup, BatchLayout.CHANNELS_LAST),
            true);
    this.biases =
        new Parameter(
            name + ".biases",
            kernels.matrix(1, spec.filters()),
            kernels.matrix(1, spec.filters()),
            false);
  }

  @Override
  List<Parameter> parameters() {
    return List.of(weights, biases);
  }

  @Override
  void initialise(SplittableRandom random) {
    AffineLayer.initialise(
        weights.value(), Math.sqrt(3 * AffineLayer.gain(spec.activation()) / fanIn), random);
  }

  @Override
  void forward(Matrix x, LayerMemory memory, Pass pass) {
    kernels()
        .layers()
        .convolve(window, spec.groups(), x, weights.value(), biases.value(), memory.output());
    kernels().activate(spec.activation(), memory.output());
  }

  @Override
  void backward(Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    Matrix dz = memory.gradient();
    kernels().activationGradient(spec.activation(), memory.output(), dz);
    LayerKernels layers = kernels().layers();
    if (learns) {
      layers.convolutionGradient(
          window, spec.groups(), x, weights.value(), dz, weights.gradient(), biases.gradient(), dx);
    } else if (dx != null) {
      layers.convolutionInputGradient(window, spec.groups(), weights.value(), dz, dx);
    }
  }
}
