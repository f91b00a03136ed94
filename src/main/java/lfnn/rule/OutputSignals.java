package lfnn.rule;

import lfnn.nn.Activations;
import lfnn.nn.Batch;
import lfnn.nn.Kernels;
import lfnn.nn.Kernels.Aligned;
import lfnn.nn.Kernels.LeaderChoice;
import lfnn.nn.Matrix;
import lfnn.spec.Task;

/** The output layer's share of a batch: predictions, errors, and dz = ω·(p − t) / N. */
final class OutputSignals {

  private final Kernels kernels;
  private final Task task;
  private final Batch batch;
  private final Activations output;
  private final Aligned aligned;
  private final LeaderChoice everyoneLeads;

  OutputSignals(Resources resources) {
    kernels = resources.network().kernels();
    task = resources.network().output().task();
    batch = resources.batch();
    output = resources.workspace().output();
    aligned = new Aligned(false, output.logits());
    Matrix mask = kernels.matrix(1, task.groups());
    mask.fill(1);
    everyoneLeads = new LeaderChoice(1, mask, kernels.matrix(1, task.groups()));
  }

  /** Needs {@link Activations#predictions()}; writes errors and signals. */
  void write() {
    kernels.errors(
        task.kind(), task.outputs(), 1, output.predictions(), batch.targets(), output.errors());
    kernels.errorSignals(
        task.kind(),
        task.outputs(),
        1,
        output.predictions(),
        aligned,
        batch.targets(),
        batch.weights(),
        everyoneLeads,
        1.0 / batch.size(),
        0,
        output.signals());
  }

  /** Mean error of the last batch, summed over groups. */
  double loss() {
    return task.groups() * kernels.leaderLoss(1, output.errors(), batch.weights(), everyoneLeads);
  }
}
