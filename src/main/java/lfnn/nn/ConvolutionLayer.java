package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import lfnn.data.BatchLayout;
import lfnn.spec.LayerShape;
import lfnn.spec.LayerSpec;
import org.jspecify.annotations.Nullable;

/** y = activation(x ∗ W + b). */
final class ConvolutionLayer extends ActivatedLayer {

  private final Window window;
  private final LayerSpec.Convolution spec;
  private final Weights weights;
  private final Parameter biases;
  private final Matrix noBiases;

  ConvolutionLayer(Kernels kernels, String name, LayerShape input, LayerSpec.Convolution spec) {
    super(kernels, spec.output(input), 1, spec.activation());
    this.spec = spec;
    this.window =
        Window.of(
            input,
            output(),
            spec.kernel(),
            spec.stride(),
            spec.padding() == LayerSpec.Padding.SAME);
    int fanIn = spec.kernel() * spec.kernel() * input.shape().channels() / spec.groups();
    int perGroup = fanIn * spec.filters() / spec.groups();
    this.weights =
        new Weights(
            kernels,
            name + ".weights",
            kernels.matrix(spec.groups(), perGroup, BatchLayout.CHANNELS_LAST),
            Math.sqrt(3 * AffineLayer.gain(spec.activation()) / fanIn));
    this.biases =
        new Parameter(
            name + ".biases",
            kernels.matrix(1, spec.filters()),
            kernels.matrix(1, spec.filters()),
            false);
    this.noBiases = kernels.matrix(1, spec.filters());
  }

  @Override
  List<Parameter> parameters() {
    return List.of(weights.parameter(), biases);
  }

  @Override
  void initialise(SplittableRandom random) {
    weights.initialise(random);
  }

  @Override
  void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed) {
    weights.fixFeedback(random, fixed);
  }

  @Override
  void preactivate(Matrix x, LayerMemory memory, Pass pass) {
    convolve(x, weights.value(), biases.value(), memory.output());
  }

  private void convolve(Matrix x, Matrix kernel, Matrix shifts, Matrix z) {
    kernels().layers().convolve(window, spec.groups(), x, kernel, shifts, z);
  }

  @Override
  void backwardFromPreactivation(
      Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    Matrix dz = memory.gradient();
    LayerKernels layers = kernels().layers();
    if (learns) {
      layers.convolutionGradient(
          window,
          spec.groups(),
          x,
          weights.feedback(),
          dz,
          weights.gradient(),
          biases.gradient(),
          dx);
    } else if (dx != null) {
      layers.convolutionInputGradient(window, spec.groups(), weights.feedback(), dz, dx);
    }
  }

  @Override
  void inputTangent(Matrix x, Matrix xTangent, LayerMemory memory, Matrix tangent) {
    convolve(xTangent, weights.value(), noBiases, tangent);
  }

  @Override
  void parameterTangent(Matrix x, LayerMemory memory, Matrix tangent) {
    convolve(x, weights.gradient(), biases.gradient(), tangent);
  }

  @Override
  void scaleDirection(Slopes slopes) {
    Matrix byGroup = slopes.ofOutputs(spec.groups(), spec.filters());
    kernels().scaleSlices(byGroup, 1, weights.gradient());
    kernels().scaleSlices(slopes.ofOutputs(1, spec.filters()), 1, biases.gradient());
  }

  @Override
  int inputSlices(int slices) {
    return commonSlices(slices, spec.groups());
  }
}
