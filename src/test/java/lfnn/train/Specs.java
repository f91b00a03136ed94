package lfnn.train;

import java.util.EnumSet;
import lfnn.data.Augmentation;
import lfnn.spec.Algorithm;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.ScheduleSpec;
import lfnn.spec.TrainingSpec;

/** Training specifications that differ from the defaults in what a test is about. */
final class Specs {

  private Specs() {}

  static LeadershipSpec leadership(double fraction, Scope scope, Reference reference) {
    return new LeadershipSpec(
        fraction, scope, 1, 1, reference, Alignment.PREDICTIONS, EnumSet.allOf(LossTerm.class));
  }

  static TrainingSpec training(
      Algorithm algorithm,
      LeadershipSpec leadership,
      String optimizer,
      double learningRate,
      String schedule,
      int batchSize,
      long seed,
      int threads) {
    return new TrainingSpec(
        algorithm,
        leadership,
        OptimizerSpec.parse(optimizer),
        learningRate,
        ScheduleSpec.parse(schedule),
        0,
        10,
        batchSize,
        0,
        3,
        Augmentation.NONE,
        seed,
        threads);
  }

  /** The same with augmentation. */
  static TrainingSpec augmented(TrainingSpec spec, String augmentation) {
    return new TrainingSpec(
        spec.algorithm(),
        spec.leadership(),
        spec.optimizer(),
        spec.learningRate(),
        spec.schedule(),
        spec.weightDecay(),
        spec.epochs(),
        spec.batchSize(),
        spec.validationFraction(),
        spec.patience(),
        Augmentation.parse(augmentation),
        spec.seed(),
        spec.threads());
  }

  static TrainingSpec training(Algorithm algorithm, int batchSize, long seed) {
    return training(
        algorithm, LeadershipSpec.DEFAULTS, "adam", 0.003, "constant", batchSize, seed, 1);
  }
}
