package lfnn.nn;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import lfnn.spec.Architecture;

/**
 * The activations of all stages and of the output layer, allocated once and used for each batch.
 *
 * <p>Where the activations of the stages are not all needed to the end, stages that are alike use
 * the same memory in turn, so that memory does not grow with their number.
 */
public final class Workspace {

  private final List<Activations> stages;
  private final Activations output;
  private final int capacity;
  private final int kept;

  /**
   * @param kept stages in a row whose activations are kept at the same time, at least 2
   * @param lower activations of the first stages
   */
  Workspace(Network network, int examples, int kept, List<Activations> lower) {
    if (kept < 2) {
      throw new IllegalArgumentException(
          "a stage reads the one below, so at least 2 must be kept, not " + kept);
    }
    capacity = examples;
    this.kept = kept;
    List<Activations> all = new ArrayList<>(lower);
    for (int s = lower.size(); s < network.stages().size(); s++) {
      all.add(
          s >= kept && alike(network.architecture(), s, s - kept)
              ? all.get(s - kept)
              : network.stages().get(s).activations(examples));
    }
    stages = List.copyOf(all);
    output = network.output().activations(examples);
  }

  private static boolean alike(Architecture architecture, int s, int t) {
    return architecture.stages().get(s).equals(architecture.stages().get(t))
        && architecture.inputShape(s).equals(architecture.inputShape(t))
        && architecture.inputGroups(s) == architecture.inputGroups(t);
  }

  /** Stages in a row whose activations are kept at the same time. */
  public int kept() {
    return kept;
  }

  /** Whether the activations of all stages are there when the batch has gone through. */
  public boolean keepsAll() {
    return new HashSet<>(stages).size() == stages.size();
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
    // By index, as in all that a step goes through: it makes no iterator.
    for (int s = 0; s < stages.size(); s++) {
      stages.get(s).begin(examples, pass);
    }
    output.begin(examples, pass);
  }

  /** Input of stage {@code index}, or of the output layer for the number of stages. */
  public Matrix input(int index, Matrix x) {
    return index == 0 ? x : stages.get(index - 1).output();
  }
}
