package lfnn.train;

import java.io.Serializable;

/** Weighted mean and variance of the targets seen so far (Welford's method). */
final class TargetStatistics implements Serializable {

  private static final long serialVersionUID = 1L;

  private double total;
  private double mean;
  private double squares;

  /** Adds a target; one of weight 0 changes nothing. */
  void observe(double target, double weight) {
    if (weight > 0) {
      total += weight;
      double delta = target - mean;
      mean += delta * weight / total;
      squares += weight * delta * (target - mean);
    }
  }

  /** The scale that makes the targets seen so far mean 0 and variance 1; a variance of 0 stays. */
  TargetScale scale() {
    double deviation = total > 0 ? Math.sqrt(squares / total) : 0;
    return new TargetScale(mean, deviation > 0 ? deviation : 1);
  }
}
