package lfnn.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.TrainingSpec;

/** Parameters of a network in PyTorch, and Adam's step on them. */
final class PyTorchTensors implements AutoCloseable {

  private final NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
  private final OptimizerSpec.Adam adam;
  private final float learningRate;
  private final List<NDArray> values = new ArrayList<>();
  private final List<NDArray> first = new ArrayList<>();
  private final List<NDArray> second = new ArrayList<>();
  private long steps;

  PyTorchTensors(TrainingSpec training) {
    adam = (OptimizerSpec.Adam) training.optimizer();
    learningRate = (float) training.learningRate();
  }

  NDManager manager() {
    return manager;
  }

  /** Adds a parameter. */
  NDArray add(float[] value, long... shape) {
    NDArray array = manager.create(value, new Shape(shape));
    values.add(array);
    first.add(array.zerosLike());
    second.add(array.zerosLike());
    return array;
  }

  /** The parameters in the order in which they were added. */
  List<NDArray> values() {
    return values;
  }

  /** Begins a step. */
  void begin() {
    steps++;
  }

  /** Moves a parameter along its gradient: Adam as PyTorch's native code has it, one call. */
  void update(int parameter, NDArray gradient) {
    double root = Math.sqrt(1 - Math.pow(adam.beta2(), (double) steps));
    double rate = learningRate * root / (1 - Math.pow(adam.beta1(), (double) steps));
    NDArray value = values.get(parameter);
    value
        .getNDArrayInternal()
        .adamUpdate(
            new NDList(value, gradient, first.get(parameter), second.get(parameter)),
            new NDList(value),
            learningRate,
            (float) rate,
            0,
            1,
            -1,
            (float) adam.beta1(),
            (float) adam.beta2(),
            (float) (adam.epsilon() * root),
            true,
            false);
  }

  @Override
  public void close() {
    manager.close();
  }
}
