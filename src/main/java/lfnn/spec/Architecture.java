package lfnn.spec;

import java.util.List;
import lfnn.data.BatchLayout;
import lfnn.data.InputShape;

/**
 * A network whose every size is known: what goes in, the hidden stages, what comes out.
 *
 * @param input shape of one encoded example
 * @param task what is predicted
 * @param stages the hidden stages in order; may be empty
 */
public record Architecture(InputShape input, Task task, List<StageSpec> stages) {

  /** Most weights and biases of a network. */
  public static final int MOST_PARAMETERS = Integer.MAX_VALUE / 2;

  /**
   * @throws IllegalArgumentException if the stages do not fit each other or the task, with the
   *     stage and the layer, what it got and what it expected
   */
  public Architecture {
    stages = List.copyOf(stages);
    long total = 0;
    LayerShape shape = inputForm(input, stages);
    for (int s = 0; s < stages.size(); s++) {
      Checked checked = check(s + 1, stages.get(s), shape, task);
      total += checked.parameters();
      shape = checked.output();
      requireCountable(total);
    }
    requireCountable(total + (long) task.width() * shape.size() + task.width());
  }

  private static void requireCountable(long parameters) {
    Require.that(
        parameters <= MOST_PARAMETERS,
        "the network would have %d parameters or more, %d are supported: make it narrower",
        parameters,
        MOST_PARAMETERS);
  }

  /** The architecture of {@code network} on given data. */
  public static Architecture of(InputShape input, Task task, NetworkSpec network) {
    return new Architecture(input, task, network.resolve(input.size(), task));
  }

  /** What a stage gives (of each group) and how much it has to learn and keep (in all groups). */
  private record Checked(LayerShape output, long parameters, long statistics) {}

  private static Checked check(int number, StageSpec stage, LayerShape input, Task task) {
    if (stage instanceof StageSpec.FullyConnected connected) {
      checkNeurons(number, connected, task);
      LayerShape output =
          LayerShape.flat(Math.multiplyExact(connected.workers(), neurons(connected, task)));
      return new Checked(
          output, task.groups() * ((long) output.size() * input.size() + output.size()), 0);
    }
    if (stage instanceof StageSpec.Filters filters) {
      long wanted = (long) filters.workers() * task.outputs();
      Require.that(
          wanted <= StageSpec.MOST,
          "stage %d: %d workers with a filter for each of %d outputs are %d filters, %d are"
              + " supported: choose fewer workers",
          number,
          filters.workers(),
          task.outputs(),
          wanted,
          StageSpec.MOST);
    }
    List<LayerSpec> layers = layers(stage, task);
    LayerShape shape = input;
    long parameters = 0;
    long statistics = 0;
    // All groups share what they read until a dense layer gives each its own values.
    int groups = number == 1 ? 1 : task.groups();
    for (int l = 0; l < layers.size(); l++) {
      LayerSpec layer = layers.get(l);
      Require.that(
          task.groups() == 1 || layer.keepsGroupsApart(),
          "stage %d, layer %d %s: one-vs-all networks have layers of dense (without groups),"
              + " batch-norm, dropout and activations only: leave one-vs-all out",
          number,
          l + 1,
          layer);
      groups = layer instanceof LayerSpec.Dense ? task.groups() : groups;
      try {
        parameters += groups * layer.parameterCount(shape);
        statistics += groups * layer.statisticCount(shape);
        shape = layer.output(shape);
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new IllegalArgumentException(
            "stage " + number + ", layer " + (l + 1) + " " + layer + ": " + e.getMessage(), e);
      }
      requireCountable(parameters);
    }
    Require.that(
        groups == task.groups(),
        "stage %d: in one-vs-all each class has a network of its own, so the first block needs a"
            + " dense layer",
        number);
    if (stage instanceof StageSpec.Block block) {
      checkHeads(number, block, shape, task);
      parameters += headCount(block, shape, task) + similarityCount(block, shape);
    }
    return new Checked(shape, parameters, statistics);
  }

