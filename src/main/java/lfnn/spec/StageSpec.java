package lfnn.spec;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/** A hidden layer, or a block of layers, whose output feeds the next stage. */
public sealed interface StageSpec extends Serializable {

  /** Most workers of a stage, and most units of a layer, so that widths do not overflow. */
  int MOST = 1_000_000;

  /** n, the number of workers (of each group for one-vs-all). */
  int workers();

  /**
   * A fully connected layer whose workers are groups of neurons (spec: "neuron workers"). The
   * concatenated worker predictions are the next stage's input.
   *
   * @param workers n, from 1 to {@value StageSpec#MOST}
   * @param neurons K, neurons of a worker: 0 means as many as the task has outputs; 1 means one
   *     sigmoid neuron, for two classes
   */
  record FullyConnected(int workers, int neurons) implements StageSpec {
    /** Workers of a stage that states no number. */
    public static final int DEFAULT_WORKERS = 32;

    public FullyConnected {
      Require.that(
          workers >= 1 && workers <= MOST,
          "workers must be between 1 and %d, not %d",
          MOST,
          workers);
      Require.that(neurons >= 0, "neurons must be at least 1, not %d", neurons);
    }

    /** Workers with as many neurons as the task has outputs. */
    public FullyConnected(int workers) {
      this(workers, 0);
    }

    @Override
    public String toString() {
      return neurons == 0
          ? "fc(workers=" + workers + ")"
          : "fc(workers=" + workers + ", neurons=" + neurons + ")";
    }
  }

  /**
   * A body of layers with n heads, each a dense layer to the task's outputs (spec: "block
   * workers"). Heads exist for training; the body's output is the next stage's input.
   *
   * @param body at least one layer
   * @param heads n, from 1 to {@value StageSpec#MOST}
   * @param split whether each head reads its own slice of the body's output, instead of all of it
   */
  record Block(List<LayerSpec> body, int heads, boolean split) implements StageSpec {
    /** Heads of a block that states no number. */
    public static final int DEFAULT_HEADS = 8;

    public Block {
      body = List.copyOf(body);
      Require.that(!body.isEmpty(), "a block needs at least one layer, such as dense(256)");
      Require.that(
          heads >= 1 && heads <= MOST, "heads must be between 1 and %d, not %d", MOST, heads);
      if (split) {
        int units = outputUnits(body);
        Require.that(
            units % heads == 0,
            "split heads need the body's %d units to be a multiple of the %d heads",
            units,
            heads);
      }
    }

    @Override
    public int workers() {
      return heads;
    }

    /** Width of the body's output (of each group for one-vs-all). */
    public int outputUnits() {
      return outputUnits(body);
    }

    private static int outputUnits(List<LayerSpec> body) {
      LayerSpec last = body.get(body.size() - 1);
      if (last instanceof LayerSpec.Dense dense) {
        return dense.units();
      }
      throw new IllegalStateException("no width known for " + last);
    }

    @Override
    public String toString() {
      return body.stream().map(LayerSpec::toString).collect(Collectors.joining(", ", "block(", ""))
          + ", heads="
          + heads
          + (split ? ", split)" : ")");
    }
  }
}
