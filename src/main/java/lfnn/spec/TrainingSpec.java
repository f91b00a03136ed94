package lfnn.spec;

import java.io.Serializable;
import lfnn.data.Augmentation;

/**
 * How a network is trained.
 *
 * @param algorithm the learning rule
 * @param leadership who leads and how the loss terms are weighted
 * @param optimizer how gradients become changes
 * @param learningRate initial learning rate α, above 0; given as {@link #RATE_OF_RULE}, it is that
 *     of the algorithm
 * @param schedule how the learning rate changes
 * @param weightDecay L2 penalty on weights (not biases), at least 0; decoupled for AdamW
 * @param epochs passes over the training data, at least 0
 * @param batchSize examples of a mini-batch, at least 1
 * @param validationFraction share of the training data set aside for validation, in [0, 1)
 * @param patience epochs without a lower validation loss before training stops, at least 1
 * @param augmentation how the images of training batches are changed at random; none if rows are
 *     not images
 * @param seed seed of everything random
 * @param threads threads that may work on one model; 0 means one per processor. The result does not
 *     depend on it
 */
public record TrainingSpec(
    Algorithm algorithm,
    LeadershipSpec leadership,
    OptimizerSpec optimizer,
    double learningRate,
    ScheduleSpec schedule,
    double weightDecay,
    int epochs,
    int batchSize,
    double validationFraction,
    int patience,
    Augmentation augmentation,
    long seed,
    int threads)
    implements Serializable {

  /** Stands for {@link Algorithm#learningRate()}. */
  public static final double RATE_OF_RULE = 0;

  /** Defaults of all hosts. */
  public static final TrainingSpec DEFAULTS =
      new TrainingSpec(
          Algorithm.LFNN_L,
          LeadershipSpec.DEFAULTS,
          OptimizerSpec.Adam.DEFAULTS,
          RATE_OF_RULE,
          new ScheduleSpec.Constant(),
          0,
          50,
          32,
          0,
          20,
          Augmentation.NONE,
          1,
          0);

  /** The same with another leadership. */
  public TrainingSpec withLeadership(LeadershipSpec other) {
    return new TrainingSpec(
        algorithm,
        other,
        optimizer,
        learningRate,
        schedule,
        weightDecay,
        epochs,
        batchSize,
        validationFraction,
        patience,
        augmentation,
        seed,
        threads);
  }

  public TrainingSpec {
    Require.that(
        learningRate >= 0 && Double.isFinite(learningRate),
        "the learning rate must be above 0 and finite, or 0 for that of the rule, not %s",
        learningRate);
    learningRate = learningRate == RATE_OF_RULE ? algorithm.learningRate() : learningRate;
    Require.that(
        weightDecay >= 0 && Double.isFinite(weightDecay),
        "weight decay must be at least 0 and finite, not %s",
        weightDecay);
    Require.that(epochs >= 0, "the number of epochs must be at least 0, not %d", epochs);
    Require.that(batchSize >= 1, "the mini-batch size must be at least 1, not %d", batchSize);
    Require.that(
        validationFraction >= 0 && validationFraction < 1,
        "the validation fraction must be in [0, 1), not %s",
        validationFraction);
    Require.that(patience >= 1, "patience must be at least 1 epoch, not %d", patience);
    Require.that(threads >= 0, "threads must be at least 0 (0 = all processors), not %d", threads);
  }
}
