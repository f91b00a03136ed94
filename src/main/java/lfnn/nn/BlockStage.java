package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import lfnn.data.BatchLayout;
import lfnn.spec.Architecture;
import lfnn.spec.LayerShape;
import lfnn.spec.PredictionKind;
import lfnn.spec.StageSpec;
import org.jspecify.annotations.Nullable;

/**
 * A body of layers with n heads. The body's output y is the stage's output; each head predicts from
 * all of y, or from its own slice of it. Heads read images averaged in windows, channel by channel.
 *
 * <p>With a similarity loss of weight β, the losses of the heads have the weight 1 − β.
 *
 * <p>Shapes: x [N, inputs], y [N, G·units] or images, predictions [N, G·n·K].
 */
final class BlockStage implements Stage {

  private final Kernels kernels;
  private final StagePlace place;
  private final StageSpec.Block spec;
  private final Body body;
  private final AffineLayer heads;
  private final Window headWindow;
  private final int headInputs;
  private final @Nullable Body similarity;

  BlockStage(Kernels kernels, StagePlace place, StageSpec.Block spec) {
    this.kernels = kernels;
    this.place = place;
    this.spec = spec;
    this.body =
        new Body(
            kernels, place.name(), spec.body(), place.input(), place.inputGroups(), place.groups());
    LayerShape output = body.output();
    this.headWindow = Window.tiles(output.shape(), spec.headWindow(output));
    this.headInputs = place.groups() * spec.headInput(output).size();
    int slices = spec.split() ? place.groups() * spec.heads() : place.groups();
    this.heads =
        new AffineLayer(
            kernels,
            place.name() + ".heads",
            headInputs,
            place.groups() * spec.heads() * place.outputs(),
            slices,
            1);
    this.similarity =
        spec.similarity() == 0
            ? null
            : new Body(
                kernels,
                place.name() + ".similarity",
                List.of(Architecture.similarityLayer(output)),
                output,
                1,
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
    return spec.heads();
  }

  @Override
  public int groups() {
    return place.groups();
  }

  @Override
  public boolean sharesBody() {
    return true;
  }

  @Override
  public int columnsPerWorker() {
    return spec.split() ? body.output().channels() / spec.heads() : 0;
  }

  @Override
  public List<Parameter> bodyParameters() {
    return body.parameters();
  }

  @Override
  public List<Parameter> headParameters() {
    return similarity == null
        ? heads.parameters()
        : Stream.concat(heads.parameters().stream(), similarity.parameters().stream()).toList();
  }

  @Override
  public List<Matrix> statistics() {
    return body.statistics();
  }

  @Override
  public void initialise(SplittableRandom random) {
    body.initialise(random);
    heads.initialise(random);
    if (similarity != null) {
      similarity.initialise(random);
    }
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
        place.groups() * spec.heads(),
        place.outputs());
  }

  @Override
  public void forward(Matrix x, Activations activations) {
    body.forward(x, activations.layers(), activations.pass());
  }

  @Override
  public void predict(Activations activations) {
    heads.forward(headInput(activations), activations.logits());
    kernels.predict(place.kind(), place.outputs(), activations.logits(), activations.predictions());
  }

  /** What the heads read. */
  private Matrix headInput(Activations activations) {
    if (!body.output().isImage()) {
      return activations.output();
    }
    Matrix input = activations.headInput(headInputs);
    kernels.layers().averageTiles(headWindow, activations.output(), input);
    return input;
  }

  @Override
  public void takeLocalSignals(Batch batch, Activations activations) {
    learnHeads(activations);
    Matrix signals = activations.signals();
    Matrix gradient = Body.gradient(activations.layers());
    if (body.output().isImage()) {
      heads.inputGradient(signals, activations.headGradient(headInputs));
      gradient.fill(0);
      kernels
          .layers()
          .addAverageTilesGradient(headWindow, activations.headGradient(headInputs), gradient);
    } else {
      heads.inputGradient(signals, gradient);
    }
    if (similarity != null) {
      LayerMemory memory = similarityGradient(batch, activations);
      Matrix x = activations.output();
      similarity.backward(x, List.of(memory), activations.pass(), true, memory.extra(0));
      kernels.layers().add(gradient, memory.extra(0), gradient);
    }
  }

  /** Gives the signals their weight, and the heads their gradients. */
  private void learnHeads(Activations activations) {
    if (similarity != null) {
      kernels.layers().scale(1 - spec.similarity(), activations.signals());
    }
    boolean image = body.output().isImage();
    heads.gradient(
        image ? activations.headInput(headInputs) : activations.output(), activations.signals());
  }

