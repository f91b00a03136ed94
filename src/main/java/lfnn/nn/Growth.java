package lfnn.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lfnn.spec.Architecture;
import lfnn.spec.LayerShape;
import lfnn.spec.LayerSpec;
import lfnn.spec.PredictionKind;
import lfnn.spec.StageSpec;

/**
 * The parameters of a network whose data grow: more inputs, or more classes. The stages stay as
 * they are, and what the network has learned is disturbed as little as can be:
 *
 * <ul>
 *   <li>Weights that leave a new input start at 0, so that predictions do not depend on it yet.
 *   <li>A worker's, or the output layer's, logit of a new class starts as the mean of the other
 *       classes' logits, so that it is never the largest.
 *   <li>With one network per class, that of a new class starts as any new network does, but for the
 *       bias of its output: {@value #UNLIKELY}, so that its vote is small.
 * </ul>
 */
public final class Growth {

  /** Logit of a class that has not been seen: a probability of 2 %. */
  private static final float UNLIKELY = -4;

  /** Marks what has no past: an input, or an output of a network that is new as a whole. */
  private static final int NEW = -1;

  // Of each array of the network's state: parameters, then running statistics.
  private final List<Origin> parameters = new ArrayList<>();
  private final List<Origin> statistics = new ArrayList<>();

  /** Where the elements of one array come from. */
  private sealed interface Origin permits Weights, Biases, Channels, Same {}

  /** Weights of {@code layer}. */
  private record Weights(Layer layer) implements Origin {}

  /** Biases of {@code layer}. */
  private record Biases(Layer layer) implements Origin {}

  /**
   * An element for each channel.
   *
   * @param channels of each channel: the earlier channel, or {@link #NEW}
   */
  private record Channels(int[] channels) implements Origin {}

  /** Nothing changes. */
  private record Same() implements Origin {}

  /**
   * Where the parameters of a layer come from.
   *
   * @param inputs of each input: the earlier input that it continues; {@link #negated} if it
   *     continues its negative; {@link #NEW}
   * @param outputs of each output: the earlier output that it continues; {@link #NEW}; −2 − i for
   *     the mean of the earlier outputs from i on, as many as {@code averaged}
   * @param oldIn inputs of a block on the diagonal, before
   * @param oldOut its outputs
   * @param newIn inputs of a block on the diagonal, now
   * @param newOut its outputs
   * @param freshBias bias of outputs that are new
   */
  private record Layer(
      int[] inputs,
      int[] outputs,
      int averaged,
      int oldIn,
      int oldOut,
      int newIn,
      int newOut,
      float freshBias) {}

  /** What is carried over. */
  private enum Kind {
    VALUE,
    /** Has the sign of the gradient. */
    FIRST_MOMENT,
    /** Has no sign. */
    SECOND_MOMENT
  }

  /** Which values of a layer's input or output there were before, and in how many groups. */
  private record Flow(int[] origins, int oldSize, int oldGroups, int newGroups) {
    boolean isUnchanged() {
      return Arrays.equals(origins, identity(oldSize)) && oldGroups == newGroups;
    }
  }

  /**
   * How two networks go together.
   *
   * @param featureOrigins for each input of the grown network, the input that it was before; {@code
   *     -2 - i} if it is the negative of input i; −1 if it is new
   * @throws IllegalArgumentException if the stages differ, if classes became fewer, or if a stage
   *     cannot grow in the way that is asked for
   */
  public Growth(Architecture before, Architecture after, int[] featureOrigins) {
    if (!before.stages().equals(after.stages())
        || before.task().kind() != after.task().kind()
        || before.task().classes() > after.task().classes()
        || featureOrigins.length != after.input().size()) {
      throw new IllegalArgumentException(
          "a network can only grow in inputs and classes, not from " + before + " to " + after);
    }
    Flow flow = new Flow(featureOrigins, before.input().size(), 1, 1);
    for (int s = 0; s < before.stages().size(); s++) {
      flow = addStage(before, after, s, flow);
    }
    addLayer(
        before,
        after,
        flow,
        new Outputs(1, before.task().outputs(), after.task().outputs()),
        1,
        before.task().kind() == PredictionKind.SIGMOID ? UNLIKELY : 0);
  }

  private static int[] identity(int size) {
    int[] identity = new int[size];
    Arrays.setAll(identity, i -> i);
    return identity;
  }

  /** n workers in each group, whose outputs become more. */
  private record Outputs(int workers, int before, int after) {}