  private static void checkHeads(int number, StageSpec.Block block, LayerShape output, Task task) {
    Require.that(
        !block.split() || output.channels() % block.heads() == 0,
        "stage %d: split heads need the body's %d %s to be a multiple of the %d heads",
        number,
        output.channels(),
        output.isImage() ? "channels" : "units",
        block.heads());
    Require.that(
        block.similarity() == 0 || task.kind() == PredictionKind.SOFTMAX,
        "stage %d: the similarity loss compares classes, but %s: leave similarity out",
        number,
        task.isClassification() ? "one-vs-all looks at one class at a time" : "there are none");
  }

  private static long headCount(StageSpec.Block block, LayerShape output, Task task) {
    long heads = (long) task.groups() * block.heads() * task.outputs();
    long inputs = block.headInput(output).size() / (block.split() ? block.heads() : 1);
    return heads * inputs + heads;
  }

  /** Weights of the layer between a body and the similarity loss. */
  private static long similarityCount(StageSpec.Block block, LayerShape output) {
    if (block.similarity() == 0) {
      return 0;
    }
    return similarityLayer(output).parameterCount(output);
  }

  /**
   * The layer between a body and the similarity loss, as Nøkland and Eidnes have it: a convolution
   * for images, else a dense layer, as wide as the body's output and without activation; here with
   * biases, as all layers have them.
   */
  public static LayerSpec similarityLayer(LayerShape output) {
    return output.isImage()
        ? new LayerSpec.Convolution(
            output.shape().channels(),
            LayerSpec.Convolution.DEFAULT_KERNEL,
            1,
            LayerSpec.Padding.SAME,
            1,
            Activation.IDENTITY)
        : new LayerSpec.Dense(output.size(), Activation.IDENTITY);
  }

  private static void checkNeurons(int number, StageSpec.FullyConnected stage, Task task) {
    int neurons = stage.neurons();
    boolean single = neurons == 1 && task.isClassification() && task.classes() == 2;
    Require.that(
        neurons == 0 || neurons == task.outputs() || single,
        "stage %d: a worker of %d neurons cannot predict %s; leave neurons out (%d)%s",
        number,
        neurons,
        task.isClassification() ? task.classes() + " classes" : "a number",
        task.outputs(),
        neurons == 1 ? " or use one-vs-all" : "");
  }

  /** The layers of a stage's body. */
  private static List<LayerSpec> layers(StageSpec stage, Task task) {
    if (stage instanceof StageSpec.Block block) {
      return block.body();
    }
    if (stage instanceof StageSpec.Filters filters) {
      return filters.layers(task.outputs());
    }
    return List.of();
  }

  /** The input as an image if the first layer that cares needs one. */
  private static LayerShape inputForm(InputShape input, List<StageSpec> stages) {
    for (StageSpec stage : stages) {
      if (stage instanceof StageSpec.FullyConnected) {
        break;
      }
      LayerSpec.Takes takes =
          stage instanceof StageSpec.Block block
              ? LayerSpec.takes(block.body())
              : LayerSpec.Takes.IMAGE;
      if (takes != LayerSpec.Takes.ANY) {
        return new LayerShape(
            input,
            takes == LayerSpec.Takes.IMAGE ? BatchLayout.CHANNELS_LAST : BatchLayout.FEATURE_MAJOR);
      }
    }
    return new LayerShape(input, BatchLayout.FEATURE_MAJOR);
  }

  /** How the inputs of a batch follow each other. */
  public BatchLayout inputLayout() {
    return inputForm(input, stages).layout();
  }

  /** How the workers of stage {@code index} predict. */
  public PredictionKind workerKind(int index) {
    return isSingleNeuron(index) ? PredictionKind.SIGMOID : task.kind();
  }

  /** K, the values that each worker of stage {@code index} predicts. */
  public int workerOutputs(int index) {
    return isSingleNeuron(index) ? 1 : task.outputs();
  }

