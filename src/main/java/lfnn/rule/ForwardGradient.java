package lfnn.rule;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.leadership.Leadership;
import lfnn.nn.Activations;
import lfnn.nn.Batch;
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

  private final Network network;
  private final Workspace workspace;
  private final Perturbation perturbation;
  private final ForwardPass pass;
  private final @Nullable WorkerSignals stageLosses;

  /**
   * @param stageLosses of local greedy learning; null for the output loss
   */
  private ForwardGradient(
      Network network,
      Workspace workspace,
      Perturbation perturbation,
      @Nullable WorkerSignals stageLosses) {
    this.network = network;
    this.workspace = workspace;
    this.perturbation = perturbation;
    this.stageLosses = stageLosses;
    this.pass = new ForwardPass(network, workspace);
  }

  /** Every stage learns from the output loss. */
  static ForwardGradient global(Network network, Workspace workspace, Perturbation perturbation) {
    return new ForwardGradient(network, workspace, perturbation, null);
  }

  /** Every stage learns from the errors of all its workers. */
  static ForwardGradient localGreedy(
      Network network, Workspace workspace, Perturbation perturbation) {
    WorkerSignals stageLosses = WorkerSignals.ofAll(network, workspace);
    return new ForwardGradient(network, workspace, perturbation, stageLosses);
  }

  @Override
  public List<Leadership> leadership() {
    return List.of();
  }

  @Override
  public double learn(Batch batch, SplittableRandom random, StageTasks tasks, GradientSink sink) {
    if (stageLosses != null) {
      WorkerSignals losses = stageLosses;
      return pass.learnStageByStage(
          batch, random, tasks, sink, true, (s, b, own) -> learnLocally(losses, s, b, own));
    }
    List<SplittableRandom> randoms = pass.stageRandoms(random);
    pass.run(batch, random.nextLong());
    learnGlobally(batch, randoms, sink);
    pass.learnOutput(batch, false, sink);
    return pass.loss(batch);
  }

  private List<Parameter> learnLocally(
      WorkerSignals losses, int s, Batch batch, SplittableRandom random) {
    Stage stage = network.stages().get(s);
    Activations activations = workspace.stage(s);
    Matrix x = pass.input(s, batch);
    losses.choose(s, batch, random);
    losses.write(s, batch);
    stage.perturb(activations, perturbation, random);
    Slopes slopes = stage.localSlopes(batch, x, activations, perturbation);
    if (slopes != null) {
      stage.learnFromDirection(x, activations, perturbation, slopes);
    }
    return stage.parameters();
  }

  private void learnGlobally(Batch batch, List<SplittableRandom> randoms, GradientSink sink) {
    Matrix tangent = null;
    for (int s = 0; s < network.stages().size(); s++) {
      Stage stage = network.stages().get(s);
      stage.perturb(workspace.stage(s), perturbation, randoms.get(s));
      tangent = stage.tangent(pass.input(s, batch), tangent, workspace.stage(s), perturbation);
    }
    if (tangent == null) {
      return;
    }
    Slopes slopes = network.output().slopes(tangent, workspace.output());
    for (int s = 0; s < network.stages().size(); s++) {
      Stage stage = network.stages().get(s);
      stage.learnFromDirection(pass.input(s, batch), workspace.stage(s), perturbation, slopes);
      sink.ready(stage.bodyParameters());
    }
  }
}
