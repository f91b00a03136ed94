package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.spec.PredictionKind;

/**
 * A fully connected stage whose workers are groups of K neurons: z = x·W + b, p = softmax, sigmoid
 * or identity of each worker's neurons. The predictions are the output.
 *
 * <p>Shapes: x [N, inputs], output [N, G·n·K].
 */
final class NeuronStage implements Stage {

  private final Kernels kernels;
  private final AffineLayer layer;
  private final PredictionKind kind;
  private final int inputs;
  private final int groups;
  private final int workers;
  private final int outputs;

  NeuronStage(
      Kernels kernels,
      String name,
      int inputs,
      int inputGroups,
      int groups,
      int workers,
      PredictionKind kind,
      int outputs) {
    this.kernels = kernels;
    this.kind = kind;
    this.inputs = inputs;
    this.groups = groups;
    this.workers = workers;
    this.outputs = outputs;
    this.layer = new AffineLayer(kernels, name, inputs, groups * workers * outputs, inputGroups);
  }

  @Override
  public PredictionKind kind() {
    return kind;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public int groups() {
    return groups;
  }

  @Override
  public int width() {
    return layer.outputs();
  }

  @Override
  public boolean sharesBody() {
    return false;
  }

  @Override
  public int columnsPerWorker() {
    return outputs;
  }

  @Override
  public List<Parameter> bodyParameters() {
    return layer.parameters();
  }

  @Override
  public List<Parameter> headParameters() {
    return List.of();
  }

  @Override
  public void initialise(SplittableRandom random) {
    layer.initialise(random, 1);
  }

  @Override
  public Activations activations(int examples) {
    return new Activations(kernels, examples, inputs, List.of(), groups * workers, outputs);
  }

  @Override
  public void forward(Matrix x, Activations activations) {
    layer.forward(x, activations.logits());
    kernels.predict(kind, outputs, activations.logits(), activations.predictions());
  }

  @Override
  public void predict(Activations activations) {
    // The output already is the workers' predictions.
  }

  @Override
  public void takeLocalSignals(Activations activations) {
    // The signals already are the gradient of the logits.
  }

  @Override
  public void takeNoLocalSignals(Activations activations) {
    activations.signals().fill(0);
  }

  @Override
  public void addOutputGradient(Activations activations, Matrix outputGradient) {
    kernels.addPredictionGradient(
        kind, outputs, activations.predictions(), outputGradient, activations.signals());
  }

  @Override
  public void propagate(Activations activations) {
    layer.inputGradient(activations.signals(), activations.inputGradient());
  }

  @Override
  public void backward(Matrix x, Activations activations, boolean toInput) {
    layer.gradient(x, activations.signals());
    if (toInput) {
      propagate(activations);
    }
  }
}
