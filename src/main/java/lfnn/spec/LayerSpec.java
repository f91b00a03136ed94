package lfnn.spec;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A layer in the body of a block.
 *
 * <p>Sizes hold for one example; for one-vs-all, for one of its networks.
 */
public sealed interface LayerSpec extends Serializable {

  /** What a layer can take. */
  enum Takes {
    /** Images only. */
    IMAGE,
    /** Anything, and gives values without spatial structure. */
    VALUES,
    /** Anything, and gives what it got in kind. */
    ANY
  }

  /** What the layer can take. */
  default Takes takes() {
    return Takes.ANY;
  }

  /**
   * What the layer gives; what it gets unless it says otherwise.
   *
   * @throws IllegalArgumentException if it cannot take {@code input}, with what it expected
   */
  default LayerShape output(LayerShape input) {
    return input;
  }

  /** Number of weights, biases, gains and shifts. */
  default long parameterCount(LayerShape input) {
    return 0;
  }

  /** Number of running statistics, which are saved but not learned by gradients. */
  default long statisticCount(LayerShape input) {
    return 0;
  }

  /** Whether values of one network of one-vs-all stay apart from those of the others. */
  default boolean keepsGroupsApart() {
    return false;
  }

  /** How the rim of an image is treated. */
  enum Padding {
    /** Zeros around the image, so that the output has ⌈size / stride⌉ pixels in each direction. */
    SAME,
    /** None: the output has ⌊(size − kernel) / stride⌋ + 1 pixels in each direction. */
    VALID;

    /** The name used in network strings. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Pixels of the output in one direction; below 1 if the kernel does not fit. */
    int pixels(int size, int kernel, int stride) {
      if (this == SAME) {
        return (size + stride - 1) / stride;
      }
      return size < kernel ? 0 : (size - kernel) / stride + 1;
    }
  }

  /**
   * y = activation(x·W + b).
   *
   * @param units width of the layer (of each group for one-vs-all), from 1 to {@value
   *     StageSpec#MOST}
   * @param activation applied elementwise; ReLU unless stated
   * @param groups slices of the inputs, each of which feeds an equal slice of the units alone
   */
  record Dense(int units, Activation activation, int groups) implements LayerSpec {
    /** Activation of a dense layer that names none. */
    public static final Activation DEFAULT_ACTIVATION = Activation.RELU;

    public Dense {
      Require.that(
          units >= 1 && units <= StageSpec.MOST,
          "dense needs between 1 and %d units, not %d",
          StageSpec.MOST,
          units);
      requireGroups(groups, units, "units");
    }

    /** A layer of one group. */
    public Dense(int units, Activation activation) {
      this(units, activation, 1);
    }

    /** A ReLU layer. */
    public Dense(int units) {
      this(units, DEFAULT_ACTIVATION);
    }

    @Override
    public Takes takes() {
      return Takes.VALUES;
    }

    @Override
    public LayerShape output(LayerShape input) {
      requireDivisible(input.size(), groups, "values");
      Require.that(
          groups == 1 || !input.isImage(),
          "groups of a dense layer need values without spatial structure, not %s: put flatten"
              + " before it",
          input);
      return LayerShape.flat(units);
    }

    @Override
    public long parameterCount(LayerShape input) {
      return (long) units * (input.size() / groups) + units;
    }

    @Override
    public boolean keepsGroupsApart() {
      return groups == 1;
    }

    @Override
    public String toString() {
      return "dense("
          + units
          + groupsText(groups)
          + activationText(activation, DEFAULT_ACTIVATION)
          + ")";
    }
  }