  /** Computes the gradient of the features whose similarities are compared. */
  private LayerMemory similarityGradient(Batch batch, Activations activations) {
    int channels = body.output().channels();
    // The features of an image are how much its channels vary.
    boolean comparesDeviations = body.output().isImage() && body.output().size() > channels;
    LayerMemory memory =
        activations.similarity(
            () -> {
              LayerMemory made = similarity.memories(activations.capacity()).get(0);
              made.with(1, body.output().size(), body.output().layout());
              return comparesDeviations
                  ? made.with(1, channels, BatchLayout.FEATURE_MAJOR)
                      .with(1, channels, BatchLayout.FEATURE_MAJOR)
                  : made;
            });
    Matrix features = similarity.forward(activations.output(), List.of(memory), activations.pass());
    Matrix gradient = memory.gradient();
    Matrix targets = batch.targets();
    LayerKernels layers = kernels.layers();
    if (!comparesDeviations) {
      layers.similarity(features, targets, batch.weights(), spec.similarity(), gradient);
      return memory;
    }
    Matrix deviations = memory.extra(1);
    Matrix slopes = memory.extra(2);
    layers.channelDeviations(channels, features, deviations);
    layers.similarity(deviations, targets, batch.weights(), spec.similarity(), slopes);
    layers.channelDeviationsGradient(channels, features, deviations, slopes, gradient);
    return memory;
  }

  @Override
  public void takeNoLocalSignals(Activations activations) {
    Body.gradient(activations.layers()).fill(0);
  }

  @Override
  public void addOutputGradient(Activations activations, Matrix outputGradient) {
    Matrix gradient = Body.gradient(activations.layers());
    kernels.layers().add(gradient, outputGradient, gradient);
  }

  @Override
  public void propagate(Matrix x, Activations activations) {
    body.backward(x, activations.layers(), activations.pass(), false, activations.inputGradient());
  }

  @Override
  public void backward(Matrix x, Activations activations, boolean toInput) {
    body.backward(
        x,
        activations.layers(),
        activations.pass(),
        true,
        toInput ? activations.inputGradient() : null);
  }

  @Override
  public void perturb(Activations activations, Perturbation perturbation, SplittableRandom random) {
    body.perturb(activations.layers(), perturbation, random);
  }

  @Override
  public @Nullable Matrix tangent(
      Matrix x, @Nullable Matrix xTangent, Activations activations, Perturbation perturbation) {
    return body.tangent(x, xTangent, activations.layers(), activations.pass(), perturbation);
  }

  @Override
  public @Nullable Slopes localSlopes(
      Batch batch, Matrix x, Activations activations, Perturbation perturbation) {
    learnHeads(activations);
    Matrix tangent = tangent(x, null, activations, perturbation);
    Slopes slopes = tangent == null ? null : headSlopes(activations, tangent);
    Slopes ofSimilarity = similarity == null ? null : similaritySlopes(batch, activations, tangent);
    return slopes == null || ofSimilarity == null ? slopes : slopes.plus(ofSimilarity);
  }

  /** Derivatives of the heads' losses along the direction of the output. */
  private Slopes headSlopes(Activations activations, Matrix outputTangent) {
    Matrix tangent = outputTangent;
    if (body.output().isImage()) {
      tangent = activations.headGradient(headInputs);
      kernels.layers().averageTiles(headWindow, outputTangent, tangent);
    }
    heads.inputTangent(tangent, activations.logitTangent());
    Slopes slopes =
        Slopes.of(kernels, place.outputs(), activations.signals(), activations.logitTangent());
    // Only heads with slices of their own, which no similarity loss joins, have weights to
    // themselves.
    boolean apart = spec.split() && similarity == null;
    return apart ? slopes : slopes.merged(place.groups());
  }

  /** The same for the similarity loss, whose layer gets its exact gradient, as the heads do. */
  private @Nullable Slopes similaritySlopes(
      Batch batch, Activations activations, @Nullable Matrix outputTangent) {
    LayerMemory memory = similarityGradient(batch, activations);
    List<LayerMemory> memories = List.of(memory);
    Matrix y = activations.output();
    Pass pass = activations.pass();
    Matrix tangent = similarity.tangent(y, outputTangent, memories, pass, Perturbation.NONE);
    Slopes slopes =
        tangent == null ? null : Slopes.of(kernels, tangent.columns(), memory.gradient(), tangent);
    similarity.backward(y, memories, pass, true, null);
    return slopes;
  }

  @Override
  public void learnFromDirection(
      Matrix x, Activations activations, Perturbation perturbation, Slopes slopes) {
    body.learnFromDirection(x, activations.layers(), activations.pass(), perturbation, slopes);
  }
}
