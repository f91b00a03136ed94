package lfnn.train;

import java.io.Serializable;

/**
 * What an epoch has done so far, so that it can be finished later.
 *
 * @param size examples of the whole epoch
 * @param examples examples learned from
 * @param steps mini-batches learned from
 * @param sums of output loss, leader loss, follower loss and role change over the steps
 * @param wrong sum of the examples' errors while they were learned from
 * @param seconds wall-clock time
 */
public record EpochProgress(
    int size, int examples, int steps, StepReport sums, double wrong, double seconds)
    implements Serializable {

  /** No epoch has begun. */
  public static final EpochProgress NONE = start(0);

  /** An epoch of {@code size} examples, none of which has been learned from. */
  static EpochProgress start(int size) {
    return new EpochProgress(size, 0, 0, StepReport.NONE, 0, 0);
  }

  /** The same after one more step of {@code count} examples. */
  EpochProgress after(int count, StepReport step, double wrongInStep) {
    return new EpochProgress(
        size, examples + count, steps + 1, sums.plus(step), wrong + wrongInStep, seconds);
  }

  /** The same after {@code total} seconds. */
  EpochProgress lasting(double total) {
    return new EpochProgress(size, examples, steps, sums, wrong, total);
  }

  /** The report of the finished epoch. */
  EpochReport report(int epoch, boolean classification, Score validation, double total) {
    int divisor = Math.max(1, steps);
    double error = wrong / Math.max(1, size);
    return new EpochReport(
        epoch,
        sums.outputLoss() / divisor,
        sums.leaderLoss() / divisor,
        sums.followerLoss() / divisor,
        sums.roleChange() / divisor,
        classification ? error : Math.sqrt(error),
        validation.loss(),
        validation.error(),
        total);
  }
}
