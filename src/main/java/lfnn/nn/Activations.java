package lfnn.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import lfnn.data.BatchLayout;
import org.jspecify.annotations.Nullable;

/**
 * What one stage, or the output layer, computes for a batch. All matrices have one row per example.
 */
public final class Activations {

  private final Kernels kernels;
  private final int capacity;
  private final int inputs;
  private final BatchLayout inputLayout;
  private final List<LayerMemory> layers;
  private final List<Matrix> all = new ArrayList<>();
  private final Matrix logits;
  private final Matrix predictions;
  private @Nullable Matrix signals;
  private final Matrix errors;
  private @Nullable Matrix direction;
  private @Nullable Matrix logitTangent;
  private @Nullable Matrix predictionTangent;
  private @Nullable Matrix inputGradient;
  private @Nullable Matrix headInput;
  private @Nullable Matrix headGradient;
  private @Nullable LayerMemory similarity;
  private Pass pass = Pass.PREDICTION;
  private boolean lossReachesOutput;
  private int rows;

  /**
   * @param inputs columns of the input
   * @param inputLayout of the input
   * @param layers of the body; empty if the predictions are the output
   * @param workers W, workers of all groups
   * @param outputs K
   */
  Activations(
      Kernels kernels,
      int capacity,
      int inputs,
      BatchLayout inputLayout,
      List<LayerMemory> layers,
      int workers,
      int outputs) {
    this.kernels = kernels;
    this.capacity = capacity;
    this.rows = capacity;
    this.inputs = inputs;
    this.inputLayout = inputLayout;
    this.layers = layers;
    logits = add(workers * outputs, BatchLayout.FEATURE_MAJOR);
    predictions = add(workers * outputs, BatchLayout.FEATURE_MAJOR);
    errors = add(workers, BatchLayout.FEATURE_MAJOR);
  }

  private Matrix add(int columns, BatchLayout layout) {
    Matrix matrix = kernels.matrix(capacity, columns, layout);
    matrix.setRows(rows);
    all.add(matrix);
    return matrix;
  }

  /** Sets the number of examples, at most what the matrices were made for, and how they go. */
  void begin(int examples, Pass nextPass) {
    pass = nextPass;
    if (examples != rows) {
      rows = examples;
      all.forEach(matrix -> matrix.setRows(examples));
      layers.forEach(layer -> layer.setRows(examples));
      if (similarity != null) {
        similarity.setRows(examples);
      }
    }
  }

  /** Largest number of examples. */
  public int capacity() {
    return capacity;
  }

  /** How the batch goes through the network. */
  Pass pass() {
    return pass;
  }

  /** What the next stage reads. */
  public Matrix output() {
    return layers.isEmpty() ? predictions : layers.get(layers.size() - 1).output();
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
    if (signals == null) {
      signals = add(logits.columns(), BatchLayout.FEATURE_MAJOR);
    }
    return signals;
  }

  /** Direction of the logits where workers are neurons, [N, W·K]. */
  Matrix direction() {
    if (direction == null) {
      direction = add(logits.columns(), BatchLayout.FEATURE_MAJOR);
    }
    return direction;
  }

  /** ż, the derivative of the logits along a direction, [N, W·K]. */
  Matrix logitTangent() {
    if (logitTangent == null) {
      logitTangent = add(logits.columns(), BatchLayout.FEATURE_MAJOR);
    }
    return logitTangent;
  }

  /** ṗ, the derivative of the predictions where these are the output, [N, W·K]. */
  Matrix predictionTangent() {
    if (predictionTangent == null) {
      predictionTangent = add(logits.columns(), BatchLayout.FEATURE_MAJOR);
    }
    return predictionTangent;
  }

  /** e, prediction errors of all workers, [N, W]. */
  public Matrix errors() {
    return errors;
  }

  /** Gradient of the loss with respect to the input, [N, inputs], in the order of the input. */
  public Matrix inputGradient() {
    if (inputGradient == null) {
      inputGradient = add(inputs, inputLayout);
    }
    return inputGradient;
  }

  /** The layers of the body. */
  List<LayerMemory> layers() {
    return layers;
  }

  /** What the heads read where that is not the output itself: images, averaged and flattened. */
  Matrix headInput(int columns) {
    if (headInput == null) {
      headInput = add(columns, BatchLayout.FEATURE_MAJOR);
    }
    return headInput;
  }

  /** The gradient of {@link #headInput}. */
  Matrix headGradient(int columns) {
    if (headGradient == null) {
      headGradient = add(columns, BatchLayout.FEATURE_MAJOR);
    }
    return headGradient;
  }

  /** The layer between the body and the similarity loss; made when it is first asked for. */
  LayerMemory similarity(Supplier<LayerMemory> memory) {
    if (similarity == null) {
      similarity = memory.get();
      similarity.setRows(rows);
    }
    return similarity;
  }

  /** Whether the loss depends on the output, through the stages above, or on predictions alone. */
  boolean lossReachesOutput() {
    return lossReachesOutput;
  }

  void setLossReachesOutput(boolean reaches) {
    lossReachesOutput = reaches;
  }
}
