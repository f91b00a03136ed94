package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/**
 * y = activation(gain · (x − mean) / √(variance + ε) + shift), row by row; see {@link
 * LayerKernels}.
 */
final class LayerNormLayer extends ActivatedLayer {

  private final @Nullable Parameter gains;
  private final @Nullable Parameter shifts;

  /**
   * @param plain without gains and shifts
   */
  LayerNormLayer(
      Kernels kernels, String name, LayerShape shape, boolean plain, Activation activation) {
    super(kernels, shape, 1, activation);
    int channels = shape.channels();
    gains =
        plain
            ? null
            : new Parameter(
                name + ".gains", kernels.matrix(1, channels), kernels.matrix(1, channels), false);
    shifts =
        plain
            ? null
            : new Parameter(
                name + ".shifts", kernels.matrix(1, channels), kernels.matrix(1, channels), false);
  }

  @Override
  List<Parameter> parameters() {
    return gains == null ? List.of() : List.of(gains, shifts);
  }

  @Override
  void initialise(SplittableRandom random) {
    if (gains != null) {
      gains.value().fill(1);
      shifts.value().fill(0);
    }
  }

  @Override
  void preactivate(Matrix x, LayerMemory memory, Pass pass) {
    kernels()
        .layers()
        .normaliseRows(output().channels(), x, value(gains), value(shifts), memory.output());
  }

  @Override
  void backwardFromPreactivation(
      Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    kernels()
        .layers()
        .normaliseRowsGradient(
            output().channels(),
            x,
            value(gains),
            memory.gradient(),
            learns && gains != null ? gains.gradient() : null,
            learns && shifts != null ? shifts.gradient() : null,
            dx);
  }

  @Override
  void inputTangent(Matrix x, Matrix xTangent, LayerMemory memory, Matrix tangent) {
    // The derivative of x̂ with respect to x is symmetric, so a direction passes as a gradient
    // does.
    kernels()
        .layers()
        .normaliseRowsGradient(output().channels(), x, null, xTangent, null, null, tangent);
    if (gains != null) {
      kernels().scaleSlices(gains.value(), 1, tangent);
    }
  }

  @Override
  void parameterTangent(Matrix x, LayerMemory memory, Matrix tangent) {
    kernels()
        .layers()
        .normaliseRows(output().channels(), x, gradient(gains), gradient(shifts), tangent);
  }

  @Override
  void scaleDirection(Slopes slopes) {
    Matrix factors = slopes.ofOutputs(1, output().channels());
    parameters().forEach(parameter -> kernels().scaleSlices(factors, 1, parameter.gradient()));
  }

  @Override
  int inputSlices(int slices) {
    return 1;
  }

  private static @Nullable Matrix gradient(@Nullable Parameter parameter) {
    return parameter == null ? null : parameter.gradient();
  }

  private static @Nullable Matrix value(@Nullable Parameter parameter) {
    return parameter == null ? null : parameter.value();
  }
}
