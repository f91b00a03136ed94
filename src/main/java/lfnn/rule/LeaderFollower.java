package lfnn.rule;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.leadership.Leadership;
import lfnn.nn.Activations;
import lfnn.nn.Batch;
import lfnn.nn.Matrix;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Stage;
import lfnn.nn.Workspace;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.LossTerm;

/**
 * LFNN and LFNN-ℓ (<a href="https://arxiv.org/abs/2310.07885v1">Yin et al. 2023</a>, equations 1
 * and 2), and local greedy learning, which is LFNN-ℓ in which all workers lead.
 *
 * <p>In LFNN-ℓ a stage's input is a constant: the stage learns as soon as its own forward pass is
 * done, while the stages above it go on. In LFNN the output loss is also propagated back, and in
 * every stage only the leaders' outputs receive it and pass it on.
 */
final class LeaderFollower implements LearningRule {

  private final Network network;
  private final Workspace workspace;
  private final WorkerSignals signals;
  private final ForwardPass pass;
  private final List<List<Parameter>> parameters;
  private final boolean globalLoss;
  private final boolean learnsOutput;

  private LeaderFollower(
      Network network,
      Workspace workspace,
      WorkerSignals signals,
      int first,
      boolean backpropagates,
      boolean learnsOutput) {
    this.network = network;
    this.workspace = workspace;
    this.signals = signals;
    this.pass = new ForwardPass(network, workspace, first);
    this.parameters = network.stages().stream().map(Stage::parameters).toList();
    this.learnsOutput = learnsOutput;
    this.globalLoss = backpropagates && learnsOutput;
  }

  /**
   * LFNN or LFNN-ℓ.
   *
   * @param backpropagates whether the output loss reaches the stages
   * @param lower leadership of the first stages, where these learn elsewhere
   */
  static LeaderFollower of(
      Network network,
      Workspace workspace,
      LeadershipSpec spec,
      boolean backpropagates,
      List<Leadership> lower) {
    WorkerSignals signals = WorkerSignals.ofLeaders(network, workspace, spec, lower);
    return new LeaderFollower(
        network, workspace, signals, lower.size(), backpropagates, spec.uses(LossTerm.GLOBAL));
  }

  /** Every stage learns from the errors of all its workers. */
  static LeaderFollower localGreedy(Network network, Workspace workspace) {
    WorkerSignals signals = WorkerSignals.ofAll(network, workspace);
    return new LeaderFollower(network, workspace, signals, 0, false, true);
  }

  @Override
  public List<Leadership> leadership() {
    return signals.leadership();
  }

  @Override
  public double learn(Batch batch, SplittableRandom random, StageTasks tasks, GradientSink sink) {
    if (!globalLoss) {
      return pass.learnStageByStage(batch, random, tasks, sink, learnsOutput, this::learnLocally);
    }
    List<SplittableRandom> randoms = pass.stageRandoms(random);
    pass.run(batch, random.nextLong());
    pass.learnOutput(batch, true, sink);
    learnGlobally(batch, randoms, sink);
    return pass.loss(batch);
  }

  private List<Parameter> learnLocally(int s, Batch batch, SplittableRandom random) {
    Stage stage = network.stages().get(s);
    signals.choose(s, batch, random);
    takeSignals(s, batch);
    stage.backward(pass.input(s, batch), workspace.stage(s), false);
    return parameters.get(s);
  }

  private void learnGlobally(Batch batch, List<SplittableRandom> randoms, GradientSink sink) {
    for (int s = network.stages().size() - 1; s >= 0; s--) {
      Stage stage = network.stages().get(s);
      Activations activations = workspace.stage(s);
      boolean top = s == network.stages().size() - 1;
      Matrix outputGradient = (top ? workspace.output() : workspace.stage(s + 1)).inputGradient();
      signals.choose(s, batch, randoms.get(s));
      signals.leadership().get(s).keepLeaders(outputGradient);
      if (s > 0) {
        // Only the global loss crosses stages: it is propagated before the local signals join in.
        stage.takeNoLocalSignals(activations);
        stage.addOutputGradient(activations, outputGradient);
        stage.propagate(pass.input(s, batch), activations);
      }
      takeSignals(s, batch);
      stage.addOutputGradient(activations, outputGradient);
      stage.backward(pass.input(s, batch), activations, false);
      sink.ready(parameters.get(s));
    }
  }

  private void takeSignals(int s, Batch batch) {
    signals.write(s, batch);
    network.stages().get(s).takeLocalSignals(batch, workspace.stage(s));
  }
}
