package lfnn.train;

import lfnn.data.FeatureEncoder.Scaling;

/** How a user wants numeric attributes scaled. */
public enum ScalingChoice {
  /** {@link #IMAGE} if the input is an image, else {@link #STANDARDIZE}. */
  AUTO,
  /** To mean 0 and variance 1. */
  STANDARDIZE,
  /** Each attribute divided by its largest absolute value. */
  RANGE,
  /** All attributes divided by the largest absolute value of any. */
  IMAGE,
  /** Each channel of an image to mean 0 and variance 1 over all its pixels. */
  CHANNEL,
  /** Not at all. */
  NONE;

  /**
   * The scaling for the encoder.
   *
   * @param image whether the input is an image
   */
  public Scaling resolve(boolean image) {
    return switch (this) {
      case AUTO -> image ? Scaling.IMAGE : Scaling.STANDARDIZE;
      case STANDARDIZE -> Scaling.STANDARDIZE;
      case RANGE -> Scaling.RANGE;
      case IMAGE -> Scaling.IMAGE;
      case CHANNEL -> Scaling.CHANNEL;
      case NONE -> Scaling.NONE;
    };
  }
}
