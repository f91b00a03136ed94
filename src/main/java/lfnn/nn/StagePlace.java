package lfnn.nn;

import lfnn.data.BatchLayout;
import lfnn.spec.Architecture;
import lfnn.spec.LayerShape;
import lfnn.spec.PredictionKind;

/**
 * Where a stage stands in a network.
 *
 * @param name for the names of parameters
 * @param input what the stage reads, of each group
 * @param inputGroups groups of the input: 1 where all groups read the same
 * @param groups G
 * @param kind how workers predict
 * @param outputs K
 */
record StagePlace(
    String name, LayerShape input, int inputGroups, int groups, PredictionKind kind, int outputs) {

  /** The place of stage {@code index}. */
  static StagePlace of(Architecture architecture, int index) {
    return new StagePlace(
        "stage " + (index + 1),
        architecture.inputShape(index),
        architecture.inputGroups(index),
        architecture.task().groups(),
        architecture.workerKind(index),
        architecture.workerOutputs(index));
  }

  /** Columns of the input. */
  int inputs() {
    return inputGroups * input.size();
  }

  BatchLayout inputLayout() {
    return input.layout();
  }
}