  private boolean isSingleNeuron(int index) {
    return task.outputs() > 1
        && stages.get(index) instanceof StageSpec.FullyConnected stage
        && stage.neurons() == 1;
  }

  /**
   * What stage {@code index} reads, or the output layer for {@code stages().size()}: of each group,
   * except that all groups read the same input of the network.
   */
  public LayerShape inputShape(int index) {
    LayerShape shape = inputForm(input, stages);
    for (int s = 0; s < index; s++) {
      shape = outputShape(stages.get(s), shape);
    }
    return shape;
  }

  private LayerShape outputShape(StageSpec stage, LayerShape stageInput) {
    if (stage instanceof StageSpec.FullyConnected connected) {
      return LayerShape.flat(connected.workers() * neurons(connected, task));
    }
    LayerShape shape = stageInput;
    for (LayerSpec layer : layers(stage, task)) {
      shape = layer.output(shape);
    }
    return shape;
  }

  /** Columns of the output of stage {@code index}, all groups together. */
  public int stageWidth(int index) {
    return inputWidth(index + 1);
  }

  /**
   * Columns of the input of stage {@code index}; of the output layer at {@code stages().size()}.
   */
  public int inputWidth(int index) {
    return index == 0 ? input.size() : task.groups() * inputShape(index).size();
  }

  /**
   * Independent blocks of the weights that read the input of stage {@code index}: 1 where all
   * groups read the same input, else the number of groups.
   */
  public int inputGroups(int index) {
    return index == 0 ? 1 : task.groups();
  }

  /** Number of weights and biases, gains and shifts, heads included. */
  public long parameterCount() {
    long total = 0;
    LayerShape shape = inputForm(input, stages);
    for (int s = 0; s < stages.size(); s++) {
      Checked checked = check(s + 1, stages.get(s), shape, task);
      total += checked.parameters();
      shape = checked.output();
    }
    return total + (long) task.width() * shape.size() + task.width();
  }

  /** Number of running statistics, which are saved with the parameters. */
  public long statisticCount() {
    long total = 0;
    LayerShape shape = inputForm(input, stages);
    for (int s = 0; s < stages.size(); s++) {
      Checked checked = check(s + 1, stages.get(s), shape, task);
      total += checked.statistics();
      shape = checked.output();
    }
    return total;
  }

  /**
   * Whether some batch normalisation gets one value of a channel from each example, so that a
   * mini-batch of one example would tell nothing.
   */
  public boolean needsSeveralExamples() {
    LayerShape shape = inputForm(input, stages);
    for (StageSpec stage : stages) {
      if (needsSeveralExamples(layers(stage, task), shape)) {
        return true;
      }
      shape = outputShape(stage, shape);
    }
    return false;
  }

  private static boolean needsSeveralExamples(List<LayerSpec> layers, LayerShape input) {
    LayerShape shape = input;
    for (LayerSpec layer : layers) {
      boolean alone = layer instanceof LayerSpec.BatchNorm && shape.size() == shape.channels();
      if (alone
          || (layer instanceof LayerSpec.Residual residual
              && (needsSeveralExamples(residual.body(), shape)
                  || needsSeveralExamples(residual.shortcut(shape), shape)))) {
        return true;
      }
      shape = layer.output(shape);
    }
    return false;
  }

  /** Number of values that all layers compute for an example, heads not counted. */
  public long activationCount() {
    long total = input.size();
    LayerShape shape = inputForm(input, stages);
    for (StageSpec stage : stages) {
      LayerShape inner = shape;
      for (LayerSpec layer : layers(stage, task)) {
        inner = layer.output(inner);
        total += (long) task.groups() * inner.size();
      }
      shape = outputShape(stage, shape);
    }
    return total + (long) task.groups() * shape.size();
  }

  private static int neurons(StageSpec.FullyConnected stage, Task task) {
    return stage.neurons() == 0 ? task.outputs() : stage.neurons();
  }
}
