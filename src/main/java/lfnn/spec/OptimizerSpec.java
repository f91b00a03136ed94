package lfnn.spec;

import java.io.Serializable;
import lfnn.spec.SpecSyntax.Call;

/**
 * How a gradient g becomes a change of a parameter θ with learning rate α. Written as {@code sgd},
 * {@code momentum(0.9)}, {@code adam} or {@code adamw(beta1=0.9, beta2=0.999, epsilon=1e-8)}.
 */
public sealed interface OptimizerSpec extends Serializable {

  /** θ ← θ − α g. */
  record Sgd() implements OptimizerSpec {
    @Override
    public String toString() {
      return "sgd";
    }
  }

  /**
   * v ← μ v + g; θ ← θ − α v.
   *
   * @param momentum μ, in [0, 1)
   */
  record Momentum(double momentum) implements OptimizerSpec {
    /** μ = 0.9. */
    public static final Momentum DEFAULTS = new Momentum(0.9);

    public Momentum {
      Require.that(momentum >= 0 && momentum < 1, "momentum must be in [0, 1), not %s", momentum);
    }

    @Override
    public String toString() {
      return "momentum(" + SpecSyntax.number(momentum) + ")";
    }
  }

  /**
   * Adam: m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; θ ← θ − α · m̂ / (√v̂ + ε) with m̂ = m /
   * (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
   *
   * @param beta1 β₁, in [0, 1)
   * @param beta2 β₂, in [0, 1)
   * @param epsilon ε, above 0
   * @param decoupled whether weight decay is decoupled from the gradient (AdamW)
   * @see <a href="https://arxiv.org/abs/1412.6980v9">Kingma and Ba 2017, Algorithm 1</a>
   * @see <a href="https://arxiv.org/abs/1711.05101v3">Loshchilov and Hutter 2019, Algorithm 2</a>
   */
  record Adam(double beta1, double beta2, double epsilon, boolean decoupled)
      implements OptimizerSpec {
    /** β₁ = 0.9, β₂ = 0.999, ε = 1e-8: the values of the paper. */
    public static final Adam DEFAULTS = new Adam(0.9, 0.999, 1e-8, false);

    /** The same with decoupled weight decay. */
    public static final Adam ADAMW_DEFAULTS = new Adam(0.9, 0.999, 1e-8, true);

    public Adam {
      Require.that(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1), not %s", beta1);
      Require.that(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1), not %s", beta2);
      Require.that(
          epsilon > 0 && Double.isFinite(epsilon),
          "epsilon must be above 0 and finite, not %s",
          epsilon);
    }

    @Override
    public String toString() {
      String name = decoupled ? "adamw" : "adam";
      if (equals(decoupled ? ADAMW_DEFAULTS : DEFAULTS)) {
        return name;
      }
      return String.format(
          "%s(beta1=%s, beta2=%s, epsilon=%s)",
          name, SpecSyntax.number(beta1), SpecSyntax.number(beta2), SpecSyntax.number(epsilon));
    }
  }

  /**
   * Reads an optimizer.
   *
   * @throws SpecSyntaxException if the text is not one, with the position and what was expected
   */
  static OptimizerSpec parse(String text) {
    Call call = SpecSyntax.parseCall("optimizer", text);
    OptimizerSpec spec =
        switch (call.name()) {
          case "sgd" -> new Sgd();
          case "momentum" ->
              call.build(() -> new Momentum(call.number("momentum", Momentum.DEFAULTS.momentum())));
          case "adam" -> adam(call, Adam.DEFAULTS);
          case "adamw" -> adam(call, Adam.ADAMW_DEFAULTS);
          default -> throw call.unknown("an optimizer", "sgd, momentum, adam or adamw");
        };
    call.finish();
    return spec;
  }

  private static Adam adam(Call call, Adam defaults) {
    return call.build(
        () ->
            new Adam(
                call.number("beta1", defaults.beta1()),
                call.number("beta2", defaults.beta2()),
                call.number("epsilon", defaults.epsilon()),
                defaults.decoupled()));
  }
}
