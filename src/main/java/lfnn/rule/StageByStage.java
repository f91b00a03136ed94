package lfnn.rule;

import java.util.List;
import java.util.function.IntConsumer;
import lfnn.nn.Parameter;

/**
 * The whole step of a rule whose stages learn by themselves: each as soon as it has its output,
 * while the stages above it go on.
 */
final class StageByStage {

  /** How a stage learns by itself. */
  interface StageLearner {
    /**
     * Computes gradients of stage {@code stage} from its own activations and those below.
     *
     * @param seed of what it draws
     */
    List<Parameter> learn(int stage, long seed);
  }

  private final Resources resources;
  private final ForwardPass pass;
  private final boolean learnsOutput;
  private final StageLearner learner;
  private final Runnable[] stages;
  private final IntConsumer starter = this::start;
  private long step;

  /**
   * @param learnsOutput whether the output layer learns
   */
  StageByStage(Resources resources, ForwardPass pass, boolean learnsOutput, StageLearner learner) {
    this.resources = resources;
    this.pass = pass;
    this.learnsOutput = learnsOutput;
    this.learner = learner;
    this.stages = new Runnable[resources.network().stages().size()];
    for (int s = 0; s < stages.length; s++) {
      int stage = s;
      stages[s] = () -> learn(stage);
    }
  }

  private void learn(int stage) {
    resources.sink().ready(learner.learn(stage, ForwardPass.seed(step, stage)));
  }

  private void start(int stage) {
    resources.tasks().start(stages[stage]);
    if (stage + 1 < stages.length) {
      // The next stage may use the memory of one below, whose neighbour reads it while it learns.
      resources.tasks().awaitAllBut(resources.workspace().kept() - 2);
    }
  }

  /**
   * Learns from the batch.
   *
   * @param seed of the step
   * @return as {@link ForwardPass#loss}
   */
  double learn(long seed) {
    step = seed;
    try {
      pass.run(seed, starter);
      if (learnsOutput) {
        pass.learnOutput(false);
      }
    } catch (RuntimeException | Error e) {
      try {
        resources.tasks().join();
      } catch (RuntimeException | Error another) {
        e.addSuppressed(another);
      }
      throw e;
    }
    resources.tasks().join();
    return pass.loss();
  }
}
