package lfnn.spec;

import java.io.Serializable;
import java.util.ArrayList;
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
   * A convolution whose workers are groups of filters, one filter for each output of the task
   * (spec: "filter workers"): a worker predicts with the mean of each of its maps. There are no
   * parameters besides those of the convolution. The maps, after the layers that follow, are the
   * next stage's input.
   *
   * @param workers n, from 1 to {@value StageSpec#MOST}
   * @param kernel pixels of the kernel in each direction, at least 1
   * @param stride pixels from one place of the kernel to the next, at least 1
   * @param padding how the rim is treated
   * @param then layers after the convolution, each of which leaves the channels apart:
   *     normalisation by batch, activation, pooling, dropout
   */
  record Filters(
      int workers, int kernel, int stride, LayerSpec.Padding padding, List<LayerSpec> then)
      implements StageSpec {
    /** Workers of a stage that states no number. */
    public static final int DEFAULT_WORKERS = 16;

    public Filters {
      then = List.copyOf(then);
      Require.that(
          workers >= 1 && workers <= MOST,
          "workers must be between 1 and %d, not %d",
          MOST,
          workers);
      for (LayerSpec layer : then) {
        Require.that(
            layer instanceof LayerSpec.BatchNorm
                || layer instanceof LayerSpec.Activate
                || layer instanceof LayerSpec.Pool
                || layer instanceof LayerSpec.Dropout,
            "after the filters come batch-norm, activations, max-pool, average-pool or dropout,"
                + " which leave the channels of a worker to it, not %s",
            layer);
      }
      // The record of the convolution knows which kernels and strides there are.
      new LayerSpec.Convolution(1, kernel, stride, padding, 1, Activation.IDENTITY);
    }

    /** The convolution, whose outputs are the logits before their mean. */
    public LayerSpec.Convolution convolution(int outputs) {
      return new LayerSpec.Convolution(
          Math.multiplyExact(workers, outputs), kernel, stride, padding, 1, Activation.IDENTITY);
    }

    /** The convolution and the layers after it. */
    public List<LayerSpec> layers(int outputs) {
      List<LayerSpec> layers = new ArrayList<>();
      layers.add(convolution(outputs));
      layers.addAll(then);
      return layers;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("filters(");
      then.forEach(layer -> text.append(layer).append(", "));
      text.append("workers=").append(workers);
      if (kernel != LayerSpec.Convolution.DEFAULT_KERNEL) {
        text.append(", kernel=").append(kernel);
      }
      if (stride != 1) {
        text.append(", stride=").append(stride);
      }
      if (padding != LayerSpec.Padding.SAME) {
        text.append(", padding=").append(padding.label());
      }
      return text.append(')').toString();
    }
  }

  /**
   * A body of layers with n heads, each a dense layer to the task's outputs (spec: "block
   * workers"). Heads exist for training; the body's output is the next stage's input.
   *
   * @param body at least one layer
   * @param heads n, from 1 to {@value StageSpec#MOST}
   * @param split whether each head reads its own slice of the body's output (of its channels for
   *     images), instead of all of it
   * @param pool pixels in each direction to which the heads average an image at most; 0 means as
   *     many as leave a head {@value #MOST_AUTOMATIC_HEAD_INPUTS} inputs or fewer
   * @param similarity β in [0, 1): weight of the similarity loss (<a
   *     href="https://arxiv.org/abs/1901.06656v2">Nøkland and Eidnes 2019</a>), 1 − β being that of
   *     the leaders' and followers' losses; 0 for none
   * @param strict whether each layer with weights becomes a stage of its own, with the layers that
   *     follow it and with heads of its own
   */
  record Block(
      List<LayerSpec> body, int heads, boolean split, int pool, double similarity, boolean strict)
      implements StageSpec {
    /** Heads of a block that states no number. */
    public static final int DEFAULT_HEADS = 8;

    /** Inputs of a head that states no pooling, as in Nøkland and Eidnes 2019. */
    public static final int MOST_AUTOMATIC_HEAD_INPUTS = 2048;

    public Block {
      body = List.copyOf(body);
      Require.that(!body.isEmpty(), "a block needs at least one layer, such as dense(256)");
      Require.that(
          heads >= 1 && heads <= MOST, "heads must be between 1 and %d, not %d", MOST, heads);
      Require.that(
          pool >= 0 && pool <= 1_000, "pool must be between 1 and 1000 pixels, not %d", pool);
      Require.that(
          similarity >= 0 && similarity < 1,
          "similarity, the weight of the similarity loss, must be in [0, 1), not %s",
          similarity);
    }

    /** A block without similarity loss whose heads average images as far as needed. */
    public Block(List<LayerSpec> body, int heads, boolean split) {
      this(body, heads, split, 0, 0, false);
    }

    @Override
    public int workers() {
      return heads;
    }

    /**
     * The window in which the heads average an image before they read it; 1 pixel means not at all.
     * Windows at the lower and right rim may be smaller.
     */
    public int headWindow(LayerShape output) {
      if (!output.isImage()) {
        return 1;
      }
      int side = Math.max(output.shape().height(), output.shape().width());
      int window = 1;
      if (pool > 0) {
        window = (side + pool - 1) / pool;
      } else {
        while (window < side && headInput(output, window).size() > MOST_AUTOMATIC_HEAD_INPUTS) {
          window++;
        }
      }
      return window;
    }

    /** What the heads read, channel by channel. */
    public LayerShape headInput(LayerShape output) {
      return headInput(output, headWindow(output));
    }

    private static LayerShape headInput(LayerShape output, int window) {
      if (!output.isImage()) {
        return output;
      }
      int height = (output.shape().height() + window - 1) / window;
      int width = (output.shape().width() + window - 1) / window;
      return LayerShape.flat(output.shape().channels() * height * width);
    }

    /** The blocks that this one stands for: itself unless it is strict. */
    List<StageSpec> stages() {
      if (!strict) {
        return List.of(this);
      }
      List<StageSpec> stages = new ArrayList<>();
      List<LayerSpec> current = new ArrayList<>();
      boolean weights = false;
      for (LayerSpec layer : body) {
        boolean own = hasWeights(layer);
        if (own && weights) {
          stages.add(new Block(current, heads, split, pool, similarity, false));
          current.clear();
        }
        weights |= own;
        current.add(layer);
      }
      stages.add(new Block(current, heads, split, pool, similarity, false));
      return stages;
    }

    private static boolean hasWeights(LayerSpec layer) {
      return layer instanceof LayerSpec.Dense
          || layer instanceof LayerSpec.Convolution
          || layer instanceof LayerSpec.MixPixels
          || layer instanceof LayerSpec.Residual;
    }

    @Override
    public String toString() {
      return body.stream().map(LayerSpec::toString).collect(Collectors.joining(", ", "block(", ""))
          + ", heads="
          + heads
          + (split ? ", split" : "")
          + (pool == 0 ? "" : ", pool=" + pool)
          + (similarity == 0 ? "" : ", similarity=" + SpecSyntax.number(similarity))
          + (strict ? ", strict)" : ")");
    }
  }
}