  /** Adds the layers of a stage and returns where its output comes from. */
  private Flow addStage(Architecture before, Architecture after, int s, Flow input) {
    StageSpec stage = before.stages().get(s);
    Outputs workers = new Outputs(stage.workers(), before.workerOutputs(s), after.workerOutputs(s));
    if (stage instanceof StageSpec.Block block) {
      return addBlock(before, after, s, block, workers, input);
    }
    if (stage instanceof StageSpec.Filters filters) {
      if (!input.isUnchanged() || workers.before() != workers.after()) {
        throw cannotGrow(s, "its filters belong to the classes that there were");
      }
      LayerShape shape = before.inputShape(s);
      for (LayerSpec layer : filters.layers(workers.before())) {
        addUnchanged(layer, shape);
        shape = layer.output(shape);
      }
      return unchanged(before, after, shape.size());
    }
    return withoutMeans(addLayer(before, after, input, workers, 1, 0));
  }

  private Flow addBlock(
      Architecture before,
      Architecture after,
      int s,
      StageSpec.Block block,
      Outputs workers,
      Flow input) {
    Flow flow = input;
    LayerShape shape = before.inputShape(s);
    for (LayerSpec layer : block.body()) {
      if (layer instanceof LayerSpec.Dense dense) {
        flow = addLayer(before, after, flow, new Outputs(dense.units(), 1, 1), dense.groups(), 0);
      } else if (flow.isUnchanged()) {
        addUnchanged(layer, shape);
        int size = layer.output(shape).size() * flow.oldGroups();
        flow = new Flow(identity(size), size, flow.oldGroups(), flow.newGroups());
      } else if (layer instanceof LayerSpec.BatchNorm && hasOnlyNew(flow)) {
        Channels channels = new Channels(flow.origins());
        parameters.addAll(List.of(channels, channels));
        statistics.addAll(List.of(channels, channels));
      } else if (!(layer instanceof LayerSpec.Dropout)
          && !(layer instanceof LayerSpec.Flatten)
          && !(layer instanceof LayerSpec.Activate && hasOnlyNew(flow))) {
        throw cannotGrow(s, layer + " comes before the first dense layer");
      }
      shape = layer.output(shape);
    }
    int slices = block.split() ? block.heads() : 1;
    Flow heads = flow;
    if (shape.isImage()) {
      heads = unchanged(before, after, block.headInput(shape).size());
    }
    addLayer(before, after, heads, workers, slices, 0);
    if (block.similarity() > 0) {
      if (!shape.isImage() && !flow.isUnchanged()) {
        throw cannotGrow(s, "its similarity loss compares what grows");
      }
      addUnchanged(Architecture.similarityLayer(shape), shape);
    }
    return flow;
  }

  /** Whether no value continues the negative of another. */
  private static boolean hasOnlyNew(Flow flow) {
    return Arrays.stream(flow.origins()).allMatch(origin -> origin >= NEW);
  }

  private static Flow unchanged(Architecture before, Architecture after, int size) {
    int oldGroups = before.task().groups();
    return new Flow(identity(oldGroups * size), oldGroups * size, oldGroups, after.task().groups());
  }

  private static IllegalArgumentException cannotGrow(int s, String why) {
    return new IllegalArgumentException(
        "stage "
            + (s + 1)
            + " cannot grow with the data, because "
            + why
            + ": start anew, with all attributes and classes in the header");
  }

  private void addUnchanged(LayerSpec layer, LayerShape shape) {
    if (layer instanceof LayerSpec.Residual residual) {
      addUnchanged(residual.body(), shape);
      addUnchanged(residual.shortcut(shape), shape);
      return;
    }
    if (layer.parameterCount(shape) > 0) {
      parameters.addAll(List.of(new Same(), new Same()));
    }
    if (layer.statisticCount(shape) > 0) {
      statistics.addAll(List.of(new Same(), new Same()));
    }
  }

  private void addUnchanged(List<LayerSpec> layers, LayerShape input) {
    LayerShape shape = input;
    for (LayerSpec layer : layers) {
      addUnchanged(layer, shape);
      shape = layer.output(shape);
    }
  }

