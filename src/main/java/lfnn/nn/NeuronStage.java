package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import lfnn.spec.PredictionKind;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected stage whose workers are groups of K neurons: z = x·W + b, p = softmax, sigmoid
 * or identity of each worker's neurons. The predictions are the output.
 *
 * <p>Shapes: x [N, inputs], output [N, G·n·K].
 */
final class NeuronStage implements Stage {

  private final Kernels kernels;
  private final StagePlace place;
  private final AffineLayer layer;
  private final int workers;

  NeuronStage(Kernels kernels, StagePlace place, int workers) {
    this.kernels = kernels;
    this.place = place;
    this.workers = workers;
    this.layer =
        new AffineLayer(
            kernels,
            place.name(),
            place.inputs(),
            place.groups() * workers * place.outputs(),
            place.inputGroups(),
            1);
  }

  @Override
  public PredictionKind kind() {
    return place.kind();
  }

  @Override
  public int outputs() {
    return place.outputs();
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public int groups() {
    return place.groups();
  }

  @Override
  public boolean sharesBody() {
    return false;
  }

  @Override
  public int columnsPerWorker() {
    return place.outputs();
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
  public List<Matrix> statistics() {
    return List.of();
  }

  @Override
  public void initialise(SplittableRandom random) {
    layer.initialise(random);
  }

  @Override
  public void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed) {
    layer.fixFeedback(random, fixed);
  }

  @Override
  public Activations activations(int examples) {
    return new Activations(
        kernels,
        examples,
        place.inputs(),
        place.inputLayout(),
        List.of(),
        place.groups() * workers,
        place.outputs());
  }

  @Override
  public void forward(Matrix x, Activations activations) {
    layer.forward(x, activations.logits());
    kernels.predict(place.kind(), place.outputs(), activations.logits(), activations.predictions());
  }

  @Override
  public void predict(Activations activations) {
    // The output already is the workers' predictions.
  }

  @Override
  public void takeLocalSignals(Batch batch, Activations activations) {
    // The signals already are the gradient of the logits.
  }

  @Override
  public void takeNoLocalSignals(Activations activations) {
    activations.signals().fill(0);
  }

  @Override
  public void addOutputGradient(Activations activations, Matrix outputGradient) {
    kernels.addPredictionGradient(
        place.kind(),
        place.outputs(),
        activations.predictions(),
        outputGradient,
        activations.signals());
  }

  @Override
  public void propagate(Matrix x, Activations activations) {
    layer.inputGradient(activations.signals(), activations.inputGradient());
  }

  @Override
  public void backward(Matrix x, Activations activations, boolean toInput) {
    layer.gradient(x, activations.signals());
    if (toInput) {
      propagate(x, activations);
    }
  }

  @Override
  public void perturb(Activations activations, Perturbation perturbation, SplittableRandom random) {
    if (perturbation == Perturbation.ACTIVITIES) {
      kernels.drawNormal(random.nextLong(), activations.direction());
    } else {
      layer.perturb(random);
    }
  }

  @Override
  public Matrix tangent(
      Matrix x, @Nullable Matrix xTangent, Activations activations, Perturbation perturbation) {
    logitTangent(x, xTangent, activations, perturbation);
    Matrix tangent = activations.predictionTangent();
    tangent.fill(0);
    kernels.addPredictionGradient(
        place.kind(),
        place.outputs(),
        activations.predictions(),
        activations.logitTangent(),
        tangent);
    return tangent;
  }

  private void logitTangent(
      Matrix x, @Nullable Matrix xTangent, Activations activations, Perturbation perturbation) {
    Matrix own = activations.direction();
    Matrix tangent = activations.logitTangent();
    if (perturbation == Perturbation.WEIGHTS) {
      layer.parameterTangent(x, own);
    }
    if (xTangent == null) {
      kernels.copy(own, tangent);
    } else {
      layer.inputTangent(xTangent, tangent);
      kernels.layers().add(tangent, own, tangent);
    }
  }

  @Override
  public Slopes localSlopes(
      Batch batch, Matrix x, Activations activations, Perturbation perturbation) {
    logitTangent(x, null, activations, perturbation);
    return Slopes.of(kernels, place.outputs(), activations.signals(), activations.logitTangent());
  }

  @Override
  public void learnFromDirection(
      Matrix x, Activations activations, Perturbation perturbation, Slopes slopes) {
    if (perturbation == Perturbation.WEIGHTS) {
      layer.scaleDirection(slopes);
      return;
    }
    Matrix direction = activations.direction();
    kernels.scaleSlices(slopes.ofExamples(), direction.columns() / slopes.parts(), direction);
    layer.gradient(x, direction);
  }
}
