package lfnn.experiment;

import java.util.Optional;
import lfnn.data.Dataset;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.StageSpec;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;
import lfnn.train.EpochReport;
import lfnn.train.Trainer;

/** The training of a run: from the beginning, without validation. */
final class StudyTraining {

  private StudyTraining() {}

  /** Looks at a trainer after each of its steps. */
  interface AfterStep {
    /** Called on the thread that trains; {@link Trainer#steps} says which step it was. */
    void done(Trainer trainer);
  }

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
   * Trains a new network for all epochs.
   *
   * @return the trainer; nothing if {@code watch} stopped it
   */
  static Optional<Trainer> train(
      Architecture architecture,
      TrainingSpec spec,
      Dataset data,
      StudyRun.Watch watch,
      AfterStep afterStep)
      throws InterruptedException {
    Trainer trainer = new Trainer(architecture, spec);
    while (trainer.epochs() < spec.epochs()) {
      Optional<EpochReport> done =
          trainer.epoch(
              data,
              Optional.empty(),
              (step, steps, report) -> {
                afterStep.done(trainer);
                return watch.step((trainer.epochs() + (double) step / steps) / spec.epochs());
              });
      if (done.isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of(trainer);
  }
}
