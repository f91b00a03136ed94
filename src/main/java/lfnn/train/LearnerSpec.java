package lfnn.train;

import java.util.Optional;
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
