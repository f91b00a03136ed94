package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.spec.Activation;

/**
 * z = x·W + b, block-diagonal for several groups (see {@link Kernels#affine}).
 *
 * <p>Shapes: x [N, inputs], z [N, outputs], W [outputs / groups, inputs], b [1, outputs].
 */
final class AffineLayer {

  private final Kernels kernels;
  private final int inputs;
  private final int outputs;
  private final int groups;
  private final Parameter weights;
  private final Parameter biases;

  /** Weights and biases are zero until {@link #initialise}. */
  AffineLayer(Kernels kernels, String name, int inputs, int outputs, int groups) {
    if (inputs % groups != 0 || outputs % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              "%s: %d inputs and %d outputs do not divide into %d groups",
              name, inputs, outputs, groups));
    }
    this.kernels = kernels;
    this.inputs = inputs;
    this.outputs = outputs;
    this.groups = groups;
    this.weights = parameter(name + ".weights", outputs / groups, inputs, true);
    this.biases = parameter(name + ".biases", 1, outputs, false);
  }

  private Parameter parameter(String name, int rows, int columns, boolean decays) {
    return new Parameter(
        name, kernels.matrix(rows, columns), kernels.matrix(rows, columns), decays);
  }

  /**
   * Draws the weights uniformly with the given variance times 1 / inputs of a neuron; biases stay
   * 0.
   *
   * @param gain variance of a neuron's logit for inputs of variance 1: 2 before a ReLU (He et al.
   *     2015), 1 otherwise
   */
  void initialise(SplittableRandom random, double gain) {
    initialise(weights.value(), Math.sqrt(3 * gain * groups / inputs), random);
  }

  /** Draws every element uniformly from ±{@code limit}. */
  static void initialise(Matrix matrix, double limit, SplittableRandom random) {
    double[] values = new double[matrix.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (2 * random.nextDouble() - 1) * limit;
    }
    matrix.set(values);
  }

  /** Variance of the logits before an activation, see {@link #initialise}. */
  static double gain(Activation activation) {
    return activation == Activation.RELU || activation == Activation.LEAKY_RELU ? 2 : 1;
  }

  int outputs() {
    return outputs;
  }

  List<Parameter> parameters() {
    return List.of(weights, biases);
  }

  void forward(Matrix x, Matrix z) {
    kernels.affine(x, weights.value(), biases.value(), groups, z);
  }

  /** Gradients of weights and biases from that of the output. */
  void gradient(Matrix x, Matrix dz) {
    kernels.affineGradient(x, dz, groups, weights.gradient(), biases.gradient());
  }

  /** Gradient of the input from that of the output. */
  void inputGradient(Matrix dz, Matrix dx) {
    kernels.affineInputGradient(dz, weights.value(), groups, dx);
  }
}
