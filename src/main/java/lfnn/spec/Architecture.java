package lfnn.spec;

import java.util.List;
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

  public Architecture {
    stages = List.copyOf(stages);
    for (int s = 0; s < stages.size(); s++) {
      if (stages.get(s) instanceof StageSpec.FullyConnected stage) {
        checkNeurons(s + 1, stage, task);
      }
    }
    long parameters = count(input, task, stages);
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

  /** Columns of the output of stage {@code index}, all groups together. */
  public int stageWidth(int index) {
    return width(stages.get(index), task);
  }

  /**
   * Columns of the input of stage {@code index}; of the output layer at {@code stages().size()}.
   */
  public int inputWidth(int index) {
    return index == 0 ? input.size() : stageWidth(index - 1);
  }

  /**
   * Independent blocks of the weights that read the input of stage {@code index}: 1 where all
   * groups read the same input, else the number of groups.
   */
  public int inputGroups(int index) {
    return index == 0 ? 1 : task.groups();
  }

  /** Number of weights and biases, heads included. */
  public long parameterCount() {
    return count(input, task, stages);
  }

  private static int width(StageSpec stage, Task task) {
    int perGroup =
        stage instanceof StageSpec.Block block
            ? block.outputUnits()
            : stage.workers() * neurons((StageSpec.FullyConnected) stage, task);
    return Math.multiplyExact(task.groups(), perGroup);
  }

  private static int neurons(StageSpec.FullyConnected stage, Task task) {
    return stage.neurons() == 0 ? task.outputs() : stage.neurons();
  }

  /** The number of parameters; above {@link #MOST_PARAMETERS}, counting stops at a stage's end. */
  private static long count(InputShape input, Task task, List<StageSpec> stages) {
    long total = 0;
    long inputs = input.size();
    int groups = 1;
    for (StageSpec stage : stages) {
      if (stage instanceof StageSpec.Block block) {
        for (LayerSpec layer : block.body()) {
          long units = (long) task.groups() * ((LayerSpec.Dense) layer).units();
          total += units * (inputs / groups) + units;
          inputs = units;
          groups = task.groups();
        }
        long heads = (long) task.groups() * block.heads() * task.outputs();
        long perHead = inputs / groups / (block.split() ? block.heads() : 1);
        total += heads * perHead + heads;
      } else {
        long units = width(stage, task);
        total += units * (inputs / groups) + units;
        inputs = units;
      }
      groups = task.groups();
      if (total > MOST_PARAMETERS) {
        // A sum over many such stages could overflow.
        return total;
      }
    }
    return total + task.width() * (inputs / groups) + task.width();
  }
}
