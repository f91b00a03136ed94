package lfnn.train;

import lfnn.spec.Task;

/** Loss and error of one example's prediction, column-major among others. */
final class Losses {

  /** Keeps the loss of a confident mistake finite. */
  private static final double TINY = 1e-30;

  private Losses() {}

  /** Loss of the output layer, as in training. */
  static double loss(Task task, float[] predictions, int example, int examples, float target) {
    return switch (task.kind()) {
      case IDENTITY -> 0.5 * squaredDifference(predictions[example], target);
      case SOFTMAX -> -log(predictions[((int) target) * examples + example]);
      case SIGMOID -> {
        double loss = 0;
        for (int g = 0; g < task.groups(); g++) {
          double p = predictions[g * examples + example];
          loss -= log(g == (int) target ? p : 1 - p);
        }
        yield loss;
      }
    };
  }

  /** 1 for a wrong class, 0 for the right one; the squared difference for regression. */
  static double error(Task task, float[] predictions, int example, int examples, float target) {
    return task.isClassification()
        ? (largest(predictions, example, examples, task.width()) == (int) target ? 0 : 1)
        : squaredDifference(predictions[example], target);
  }

  /** Column of the largest value of an example; the lower one of equals. */
  static int largest(float[] predictions, int example, int examples, int columns) {
    int best = 0;
    for (int c = 1; c < columns; c++) {
      if (predictions[c * examples + example] > predictions[best * examples + example]) {
        best = c;
      }
    }
    return best;
  }

  private static double squaredDifference(double a, double b) {
    return (a - b) * (a - b);
  }

  private static double log(double p) {
    return Math.log(Math.max(p, TINY));
  }
}
