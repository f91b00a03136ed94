package lfnn.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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
  private final List<Leadership> leadership;
  private final boolean hasLeaders;

  private WorkerSignals(
      Network network,
      Workspace workspace,
      LeadershipSpec spec,
      boolean hasLeaders,
      List<Leadership> lower) {
    this.network = network;
    this.workspace = workspace;
    this.hasLeaders = hasLeaders;
    this.leadership = new ArrayList<>(lower);
    for (Stage stage : network.stages().subList(lower.size(), network.stages().size())) {
      leadership.add(new Leadership(network.kernels(), stage, spec, workspace.capacity()));
    }
  }

  /**
   * Signals of leaders and followers.
   *
   * @param lower leadership of the first stages, where these learn elsewhere
   */
  static WorkerSignals ofLeaders(
      Network network, Workspace workspace, LeadershipSpec spec, List<Leadership> lower) {
    return new WorkerSignals(network, workspace, spec, true, lower);
  }

  /** Signals of the stage's loss, the error of all its workers. */
  static WorkerSignals ofAll(Network network, Workspace workspace) {
    return new WorkerSignals(network, workspace, LeadershipSpec.EVERYONE_LEADS, false, List.of());
  }

  /** Leadership of each stage; empty if all lead anyway. */
  List<Leadership> leadership() {
    return hasLeaders ? leadership : List.of();
  }

  /** Lets the workers of stage {@code s} predict and chooses who leads. */
  void choose(int s, Batch batch, SplittableRandom random) {
    network.stages().get(s).predict(workspace.stage(s));
    leadership.get(s).choose(batch, workspace.stage(s), random);
  }

  /** Writes the signals of stage {@code s}, where leaders have been chosen. */
  void write(int s, Batch batch) {
    leadership.get(s).signal(batch, workspace.stage(s));
  }
}
