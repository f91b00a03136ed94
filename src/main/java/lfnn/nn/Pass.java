package lfnn.nn;

/**
 * How a batch goes through the network.
 *
 * @param training whether layers that differ in training, such as batch normalisation and dropout,
 *     behave as in training
 * @param seed from which everything random in a training pass comes
 */
public record Pass(boolean training, long seed) {

  /** A pass that only predicts. */
  public static final Pass PREDICTION = new Pass(false, 0);

  /** A pass that learns. */
  public static Pass training(long seed) {
    return new Pass(true, seed);
  }
}