  /**
   * A convolution with a square kernel, y = activation(x ∗ W + b).
   *
   * @param filters channels of the output, from 1 to {@value StageSpec#MOST}
   * @param kernel pixels of the kernel in each direction, at least 1
   * @param stride pixels from one place of the kernel to the next, at least 1
   * @param padding how the rim is treated
   * @param groups slices of the input's channels, each of which feeds an equal slice of the filters
   *     alone
   * @param activation applied elementwise
   */
  record Convolution(
      int filters, int kernel, int stride, Padding padding, int groups, Activation activation)
      implements LayerSpec {
    /** Kernel of a convolution that states none. */
    public static final int DEFAULT_KERNEL = 3;

    /** Activation of a convolution that names none. */
    public static final Activation DEFAULT_ACTIVATION = Activation.RELU;

    public Convolution {
      Require.that(
          filters >= 1 && filters <= StageSpec.MOST,
          "conv needs between 1 and %d filters, not %d",
          StageSpec.MOST,
          filters);
      requireWindow("conv", "kernel", kernel, stride);
      requireGroups(groups, filters, "filters");
    }

    @Override
    public Takes takes() {
      return Takes.IMAGE;
    }

    @Override
    public LayerShape output(LayerShape input) {
      requireImage(input);
      requireDivisible(input.shape().channels(), groups, "channels");
      requireSkippable(input);
      return window(input, filters, kernel, stride, padding);
    }

    /** A stride far above the kernel skips pixels at the rim of one direction only. */
    private void requireSkippable(LayerShape input) {
      int height = zeros(input.shape().height());
      int width = zeros(input.shape().width());
      Require.that(
          padding == Padding.VALID || Math.max(height, width) <= 0 || Math.min(height, width) >= -1,
          "a stride of %d on %s needs zeros in one direction and skips pixels in the other: choose"
              + " padding=valid or a smaller stride",
          stride,
          input);
    }

    /** Zeros that a direction needs; below 0, pixels that are skipped. */
    private int zeros(int size) {
      return (Padding.SAME.pixels(size, kernel, stride) - 1) * stride + kernel - size;
    }

    @Override
    public long parameterCount(LayerShape input) {
      return (long) filters * kernel * kernel * (input.shape().channels() / groups) + filters;
    }

    @Override
    public String toString() {
      return "conv("
          + filters
          + (kernel == DEFAULT_KERNEL ? "" : ", kernel=" + kernel)
          + (stride == 1 ? "" : ", stride=" + stride)
          + (padding == Padding.SAME ? "" : ", padding=" + padding.label())
          + groupsText(groups)
          + activationText(activation, DEFAULT_ACTIVATION)
          + ")";
    }
  }

  /**
   * The largest or the mean value of each channel in a square window.
   *
   * @param maximum whether the largest value is taken, else the mean
   * @param size pixels of the window in each direction, at least 1
   * @param stride pixels from one window to the next, at least 1
   */
  record Pool(boolean maximum, int size, int stride) implements LayerSpec {
    public Pool {
      requireWindow(maximum ? "max-pool" : "average-pool", "size", size, stride);
    }

    @Override
    public Takes takes() {
      return Takes.IMAGE;
    }

    @Override
    public LayerShape output(LayerShape input) {
      requireImage(input);
      return window(input, input.shape().channels(), size, stride, Padding.VALID);
    }

    @Override
    public String toString() {
      return (maximum ? "max-pool(" : "average-pool(")
          + size
          + (stride == size ? ")" : ", stride=" + stride + ")");
    }
  }

  /** The mean of each channel over the whole image. */
  record GlobalAverage() implements LayerSpec {
    @Override
    public Takes takes() {
      return Takes.IMAGE;
    }

    @Override
    public LayerShape output(LayerShape input) {
      requireImage(input);
      return LayerShape.image(input.shape().channels(), 1, 1);
    }

    @Override
    public String toString() {
      return "global-average";
    }
  }

  /**
   * Batch normalisation (<a href="https://arxiv.org/abs/1502.03167v3">Ioffe and Szegedy 2015</a>):
   * each channel of an image, or each value, to mean 0 and variance 1 over the batch, then a
   * learned gain and shift, then the activation. Predictions use running means and variances. Needs
   * mini-batches of several examples.
   *
   * @param activation applied elementwise
   */
  record BatchNorm(Activation activation) implements LayerSpec {
    /** Activation of a normalisation that names none. */
    public static final Activation DEFAULT_ACTIVATION = Activation.IDENTITY;

    @Override
    public long parameterCount(LayerShape input) {
      return 2L * input.channels();
    }

    @Override
    public long statisticCount(LayerShape input) {
      return 2L * input.channels();
    }

    @Override
    public boolean keepsGroupsApart() {
      return true;
    }

    @Override
    public String toString() {
      return named("batch-norm", activationText(activation, DEFAULT_ACTIVATION));
    }
  }

