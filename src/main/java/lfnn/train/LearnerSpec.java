package lfnn.train;

import java.util.List;
import java.util.Optional;
import lfnn.data.FeatureEncoder;
import lfnn.data.InputShape;
import lfnn.spec.NetworkSpec;
import lfnn.spec.TrainingSpec;

/**
 * All that a user chooses.
 *
 * @param network hidden stages
 * @param oneVsAll whether each class gets a network of its own
 * @param input shape of one example if the attributes are the pixels of an image
 * @param scaling of numeric attributes
 * @param training how the network is trained
 */
public record LearnerSpec(
    NetworkSpec network,
    boolean oneVsAll,
    Optional<InputShape> input,
    ScalingChoice scaling,
    TrainingSpec training) {

  private static final String GIVE_THE_SHAPE =
      "give the shape of the input, channels x height x width, for example 3x32x32";

  /**
   * @throws IllegalArgumentException if what is asked for needs an input of images, or larger ones
   */
  public LearnerSpec {
    if (input.isPresent()) {
      training.augmentation().requireFitting(input.get());
    } else if (!training.augmentation().isNone()) {
      throw new IllegalArgumentException(
          "the augmentation \"" + training.augmentation() + "\" needs images: " + GIVE_THE_SHAPE);
    } else if (scaling == ScalingChoice.CHANNEL) {
      throw new IllegalArgumentException("scaling by channels needs images: " + GIVE_THE_SHAPE);
    }
  }

  /** The same with another share of leaders. */
  public LearnerSpec withLeaderFraction(double fraction) {
    return new LearnerSpec(
        network,
        oneVsAll,
        input,
        scaling,
        training.withLeadership(training.leadership().withLeaderFraction(fraction)));
  }

  /** An encoder for rows of these columns that has observed none. */
  FeatureEncoder encoder(List<FeatureEncoder.Column> columns) {
    return new FeatureEncoder(
        columns, scaling.resolve(input.isPresent()), input.map(InputShape::channels).orElse(1));
  }

  /**
   * The shape of an encoded row.
   *
   * @param inputs number of encoded values of a row
   * @throws IllegalArgumentException if {@link #input} says another number
   */
  InputShape inputShape(int inputs) {
    InputShape shape = input.orElseGet(() -> InputShape.flat(inputs));
    if (shape.size() != inputs) {
      throw new IllegalArgumentException(
          "an input of "
              + shape
              + " has "
              + shape.size()
              + " values, but a row has "
              + inputs
              + " (nominal attributes counted by their values): correct the input shape or leave"
              + " it out");
    }
    return shape;
  }
}
