package lfnn.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * What one stage, or the output layer, computes for a batch. All matrices have one row per example.
 */
public final class Activations {

  private final Kernels kernels;
  private final int capacity;
  private final List<Matrix> all = new ArrayList<>();
  private final List<Matrix> layers = new ArrayList<>();
  private final List<Matrix> layerGradients = new ArrayList<>();
  private final Matrix logits;
  private final Matrix predictions;
  private final Matrix signals;
  private final Matrix errors;
  private final int inputs;
  private Matrix inputGradient;
  private int rows;

  /**
   * @param inputs columns of the input
   * @param layerWidths columns of the outputs of body layers; empty if the predictions are the
   *     output
   * @param workers W, workers of all groups
   * @param outputs K
   */
  Activations(
      Kernels kernels,
      int capacity,
      int inputs,
      List<Integer> layerWidths,
      int workers,
      int outputs) {
    this.kernels = kernels;
    this.capacity = capacity;
    this.rows = capacity;
    this.inputs = inputs;
    for (int width : layerWidths) {
      layers.add(add(width));
      layerGradients.add(add(width));
    }
    logits = add(workers * outputs);
    predictions = add(workers * outputs);
    signals = add(workers * outputs);
    errors = add(workers);
  }

  private Matrix add(int columns) {
    Matrix matrix = kernels.matrix(capacity, columns);
    matrix.setRows(rows);
    all.add(matrix);
    return matrix;
  }

  /** Sets the number of examples, at most what the matrices were made for. */
  public void setRows(int examples) {
    if (examples != rows) {
      rows = examples;
      all.forEach(matrix -> matrix.setRows(examples));
    }
  }

  /** What the next stage reads. */
  public Matrix output() {
    return layers.isEmpty() ? predictions : layers.get(layers.size() - 1);
  }

  /** z of all workers, [N, W·K]. */
  public Matrix logits() {
    return logits;
  }

  /** p of all workers, [N, W·K]. */
  public Matrix predictions() {
    return predictions;
  }

  /** dz, gradient of the loss with respect to the logits, [N, W·K]. */
  public Matrix signals() {
    return signals;
  }

  /** e, prediction errors of all workers, [N, W]. */
  public Matrix errors() {
    return errors;
  }

  /** Gradient of the loss with respect to the input, [N, inputs]. */
  public Matrix inputGradient() {
    if (inputGradient == null) {
      inputGradient = add(inputs);
    }
    return inputGradient;
  }

  /** Outputs of the body's layers. */
  List<Matrix> layers() {
    return layers;
  }

  /** Gradients with respect to the outputs of the body's layers. */
  List<Matrix> layerGradients() {
    return layerGradients;
  }
}
