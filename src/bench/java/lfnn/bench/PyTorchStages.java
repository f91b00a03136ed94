package lfnn.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import lfnn.spec.Architecture;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;

/**
 * LFNN-ℓ on stages of neuron workers with tensors of PyTorch: the mathematics of {@link
 * lfnn.leadership.Leadership} for scope BATCH, with gradients in closed form as there.
 *
 * <p>Softmax workers, or one network of sigmoid workers per class with one stage.
 */
final class PyTorchStages implements PyTorchNetwork {

  /** Below it, the logarithm of a probability is that of the smallest normal float. */
  private static final float TINY = Float.MIN_NORMAL;

  private final PyTorchTensors parameters;
  private final int firstParameter;
  private final int groups;
  private final int outputs;
  private final int workers;
  private final int stages;
  private final int leaders;

  /**
   * Stages on top of what {@code parameters} already has.
   *
   * @param inputs of the first stage
   * @param stages number of stages, all with as many workers
   * @param values parameters of our own stages and output layer, [parameter][element]
   */
  PyTorchStages(
      PyTorchTensors parameters,
      int inputs,
      Task task,
      int workers,
      int stages,
      int leaders,
      float[][] values) {
    this.parameters = parameters;
    this.firstParameter = parameters.values().size();
    this.groups = task.groups();
    this.outputs = task.outputs();
    this.workers = workers;
    this.stages = stages;
    this.leaders = leaders;
    int in = inputs;
    for (int s = 0; s < stages; s++) {
      int width = groups * workers * outputs;
      parameters.add(rowMajor(values[2 * s], width, in), width, in);
      parameters.add(values[2 * s + 1], width);
      in = width;
    }
    int width = groups * outputs;
    // One network per class: each output reads the workers of its group only.
    parameters.add(rowMajor(values[2 * stages], outputs, in), width, in / groups);
    parameters.add(values[2 * stages + 1], width);
  }

  /** A network of such stages alone. */
  static PyTorchStages of(Architecture architecture, TrainingSpec training, float[][] values) {
    int workers = architecture.stages().get(0).workers();
    return new PyTorchStages(
        new PyTorchTensors(training),
        architecture.input().size(),
        architecture.task(),
        workers,
        architecture.stages().size(),
        training.leadership().leaders(workers),
        values);
  }

  /** Weights [rows, columns] of ours are column-major. */
  static float[] rowMajor(float[] values, int rows, int columns) {
    float[] result = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[r * columns + c] = values[c * rows + r];
      }
    }
    return result;
  }

  private NDArray weights(int layer) {
    return parameters.values().get(firstParameter + 2 * layer);
  }

  private NDArray biases(int layer) {
    return parameters.values().get(firstParameter + 2 * layer + 1);
  }

  @Override
  public void step(int examples, float[] features, float[] oneHot) {
    parameters.begin();
    try (NDManager batch = parameters.manager().newSubManager()) {
      learn(
          batch.create(features, new Shape(examples, features.length / examples)),
          batch.create(oneHot, new Shape(examples, groups * outputs)));
    }
  }

  /**
   * Learns from a mini-batch in a step that has begun.
   *
   * @param input [N, inputs]
   * @param oneHot [N, classes]
   */
  void learn(NDArray input, NDArray oneHot) {
    long examples = input.getShape().get(0);
    NDArray t = oneHot.reshape(examples, groups, 1, outputs);
    NDArray x = input;
    for (int s = 0; s < stages; s++) {
      NDArray p = workers(x, s);
      NDArray dz = signals(p, t).reshape(examples, -1);
      update(s, dz.transpose().matMul(x), dz);
      x = p.reshape(examples, -1);
    }
    NDArray p = output(x);
    NDArray dz = p.sub(oneHot).divi(examples);
    NDArray gradient =
        groups == 1
            ? dz.transpose().matMul(x)
            : dz.reshape(examples, groups, 1)
                .mul(x.reshape(examples, groups, workers))
                .sum(new int[] {0});
    update(stages, gradient, dz);
  }

  private void update(int layer, NDArray weightGradient, NDArray dz) {
    parameters.update(firstParameter + 2 * layer, weightGradient);
    parameters.update(firstParameter + 2 * layer + 1, dz.sum(new int[] {0}));
  }

  /** Predictions of a stage's workers, [N, G, n, K]. */
  private NDArray workers(NDArray x, int stage) {
    return activate(z(x, stage).reshape(-1, groups, workers, outputs));
  }

  private NDArray z(NDArray x, int layer) {
    return Linear.linear(x, weights(layer), biases(layer)).singletonOrThrow();
  }

  private NDArray activate(NDArray z) {
    return outputs == 1 ? Activation.sigmoid(z) : z.softmax(-1);
  }

  private NDArray output(NDArray x) {
    if (groups == 1) {
      return activate(z(x, stages));
    }
    NDArray products = x.reshape(-1, groups, workers).mul(weights(stages));
    return activate(products.sum(new int[] {2}).addi(biases(stages)));
  }

  /** dz of all workers from their predictions [N, G, n, K] and targets [N, G, 1, K]. */
  private NDArray signals(NDArray p, NDArray t) {
    long examples = p.getShape().get(0);
    NDArray order = errors(p, t).argSort(-1);
    NDArray leads = order.argSort(-1).lt(leaders).reshape(1, groups, workers, 1);
    NDArray best =
        order
            .get(":, :1")
            .reshape(1, groups, 1, 1)
            .broadcast(new Shape(examples, groups, 1, outputs));
    NDArray r = p.sub(p.gather(best, 2)).muli(2f / outputs);
    NDArray follower =
        outputs == 1
            ? r.muli(p).muli(p.mul(-1).addi(1))
            : r.subi(r.mul(p).sum(new int[] {3}, true)).muli(p);
    return NDArrays.where(leads.broadcast(p.getShape()), p.sub(t), follower).divi(examples);
  }

  /** The mean error of each worker, [G, n]. */
  private NDArray errors(NDArray p, NDArray t) {
    // The probability of what was right; of sigmoid workers 1 − p where the class is another.
    NDArray right =
        outputs == 1
            ? p.mul(2).subi(1).muli(t).addi(1).subi(p).reshape(-1, groups, workers)
            : p.mul(t).sum(new int[] {3});
    return right.maximum(TINY).log().mean(new int[] {0}).negi();
  }

  /**
   * Predicts.
   *
   * @param features [N, inputs], row-major
   * @return [N, classes], row-major
   */
  float[] predict(int examples, float[] features) {
    try (NDManager batch = parameters.manager().newSubManager()) {
      return predict(batch.create(features, new Shape(examples, features.length / examples)))
          .toFloatArray();
    }
  }

  /** Predicts from [N, inputs]. */
  NDArray predict(NDArray input) {
    NDArray x = input;
    for (int s = 0; s < stages; s++) {
      x = workers(x, s).reshape(input.getShape().get(0), -1);
    }
    return output(x);
  }

  @Override
  public void close() {
    parameters.close();
  }
}
