package lfnn.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lfnn.spec.Architecture;
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

  private final List<Layer> layers = new ArrayList<>();

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

  /**
   * How two networks go together.
   *
   * @param featureOrigins for each input of the grown network, the input that it was before; {@code
   *     -2 - i} if it is the negative of input i; −1 if it is new
   * @throws IllegalArgumentException if the stages differ, or classes became fewer
   */
  public Growth(Architecture before, Architecture after, int[] featureOrigins) {
    if (!before.stages().equals(after.stages())
        || before.task().kind() != after.task().kind()
        || before.task().classes() > after.task().classes()
        || featureOrigins.length != after.input().size()) {
      throw new IllegalArgumentException(
          "a network can only grow in inputs and classes, not from " + before + " to " + after);
    }
    int[] inputs = featureOrigins;
    for (int s = 0; s < before.stages().size(); s++) {
      inputs = addStage(before, after, s, inputs);
    }
    int last = before.stages().size();
    addLayer(
        before,
        after,
        inputs,
        new Outputs(1, before.task().outputs(), after.task().outputs()),
        new int[] {before.inputWidth(last), before.inputGroups(last), after.inputGroups(last)},
        before.task().kind() == PredictionKind.SIGMOID ? UNLIKELY : 0);
  }

  /** n workers in each group, whose outputs become more. */
  private record Outputs(int workers, int before, int after) {}

  /** Adds the layers of a stage and returns where its output comes from. */
  private int[] addStage(Architecture before, Architecture after, int s, int[] inputs) {
    int[] sizes = {before.inputWidth(s), before.inputGroups(s), after.inputGroups(s)};
    StageSpec stage = before.stages().get(s);
    Outputs workers = new Outputs(stage.workers(), before.workerOutputs(s), after.workerOutputs(s));
    if (!(stage instanceof StageSpec.Block block)) {
      return withoutMeans(addLayer(before, after, inputs, workers, sizes, 0));
    }
    int[] width = inputs;
    for (LayerSpec layer : block.body()) {
      int units = ((LayerSpec.Dense) layer).units();
      width = addLayer(before, after, width, new Outputs(units, 1, 1), sizes, 0);
      sizes =
          new int[] {before.task().groups() * units, before.task().groups(), after.task().groups()};
    }
    int slices = block.split() ? block.heads() : 1;
    addLayer(
        before,
        after,
        width,
        workers,
        new int[] {sizes[0], sizes[1] * slices, sizes[2] * slices},
        0);
    return width;
  }

  /**
   * Adds a layer.
   *
   * @param sizes inputs and groups before, groups now
   * @return where its outputs come from
   */
  private int[] addLayer(
      Architecture before,
      Architecture after,
      int[] inputs,
      Outputs workers,
      int[] sizes,
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
    layers.add(
        new Layer(
            inputs,
            outputs,
            workers.before(),
            sizes[0] / sizes[1],
            oldWorkers * workers.before() / sizes[1],
            inputs.length / sizes[2],
            outputs.length / sizes[2],
            freshBias));
    return outputs;
  }

  private static int negated(int index) {
    return -2 - index;
  }

  /** For the next layer, an output that is a mean of others is an input without a past. */
  private static int[] withoutMeans(int[] outputs) {
    return Arrays.stream(outputs).map(output -> Math.max(NEW, output)).toArray();
  }

  /**
   * The values of a parameter of the grown network.
   *
   * @param parameter index in {@link Network#parameters()}
   * @param before its values in the smaller network
   * @param fresh values for what is new as a whole; not modified
   */
  public float[] values(int parameter, float[] before, float[] fresh) {
    return grown(parameter, before, fresh, Kind.VALUE);
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
    return grown(parameter, before, new float[size], kind);
  }

  private float[] grown(int parameter, float[] before, float[] fresh, Kind kind) {
    Layer layer = layers.get(parameter / 2);
    float[] grown = fresh.clone();
    if (parameter % 2 == 0) {
      for (int i = 0; i < layer.inputs().length; i++) {
        for (int r = 0; r < layer.newOut(); r++) {
          int output = layer.outputs()[i / layer.newIn() * layer.newOut() + r];
          if (output != NEW) {
            grown[i * layer.newOut() + r] = weight(layer, layer.inputs()[i], output, before, kind);
          }
        }
      }
    } else {
      for (int c = 0; c < layer.outputs().length; c++) {
        int output = layer.outputs()[c];
        if (output != NEW) {
          grown[c] = carried(layer, before, 0, output, kind);
        } else if (kind == Kind.VALUE) {
          grown[c] += layer.freshBias();
        }
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
