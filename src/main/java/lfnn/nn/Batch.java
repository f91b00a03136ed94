package lfnn.nn;

import java.util.Arrays;
import lfnn.spec.Architecture;
import lfnn.spec.Task;

/**
 * A mini-batch: inputs, targets and weights of N examples; the matrices are used again and again.
 */
public final class Batch {

  private final Task task;
  private final Matrix inputs;
  private final Matrix targets;
  private final Matrix secondClass;
  private final Matrix weights;

  /** Matrices for batches of at most {@code examples} examples. */
  public Batch(Architecture architecture, Kernels kernels, int examples) {
    task = architecture.task();
    inputs = kernels.matrix(examples, architecture.input().size(), architecture.inputLayout());
    targets = kernels.matrix(examples, task.width());
    secondClass = kernels.matrix(examples, 1);
    weights = kernels.matrix(examples, 1);
  }

  /**
   * Fills the batch.
   *
   * @param examples N, at most what the batch was made for
   * @param features [N, inputs] in the network's {@link Architecture#inputLayout}
   * @param labels class index, or value for regression; N long
   * @param exampleWeights ω; N long
   * @throws IllegalArgumentException if a class index is out of range
   */
  public void set(int examples, float[] features, float[] labels, float[] exampleWeights) {
    setInputs(examples, features);
    targets.setRows(examples);
    secondClass.setRows(examples);
    weights.setRows(examples);
    weights.set(exampleWeights);
    if (!task.isClassification()) {
      targets.set(labels);
      return;
    }
    float[] oneHot = targets.scratch(examples * task.width());
    float[] second = secondClass.scratch(examples);
    Arrays.fill(oneHot, 0);
    for (int b = 0; b < examples; b++) {
      int label = (int) labels[b];
      if (label != labels[b] || label < 0 || label >= task.width()) {
        throw new IllegalArgumentException(
            "a label must be a class index from 0 to " + (task.width() - 1) + ", not " + labels[b]);
      }
      oneHot[label * examples + b] = 1;
      second[b] = label == 1 ? 1 : 0;
    }
    targets.set(oneHot);
    secondClass.set(second);
  }

  /** Fills the inputs alone, for prediction. */
  public void setInputs(int examples, float[] features) {
    inputs.setRows(examples);
    inputs.set(features);
  }

  /** N. */
  public int size() {
    return inputs.rows();
  }

  /** x, [N, inputs]. */
  public Matrix inputs() {
    return inputs;
  }

  /** Targets of the output layer, [N, G·C]. */
  public Matrix targets() {
    return targets;
  }

  /**
   * Targets of a stage's workers, [N, G·K]: those of the output layer, or whether it is class 1.
   */
  public Matrix targets(Stage stage) {
    return stage.outputs() == task.outputs() && stage.kind() == task.kind() ? targets : secondClass;
  }

  /** ω, [N, 1]. */
  public Matrix weights() {
    return weights;
  }
}
