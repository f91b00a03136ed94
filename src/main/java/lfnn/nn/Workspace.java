package lfnn.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * The activations of all stages and of the output layer, allocated once and used for each batch.
 */
public final class Workspace {

  private final List<Activations> stages;
  private final Activations output;
  private final int capacity;

  Workspace(Network network, int examples, List<Activations> lower) {
    capacity = examples;
    stages = new ArrayList<>(lower);
    for (Stage stage : network.stages().subList(lower.size(), network.stages().size())) {
      stages.add(stage.activations(examples));
    }
    output = network.output().activations(examples);
  }

  /** Largest number of examples. */
  public int capacity() {
    return capacity;
  }

  /** Activations of the first stages. */
  List<Activations> stages(int count) {
    return stages.subList(0, count);
  }

  /** Activations of stage {@code index}. */
  public Activations stage(int index) {
    return stages.get(index);
  }

  /** Activations of the output layer. */
  public Activations output() {
    return output;
  }

  /** Sets the number of examples of the next batch, and how it goes through the network. */
  public void begin(int examples, Pass pass) {
    stages.forEach(stage -> stage.begin(examples, pass));
    output.begin(examples, pass);
  }

  /** Input of stage {@code index}, or of the output layer for the number of stages. */
  public Matrix input(int index, Matrix x) {
    return index == 0 ? x : stages.get(index - 1).output();
  }
}