  /**
   * Layer normalisation (<a href="https://arxiv.org/abs/1607.06450v1">Ba et al. 2016</a>): the
   * channels of each pixel, or the values of each example, to mean 0 and variance 1, then a learned
   * gain and shift unless it is plain, then the activation.
   *
   * @param plain whether there is no gain and no shift
   * @param activation applied elementwise
   */
  record LayerNorm(boolean plain, Activation activation) implements LayerSpec {
    @Override
    public LayerShape output(LayerShape input) {
      Require.that(
          input.channels() > 1,
          "it gets one channel, which it would make 0: normalise after a layer with several");
      return input;
    }

    @Override
    public long parameterCount(LayerShape input) {
      return plain ? 0 : 2L * input.channels();
    }

    @Override
    public String toString() {
      return named(
          "layer-norm",
          (plain ? ", plain" : "") + activationText(activation, BatchNorm.DEFAULT_ACTIVATION));
    }
  }

  /**
   * Dropout (<a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al. 2014</a>):
   * in training, each value is 0 with probability {@code rate}, else divided by 1 − rate.
   *
   * @param rate in [0, 1)
   */
  record Dropout(double rate) implements LayerSpec {
    public Dropout {
      Require.that(rate >= 0 && rate < 1, "the rate of dropout must be in [0, 1), not %s", rate);
    }

    @Override
    public boolean keepsGroupsApart() {
      return true;
    }

    @Override
    public String toString() {
      return "dropout(" + SpecSyntax.number(rate) + ")";
    }
  }

  /**
   * An activation as a layer of its own.
   *
   * @param activation applied elementwise; not the identity
   */
  record Activate(Activation activation) implements LayerSpec {
    public Activate {
      Require.that(activation != Activation.IDENTITY, "the identity is no layer: leave it out");
    }

    @Override
    public boolean keepsGroupsApart() {
      return true;
    }

    @Override
    public String toString() {
      return activation.label();
    }
  }

  /** The pixels of an image as values without spatial structure, channel by channel. */
  record Flatten() implements LayerSpec {
    @Override
    public Takes takes() {
      return Takes.VALUES;
    }

    @Override
    public LayerShape output(LayerShape input) {
      return LayerShape.flat(input.size());
    }

    @Override
    public boolean keepsGroupsApart() {
      return true;
    }

    @Override
    public String toString() {
      return "flatten";
    }
  }

  /**
   * Mixes the P pixels of an image, in the same way for every channel: y[t] = activation(Σ_u W[t,
   * u] · x[u] + b[t]) (the token mixing of <a href="https://arxiv.org/abs/2210.03310v3">Ren et al.
   * 2022</a> and of MLP-Mixer).
   *
   * @param activation applied elementwise
   */
  record MixPixels(Activation activation) implements LayerSpec {
    @Override
    public Takes takes() {
      return Takes.IMAGE;
    }

    @Override
    public LayerShape output(LayerShape input) {
      requireImage(input);
      return input;
    }

    @Override
    public long parameterCount(LayerShape input) {
      long pixels = (long) input.shape().height() * input.shape().width();
      return pixels * pixels + pixels;
    }

    @Override
    public String toString() {
      return named("mix-pixels", activationText(activation, Dense.DEFAULT_ACTIVATION));
    }
  }

  /**
   * A residual sum (<a href="https://arxiv.org/abs/1512.03385v1">He et al. 2015</a>): y =
   * activation(body(x) + shortcut(x)). The shortcut is x where the body gives what it got in shape;
   * else a convolution with kernel 1 and batch normalisation for images, a dense layer without
   * activation for values.
   *
   * @param body at least one layer
   * @param activation applied to the sum
   */
  record Residual(List<LayerSpec> body, Activation activation) implements LayerSpec {
    public Residual {
      body = List.copyOf(body);
      Require.that(!body.isEmpty(), "residual needs at least one layer, such as conv(64)");
    }

