package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import lfnn.data.InputShape;
import lfnn.spec.LayerSpec;
import lfnn.spec.PredictionKind;
import lfnn.spec.StageSpec;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with n·K filters whose workers are groups of K filters: the logits of a worker are
 * the means of its maps before the layers that follow. These layers, as far as they have
 * parameters, learn from the output's gradient alone, since no prediction depends on them.
 *
 * <p>Shapes: x images, output images of n·K channels, predictions [N, n·K].
 */
final class FilterStage implements Stage {

  private final Kernels kernels;
  private final StagePlace place;
  private final StageSpec.Filters spec;
  private final Body body;
  private final List<Parameter> afterConvolution;
  private final Window whole;

  FilterStage(Kernels kernels, StagePlace place, StageSpec.Filters spec) {
    this.kernels = kernels;
    this.place = place;
    this.spec = spec;
    LayerSpec.Convolution convolution = spec.convolution(place.outputs());
    this.body = new Body(kernels, place.name(), spec.layers(place.outputs()), place.input(), 1, 1);
    List<Parameter> parameters = body.parameters();
    // The first two are weights and biases of the convolution.
    afterConvolution = parameters.subList(2, parameters.size());
    InputShape maps = convolution.output(place.input()).shape();
    this.whole = Window.tiles(maps, Math.max(maps.height(), maps.width()));
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
    return spec.workers();
  }

  @Override
  public int groups() {
    return 1;
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
    return body.parameters();
  }

  @Override
  public List<Parameter> headParameters() {
    return List.of();
  }

  @Override
  public List<Matrix> statistics() {
    return body.statistics();
  }

  @Override
  public void initialise(SplittableRandom random) {
    body.initialise(random);
  }

  @Override
  public void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed) {
    body.fixFeedback(random, fixed);
  }

  @Override
  public Activations activations(int examples) {
    return new Activations(
        kernels,
        examples,
        place.inputs(),
        place.inputLayout(),
        body.memories(examples),
        spec.workers(),
        place.outputs());
  }

  @Override
  public void forward(Matrix x, Activations activations) {
    body.forward(x, activations.layers(), activations.pass());
  }

  @Override
  public void predict(Activations activations) {
    Matrix maps = activations.layers().get(0).output();
    kernels.layers().averageTiles(whole, maps, activations.logits());
    kernels.predict(place.kind(), place.outputs(), activations.logits(), activations.predictions());
  }

  @Override
  public void takeLocalSignals(Batch batch, Activations activations) {
    activations.setLossReachesOutput(false);
  }

  @Override
  public void takeNoLocalSignals(Activations activations) {
    activations.signals().fill(0);
    activations.setLossReachesOutput(false);
  }

  @Override
  public void addOutputGradient(Activations activations, Matrix outputGradient) {
    Matrix gradient = Body.gradient(activations.layers());
    if (activations.lossReachesOutput()) {
      kernels.layers().add(gradient, outputGradient, gradient);
    } else {
      kernels.copy(outputGradient, gradient);
      activations.setLossReachesOutput(true);
    }
  }

  @Override
  public void propagate(Matrix x, Activations activations) {
    backward(x, activations, false, true);
  }

  @Override
  public void backward(Matrix x, Activations activations, boolean toInput) {
    backward(x, activations, true, toInput);
  }

  private void backward(Matrix x, Activations activations, boolean learns, boolean toInput) {
    List<LayerMemory> layers = activations.layers();
    Matrix maps = layers.get(0).gradient();
    if (activations.lossReachesOutput()) {
      body.backward(layers.size() - 1, 1, x, layers, activations.pass(), learns, null);
      kernels.layers().addAverageTilesGradient(whole, activations.signals(), maps);
    } else {
      maps.fill(0);
      kernels.layers().addAverageTilesGradient(whole, activations.signals(), maps);
      if (learns) {
        noGradientAfterConvolution();
      }
    }
    body.backward(
        0, 0, x, layers, activations.pass(), learns, toInput ? activations.inputGradient() : null);
  }

  private void noGradientAfterConvolution() {
    afterConvolution.forEach(parameter -> parameter.gradient().fill(0));
  }

  @Override
  public void perturb(Activations activations, Perturbation perturbation, SplittableRandom random) {
    body.perturb(activations.layers(), perturbation, random);
  }

  @Override
  public @Nullable Matrix tangent(
      Matrix x, @Nullable Matrix xTangent, Activations activations, Perturbation perturbation) {
    activations.setLossReachesOutput(true);
    return body.tangent(x, xTangent, activations.layers(), activations.pass(), perturbation);
  }

  @Override
  public Slopes localSlopes(
      Batch batch, Matrix x, Activations activations, Perturbation perturbation) {
    activations.setLossReachesOutput(false);
    Matrix maps = body.tangent(1, x, null, activations.layers(), activations.pass(), perturbation);
    kernels.layers().averageTiles(whole, maps, activations.logitTangent());
    return Slopes.of(kernels, place.outputs(), activations.signals(), activations.logitTangent());
  }

  @Override
  public void learnFromDirection(
      Matrix x, Activations activations, Perturbation perturbation, Slopes slopes) {
    List<LayerMemory> layers = activations.layers();
    int learning = activations.lossReachesOutput() ? layers.size() : 1;
    body.learnFromDirection(learning, x, layers, activations.pass(), perturbation, slopes);
    if (learning == 1) {
      noGradientAfterConvolution();
    }
  }
}
