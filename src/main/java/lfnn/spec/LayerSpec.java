package lfnn.spec;

import java.io.Serializable;

/** A layer in the body of a block. */
public sealed interface LayerSpec extends Serializable {

  /**
   * y = activation(x·W + b).
   *
   * @param units width of the layer (of each group for one-vs-all), from 1 to {@value
   *     StageSpec#MOST}
   * @param activation applied elementwise; ReLU unless stated
   */
  record Dense(int units, Activation activation) implements LayerSpec {
    /** Activation of a dense layer that names none. */
    public static final Activation DEFAULT_ACTIVATION = Activation.RELU;

    public Dense {
      Require.that(
          units >= 1 && units <= StageSpec.MOST,
          "dense needs between 1 and %d units, not %d",
          StageSpec.MOST,
          units);
    }

    /** A ReLU layer. */
    public Dense(int units) {
      this(units, DEFAULT_ACTIVATION);
    }

    @Override
    public String toString() {
      return activation == DEFAULT_ACTIVATION
          ? "dense(" + units + ")"
          : "dense(" + units + ", activation=" + activation.label() + ")";
    }
  }
}
