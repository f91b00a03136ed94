package lfnn.train;

import java.util.ArrayList;
import java.util.List;
import lfnn.leadership.Leadership;
import lfnn.nn.Activations;
import lfnn.nn.Batch;
import lfnn.nn.Network;
import lfnn.nn.Stage;
import lfnn.nn.Workspace;

/** Measures how the workers of a network moved in a step, by a second forward pass. */
final class ActivityMeter {

  private final Network network;
  private Workspace after;

  ActivityMeter(Network network) {
    this.network = network;
  }

  /**
   * Measures the last step.
   *
   * @param batch of the step
   * @param before what the network computed for the batch before it learned from it
   * @param leadership of each stage
   */
  List<StageActivity> measure(Batch batch, Workspace before, List<Leadership> leadership) {
    if (after == null || after.capacity() < batch.size()) {
      after = network.workspace(batch.size());
    }
    network.predict(batch.inputs(), after);
    List<StageActivity> activity = new ArrayList<>();
    for (int s = 0; s < leadership.size(); s++) {
      Stage stage = network.stages().get(s);
      stage.predict(after.stage(s));
      float[] targets = batch.targets(stage).toFloats();
      double[] change = predicted(stage, after.stage(s), targets, batch.size());
      double[] earlier = predicted(stage, before.stage(s), targets, batch.size());
      for (int w = 0; w < change.length; w++) {
        change[w] -= earlier[w];
      }
      activity.add(new StageActivity(change, leadership.get(s).shareOfLastBatch()));
    }
    return activity;
  }

  /**
   * What each worker predicts, mean over the examples.
   *
   * @param targets column-major [N, G·K], one 1 among the K of an example
   */
  private static double[] predicted(
      Stage stage, Activations activations, float[] targets, int examples) {
    float[] p = activations.predictions().toFloats();
    int outputs = stage.outputs();
    double[] means = new double[stage.groups() * stage.workers()];
    for (int w = 0; w < means.length; w++) {
      for (int i = 0; i < outputs * examples; i++) {
        means[w] += (outputs == 1 ? 1 : targets[i]) * p[w * outputs * examples + i] / examples;
      }
    }
    return means;
  }
}
