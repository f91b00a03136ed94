package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import lfnn.data.BatchLayout;
import lfnn.spec.LayerShape;
import lfnn.spec.Task;

/**
 * The last layer: z = x·W + b, p = softmax, sigmoid or identity.
 *
 * <p>Shapes: x [N, inputs], predictions [N, G·C].
 */
public final class OutputLayer {

  private final Kernels kernels;
  private final AffineLayer layer;
  private final Task task;
  private final int inputs;
  private final BatchLayout inputLayout;

  OutputLayer(Kernels kernels, LayerShape input, int inputGroups, Task task) {
    this.kernels = kernels;
    this.inputs = inputGroups * input.size();
    this.inputLayout = input.layout();
    this.task = task;
    this.layer = new AffineLayer(kernels, "output", inputs, task.width(), inputGroups, 1);
  }

  /** What is predicted. */
  public Task task() {
    return task;
  }

  /** Weights and biases. */
  public List<Parameter> parameters() {
    return layer.parameters();
  }

  void initialise(SplittableRandom random) {
    layer.initialise(random);
  }

  void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed) {
    layer.fixFeedback(random, fixed);
  }

  /** Matrices for batches of at most {@code examples} examples. */
  public Activations activations(int examples) {
    return new Activations(
        kernels, examples, inputs, inputLayout, List.of(), task.groups(), task.outputs());
  }

  /** Computes the network's predictions from the last stage's output. */
  public void forward(Matrix x, Activations activations) {
    layer.forward(x, activations.logits());
    kernels.predict(task.kind(), task.outputs(), activations.logits(), activations.predictions());
  }

  /** Computes gradients from {@link Activations#signals()}, and that of the input if asked. */
  public void backward(Matrix x, Activations activations, boolean toInput) {
    layer.gradient(x, activations.signals());
    if (toInput) {
      layer.inputGradient(activations.signals(), activations.inputGradient());
    }
  }

  /**
   * Derivatives of the loss of {@link Activations#signals()} along a direction of the input, by
   * example and group.
   */
  public Slopes slopes(Matrix xTangent, Activations activations) {
    layer.inputTangent(xTangent, activations.logitTangent());
    return Slopes.of(kernels, task.outputs(), activations.signals(), activations.logitTangent());
  }
}
