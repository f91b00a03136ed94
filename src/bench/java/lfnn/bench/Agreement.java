package lfnn.bench;

import lfnn.data.BatchLayout;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.TrainingSpec;
import lfnn.train.Trainer;

/** Whether PyTorch computes what we compute: the same predictions after the same steps. */
final class Agreement {

  private static final int STEPS = 5;
  private static final int EXAMPLES = 32;

  /** With Adam's usual ε, the sign of a gradient that is nearly 0 would decide over a whole step. */
  private static final OptimizerSpec SMOOTH = new OptimizerSpec.Adam(0.9, 0.999, 1e-3, false);

  private Agreement() {}

  /** The largest difference of a probability after some steps on stages of neuron workers. */
  static double ofStages(Architecture architecture) {
    TrainingSpec training = Networks.training(Algorithm.LFNN_L, SMOOTH, EXAMPLES, 1);
    Trainer trainer = new Trainer(architecture, training);
    Images ours = new Images(EXAMPLES, BatchLayout.FEATURE_MAJOR);
    Images theirs = new Images(EXAMPLES, BatchLayout.CHANNELS_LAST);
    try (PyTorchStages stages =
        new PyTorchStages(architecture, training, trainer.parameters())) {
      for (int i = 0; i < STEPS; i++) {
        trainer.step(EXAMPLES, ours.features(), ours.labels(), ours.weights());
        stages.step(EXAMPLES, theirs.features(), theirs.oneHot(10));
        ours.advance();
        theirs.advance();
      }
      return largestDifference(
          trainer.predict(EXAMPLES, ours.features()),
          stages.predict(EXAMPLES, theirs.features()));
    }
  }

  /** Of column-major ours and row-major theirs. */
  private static double largestDifference(float[] ours, float[] theirs) {
    int classes = ours.length / EXAMPLES;
    double largest = 0;
    for (int b = 0; b < EXAMPLES; b++) {
      for (int c = 0; c < classes; c++) {
        double difference = ours[c * EXAMPLES + b] - theirs[b * classes + c];
        largest = Math.max(largest, Math.abs(difference));
      }
    }
    return largest;
  }
}
