package lfnn.rule;

import java.util.List;
import lfnn.leadership.Leadership;
import lfnn.nn.Activations;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Stage;
import lfnn.nn.Workspace;

/** Back-propagation of the output loss through all stages; heads are not used. */
final class Backpropagation implements LearningRule {

  private final Resources resources;
  private final ForwardPass pass;
  private final List<List<Parameter>> parameters;

  Backpropagation(Resources resources) {
    this.resources = resources;
    this.pass = new ForwardPass(resources);
    this.parameters = resources.network().stages().stream().map(Stage::bodyParameters).toList();
  }

  @Override
  public List<Leadership> leadership() {
    return List.of();
  }

  @Override
  public double learn(long seed) {
    Network network = resources.network();
    Workspace workspace = resources.workspace();
    pass.run(seed);
    pass.learnOutput(true);
    int last = network.stages().size();
    for (int s = last - 1; s >= 0; s--) {
      Stage stage = network.stages().get(s);
      Activations activations = workspace.stage(s);
      Activations above = s == last - 1 ? workspace.output() : workspace.stage(s + 1);
      stage.takeNoLocalSignals(activations);
      stage.addOutputGradient(activations, above.inputGradient());
      stage.backward(resources.input(s), activations, s > 0);
      resources.sink().ready(parameters.get(s));
    }
    return pass.loss();
  }
}
