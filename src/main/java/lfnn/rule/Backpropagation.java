package lfnn.rule;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.leadership.Leadership;
import lfnn.nn.Activations;
import lfnn.nn.Batch;
import lfnn.nn.Matrix;
import lfnn.nn.Network;
import lfnn.nn.Pass;
import lfnn.nn.Stage;
import lfnn.nn.Workspace;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.LossTerm;

/** Back-propagation of the output loss through all stages; heads are not used. */
final class Backpropagation implements LearningRule {

  private final Network network;
  private final Workspace workspace;
  private final OutputSignals outputSignals;

  Backpropagation(Network network, Workspace workspace, LeadershipSpec spec) {
    if (!spec.uses(LossTerm.GLOBAL)) {
      throw new IllegalArgumentException(
          "BP learns from the global loss alone, which is switched off: add global to the loss"
              + " terms or choose LFNN or LFNN_L");
    }
    this.network = network;
    this.workspace = workspace;
    this.outputSignals = new OutputSignals(network.kernels(), network.output().task());
  }

  @Override
  public List<Leadership> leadership() {
    return List.of();
  }

  @Override
  public double learn(Batch batch, SplittableRandom random, StageTasks tasks, GradientSink sink) {
    workspace.begin(batch.size(), Pass.training(random.nextLong()));
    int last = network.stages().size();
    for (int s = 0; s < last; s++) {
      network.stages().get(s).forward(workspace.input(s, batch.inputs()), workspace.stage(s));
    }
    Activations output = workspace.output();
    Matrix outputInput = workspace.input(last, batch.inputs());
    network.output().forward(outputInput, output);
    outputSignals.write(batch, output);
    network.output().backward(outputInput, output, last > 0);
    sink.ready(network.output().parameters());
    for (int s = last - 1; s >= 0; s--) {
      Stage stage = network.stages().get(s);
      Activations activations = workspace.stage(s);
      Activations above = s == last - 1 ? output : workspace.stage(s + 1);
      stage.takeNoLocalSignals(activations);
      stage.addOutputGradient(activations, above.inputGradient());
      stage.backward(workspace.input(s, batch.inputs()), activations, s > 0);
      sink.ready(stage.bodyParameters());
    }
    return outputSignals.loss(batch, output);
  }
}
