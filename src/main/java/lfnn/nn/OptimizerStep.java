package lfnn.nn;

import lfnn.spec.OptimizerSpec;

/**
 * The numbers of one optimizer step.
 *
 * @param optimizer which optimizer
 * @param learningRate α of this step, schedule included
 * @param weightDecay L2 penalty; 0 for biases
 * @param number t, the number of this step, from 1
 */
public record OptimizerStep(
    OptimizerSpec optimizer, double learningRate, double weightDecay, long number) {

  /** Moments that the optimizer keeps for each parameter: 0, 1 or 2. */
  public static int moments(OptimizerSpec optimizer) {
    if (optimizer instanceof OptimizerSpec.Adam) {
      return 2;
    }
    return optimizer instanceof OptimizerSpec.Momentum ? 1 : 0;
  }

  /** α·√(1 − β₂ᵗ) / (1 − β₁ᵗ): with it, θ ← θ − rate · m / (√v + ε·√(1 − β₂ᵗ)) is Adam's step. */
  double adamRate(OptimizerSpec.Adam adam) {
    return learningRate * adamRoot(adam) / (1 - Math.pow(adam.beta1(), (double) number));
  }

  /** √(1 − β₂ᵗ). */
  double adamRoot(OptimizerSpec.Adam adam) {
    return Math.sqrt(1 - Math.pow(adam.beta2(), (double) number));
  }
}
