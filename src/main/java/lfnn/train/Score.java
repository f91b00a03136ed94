package lfnn.train;

import java.io.Serializable;

/**
 * How well a network predicts a data set, without learning from it.
 *
 * @param loss of the output layer, mean over the examples
 * @param error share of the examples misclassified; root mean squared error, in units of the
 *     encoded target, for regression
 */
public record Score(double loss, double error) implements Serializable {

  /** Of no data. */
  public static final Score NONE = new Score(Double.NaN, Double.NaN);

  /** Whether there were data. */
  public boolean isMeasured() {
    return !Double.isNaN(loss);
  }
}
