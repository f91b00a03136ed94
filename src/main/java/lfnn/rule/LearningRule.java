package lfnn.rule;

import java.util.List;
import lfnn.leadership.Leadership;
import lfnn.nn.Perturbation;
import lfnn.spec.Algorithm;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.TrainingSpec;

/** Turns a batch into gradients of a network's parameters. */
public interface LearningRule {

  /**
   * Computes the gradients for the batch. All tasks are done on return.
   *
   * @param seed everything random in this step comes from it
   * @return L_g, the mean error of the output layer, summed over groups for one-vs-all
   * @throws ArithmeticException if an error is not a finite number
   */
  double learn(long seed);

  /** Leadership of each stage, empty for rules without leaders. */
  List<Leadership> leadership();

  /**
   * The rule that {@code spec} names.
   *
   * @throws IllegalArgumentException if a rule without leaders is not to learn from the output loss
   */
  static LearningRule of(TrainingSpec spec, Resources resources) {
    return of(spec, resources, List.of());
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
  static LearningRule of(TrainingSpec spec, Resources resources, List<Leadership> lower) {
    LeadershipSpec leadership = spec.leadership();
    if (!lower.isEmpty() && spec.algorithm() != Algorithm.LFNN_L) {
      throw new IllegalArgumentException(
          "stages learn elsewhere with LFNN_L only, not with " + spec.algorithm());
    }
    if (!spec.algorithm().isLocal() && !resources.workspace().keepsAll()) {
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
      case BP -> new Backpropagation(resources);
      case FA -> new FeedbackAlignment(resources, spec.seed());
      case FG_W -> ForwardGradient.global(resources, Perturbation.WEIGHTS);
      case FG_A -> ForwardGradient.global(resources, Perturbation.ACTIVITIES);
      case LG_BP -> LeaderFollower.localGreedy(resources);
      case LG_FG_W -> ForwardGradient.localGreedy(resources, Perturbation.WEIGHTS);
      case LG_FG_A -> ForwardGradient.localGreedy(resources, Perturbation.ACTIVITIES);
      case LFNN -> LeaderFollower.of(resources, leadership, true, lower);
      case LFNN_L -> LeaderFollower.of(resources, leadership, false, lower);
    };
  }
}
