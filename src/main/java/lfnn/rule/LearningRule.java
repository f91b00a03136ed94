package lfnn.rule;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.leadership.Leadership;
import lfnn.nn.Batch;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Workspace;
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
    return switch (spec.algorithm()) {
      case BP -> new Backpropagation(network, workspace, spec.leadership());
      case LFNN -> new LeaderFollower(network, workspace, spec.leadership(), true);
      case LFNN_L -> new LeaderFollower(network, workspace, spec.leadership(), false);
    };
  }
}
