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
final class LayerNormLayer extends Layer {

  private final Activation activation;
  private final @Nullable Parameter gains;
  private final @Nullable Parameter shifts;

  /**
   * @param plain without gains and shifts
   */
  LayerNormLayer(
      Kernels kernels, String name, LayerShape shape, boolean plain, Activation activation) {
    super(kernels, shape, 1);
    this.activation = activation;
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
  void forward(Matrix x, LayerMemory memory, Pass pass) {
    kernels()
        .layers()
        .normaliseRows(output().channels(), x, value(gains), value(shifts), memory.output());
    kernels().activate(activation, memory.output());
  }

  @Override
  void backward(Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    kernels().activationGradient(activation, memory.output(), memory.gradient());
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

  private static @Nullable Matrix value(@Nullable Parameter parameter) {
    return parameter == null ? null : parameter.value();
  }
}
