package lfnn.rule;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.leadership.Leadership;
import lfnn.nn.Batch;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Perturbation;
import lfnn.nn.Workspace;
import lfnn.spec.Algorithm;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.LossTerm;
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

  /**
   * The rule that {@code spec} names, for a network and its workspace.
   *
   * @throws IllegalArgumentException if a rule without leaders is not to learn from the output loss
   */
  static LearningRule of(TrainingSpec spec, Network network, Workspace workspace) {
    return of(spec, network, workspace, List.of());
  }

  /**
   * The same for a network whose first stages learn elsewhere, and have done so when {@link #learn}
   * is called; for LFNN-ℓ, whose stages do not learn from those above.
   *
   * @param lower leadership of these stages
   * @throws IllegalArgumentException as the other; if there are such stages and the rule is not
   *     LFNN_L; if the rule needs the activations of all stages and the workspace does not keep
   *     them
   */
  static LearningRule of(
      TrainingSpec spec, Network network, Workspace workspace, List<Leadership> lower) {
    LeadershipSpec leadership = spec.leadership();
    if (!lower.isEmpty() && spec.algorithm() != Algorithm.LFNN_L) {
      throw new IllegalArgumentException(
          "stages learn elsewhere with LFNN_L only, not with " + spec.algorithm());
    }
    if (!spec.algorithm().isLocal() && !workspace.keepsAll()) {
      throw new IllegalArgumentException(
          spec.algorithm()
              + " goes back through all stages and needs a workspace that keeps all activations");
    }
    if (!spec.algorithm().hasLeaders() && !leadership.uses(LossTerm.GLOBAL)) {
      throw new IllegalArgumentException(
          spec.algorithm()
              + " trains the output layer with the global loss, which is switched off: add global"
              + " to the loss terms or choose LFNN or LFNN_L");
    }
    return switch (spec.algorithm()) {
      case BP -> new Backpropagation(network, workspace);
      case FA -> new FeedbackAlignment(network, workspace, spec.seed());
      case FG_W -> ForwardGradient.global(network, workspace, Perturbation.WEIGHTS);
      case FG_A -> ForwardGradient.global(network, workspace, Perturbation.ACTIVITIES);
      case LG_BP -> LeaderFollower.localGreedy(network, workspace);
      case LG_FG_W -> ForwardGradient.localGreedy(network, workspace, Perturbation.WEIGHTS);
      case LG_FG_A -> ForwardGradient.localGreedy(network, workspace, Perturbation.ACTIVITIES);
      case LFNN -> LeaderFollower.of(network, workspace, leadership, true, lower);
      case LFNN_L -> LeaderFollower.of(network, workspace, leadership, false, lower);
    };
  }
}
