package lfnn.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lfnn.spec.Activation;
import lfnn.spec.LayerSpec;
import lfnn.spec.PredictionKind;
import lfnn.spec.StageSpec;

/**
 * A body of layers with n heads. The body's output y is the stage's output; each head predicts from
 * all of y, or from its own slice of it.
 *
 * <p>Shapes: x [N, inputs], y [N, G·units], predictions [N, G·n·K].
 */
final class BlockStage implements Stage {

  private record BodyLayer(AffineLayer affine, Activation activation) {}

  private final Kernels kernels;
  private final List<BodyLayer> body = new ArrayList<>();
  private final AffineLayer heads;
  private final PredictionKind kind;
  private final int inputs;
  private final int groups;
  private final int outputs;
  private final StageSpec.Block spec;

  BlockStage(
      Kernels kernels,
      String name,
      int inputs,
      int inputGroups,
      int groups,
      StageSpec.Block spec,
      PredictionKind kind,
      int outputs) {
    this.kernels = kernels;
    this.inputs = inputs;
    this.groups = groups;
    this.spec = spec;
    this.kind = kind;
    this.outputs = outputs;
    int width = inputs;
    int blocks = inputGroups;
    for (LayerSpec layer : spec.body()) {
      LayerSpec.Dense dense = (LayerSpec.Dense) layer;
      String layerName = name + ".layer " + (body.size() + 1);
      int units = groups * dense.units();
      body.add(
          new BodyLayer(
              new AffineLayer(kernels, layerName, width, units, blocks), dense.activation()));
      width = units;
      blocks = groups;
    }
    int slices = spec.split() ? groups * spec.heads() : groups;
    heads =
        new AffineLayer(kernels, name + ".heads", width, groups * spec.heads() * outputs, slices);
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
    return spec.heads();
  }

  @Override
  public int groups() {
    return groups;
  }

  @Override
  public int width() {
    return groups * spec.outputUnits();
  }

  @Override
  public boolean sharesBody() {
    return true;
  }

  @Override
  public int columnsPerWorker() {
    return spec.split() ? spec.outputUnits() / spec.heads() : 0;
  }

  @Override
  public List<Parameter> bodyParameters() {
    return body.stream().flatMap(layer -> layer.affine().parameters().stream()).toList();
  }

  @Override
  public List<Parameter> headParameters() {
    return heads.parameters();
  }

  @Override
  public void initialise(SplittableRandom random) {
    for (BodyLayer layer : body) {
      boolean rectified =
          layer.activation() == Activation.RELU || layer.activation() == Activation.LEAKY_RELU;
      layer.affine().initialise(random, rectified ? 2 : 1);
    }
    heads.initialise(random, 1);
  }

  @Override
  public Activations activations(int examples) {
    List<Integer> widths = body.stream().map(layer -> layer.affine().outputs()).toList();
    return new Activations(kernels, examples, inputs, widths, groups * spec.heads(), outputs);
  }

  @Override
  public void forward(Matrix x, Activations activations) {
    Matrix input = x;
    for (int l = 0; l < body.size(); l++) {
      Matrix y = activations.layers().get(l);
      body.get(l).affine().forward(input, y);
      kernels.activate(body.get(l).activation(), y);
      input = y;
    }
  }

  @Override
  public void predict(Activations activations) {
    heads.forward(activations.output(), activations.logits());
    kernels.predict(kind, outputs, activations.logits(), activations.predictions());
  }

  @Override
  public void takeLocalSignals(Activations activations) {
    heads.gradient(activations.output(), activations.signals());
    heads.inputGradient(activations.signals(), bodyGradient(activations));
  }

  @Override
  public void takeNoLocalSignals(Activations activations) {
    bodyGradient(activations).fill(0);
  }

  @Override
  public void addOutputGradient(Activations activations, Matrix outputGradient) {
    kernels.addPredictionGradient(
        PredictionKind.IDENTITY,
        1,
        activations.output(),
        outputGradient,
        bodyGradient(activations));
  }

  private static Matrix bodyGradient(Activations activations) {
    List<Matrix> gradients = activations.layerGradients();
    return gradients.get(gradients.size() - 1);
  }

  @Override
  public void propagate(Activations activations) {
    for (int l = body.size() - 1; l >= 0; l--) {
      toPreActivation(l, activations);
      descend(l, activations, true);
    }
  }

  @Override
  public void backward(Matrix x, Activations activations, boolean toInput) {
    for (int l = body.size() - 1; l >= 0; l--) {
      toPreActivation(l, activations);
      Matrix input = l == 0 ? x : activations.layers().get(l - 1);
      body.get(l).affine().gradient(input, activations.layerGradients().get(l));
      descend(l, activations, toInput);
    }
  }

  private void toPreActivation(int l, Activations activations) {
    kernels.activationGradient(
        body.get(l).activation(), activations.layers().get(l), activations.layerGradients().get(l));
  }

  /** Gradient of a layer's input: of the layer below, or of the stage's input if wanted. */
  private void descend(int l, Activations activations, boolean toInput) {
    Matrix gradient = activations.layerGradients().get(l);
    if (l > 0) {
      body.get(l).affine().inputGradient(gradient, activations.layerGradients().get(l - 1));
    } else if (toInput) {
      body.get(l).affine().inputGradient(gradient, activations.inputGradient());
    }
  }
}
