package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/**
 * y = activation(gain · (x − mean) / √(variance + ε) + shift), channel by channel, with the
 * statistics of the batch in training and running statistics in prediction.
 */
final class BatchNormLayer extends ActivatedLayer {

  /** Share of a batch in the running statistics. */
  private static final double SHARE = 0.1;

  private final Parameter gains;
  private final Parameter shifts;
  private final Matrix runningMeans;
  private final Matrix runningVariances;

  BatchNormLayer(
      Kernels kernels, String name, LayerShape shape, int groups, Activation activation) {
    super(kernels, shape, groups, activation);
    int channels = groups * shape.channels();
    gains =
        new Parameter(
            name + ".gains", kernels.matrix(1, channels), kernels.matrix(1, channels), false);
    shifts =
        new Parameter(
            name + ".shifts", kernels.matrix(1, channels), kernels.matrix(1, channels), false);
    runningMeans = kernels.matrix(1, channels);
    runningVariances = kernels.matrix(1, channels);
    gains.value().fill(1);
    runningVariances.fill(1);
  }

  @Override
  List<Parameter> parameters() {
    return List.of(gains, shifts);
  }

  @Override
  List<Matrix> statistics() {
    return List.of(runningMeans, runningVariances);
  }

  @Override
  void initialise(SplittableRandom random) {
    gains.value().fill(1);
    shifts.value().fill(0);
    runningMeans.fill(0);
    runningVariances.fill(1);
  }

  @Override
  LayerMemory memory(int examples) {
    int channels = gains.value().columns();
    // Mean, variance, and the two sums over the batch that the gradient of x needs.
    return super.memory(examples)
        .withRow(channels)
        .withRow(channels)
        .withRow(channels)
        .withRow(channels);
  }

  @Override
  void preactivate(Matrix x, LayerMemory memory, Pass pass) {
    LayerKernels layers = kernels().layers();
    Matrix means = runningMeans;
    Matrix variances = runningVariances;
    if (pass.training()) {
      means = memory.extra(0);
      variances = memory.extra(1);
      layers.channelStatistics(x, means, variances);
      // The only example of a last batch has no variance that says something of the others.
      if (x.size() > means.columns()) {
        layers.moveTowards(runningMeans, means, SHARE);
        layers.moveTowards(runningVariances, variances, SHARE);
      }
    }
    layers.normaliseChannels(x, means, variances, gains.value(), shifts.value(), memory.output());
  }

  @Override
  void backwardFromPreactivation(
      Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    kernels()
        .layers()
        .normaliseChannelsGradient(
            x,
            memory.extra(0),
            memory.extra(1),
            gains.value(),
            memory.gradient(),
            learns ? gains.gradient() : memory.extra(2),
            learns ? shifts.gradient() : memory.extra(3),
            dx);
  }

  @Override
  void inputTangent(Matrix x, Matrix xTangent, LayerMemory memory, Matrix tangent) {
    // The derivative of z with respect to x is symmetric, so a direction passes as a gradient does:
    // through the mean and the variance of the batch, too.
    kernels()
        .layers()
        .normaliseChannelsGradient(
            x,
            memory.extra(0),
            memory.extra(1),
            gains.value(),
            xTangent,
            memory.extra(2),
            memory.extra(3),
            tangent);
  }

  @Override
  void parameterTangent(Matrix x, LayerMemory memory, Matrix tangent) {
    kernels()
        .layers()
        .normaliseChannels(
            x, memory.extra(0), memory.extra(1), gains.gradient(), shifts.gradient(), tangent);
  }

  @Override
  void scaleDirection(Slopes slopes) {
    Matrix factors = slopes.ofOutputs(1, gains.value().columns());
    kernels().scaleSlices(factors, 1, gains.gradient());
    kernels().scaleSlices(factors, 1, shifts.gradient());
  }
}
