package lfnn.nn;

import java.util.Arrays;

/**
 * The similarity loss in double precision, see {@link LayerKernels#similarity}. Its matrices have
 * one row for each example of a mini-batch, so they are small; a thread keeps the arrays for its
 * next step.
 */
final class Similarity {

  /** Added to lengths before quotients, as in the authors' code. */
  private static final double TINY = 1e-8;

  private static final ThreadLocal<Similarity> OF_THREAD = ThreadLocal.withInitial(Similarity::new);

  private final Directions own = new Directions();
  private final Directions wanted = new Directions();
  private double[] gradient = {};
  private double[] omega = {};

  private Similarity() {}

  static double loss(
      Matrix features, Matrix targets, Matrix weights, double factor, Matrix gradient) {
    return OF_THREAD.get().ofBatch(features, targets, weights, factor, gradient);
  }

  private static double[] room(double[] array, int length) {
    return array.length < length ? new double[length] : array;
  }

  private double ofBatch(
      Matrix features, Matrix targets, Matrix weights, double factor, Matrix target) {
    int examples = features.rows();
    int width = features.columns();
    own.read(features);
    wanted.read(targets);
    omega = room(omega, examples);
    weights.copyTo(omega);
    gradient = room(gradient, features.size());
    double loss = 0;
    for (int i = 0; i < examples; i++) {
      int row = i * width;
      Arrays.fill(gradient, row, row + width, 0);
      for (int j = 0; j < examples; j++) {
        double difference = own.cosine(i, j) - wanted.cosine(i, j);
        double weight = omega[i] * omega[j] / ((double) examples * examples);
        loss += weight * difference * difference;
        // R is symmetric: example i is in row i and in column i.
        double slope = factor * 4 * weight * difference;
        for (int f = 0; f < width; f++) {
          gradient[row + f] += slope * own.rows[j * width + f];
        }
      }
    }
    own.back(gradient, target);
    return loss;
  }

  /** Rows of a matrix, centred and divided by their lengths and {@link #TINY}. */
  private static final class Directions {

    private double[] stored = {};
    private double[] rows = {};
    private double[] lengths = {};
    private int width;

    private static int index(Matrix matrix, int row, int column) {
      return matrix.isRowMajor() ? row * matrix.columns() + column : column * matrix.rows() + row;
    }

    void read(Matrix matrix) {
      width = matrix.columns();
      stored = room(stored, matrix.size());
      rows = room(rows, matrix.size());
      lengths = room(lengths, matrix.rows());
      matrix.copyTo(stored);
      for (int b = 0; b < matrix.rows(); b++) {
        int row = b * width;
        double mean = 0;
        for (int f = 0; f < width; f++) {
          rows[row + f] = stored[index(matrix, b, f)];
          mean += rows[row + f] / width;
        }
        double squares = 0;
        for (int f = 0; f < width; f++) {
          rows[row + f] -= mean;
          squares += rows[row + f] * rows[row + f];
        }
        lengths[b] = Math.sqrt(squares);
        for (int f = 0; f < width; f++) {
          rows[row + f] /= lengths[b] + TINY;
        }
      }
    }

    double cosine(int i, int j) {
      return dot(rows, i * width, j * width);
    }

    private double dot(double[] others, int from, int otherFrom) {
      double sum = 0;
      for (int f = 0; f < width; f++) {
        sum += rows[from + f] * others[otherFrom + f];
      }
      return sum;
    }

    /**
     * From the gradient of the directions to that of the matrix: g / (length + tiny) − z ⟨g, z⟩ /
     * length, then centred.
     *
     * @param gradient of the directions, row by row; overwritten, too
     */
    void back(double[] gradient, Matrix target) {
      for (int b = 0; b < target.rows(); b++) {
        int row = b * width;
        double along = dot(gradient, row, row);
        double length = lengths[b];
        double mean = 0;
        for (int f = 0; f < width; f++) {
          // A row without direction, as of a dead ReLU, would jump to one at any step: it stays.
          gradient[row + f] =
              length > 0 ? gradient[row + f] / (length + TINY) - rows[row + f] * along / length : 0;
          mean += gradient[row + f] / width;
        }
        for (int f = 0; f < width; f++) {
          stored[index(target, b, f)] = gradient[row + f] - mean;
        }
      }
      target.set(stored);
    }
  }
}
