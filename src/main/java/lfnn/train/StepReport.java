package lfnn.train;

/**
 * What happened in one step.
 *
 * @param outputLoss L_g, loss of the output layer
 * @param leaderLoss prediction loss of the leaders, mean over stages; 0 without leaders
 * @param followerLoss squared distance of followers from their reference, mean over stages
 * @param roleChange share of workers whose role changed since the step before, mean over stages
 */
public record StepReport(
    double outputLoss, double leaderLoss, double followerLoss, double roleChange)
    implements java.io.Serializable {

  /** Before the first step. */
  public static final StepReport NONE = new StepReport(0, 0, 0, 0);

  /** The sum of this report and another one. */
  StepReport plus(StepReport other) {
    return new StepReport(
        outputLoss + other.outputLoss,
        leaderLoss + other.leaderLoss,
        followerLoss + other.followerLoss,
        roleChange + other.roleChange);
  }

  /** This report moved by {@code share} of the way to another one. */
  StepReport movedTowards(StepReport other, double share) {
    return new StepReport(
        outputLoss + share * (other.outputLoss - outputLoss),
        leaderLoss + share * (other.leaderLoss - leaderLoss),
        followerLoss + share * (other.followerLoss - followerLoss),
        roleChange + share * (other.roleChange - roleChange));
  }
}
