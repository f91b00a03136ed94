package lfnn.train;

import java.util.Optional;
import java.util.SplittableRandom;
import lfnn.data.Dataset;
import lfnn.spec.TrainingSpec;

/**
 * The examples to learn from, and those set aside to choose the best epoch on.
 *
 * @param training at least one example
 * @param validation about the wanted share of each class; empty if no share is wanted or there is
 *     too little to share
 */
public record Split(Dataset training, Optional<Dataset> validation) {

  /**
   * Sets the validation part aside that {@code spec} asks for; its seed says which examples.
   *
   * @throws IllegalArgumentException if nothing remains to learn from
   */
  public static Split of(Dataset all, TrainingSpec spec) {
    double fraction = spec.validationFraction();
    if (fraction == 0) {
      return new Split(all, Optional.empty());
    }
    Dataset[] parts = MiniBatches.split(all, fraction, new SplittableRandom(~spec.seed()));
    if (parts[0].size() == 0) {
      throw new IllegalArgumentException(
          "the validation part takes all "
              + all.size()
              + " rows: give more rows or a smaller validation part");
    }
    return new Split(parts[0], Optional.of(parts[1]).filter(part -> part.size() > 0));
  }
}
