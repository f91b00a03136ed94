package lfnn.nn;

import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A weight matrix, and the matrix that carries errors down through it: itself, or a fixed random
 * one of the same shape and law (feedback alignment, <a
 * href="https://doi.org/10.1038/ncomms13276">Lillicrap et al. 2016</a>).
 */
final class Weights {

  private final Kernels kernels;
  private final Parameter parameter;
  private final double limit;
  private @Nullable Matrix feedback;

  /**
   * @param value zero until {@link #initialise}
   * @param limit initial weights are uniform in ±limit
   */
  Weights(Kernels kernels, String name, Matrix value, double limit) {
    this.kernels = kernels;
    this.parameter = new Parameter(name, value, value.alike(kernels), true);
    this.limit = limit;
  }

  Parameter parameter() {
    return parameter;
  }

  Matrix value() {
    return parameter.value();
  }

  Matrix gradient() {
    return parameter.gradient();
  }

  /** The matrix that carries errors down. */
  Matrix feedback() {
    return feedback == null ? parameter.value() : feedback;
  }

  void initialise(SplittableRandom random) {
    draw(parameter.value(), random);
  }

  /** From now on errors are carried down by a matrix drawn as the initial weights are. */
  void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed) {
    feedback = parameter.value().alike(kernels);
    draw(feedback, random);
    fixed.accept(parameter, feedback);
  }

  private void draw(Matrix matrix, SplittableRandom random) {
    double[] values = new double[matrix.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (2 * random.nextDouble() - 1) * limit;
    }
    matrix.set(values);
  }
}
