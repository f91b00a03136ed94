package lfnn.nn;

import lfnn.spec.OptimizerSpec;

/**
 * One step of an optimizer as a loop over a part of heap arrays: a parameter θ, its gradient g, and
 * up to two moments, as many as the optimizer keeps, all read and written at the same places.
 */
interface UpdateLoop {

  /**
   * Added to a gradient or a moment and taken away again, it rounds it to a multiple of 2⁻¹¹⁰. What
   * has no gradient any longer, such as a weight from a pixel at the edge, else gets moments below
   * the smallest normal float, and stays there; a processor takes many times as long for these.
   * Rounded, they end at zero or, with β₁ = 0.9, at four such multiples, which times a learning
   * rate of 1e-5 or more are normal. Adam divides by no less than ε·√(1 − β₂), so that with its
   * usual ε parameters beyond 1e-20 do not notice.
   */
  float GRAIN = 1e-26f;

  /**
   * Updates elements {@code from} to {@code to} (exclusive).
   *
   * @param first moment; any array if the optimizer keeps none
   * @param second moment; any array if the optimizer keeps one or none
   */
  void run(float[] theta, float[] g, float[] first, float[] second, int from, int to);

  /**
   * The same where g is zero, without reading it, for finite parameters; only if no weights decay.
   */
  void runWithoutGradient(float[] theta, float[] first, float[] second, int from, int to);

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
    public void run(float[] theta, float[] g, float[] first, float[] second, int from, int to) {
      for (int i = from; i < to; i++) {
        theta[i] -= rate * (g[i] + decay * theta[i]);
      }
    }

    @Override
    public void runWithoutGradient(float[] theta, float[] first, float[] second, int from, int to) {
      // Nothing moves.
    }
  }

  /** v ← μv + g + λθ, θ ← θ − αv, where v is the first moment. */
  record Momentum(float rate, float decay, float mu) implements UpdateLoop {
    @Override
    public void run(float[] theta, float[] g, float[] first, float[] second, int from, int to) {
      for (int i = from; i < to; i++) {
        first[i] = ((mu * first[i] + (g[i] + decay * theta[i])) + GRAIN) - GRAIN;
        theta[i] -= rate * first[i];
      }
    }

    @Override
    public void runWithoutGradient(float[] theta, float[] first, float[] second, int from, int to) {
      for (int i = from; i < to; i++) {
        first[i] = (mu * first[i] + GRAIN) - GRAIN;
        theta[i] -= rate * first[i];
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

    /** The smallest gradient whose square, times 1 − β₂ = 0.001, is a normal float. */
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
    public void run(float[] theta, float[] g, float[] first, float[] second, int from, int to) {
      for (int i = from; i < to; i++) {
        float gradient = ((g[i] + coupled * theta[i]) + GRAIN) - GRAIN;
        float magnitude = Math.max(Math.abs(gradient), smallest);
        float m = ((beta1 * first[i] + rest1 * gradient) + GRAIN) - GRAIN;
        float v = beta2 * second[i] + rest2 * magnitude * magnitude;
        first[i] = m;
        second[i] = v;
        theta[i] -= shrink * theta[i] + rate * m / ((float) Math.sqrt(v) + epsilon);
      }
    }

    @Override
    public void runWithoutGradient(float[] theta, float[] first, float[] second, int from, int to) {
      float least = rest2 * smallest * smallest;
      for (int i = from; i < to; i++) {
        float m = (beta1 * first[i] + GRAIN) - GRAIN;
        float v = beta2 * second[i] + least;
        first[i] = m;
        second[i] = v;
        theta[i] -= rate * m / ((float) Math.sqrt(v) + epsilon);
      }
    }
  }
}
