package lfnn.train;

import java.io.Serializable;
import java.util.Locale;

/**
 * What happened in one epoch. Losses are means over the epoch's batches.
 *
 * @param epoch number of the epoch, from 1
 * @param outputLoss L_g, loss of the output layer
 * @param leaderLoss prediction loss of the leaders, mean over stages; 0 without leaders
 * @param followerLoss squared distance of followers from their reference, mean over stages
 * @param roleChange share of workers whose role changed from batch to batch, mean over stages
 * @param trainingError share of training examples misclassified while they were learned from, as
 *     augmentation had changed them; root mean squared error, in units of the encoded target, for
 *     regression
 * @param validationLoss output loss on the validation part, NaN without one
 * @param validationError as {@code trainingError}, on the validation part; NaN without one
 * @param seconds wall-clock time of the epoch
 */
public record EpochReport(
    int epoch,
    double outputLoss,
    double leaderLoss,
    double followerLoss,
    double roleChange,
    double trainingError,
    double validationLoss,
    double validationError,
    double seconds)
    implements Serializable {

  /** Whether there was a validation part. */
  public boolean hasValidation() {
    return !Double.isNaN(validationLoss);
  }

  /**
   * Losses and errors in one line.
   *
   * @param leaders whether the rule has leaders
   * @param classification whether classes are learned, so that errors are shares
   */
  public String describe(boolean leaders, boolean classification) {
    StringBuilder line =
        new StringBuilder(String.format(Locale.ROOT, "output loss %.4f, ", outputLoss));
    if (leaders) {
      line.append(
          String.format(Locale.ROOT, "leaders %.4f, followers %.4f, ", leaderLoss, followerLoss));
    }
    line.append(TrainingReport.error("training error", trainingError, classification));
    if (hasValidation()) {
      line.append(", ")
          .append(TrainingReport.error("validation error", validationError, classification));
    }
    return line.toString();
  }
}
