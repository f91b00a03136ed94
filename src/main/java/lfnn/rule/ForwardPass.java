package lfnn.rule;

import java.util.List;
import java.util.function.IntConsumer;
import lfnn.data.Seeds;
import lfnn.nn.Activations;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Pass;
import lfnn.nn.Workspace;

/**
 * What every rule does with a batch: it goes forward through the stages, and the output layer
 * learns the exact gradient of its own loss.
 */
final class ForwardPass {

  private final Resources resources;
  private final Network network;
  private final Workspace workspace;
  private final int first;
  private final OutputSignals outputSignals;
  private final List<Parameter> outputParameters;

  ForwardPass(Resources resources) {
    this(resources, 0);
  }

  /**
   * @param first stage to go through, where those below have gone through elsewhere
   */
  ForwardPass(Resources resources, int first) {
    this.resources = resources;
    this.first = first;
    this.network = resources.network();
    this.workspace = resources.workspace();
    this.outputParameters = network.output().parameters();
    this.outputSignals = new OutputSignals(resources);
  }

  /**
   * A seed for what stage {@code stage} draws by itself in a step, so that stages may draw in any
   * order; for the number of stages, the seed of the pass. They stand at odd places, where saved
   * training that goes on finds the masks of dropout that it would have had.
   */
  static long seed(long step, int stage) {
    return Seeds.number(step, 2L * stage + 1);
  }

  /**
   * Computes the outputs of all stages, the predictions and the signals of the output layer.
   *
   * @param step seed of the step
   */
  void run(long step) {
    run(step, stage -> {});
  }

  /**
   * The same.
   *
   * @param afterStage is called with each stage that has its output
   */
  void run(long step, IntConsumer afterStage) {
    int last = network.stages().size();
    workspace.begin(resources.batch().size(), Pass.training(seed(step, last)));
    for (int s = first; s < last; s++) {
      network.stages().get(s).forward(resources.input(s), workspace.stage(s));
      afterStage.accept(s);
    }
    Activations output = workspace.output();
    network.output().forward(resources.input(last), output);
    outputSignals.write();
  }

  /**
   * Computes the gradients of the output layer.
   *
   * @param toStages whether the gradient of its input is wanted, too
   */
  void learnOutput(boolean toStages) {
    int last = network.stages().size();
    network.output().backward(resources.input(last), workspace.output(), toStages && last > 0);
    resources.sink().ready(outputParameters);
  }

  /** L_g, the mean error of the output layer, summed over groups. */
  double loss() {
    return outputSignals.loss();
  }
}
