package lfnn.nn;

/**
 * The similarity loss on heap arrays in double precision, see {@link LayerKernels#similarity}. Its
 * matrices have one row for each example of a mini-batch, so they are small.
 */
final class Similarity {

  /** Added to lengths before quotients, as in the authors' code. */
  private static final double TINY = 1e-8;

  private Similarity() {}

  /** Centred rows divided by their lengths and {@link #TINY}, and the lengths. */
  private record Directions(double[][] rows, double[] lengths) {}

  static double loss(
      int channels,
      Matrix features,
      Matrix targets,
      Matrix weights,
      double factor,
      Matrix gradient) {
    boolean image = features.isRowMajor() && features.columns() > channels;
    double[] values = features.toDoubles();
    int examples = features.rows();
    double[][] statistics = image ? deviations(values, examples, channels) : rows(features, values);
    Directions own = directions(statistics);
    Directions wanted = directions(rows(targets, targets.toDoubles()));
    double[] omega = weights.toDoubles();
    double loss = 0;
    double[][] towards = new double[examples][own.rows()[0].length];
    for (int i = 0; i < examples; i++) {
      for (int j = 0; j < examples; j++) {
        double difference =
            dot(own.rows()[i], own.rows()[j]) - dot(wanted.rows()[i], wanted.rows()[j]);
        double weight = omega[i] * omega[j] / ((double) examples * examples);
        loss += weight * difference * difference;
        // R is symmetric: example i is in row i and in column i.
        double slope = factor * 4 * weight * difference;
        double[] other = own.rows()[j];
        for (int f = 0; f < other.length; f++) {
          towards[i][f] += slope * other[f];
        }
      }
    }
    double[][] statisticGradient = throughDirections(own, towards);
    double[] result = new double[values.length];
    if (image) {
      throughDeviations(values, channels, statistics, statisticGradient, result);
    } else {
      for (int b = 0; b < examples; b++) {
        for (int f = 0; f < features.columns(); f++) {
          result[index(features, b, f)] = statisticGradient[b][f];
        }
      }
    }
    gradient.set(result);
    return loss;
  }

  private static int index(Matrix matrix, int row, int column) {
    return matrix.isRowMajor() ? row * matrix.columns() + column : column * matrix.rows() + row;
  }

  private static double[][] rows(Matrix matrix, double[] values) {
    double[][] rows = new double[matrix.rows()][matrix.columns()];
    for (int b = 0; b < rows.length; b++) {
      for (int f = 0; f < rows[b].length; f++) {
        rows[b][f] = values[index(matrix, b, f)];
      }
    }
    return rows;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /**
   * Standard deviation of each channel over the pixels of each image, with P − 1 in the quotient.
   */
  private static double[][] deviations(double[] images, int examples, int channels) {
    int pixels = images.length / examples / channels;
    double[][] deviations = new double[examples][channels];
    for (int b = 0; b < examples; b++) {
      double[] means = means(images, b, pixels, channels);
      for (int p = 0; p < pixels; p++) {
        int at = (b * pixels + p) * channels;
        for (int c = 0; c < channels; c++) {
          double deviation = images[at + c] - means[c];
          deviations[b][c] += deviation * deviation;
        }
      }
      for (int c = 0; c < channels; c++) {
        deviations[b][c] = Math.sqrt(deviations[b][c] / (pixels - 1));
      }
    }
    return deviations;
  }

  private static double[] means(double[] images, int b, int pixels, int channels) {
    double[] means = new double[channels];
    for (int p = 0; p < pixels; p++) {
      int at = (b * pixels + p) * channels;
      for (int c = 0; c < channels; c++) {
        means[c] += images[at + c] / pixels;
      }
    }
    return means;
  }

  /** The derivative of a deviation s with respect to a pixel is (x − mean) / ((P − 1) · s). */
  private static void throughDeviations(
      double[] images, int channels, double[][] deviations, double[][] gradient, double[] result) {
    int examples = deviations.length;
    int pixels = images.length / examples / channels;
    for (int b = 0; b < examples; b++) {
      double[] means = means(images, b, pixels, channels);
      for (int p = 0; p < pixels; p++) {
        int at = (b * pixels + p) * channels;
        for (int c = 0; c < channels; c++) {
          double s = deviations[b][c];
          // A constant channel has no slope in any direction.
          result[at + c] =
              s == 0 ? 0 : gradient[b][c] * (images[at + c] - means[c]) / ((pixels - 1) * s);
        }
      }
    }
  }

  private static Directions directions(double[][] statistics) {
    double[][] rows = new double[statistics.length][];
    double[] lengths = new double[statistics.length];
    for (int b = 0; b < rows.length; b++) {
      double[] row = statistics[b].clone();
      double mean = 0;
      for (double value : row) {
        mean += value / row.length;
      }
      double squares = 0;
      for (int f = 0; f < row.length; f++) {
        row[f] -= mean;
        squares += row[f] * row[f];
      }
      lengths[b] = Math.sqrt(squares);
      for (int f = 0; f < row.length; f++) {
        row[f] /= lengths[b] + TINY;
      }
      rows[b] = row;
    }
    return new Directions(rows, lengths);
  }

  /** g / (length + tiny) − z ⟨g, z⟩ / length, then centred. */
  private static double[][] throughDirections(Directions own, double[][] gradient) {
    double[][] result = new double[gradient.length][];
    for (int b = 0; b < result.length; b++) {
      double[] z = own.rows()[b];
      double along = dot(gradient[b], z);
      double length = own.lengths()[b];
      double[] row = new double[z.length];
      double mean = 0;
      // A row without direction, as of a dead ReLU, would jump to one at any step: it stays.
      for (int f = 0; f < row.length && length > 0; f++) {
        row[f] = gradient[b][f] / (length + TINY) - z[f] * along / length;
        mean += row[f] / row.length;
      }
      for (int f = 0; f < row.length; f++) {
        row[f] -= mean;
      }
      result[b] = row;
    }
    return result;
  }
}
