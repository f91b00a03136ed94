package lfnn.rule;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.leadership.Leadership;
import lfnn.nn.Activations;
import lfnn.nn.Batch;
import lfnn.nn.Network;
import lfnn.nn.Stage;
import lfnn.nn.Workspace;

/** Back-propagation of the output loss through all stages; heads are not used. */
final class Backpropagation implements LearningRule {

  private final Network network;
  private final Workspace workspace;
  private final ForwardPass pass;

  Backpropagation(Network network, Workspace workspace) {
    this.network = network;
    this.workspace = workspace;
    this.pass = new ForwardPass(network, workspace);
  }

  @Override
  public List<Leadership> leadership() {
    return List.of();
  }

  @Override
  public double learn(Batch batch, SplittableRandom random, StageTasks tasks, GradientSink sink) {
    pass.run(batch, random.nextLong());
    pass.learnOutput(batch, true, sink);
    int last = network.stages().size();
    for (int s = last - 1; s >= 0; s--) {
      Stage stage = network.stages().get(s);
      Activations activations = workspace.stage(s);
      Activations above = s == last - 1 ? workspace.output() : workspace.stage(s + 1);
      stage.takeNoLocalSignals(activations);
      stage.addOutputGradient(activations, above.inputGradient());
      stage.backward(pass.input(s, batch), activations, s > 0);
      sink.ready(stage.bodyParameters());
    }
    return pass.loss(batch);
  }
}
