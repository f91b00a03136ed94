package lfnn.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lfnn.leadership.Leadership;
import lfnn.nn.Activations;
import lfnn.nn.Batch;
import lfnn.nn.Matrix;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Pass;
import lfnn.nn.Stage;
import lfnn.nn.Workspace;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.LossTerm;

/**
 * LFNN and LFNN-ℓ (<a href="https://arxiv.org/abs/2310.07885v1">Yin et al. 2023</a>, equations 1
 * and 2).
 *
 * <p>In LFNN-ℓ a stage's input is a constant: the stage learns as soon as its own forward pass is
 * done, while the stages above it go on. In LFNN the output loss is also propagated back, and in
 * every stage only the leaders' outputs receive it and pass it on.
 */
final class LeaderFollower implements LearningRule {

  private final Network network;
  private final Workspace workspace;
  private final List<Leadership> leadership;
  private final OutputSignals outputSignals;
  private final boolean globalLoss;
  private final boolean learnsOutput;

  LeaderFollower(
      Network network, Workspace workspace, LeadershipSpec spec, boolean backpropagates) {
    this.network = network;
    this.workspace = workspace;
    this.learnsOutput = spec.uses(LossTerm.GLOBAL);
    this.globalLoss = backpropagates && learnsOutput;
    this.leadership =
        network.stages().stream()
            .map(stage -> new Leadership(network.kernels(), stage, spec, workspace.capacity()))
            .toList();
    this.outputSignals = new OutputSignals(network.kernels(), network.output().task());
  }

  @Override
  public List<Leadership> leadership() {
    return leadership;
  }

  @Override
  public double learn(Batch batch, SplittableRandom random, StageTasks tasks, GradientSink sink) {
    List<SplittableRandom> randoms = new ArrayList<>();
    for (int s = 0; s < network.stages().size(); s++) {
      randoms.add(random.split());
    }
    workspace.begin(batch.size(), Pass.training(random.nextLong()));
    try {
      for (int s = 0; s < network.stages().size(); s++) {
        int index = s;
        // This stage may use the memory of one below, whose neighbour reads it while it learns.
        tasks.awaitAllBut(workspace.kept() - 2);
        network.stages().get(s).forward(input(s, batch), workspace.stage(s));
        if (!globalLoss) {
          tasks.start(() -> learnLocally(index, batch, randoms.get(index), sink));
        }
      }
      Activations output = workspace.output();
      Matrix outputInput = input(network.stages().size(), batch);
      network.output().forward(outputInput, output);
      outputSignals.write(batch, output);
      if (learnsOutput) {
        network.output().backward(outputInput, output, globalLoss && !network.stages().isEmpty());
        sink.ready(network.output().parameters());
      }
      if (globalLoss) {
        learnGlobally(batch, randoms, sink);
      }
      return outputSignals.loss(batch, output);
    } finally {
      tasks.join();
    }
  }

  private Matrix input(int index, Batch batch) {
    return workspace.input(index, batch.inputs());
  }

  private void learnLocally(int s, Batch batch, SplittableRandom random, GradientSink sink) {
    Stage stage = network.stages().get(s);
    Activations activations = workspace.stage(s);
    choose(s, batch, random);
    takeSignals(s, batch);
    stage.backward(input(s, batch), activations, false);
    sink.ready(parameters(stage));
  }

  private void learnGlobally(Batch batch, List<SplittableRandom> randoms, GradientSink sink) {
    for (int s = network.stages().size() - 1; s >= 0; s--) {
      Stage stage = network.stages().get(s);
      Activations activations = workspace.stage(s);
      boolean top = s == network.stages().size() - 1;
      Matrix outputGradient = (top ? workspace.output() : workspace.stage(s + 1)).inputGradient();
      choose(s, batch, randoms.get(s));
      leadership.get(s).keepLeaders(outputGradient);
      if (s > 0) {
        // Only the global loss crosses stages: it is propagated before the local signals join in.
        stage.takeNoLocalSignals(activations);
        stage.addOutputGradient(activations, outputGradient);
        stage.propagate(input(s, batch), activations);
      }
      takeSignals(s, batch);
      stage.addOutputGradient(activations, outputGradient);
      stage.backward(input(s, batch), activations, false);
      sink.ready(parameters(stage));
    }
  }

  private void choose(int s, Batch batch, SplittableRandom random) {
    network.stages().get(s).predict(workspace.stage(s));
    leadership.get(s).choose(batch, workspace.stage(s), random);
  }

  private void takeSignals(int s, Batch batch) {
    leadership.get(s).signal(batch, workspace.stage(s));
    network.stages().get(s).takeLocalSignals(batch, workspace.stage(s));
  }

  private static List<Parameter> parameters(Stage stage) {
    return Stream.concat(stage.bodyParameters().stream(), stage.headParameters().stream()).toList();
  }
}
