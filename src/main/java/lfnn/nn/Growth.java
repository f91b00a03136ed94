package lfnn.nn;

import java.util.ArrayList;
import java.util.List;
import lfnn.spec.Architecture;
import lfnn.spec.LayerSpec;
import lfnn.spec.StageSpec;

/**
 * Where the parameters of a network go when its data grow: more inputs, or more classes. The stages
 * stay as they are.
 */
public final class Growth {

  private final List<int[]> origins = new ArrayList<>();
  private final Architecture before;
  private final Architecture after;

  /**
   * @param featureOrigins for each input of the grown network, the input that it was before, or −1
   * @throws IllegalArgumentException if the stages differ, or classes became fewer
   */
  public Growth(Architecture before, Architecture after, int[] featureOrigins) {
    if (!before.stages().equals(after.stages())
        || before.task().kind() != after.task().kind()
        || before.task().classes() > after.task().classes()) {
      throw new IllegalArgumentException(
          "a network can only grow in inputs and classes, not from " + before + " to " + after);
    }
    this.before = before;
    this.after = after;
    int[] inputs = featureOrigins;
    for (int s = 0; s < before.stages().size(); s++) {
      inputs = stage(s, inputs);
    }
    int last = before.stages().size();
    int[] outputs = workers(1, before.task().outputs(), after.task().outputs());
    layer(
        inputs,
        outputs,
        before.inputWidth(last),
        before.task().width(),
        before.inputGroups(last),
        after.inputGroups(last));
  }

  /**
   * Origins of the elements of each parameter, in the order of {@link Network#parameters()}: index
   * of the element in the smaller network, or −1 for new ones.
   */
  public List<int[]> origins() {
    return origins;
  }

  private int[] stage(int s, int[] inputs) {
    int inputWidth = before.inputWidth(s);
    int oldGroups = before.inputGroups(s);
    int newGroups = after.inputGroups(s);
    if (!(before.stages().get(s) instanceof StageSpec.Block block)) {
      int[] outputs =
          workers(
              before.stages().get(s).workers(), before.workerOutputs(s), after.workerOutputs(s));
      layer(inputs, outputs, inputWidth, before.stageWidth(s), oldGroups, newGroups);
      return outputs;
    }
    int[] width = inputs;
    for (LayerSpec layer : block.body()) {
      int units = ((LayerSpec.Dense) layer).units();
      int[] outputs = workers(units, 1, 1);
      int oldUnits = before.task().groups() * units;
      layer(width, outputs, inputWidth, oldUnits, oldGroups, newGroups);
      width = outputs;
      inputWidth = oldUnits;
      oldGroups = before.task().groups();
      newGroups = after.task().groups();
    }
    int slices = block.split() ? block.heads() : 1;
    int[] heads = workers(block.heads(), before.workerOutputs(s), after.workerOutputs(s));
    layer(
        width,
        heads,
        inputWidth,
        before.task().groups() * block.heads() * before.workerOutputs(s),
        oldGroups * slices,
        newGroups * slices);
    return width;
  }

  /** Origins of the columns of n workers with K outputs in each group. */
  private int[] workers(int workers, int oldOutputs, int newOutputs) {
    int[] columns = new int[after.task().groups() * workers * newOutputs];
    for (int c = 0; c < columns.length; c++) {
      int worker = c / newOutputs;
      int output = c % newOutputs;
      boolean existed = worker < before.task().groups() * workers && output < oldOutputs;
      columns[c] = existed ? worker * oldOutputs + output : -1;
    }
    return columns;
  }

  private void layer(
      int[] inputs, int[] outputs, int oldInputs, int oldOutputs, int oldGroups, int newGroups) {
    int oldIn = oldInputs / oldGroups;
    int oldOut = oldOutputs / oldGroups;
    int newIn = inputs.length / newGroups;
    int newOut = outputs.length / newGroups;
    int[] weights = new int[inputs.length * newOut];
    for (int i = 0; i < inputs.length; i++) {
      for (int r = 0; r < newOut; r++) {
        int input = inputs[i];
        int output = outputs[i / newIn * newOut + r];
        boolean existed = input >= 0 && output >= 0 && input / oldIn == output / oldOut;
        weights[i * newOut + r] = existed ? input * oldOut + output % oldOut : -1;
      }
    }
    origins.add(weights);
    origins.add(outputs.clone());
  }
}
