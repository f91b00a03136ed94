package lfnn.nn;

import java.util.Arrays;

/**
 * Steps of an optimizer that columns of a matrix have yet to take.
 *
 * <p>An only example changes the gradient of few weights if most of its inputs are zero, as in
 * images; but moments move all weights in every step. As a column of weights is not read until its
 * input is there again, it takes the steps that it missed then, one after the other, with the same
 * results; its numbers come from memory once instead of once for each step.
 */
final class PostponedUpdates {

  /** Steps after which no column may be behind any longer. */
  private static final int LONGEST = 256;

  /** Elements that take all their steps together: with their moments they fit the nearest cache. */
  private static final int PART = 1024;

  private final float[] theta;
  private final float[] first;
  private final float[] second;
  private final int length;
  private final UpdateLoop[] steps = new UpdateLoop[LONGEST];
  // How many of the steps that have begun each column has taken.
  private final int[] taken;
  private int begun;

  /**
   * @param theta parameters, column after column
   * @param first moment, like the parameters; any array if the optimizer keeps none
   * @param second moment, like the parameters; any array if the optimizer keeps one or none
   * @param length of a column
   */
  PostponedUpdates(float[] theta, float[] first, float[] second, int length, int columns) {
    this.theta = theta;
    this.first = first;
    this.second = second;
    this.length = length;
    this.taken = new int[columns];
  }

  /** Whether they are of these moments. */
  boolean areOf(float[] otherFirst, float[] otherSecond) {
    return first == otherFirst && second == otherSecond;
  }

  /**
   * Begins a step, which columns with a gradient take at once.
   *
   * @param gradient like the parameters; zero in all other columns
   * @param filled the columns with a gradient are the first {@code count} of it
   */
  synchronized void step(UpdateLoop step, float[] gradient, int[] filled, int count) {
    if (begun == LONGEST) {
      takeAll();
    }
    for (int k = 0; k < count; k++) {
      take(filled[k]);
    }
    steps[begun++] = step;
    for (int k = 0; k < count; k++) {
      int from = filled[k] * length;
      step.run(theta, gradient, first, second, from, from + length);
      taken[filled[k]] = begun;
    }
  }

  /** A column takes the steps that it has missed. */
  synchronized void take(int column) {
    int end = (column + 1) * length;
    for (int from = column * length; from < end; from += PART) {
      int to = Math.min(from + PART, end);
      for (int t = taken[column]; t < begun; t++) {
        steps[t].runWithoutGradient(theta, first, second, from, to);
      }
    }
    taken[column] = begun;
  }

  /** All columns take the steps that they have missed. */
  synchronized void takeAll() {
    if (begun > 0) {
      for (int column = 0; column < taken.length; column++) {
        take(column);
      }
      Arrays.fill(taken, 0);
      Arrays.fill(steps, 0, begun, null);
      begun = 0;
    }
  }
}
