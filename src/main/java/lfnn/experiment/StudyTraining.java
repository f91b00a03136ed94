package lfnn.experiment;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import lfnn.data.Dataset;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.StageSpec;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;
import lfnn.train.EpochReport;
import lfnn.train.Trainer;

/**
 * The training of a run, without validation. If it is stopped, it goes on there next time.
 *
 * @param data what is learned
 * @param unfinished keeps what was done before a stop
 * @param <T> what is seen of the training
 */
record StudyTraining<T extends Serializable>(
    Architecture architecture, TrainingSpec spec, Dataset data, UnfinishedRun<T> unfinished) {

  /** Looks at a trainer after each of its steps. */
  interface AfterStep<T> {
    /**
     * Called on the thread that trains; {@link Trainer#steps} says which step it was.
     *
     * @param seen what was seen so far, which is changed
     */
    void done(Trainer trainer, T seen);
  }

  /** A trainer that has done all epochs, and what was seen. */
  record Trained<T>(Trainer trainer, T seen) {}

  /**
   * The paper's one-vs-all network: one stage of single sigmoid neurons for each class.
   *
   * @param workers of each class
   */
  static Architecture oneVsAll(Dataset data, int workers) {
    return Architecture.of(
        data.shape(), Task.oneVsAll(data.classes()), NetworkSpec.parse(stage(workers)));
  }

  /**
   * The paper's network with two fully connected stages.
   *
   * @param workers of each stage, with a neuron for each class
   */
  static Architecture twoStages(Dataset data, int workers) {
    return Architecture.of(
        data.shape(),
        Task.classification(data.classes()),
        NetworkSpec.parse(stage(workers) + ";" + stage(workers)));
  }

  private static String stage(int workers) {
    return new StageSpec.FullyConnected(workers).toString();
  }

  /**
   * Trains for all epochs, or for what is left of them.
   *
   * @param nothing what is seen before the first step
   * @return nothing if {@code watch} stopped it
   * @throws IOException if what was kept before cannot be read, or this cannot be kept
   */
  Optional<Trained<T>> run(StudyRun.Watch watch, T nothing, AfterStep<T> afterStep)
      throws IOException, InterruptedException {
    Optional<UnfinishedRun.Kept<T>> before = unfinished.read();
    Trainer trainer =
        before
            .map(kept -> new Trainer(architecture, spec, kept.state()))
            .orElseGet(() -> new Trainer(architecture, spec));
    T seen = before.map(UnfinishedRun.Kept::seen).orElse(nothing);
    while (trainer.epochs() < spec.epochs()) {
      Optional<EpochReport> done =
          trainer.epoch(
              data,
              Optional.empty(),
              (step, steps, report) -> {
                afterStep.done(trainer, seen);
                return watch.step((trainer.epochs() + (double) step / steps) / spec.epochs());
              });
      if (done.isEmpty()) {
        unfinished.write(trainer.state(), seen);
        return Optional.empty();
      }
    }
    return Optional.of(new Trained<>(trainer, seen));
  }
}
