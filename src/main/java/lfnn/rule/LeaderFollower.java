package lfnn.rule;

import java.util.List;
import lfnn.leadership.Leadership;
import lfnn.nn.Activations;
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

  private final Resources resources;
  private final Network network;
  private final Workspace workspace;
  private final WorkerSignals signals;
  private final ForwardPass pass;
  private final StageByStage stageByStage;
  private final List<List<Parameter>> parameters;
  private final boolean globalLoss;

  private LeaderFollower(
      Resources resources,
      WorkerSignals signals,
      int first,
      boolean backpropagates,
      boolean learnsOutput) {
    this.resources = resources;
    this.network = resources.network();
    this.workspace = resources.workspace();
    this.signals = signals;
    this.pass = new ForwardPass(resources, first);
    this.stageByStage = new StageByStage(resources, pass, learnsOutput, this::learnLocally);
    this.parameters = network.stages().stream().map(Stage::parameters).toList();
    this.globalLoss = backpropagates && learnsOutput;
  }

  /**
   * LFNN or LFNN-ℓ.
   *
   * @param backpropagates whether the output loss reaches the stages
   * @param lower leadership of the first stages, where these learn elsewhere
   */
  static LeaderFollower of(
      Resources resources, LeadershipSpec spec, boolean backpropagates, List<Leadership> lower) {
    WorkerSignals signals = WorkerSignals.ofLeaders(resources, spec, lower);
    return new LeaderFollower(
        resources, signals, lower.size(), backpropagates, spec.uses(LossTerm.GLOBAL));
  }

  /** Every stage learns from the errors of all its workers. */
  static LeaderFollower localGreedy(Resources resources) {
    WorkerSignals signals = WorkerSignals.ofAll(resources);
    return new LeaderFollower(resources, signals, 0, false, true);
  }

  @Override
  public List<Leadership> leadership() {
    return signals.leadership();
  }

  @Override
  public double learn(long seed) {
    if (!globalLoss) {
      return stageByStage.learn(seed);
    }
    pass.run(seed);
    pass.learnOutput(true);
    learnGlobally(seed);
    return pass.loss();
  }

  private List<Parameter> learnLocally(int s, long seed) {
    Stage stage = network.stages().get(s);
    signals.choose(s, seed);
    takeSignals(s);
    stage.backward(resources.input(s), workspace.stage(s), false);
    return parameters.get(s);
  }

  private void learnGlobally(long seed) {
    for (int s = network.stages().size() - 1; s >= 0; s--) {
      Stage stage = network.stages().get(s);
      Activations activations = workspace.stage(s);
      boolean top = s == network.stages().size() - 1;
      Matrix outputGradient = (top ? workspace.output() : workspace.stage(s + 1)).inputGradient();
      signals.choose(s, ForwardPass.seed(seed, s));
      signals.leadership().get(s).keepLeaders(outputGradient);
      if (s > 0) {
        // Only the global loss crosses stages: it is propagated before the local signals join in.
        stage.takeNoLocalSignals(activations);
        stage.addOutputGradient(activations, outputGradient);
        stage.propagate(resources.input(s), activations);
      }
      takeSignals(s);
      stage.addOutputGradient(activations, outputGradient);
      stage.backward(resources.input(s), activations, false);
      resources.sink().ready(parameters.get(s));
    }
  }

  private void takeSignals(int s) {
    signals.write(s);
    network.stages().get(s).takeLocalSignals(resources.batch(), workspace.stage(s));
  }
}
