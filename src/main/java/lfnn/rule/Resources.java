package lfnn.rule;

import java.util.List;
import lfnn.nn.Batch;
import lfnn.nn.Matrix;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Workspace;

/**
 * What a rule works with in every step.
 *
 * @param network whose parameters learn
 * @param workspace holds the activations of a batch
 * @param batch what is learned from; refilled for each step
 * @param tasks runs what need not be waited for
 * @param sink is told which parameters have their gradients
 */
public record Resources(
    Network network, Workspace workspace, Batch batch, StageTasks tasks, GradientSink sink) {

  /** Receives parameters whose gradients are complete. */
  public interface GradientSink {
    /**
     * Called when the gradients of these parameters are complete and their values are not needed
     * any more for this batch, so that they may be updated. May be called from another thread, but
     * never twice for a parameter.
     */
    void ready(List<Parameter> parameters);
  }

  /** What stage {@code index} reads, or for the number of stages the output layer. */
  Matrix input(int index) {
    return workspace.input(index, batch.inputs());
  }
}
