package lfnn.nn;

import lfnn.spec.OptimizerSpec;

/**
 * One step of an optimizer as a loop over a part of heap arrays: a parameter θ, its gradient g, and
 * the moments that the optimizer keeps, all read and written at the same places.
 */
interface UpdateLoop {

  /**
   * Added to a gradient or a moment and taken away again, it rounds it to a multiple of 2⁻¹¹⁰. What
   * has no gradient any longer, such as a weight from a pixel at the edge, else gets moments below
   * the smallest normal float, and stays there; a processor takes many times as long for these.
   * Parameters do not notice: Adam divides by no less than ε·√(1 − β₂).
   */
  float GRAIN = 1e-26f;

  /** Updates elements {@code from} to {@code to} (exclusive). */
  void run(float[] theta, float[] g, float[][] moments, int from, int to);

  /** The same where g is zero, without reading it; only if no weights decay. */
  void runWithoutGradient(float[] theta, float[][] moments, int from, int to);

  /** The loop of a step. */
  static UpdateLoop of(OptimizerStep step) {
    float rate = (float) step.learningRate();
    float decay = (float) step.weightDecay();
    if (step.optimizer() instanceof OptimizerSpec.Adam adam) {
      return Adam.of(step, adam);
    }
    if (step.optimizer() instanceof OptimizerSpec.Momentum momentum) {
      return new Momentum(rate, decay, (float) momentum.momentum());
    }
    return new Sgd(rate, decay);
  }

  /** θ ← θ − α·(g + λθ). */
  record Sgd(float rate, float decay) implements UpdateLoop {
    @Override
    public void run(float[] theta, float[] g, float[][] moments, int from, int to) {
      for (int i = from; i < to; i++) {
        theta[i] -= rate * (g[i] + decay * theta[i]);
      }
    }

    @Override
    public void runWithoutGradient(float[] theta, float[][] moments, int from, int to) {
      // Nothing moves.
    }
  }

  /** v ← μv + g + λθ, θ ← θ − αv. */
  record Momentum(float rate, float decay, float mu) implements UpdateLoop {
    @Override
    public void run(float[] theta, float[] g, float[][] moments, int from, int to) {
      float[] velocity = moments[0];
      for (int i = from; i < to; i++) {
        velocity[i] = ((mu * velocity[i] + (g[i] + decay * theta[i])) + GRAIN) - GRAIN;
        theta[i] -= rate * velocity[i];
      }
    }

    @Override
    public void runWithoutGradient(float[] theta, float[][] moments, int from, int to) {
      float[] velocity = moments[0];
      for (int i = from; i < to; i++) {
        velocity[i] = (mu * velocity[i] + GRAIN) - GRAIN;
        theta[i] -= rate * velocity[i];
      }
    }
  }

  /**
   * Adam, or AdamW, with the corrections of its moments in {@code rate} and {@code epsilon}.
   *
   * @param rest1 1 − β₁
   * @param rest2 1 − β₂
   * @param epsilon ε·√(1 − β₂ᵗ)
   * @param rate α·√(1 − β₂ᵗ) / (1 − β₁ᵗ)
   * @param coupled weight decay that is part of the gradient
   * @param shrink weight decay that is not, times α
   * @param smallest smaller gradients count as this in the second moment, to keep it a normal float
   */
  record Adam(
      float beta1,
      float beta2,
      float rest1,
      float rest2,
      float epsilon,
      float rate,
      float coupled,
      float shrink,
      float smallest)
      implements UpdateLoop {

    /** The smallest gradient whose square, times 1 − β₂ as usual, is a normal float. */
    private static final float SMALLEST_GRADIENT = 4e-18f;

    /** Less than this times a number, added to it, leaves it as it is. */
    private static final float NEGLIGIBLE = 0x1p-25f;

    static Adam of(OptimizerStep step, OptimizerSpec.Adam adam) {
      float epsilon = (float) (adam.epsilon() * step.adamRoot(adam));
      return new Adam(
          (float) adam.beta1(),
          (float) adam.beta2(),
          (float) (1 - adam.beta1()),
          (float) (1 - adam.beta2()),
          epsilon,
          (float) step.adamRate(adam),
          adam.decoupled() ? 0 : (float) step.weightDecay(),
          adam.decoupled() ? (float) (step.learningRate() * step.weightDecay()) : 0,
          Math.min(SMALLEST_GRADIENT, epsilon * NEGLIGIBLE));
    }

    @Override
    public void run(float[] theta, float[] g, float[][] moments, int from, int to) {
      float[] m = moments[0];
      float[] v = moments[1];
      for (int i = from; i < to; i++) {
        float gradient = ((g[i] + coupled * theta[i]) + GRAIN) - GRAIN;
        float magnitude = Math.max(Math.abs(gradient), smallest);
        float first = ((beta1 * m[i] + rest1 * gradient) + GRAIN) - GRAIN;
        float second = beta2 * v[i] + rest2 * magnitude * magnitude;
        m[i] = first;
        v[i] = second;
        theta[i] -= shrink * theta[i] + rate * first / ((float) Math.sqrt(second) + epsilon);
      }
    }

    @Override
    public void runWithoutGradient(float[] theta, float[][] moments, int from, int to) {
      float[] m = moments[0];
      float[] v = moments[1];
      float least = rest2 * smallest * smallest;
      for (int i = from; i < to; i++) {
        float first = (beta1 * m[i] + GRAIN) - GRAIN;
        float second = beta2 * v[i] + least;
        m[i] = first;
        v[i] = second;
        theta[i] -= rate * first / ((float) Math.sqrt(second) + epsilon);
      }
    }
  }
}