  /**
   * Adds a layer.
   *
   * @param slices of each group that stay apart
   * @return where its outputs come from
   */
  private Flow addLayer(
      Architecture before,
      Architecture after,
      Flow input,
      Outputs workers,
      int slices,
      float freshBias) {
    int oldWorkers = before.task().groups() * workers.workers();
    int newWorkers = after.task().groups() * workers.workers();
    int[] outputs = new int[newWorkers * workers.after()];
    for (int c = 0; c < outputs.length; c++) {
      int worker = c / workers.after();
      int output = c % workers.after();
      int first = worker * workers.before();
      if (worker >= oldWorkers) {
        outputs[c] = NEW;
      } else {
        outputs[c] = output < workers.before() ? first + output : negated(first);
      }
    }
    int oldBlocks = input.oldGroups() * slices;
    int newBlocks = input.newGroups() * slices;
    Layer layer =
        new Layer(
            input.origins(),
            outputs,
            workers.before(),
            input.oldSize() / oldBlocks,
            oldWorkers * workers.before() / oldBlocks,
            input.origins().length / newBlocks,
            outputs.length / newBlocks,
            freshBias);
    parameters.addAll(List.of(new Weights(layer), new Biases(layer)));
    return new Flow(
        outputs, oldWorkers * workers.before(), before.task().groups(), after.task().groups());
  }

  private static int negated(int index) {
    return -2 - index;
  }

  /** For the next layer, an output that is a mean of others is an input without a past. */
  private static Flow withoutMeans(Flow flow) {
    int[] origins = Arrays.stream(flow.origins()).map(origin -> Math.max(NEW, origin)).toArray();
    return new Flow(origins, flow.oldSize(), flow.oldGroups(), flow.newGroups());
  }

  /**
   * The values of an array of the grown network.
   *
   * @param index in {@link Network#state()}
   * @param before its values in the smaller network
   * @param fresh values for what is new as a whole; not modified
   */
  public float[] values(int index, float[] before, float[] fresh) {
    Origin origin =
        index < parameters.size()
            ? parameters.get(index)
            : statistics.get(index - parameters.size());
    return grown(origin, before, fresh, Kind.VALUE);
  }

  /**
   * A moment of the optimizer for a parameter of the grown network; 0 for what is new.
   *
   * @param parameter index in {@link Network#parameters()}
   * @param moment 0 for the first moment, of gradients; 1 for the second, of their squares
   * @param before the moment in the smaller network
   * @param size number of elements of the grown parameter
   */
  public float[] moments(int parameter, int moment, float[] before, int size) {
    Kind kind = moment == 0 ? Kind.FIRST_MOMENT : Kind.SECOND_MOMENT;
    return grown(parameters.get(parameter), before, new float[size], kind);
  }

  private static float[] grown(Origin origin, float[] before, float[] fresh, Kind kind) {
    if (origin instanceof Weights weights) {
      return weights(weights.layer(), before, fresh, kind);
    }
    if (origin instanceof Biases biases) {
      return biases(biases.layer(), before, fresh, kind);
    }
    if (origin instanceof Channels channels) {
      float[] grown = fresh.clone();
      for (int c = 0; c < grown.length; c++) {
        int from = channels.channels()[c];
        grown[c] = from == NEW ? grown[c] : before[from];
      }
      return grown;
    }
    return before.clone();
  }

  private static float[] weights(Layer layer, float[] before, float[] fresh, Kind kind) {
    float[] grown = fresh.clone();
    for (int i = 0; i < layer.inputs().length; i++) {
      for (int r = 0; r < layer.newOut(); r++) {
        int output = layer.outputs()[i / layer.newIn() * layer.newOut() + r];
        if (output != NEW) {
          grown[i * layer.newOut() + r] = weight(layer, layer.inputs()[i], output, before, kind);
        }
      }
    }
    return grown;
  }

  private static float[] biases(Layer layer, float[] before, float[] fresh, Kind kind) {
    float[] grown = fresh.clone();
    for (int c = 0; c < layer.outputs().length; c++) {
      int output = layer.outputs()[c];
      if (output != NEW) {
        grown[c] = carried(layer, before, 0, output, kind);
      } else if (kind == Kind.VALUE) {
        grown[c] += layer.freshBias();
      }
    }
    return grown;
  }

  private static float weight(Layer layer, int input, int output, float[] before, Kind kind) {
    if (input == NEW) {
      return 0;
    }
    boolean negative = input < NEW;
    int column = negative ? negated(input) : input;
    // A block's weights of input i start at i times the outputs of the block.
    int first = column * layer.oldOut() - column / layer.oldIn() * layer.oldOut();
    float value = carried(layer, before, first, output, kind);
    return negative && kind != Kind.SECOND_MOMENT ? 0 - value : value;
  }

  /** The element of an output, or the mean of several, in a run that starts at {@code first}. */
  private static float carried(Layer layer, float[] before, int first, int output, Kind kind) {
    if (output >= 0) {
      return before[first + output];
    }
    if (kind != Kind.VALUE) {
      return 0;
    }
    float sum = 0;
    for (int k = 0; k < layer.averaged(); k++) {
      sum += before[first + negated(output) + k];
    }
    return sum / layer.averaged();
  }
}
