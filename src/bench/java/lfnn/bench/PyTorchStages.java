package lfnn.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import lfnn.spec.Architecture;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.TrainingSpec;

/**
 * LFNN-ℓ on stages of neuron workers with tensors of PyTorch: the mathematics of {@link
 * lfnn.leadership.Leadership} for scope BATCH, with gradients in closed form as there.
 *
 * <p>Softmax workers, or one network of sigmoid workers per class with one stage.
 */
final class PyTorchStages implements AutoCloseable {

  /** Below it, the logarithm of a probability is that of the smallest normal float. */
  private static final float TINY = Float.MIN_NORMAL;

  private final PyTorchTensors parameters;
  private final int inputs;
  private final int groups;
  private final int outputs;
  private final int workers;
  private final int stages;
  private final int leaders;

  /**
   * @param values parameters of our own network, [parameter][element]
   */
  PyTorchStages(Architecture architecture, TrainingSpec training, float[][] values) {
    parameters =
        new PyTorchTensors((OptimizerSpec.Adam) training.optimizer(), training.learningRate());
    inputs = architecture.input().size();
    groups = architecture.task().groups();
    outputs = architecture.task().outputs();
    workers = architecture.stages().get(0).workers();
    stages = architecture.stages().size();
    leaders = training.leadership().leaders(workers);
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

  /** Weights [rows, columns] of ours are column-major. */
  private static float[] rowMajor(float[] values, int rows, int columns) {
    float[] result = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[r * columns + c] = values[c * rows + r];
      }
    }
    return result;
  }

  private NDArray weights(int layer) {
    return parameters.values().get(2 * layer);
  }

  private NDArray biases(int layer) {
    return parameters.values().get(2 * layer + 1);
  }

  /**
   * Learns from a mini-batch.
   *
   * @param features [N, inputs], row-major
   * @param oneHot [N, classes], row-major
   */
  void step(int examples, float[] features, float[] oneHot) {
    parameters.begin();
    try (NDManager batch = parameters.manager().newSubManager()) {
      NDArray x = batch.create(features, new Shape(examples, inputs));
      NDArray t = batch.create(oneHot, new Shape(examples, groups, 1, outputs));
      for (int s = 0; s < stages; s++) {
        NDArray p = activate(z(x, s).reshape(examples, groups, workers, outputs));
        NDArray dz = signals(p, t, examples).reshape(examples, -1);
        parameters.update(2 * s, dz.transpose().matMul(x));
        parameters.update(2 * s + 1, dz.sum(new int[] {0}));
        x = p.reshape(examples, -1);
      }
      learnOutput(x, t, examples);
    }
  }

  private void learnOutput(NDArray x, NDArray t, int examples) {
    NDArray p = output(x, examples);
    NDArray dz = p.sub(t.reshape(p.getShape())).divi(examples);
    NDArray gradient =
        groups == 1
            ? dz.transpose().matMul(x)
            : dz.reshape(examples, groups, 1)
                .mul(x.reshape(examples, groups, workers))
                .sum(new int[] {0});
    parameters.update(2 * stages, gradient);
    parameters.update(2 * stages + 1, dz.sum(new int[] {0}));
  }

  private NDArray z(NDArray x, int layer) {
    return Linear.linear(x, weights(layer), biases(layer)).singletonOrThrow();
  }

  private NDArray activate(NDArray z) {
    return outputs == 1 ? Activation.sigmoid(z) : z.softmax(-1);
  }

  private NDArray output(NDArray x, int examples) {
    if (groups == 1) {
      return activate(z(x, stages));
    }
    NDArray products = x.reshape(examples, groups, workers).mul(weights(stages));
    return activate(products.sum(new int[] {2}).addi(biases(stages)));
  }

  /** dz of all workers from their predictions [N, G, n, K] and targets [N, G, 1, K]. */
  private NDArray signals(NDArray p, NDArray t, int examples) {
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
      NDArray x = batch.create(features, new Shape(examples, inputs));
      for (int s = 0; s < stages; s++) {
        NDArray z = z(x, s).reshape(examples, groups, workers, outputs);
        x = activate(z).reshape(examples, -1);
      }
      return output(x, examples).toFloatArray();
    }
  }

  @Override
  public void close() {
    parameters.close();
  }
}
