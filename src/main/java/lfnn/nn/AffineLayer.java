package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import lfnn.spec.Activation;

/**
 * z = x·W + b, block-diagonal for several groups (see {@link Kernels#affine}).
 *
 * <p>Shapes: x [N, inputs], z [N, outputs], W [outputs / groups, inputs], b [1, outputs].
 */
final class AffineLayer {

  private final Kernels kernels;
  private final int outputs;
  private final int groups;
  private final Weights weights;
  private final Parameter biases;
  private final Matrix noBiases;

  /**
   * Weights and biases are zero until {@link #initialise}.
   *
   * @param gain variance of a neuron's logit for inputs of variance 1 at first: 2 before a ReLU (He
   *     et al. 2015), 1 otherwise
   */
  AffineLayer(Kernels kernels, String name, int inputs, int outputs, int groups, double gain) {
    if (inputs % groups != 0 || outputs % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              "%s: %d inputs and %d outputs do not divide into %d groups",
              name, inputs, outputs, groups));
    }
    this.kernels = kernels;
    this.outputs = outputs;
    this.groups = groups;
    this.weights =
        new Weights(
            kernels,
            name + ".weights",
            kernels.matrix(outputs / groups, inputs),
            Math.sqrt(3 * gain * groups / inputs));
    this.biases =
        new Parameter(
            name + ".biases", kernels.matrix(1, outputs), kernels.matrix(1, outputs), false);
    this.noBiases = kernels.matrix(1, outputs);
  }

  /** Draws the weights uniformly with a variance of gain / inputs of a neuron; biases stay 0. */
  void initialise(SplittableRandom random) {
    weights.initialise(random);
  }

  /** See {@link Weights#fixFeedback}. */
  void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed) {
    weights.fixFeedback(random, fixed);
  }

  /** Variance of the logits before an activation, for the constructor. */
  static double gain(Activation activation) {
    return activation == Activation.RELU || activation == Activation.LEAKY_RELU ? 2 : 1;
  }

  List<Parameter> parameters() {
    return List.of(weights.parameter(), biases);
  }

  void forward(Matrix x, Matrix z) {
    kernels.affine(x, weights.value(), biases.value(), groups, z);
  }

  /** Gradients of weights and biases from that of the output. */
  void gradient(Matrix x, Matrix dz) {
    kernels.affineGradient(x, dz, groups, weights.gradient(), biases.gradient());
  }

  /** Gradient of the input from that of the output, through {@link Weights#feedback}. */
  void inputGradient(Matrix dz, Matrix dx) {
    kernels.affineInputGradient(dz, weights.feedback(), groups, dx);
  }

  /** Draws a direction from N(0, 1) into the gradients. */
  void perturb(SplittableRandom random) {
    parameters().forEach(p -> kernels.drawNormal(random.nextLong(), p.gradient()));
  }

  /** ż = ẋ·W; overwrites {@code tangent}. */
  void inputTangent(Matrix xTangent, Matrix tangent) {
    kernels.affine(xTangent, weights.value(), noBiases, groups, tangent);
  }

  /** ż = x·Ẇ + ḃ, where the gradients hold the direction; overwrites {@code tangent}. */
  void parameterTangent(Matrix x, Matrix tangent) {
    kernels.affine(x, weights.gradient(), biases.gradient(), groups, tangent);
  }

  /** Makes gradients of the direction that they hold: c·Ẇ and c·ḃ. */
  void scaleDirection(Slopes slopes) {
    Matrix factors = slopes.ofOutputs(1, outputs);
    kernels.scaleOutputs(factors, groups, weights.gradient());
    kernels.scaleSlices(factors, 1, biases.gradient());
  }
}
