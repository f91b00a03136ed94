package lfnn.rule;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.leadership.Leadership;
import lfnn.nn.Batch;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Workspace;
import lfnn.spec.Algorithm;
import lfnn.spec.TrainingSpec;

/** Turns a batch into gradients of a network's parameters. */
public interface LearningRule {

  /** Receives parameters whose gradients are complete. */
  interface GradientSink {
    /**
     * Called when the gradients of these parameters are complete and their values are not needed
     * any more for this batch, so that they may be updated. May be called from another thread, but
     * never twice for a parameter.
     */
    void ready(List<Parameter> parameters);
  }

  /**
   * Computes the gradients for a batch.
   *
   * @param random everything random in this step comes from it
   * @param tasks runs what need not be waited for; all of it is done on return
   * @return L_g, the mean error of the output layer, summed over groups for one-vs-all
   * @throws ArithmeticException if an error is not a finite number
   */
  double learn(Batch batch, SplittableRandom random, StageTasks tasks, GradientSink sink);

  /** Leadership of each stage, empty for rules without leaders. */
  List<Leadership> leadership();

  /** The rule that {@code spec} names, for a network and its workspace. */
  static LearningRule of(TrainingSpec spec, Network network, Workspace workspace) {
    return of(spec, network, workspace, List.of());
  }

  /**
   * The same for a network whose first stages learn elsewhere, and have done so when {@link #learn}
   * is called.
   *
   * @param lower leadership of these stages
   * @throws IllegalArgumentException if there are such stages, and the rule does not let each stage
   *     learn by itself
   */
  static LearningRule of(
      TrainingSpec spec, Network network, Workspace workspace, List<Leadership> lower) {
    if (!lower.isEmpty() && spec.algorithm() != Algorithm.LFNN_L) {
      throw new IllegalArgumentException(
          "with "
              + spec.algorithm()
              + " stages learn from those above and cannot be shared: choose LFNN_L");
    }
    return switch (spec.algorithm()) {
      case BP -> new Backpropagation(network, workspace, spec.leadership());
      case LFNN -> new LeaderFollower(network, workspace, spec.leadership(), true, lower);
      case LFNN_L -> new LeaderFollower(network, workspace, spec.leadership(), false, lower);
    };
  }
}
