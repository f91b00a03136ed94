package lfnn.rule;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.data.Seeds;
import lfnn.leadership.Leadership;
import lfnn.nn.Activations;
import lfnn.nn.Matrix;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Perturbation;
import lfnn.nn.Slopes;
import lfnn.nn.Stage;
import lfnn.nn.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Forward gradients (<a href="https://arxiv.org/abs/2202.08587">Baydin et al. 2022</a>, <a
 * href="https://arxiv.org/abs/2210.03310">Ren et al. 2022</a>): the derivative c of a loss along a
 * random direction, which goes forward with the activations, times that direction. On average this
 * is the gradient.
 *
 * <pre>
 *   weights     V ~ N(0, 1) for all parameters of the stages,  c = ⟨∇L, V⟩,  gradient c·V
 *   activities  U ~ N(0, 1) for each example,  c_b = ⟨∇L_b, U⟩,  dz[b] = c_b·U[b],  dW = xᵀ·dz
 * </pre>
 *
 * <p>The loss is that of the output, or for local greedy learning that of the workers of each stage
 * with a constant input. The output layer and heads, one layer away from their losses, get their
 * exact gradients. Where weights or activities reach only one part of a loss, of one worker or one
 * network of one-vs-all, they have a c of their own, see {@link Slopes}.
 *
 * <p>Where batch normalisation couples examples, c_b holds what the directions of all examples
 * change in the loss of b, so dz[b] leaves out what z[b] changes in the losses of others.
 */
final class ForwardGradient implements LearningRule {

  private final Resources resources;
  private final Network network;
  private final Workspace workspace;
  private final Perturbation perturbation;
  private final ForwardPass pass;
  private final @Nullable StageByStage stageByStage;

  /**
   * @param stageLosses of local greedy learning; null for the output loss
   */
  private ForwardGradient(
      Resources resources, Perturbation perturbation, @Nullable WorkerSignals stageLosses) {
    this.resources = resources;
    this.network = resources.network();
    this.workspace = resources.workspace();
    this.perturbation = perturbation;
    this.pass = new ForwardPass(resources);
    this.stageByStage =
        stageLosses == null
            ? null
            : new StageByStage(
                resources, pass, true, (s, seed) -> learnLocally(stageLosses, s, seed));
  }

  /** Every stage learns from the output loss. */
  static ForwardGradient global(Resources resources, Perturbation perturbation) {
    return new ForwardGradient(resources, perturbation, null);
  }

  /** Every stage learns from the errors of all its workers. */
  static ForwardGradient localGreedy(Resources resources, Perturbation perturbation) {
    return new ForwardGradient(resources, perturbation, WorkerSignals.ofAll(resources));
  }

  @Override
  public List<Leadership> leadership() {
    return List.of();
  }

  @Override
  public double learn(long seed) {
    if (stageByStage != null) {
      return stageByStage.learn(seed);
    }
    pass.run(seed);
    learnGlobally(seed);
    pass.learnOutput(false);
    return pass.loss();
  }

  private List<Parameter> learnLocally(WorkerSignals losses, int s, long seed) {
    Stage stage = network.stages().get(s);
    Activations activations = workspace.stage(s);
    Matrix x = resources.input(s);
    losses.choose(s, seed);
    losses.write(s);
    stage.perturb(activations, perturbation, directions(seed));
    Slopes slopes = stage.localSlopes(resources.batch(), x, activations, perturbation);
    if (slopes != null) {
      stage.learnFromDirection(x, activations, perturbation, slopes);
    }
    return stage.parameters();
  }

  /** Apart from what else a stage may draw. */
  private static SplittableRandom directions(long seed) {
    return new SplittableRandom(Seeds.derive(seed, 1));
  }

  private void learnGlobally(long seed) {
    Matrix tangent = null;
    for (int s = 0; s < network.stages().size(); s++) {
      Stage stage = network.stages().get(s);
      SplittableRandom random = directions(ForwardPass.seed(seed, s));
      stage.perturb(workspace.stage(s), perturbation, random);
      tangent = stage.tangent(resources.input(s), tangent, workspace.stage(s), perturbation);
    }
    if (tangent == null) {
      return;
    }
    Slopes slopes = network.output().slopes(tangent, workspace.output());
    for (int s = 0; s < network.stages().size(); s++) {
      Stage stage = network.stages().get(s);
      stage.learnFromDirection(resources.input(s), workspace.stage(s), perturbation, slopes);
      resources.sink().ready(stage.bodyParameters());
    }
  }
}
