package lfnn.rule;

import java.util.ArrayList;
import java.util.List;
import lfnn.leadership.Leadership;
import lfnn.nn.Batch;
import lfnn.nn.Network;
import lfnn.nn.Stage;
import lfnn.nn.Workspace;
import lfnn.spec.LeadershipSpec;

/** The error signals of the workers of all stages: of leaders and followers, or as if all led. */
final class WorkerSignals {

  private final Network network;
  private final Workspace workspace;
  private final Batch batch;
  private final List<Leadership> leadership;
  private final boolean hasLeaders;

  private WorkerSignals(
      Resources resources, LeadershipSpec spec, boolean hasLeaders, List<Leadership> lower) {
    this.network = resources.network();
    this.workspace = resources.workspace();
    this.batch = resources.batch();
    this.hasLeaders = hasLeaders;
    this.leadership = new ArrayList<>(lower);
    for (int s = lower.size(); s < network.stages().size(); s++) {
      Stage stage = network.stages().get(s);
      leadership.add(new Leadership(network.kernels(), stage, spec, workspace.stage(s)));
    }
  }

  /**
   * Signals of leaders and followers.
   *
   * @param lower leadership of the first stages, where these learn elsewhere
   */
  static WorkerSignals ofLeaders(Resources resources, LeadershipSpec spec, List<Leadership> lower) {
    return new WorkerSignals(resources, spec, true, lower);
  }

  /** Signals of the stage's loss, the error of all its workers. */
  static WorkerSignals ofAll(Resources resources) {
    return new WorkerSignals(resources, LeadershipSpec.EVERYONE_LEADS, false, List.of());
  }

  /** Leadership of each stage; empty if all lead anyway. */
  List<Leadership> leadership() {
    return hasLeaders ? leadership : List.of();
  }

  /**
   * Lets the workers of stage {@code s} predict and chooses who leads.
   *
   * @param seed of what is drawn
   */
  void choose(int s, long seed) {
    network.stages().get(s).predict(workspace.stage(s));
    leadership.get(s).choose(batch, seed);
  }

  /** Writes the signals of stage {@code s}, where leaders have been chosen. */
  void write(int s) {
    leadership.get(s).signal(batch);
  }
}