    /** The layers of the shortcut; none where it is x itself. */
    public List<LayerSpec> shortcut(LayerShape input) {
      LayerShape output = output(input);
      if (output.equals(input)) {
        return List.of();
      }
      if (!output.isImage()) {
        return List.of(new Dense(output.size(), Activation.IDENTITY));
      }
      int stride = (input.shape().height() + output.shape().height() - 1) / output.shape().height();
      Convolution projection =
          new Convolution(
              output.shape().channels(), 1, stride, Padding.SAME, 1, Activation.IDENTITY);
      Require.that(
          projection.output(input).equals(output),
          "the body of residual gives %s for %s, to which no stride leads",
          output,
          input);
      return List.of(projection, new BatchNorm(Activation.IDENTITY));
    }

    @Override
    public Takes takes() {
      return LayerSpec.takes(body);
    }

    @Override
    public LayerShape output(LayerShape input) {
      LayerShape output = input;
      for (LayerSpec layer : body) {
        output = layer.output(output);
      }
      return output;
    }

    @Override
    public long parameterCount(LayerShape input) {
      return parameters(body, input) + parameters(shortcut(input), input);
    }

    @Override
    public long statisticCount(LayerShape input) {
      return statistics(body, input) + statistics(shortcut(input), input);
    }

    @Override
    public String toString() {
      List<String> parts = new ArrayList<>();
      body.forEach(layer -> parts.add(layer.toString()));
      return named(
          "residual",
          ", "
              + String.join(", ", parts)
              + activationText(activation, BatchNorm.DEFAULT_ACTIVATION));
    }
  }

  /** What a sequence of layers can take. */
  static Takes takes(List<LayerSpec> layers) {
    return layers.stream()
        .map(LayerSpec::takes)
        .filter(takes -> takes != Takes.ANY)
        .findFirst()
        .orElse(Takes.ANY);
  }

  /** Parameters of a sequence of layers. */
  static long parameters(List<LayerSpec> layers, LayerShape input) {
    long total = 0;
    LayerShape shape = input;
    for (LayerSpec layer : layers) {
      total += layer.parameterCount(shape);
      shape = layer.output(shape);
    }
    return total;
  }

  /** Running statistics of a sequence of layers. */
  static long statistics(List<LayerSpec> layers, LayerShape input) {
    long total = 0;
    LayerShape shape = input;
    for (LayerSpec layer : layers) {
      total += layer.statisticCount(shape);
      shape = layer.output(shape);
    }
    return total;
  }

  private static void requireWindow(String layer, String word, int size, int stride) {
    Require.that(
        size >= 1 && size <= 1_000,
        "the %s of %s must be between 1 and 1000, not %d",
        word,
        layer,
        size);
    Require.that(
        stride >= 1 && stride <= 1_000,
        "the stride of %s must be between 1 and 1000, not %d",
        layer,
        stride);
  }

  private static void requireGroups(int groups, int outputs, String what) {
    Require.that(groups >= 1, "groups must be at least 1, not %d", groups);
    Require.that(
        outputs % groups == 0,
        "%d %s do not divide into %d groups of equal size",
        outputs,
        what,
        groups);
  }

  private static void requireDivisible(int inputs, int groups, String what) {
    Require.that(
        inputs % groups == 0,
        "it gets %d %s, which do not divide into %d groups of equal size",
        inputs,
        what,
        groups);
  }

  private static void requireImage(LayerShape input) {
    Require.that(
        input.isImage() && (input.shape().channels() > 1 || input.shape().height() > 1),
        "it needs an image, but gets %s: give the shape of the input, for example 1x28x28, and put"
            + " dense and flatten after the layers for images",
        input);
  }

  private static LayerShape window(
      LayerShape input, int channels, int kernel, int stride, Padding padding) {
    int height = padding.pixels(input.shape().height(), kernel, stride);
    int width = padding.pixels(input.shape().width(), kernel, stride);
    Require.that(
        height >= 1 && width >= 1,
        "it gets %s, but needs at least %d x %d pixels",
        input,
        kernel,
        kernel);
    return LayerShape.image(channels, height, width);
  }

  private static String groupsText(int groups) {
    return groups == 1 ? "" : ", groups=" + groups;
  }

  private static String activationText(Activation activation, Activation byDefault) {
    return activation == byDefault ? "" : ", activation=" + activation.label();
  }

  /** A name with its settings, each of which starts with a comma. */
  private static String named(String name, String settings) {
    return settings.isEmpty() ? name : name + "(" + settings.substring(2) + ")";
  }
}
