package lfnn.nn;

/**
 * Derivatives of a loss along a direction, c[b, p]: what example b adds to the derivative of part p
 * of the loss, its weight and the mean over the batch included.
 *
 * <p>The parts of a loss depend on slices of the channels of their own: the losses of workers with
 * their own weights, or those of the networks of one-vs-all. What belongs to one part learns from
 * the derivative of this part alone, which is as right on average and varies less.
 */
public final class Slopes {

  private final Kernels kernels;
  private final int examples;
  private final int parts;
  private final double[] values;

  private Slopes(Kernels kernels, int examples, int parts, double[] values) {
    this.kernels = kernels;
    this.examples = examples;
    this.parts = parts;
    this.values = values;
  }

  /**
   * @param outputs K, values of each part
   * @param signals gradient of the loss, [N, P·K]; may be row-major if P = 1
   * @param tangent derivative of the same values along the direction
   */
  static Slopes of(Kernels kernels, int outputs, Matrix signals, Matrix tangent) {
    int parts = signals.columns() / outputs;
    Matrix derivatives = kernels.matrix(signals.rows(), parts);
    kernels.directionalDerivatives(outputs, signals, tangent, derivatives);
    return new Slopes(kernels, signals.rows(), parts, derivatives.toDoubles());
  }

  /** P. */
  public int parts() {
    return parts;
  }

  /** The sum of two losses of as many parts. */
  Slopes plus(Slopes other) {
    double[] sums = values.clone();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.values[i];
    }
    return new Slopes(kernels, examples, parts, sums);
  }

  /**
   * The same with neighbouring parts summed.
   *
   * @param fewer parts, of which {@link #parts} is a multiple
   */
  Slopes merged(int fewer) {
    double[] sums = new double[examples * fewer];
    for (int p = 0; p < parts; p++) {
      int to = p / (parts / fewer) * examples;
      for (int b = 0; b < examples; b++) {
        sums[to + b] += values[p * examples + b];
      }
    }
    return new Slopes(kernels, examples, fewer, sums);
  }

  /** c[b, p], [N, P]. */
  Matrix ofExamples() {
    Matrix matrix = kernels.matrix(examples, parts);
    matrix.set(values);
    return matrix;
  }

  /**
   * Σ_b c[b, p] for each output of a layer, where the outputs fall into P equal slices.
   *
   * @return [rows, outputs / rows], row by row
   */
  Matrix ofOutputs(int rows, int outputs) {
    double[] totals = new double[parts];
    for (int i = 0; i < values.length; i++) {
      totals[i / examples] += values[i];
    }
    int columns = outputs / rows;
    double[] byOutput = new double[outputs];
    for (int j = 0; j < outputs; j++) {
      byOutput[j % columns * rows + j / columns] = totals[j / (outputs / parts)];
    }
    Matrix matrix = kernels.matrix(rows, columns);
    matrix.set(byOutput);
    return matrix;
  }
}
