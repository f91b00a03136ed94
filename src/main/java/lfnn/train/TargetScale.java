package lfnn.train;

import java.io.Serializable;

/**
 * Regression targets are learned as (y − mean) / deviation.
 *
 * @param mean of the training targets
 * @param deviation standard deviation of the training targets, above 0
 */
public record TargetScale(double mean, double deviation) implements Serializable {

  /** Targets as they are. */
  public static final TargetScale IDENTITY = new TargetScale(0, 1);

  public TargetScale {
    if (!(deviation > 0)) {
      throw new IllegalArgumentException("the deviation must be above 0, not " + deviation);
    }
  }

  /** The scale of weighted targets; a deviation of 0 counts as 1. */
  static TargetScale of(double[] targets, double[] weights) {
    TargetStatistics statistics = new TargetStatistics();
    for (int i = 0; i < targets.length; i++) {
      statistics.observe(targets[i], weights[i]);
    }
    return statistics.scale();
  }

  float encode(double value) {
    return (float) ((value - mean) / deviation);
  }

  double decode(float value) {
    return mean + deviation * value;
  }
}
