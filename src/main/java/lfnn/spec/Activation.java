package lfnn.spec;

import java.util.Locale;

/** Elementwise activation of a dense layer in the body of a block. */
public enum Activation {
  /** max(0, z). */
  RELU,
  /** z for positive z, else 0.01 z. */
  LEAKY_RELU,
  /** tanh z. */
  TANH,
  /** 1 / (1 + exp(−z)). */
  SIGMOID,
  /** z. */
  IDENTITY;

  /** Slope of {@link #LEAKY_RELU} for negative inputs. */
  public static final float LEAK = 0.01f;

  /** The name used in network strings: lower case with hyphens, for example {@code leaky-relu}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
