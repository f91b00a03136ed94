package lfnn.spec;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lfnn.spec.SpecSyntax.Call;
import org.jspecify.annotations.Nullable;

/**
 * The hidden stages of a network, as one string that is parsed to records and printed back.
 *
 * <ul>
 *   <li>{@code fc(workers=32); fc(workers=32)}: stages of neuron workers;
 *   <li>{@code block(dense(256), heads=8); block(dense(256), heads=8, split)}: blocks with heads;
 *   <li>{@code filters(batch-norm, relu, max-pool(2), workers=16); block(conv(64), conv(64),
 *       max-pool(2), heads=4)}: stages of filter workers and blocks for images;
 *   <li>{@code mnist-438k}: a network with a name, see {@link Preset};
 *   <li>{@code 128,64} and {@code a}: widths as MultilayerPerceptron reads them, each a block of
 *       one dense layer; {@code a} = (attributes + classes) / 2, {@code i} = attributes, {@code o}
 *       = classes, {@code t} = attributes + classes; {@code 0} = no hidden stage;
 *   <li>{@code auto}: chosen from the data.
 * </ul>
 */
public sealed interface NetworkSpec extends Serializable {

  /** The network of a user who states none. */
  NetworkSpec DEFAULT = new Auto();

  /**
   * The stages for data of a given size.
   *
   * @param features inputs of the network after encoding, at least 1
   * @param task what is predicted
   */
  List<StageSpec> resolve(int features, Task task);

  /** One block whose width grows with the number of inputs and classes, from 128 to 512 units. */
  record Auto() implements NetworkSpec {
    private static final int NARROWEST = 128;
    private static final int WIDEST = 512;

    @Override
    public List<StageSpec> resolve(int features, Task task) {
      int wanted = 2 * (Math.min(features, WIDEST) + task.width());
      int rounded = Integer.highestOneBit(wanted - 1) * 2;
      int units = Math.max(NARROWEST, Math.min(WIDEST, rounded));
      return List.of(
          new StageSpec.Block(
              List.of(new LayerSpec.Dense(units)), StageSpec.Block.DEFAULT_HEADS, false));
    }

    @Override
    public String toString() {
      return "auto";
    }
  }

  /**
   * One block of a dense layer for each width.
   *
   * @param widths whole numbers, or {@code a}, {@code i}, {@code o}, {@code t}
   */
  record Widths(List<String> widths) implements NetworkSpec {
    public Widths {
      widths = List.copyOf(widths);
      for (String width : widths) {
        Require.that(
            width.matches("[aiot]|[0-9]{1,6}"),
            "'%s' is not a width, expected a whole number, a, i, o or t",
            width);
      }
      Require.that(!widths.isEmpty(), "no width given");
      Require.that(
          widths.size() == 1 || widths.stream().noneMatch(w -> w.matches("0+")),
          "width 0 (no hidden stage) must stand alone");
    }

    @Override
    public List<StageSpec> resolve(int features, Task task) {
      if (widths.get(0).matches("0+")) {
        return List.of();
      }
      return widths.stream()
          .<StageSpec>map(
              width ->
                  new StageSpec.Block(
                      List.of(new LayerSpec.Dense(units(width, features, task))),
                      StageSpec.Block.DEFAULT_HEADS,
                      false))
          .toList();
    }

    private static int units(String width, int features, Task task) {
      return switch (width) {
        case "a" -> Math.max(1, (features + task.width()) / 2);
        case "i" -> features;
        case "o" -> task.width();
        case "t" -> features + task.width();
        default -> Integer.parseInt(width);
      };
    }

    @Override
    public String toString() {
      return String.join(",", widths);
    }
  }

  /**
   * Stages given one by one.
   *
   * @param stages at least one
   */
  record Stages(List<StageSpec> stages) implements NetworkSpec {
    public Stages {
      stages = List.copyOf(stages);
      Require.that(!stages.isEmpty(), "no stage given");
    }

    @Override
    public List<StageSpec> resolve(int features, Task task) {
      return stages.stream()
          .flatMap(
              stage ->
                  stage instanceof StageSpec.Block block
                      ? block.stages().stream()
                      : Stream.of(stage))
          .toList();
    }

    @Override
    public String toString() {
      return stages.stream().map(StageSpec::toString).collect(Collectors.joining("; "));
    }
  }

  /**
   * A network with a name; settings that are given hold for all of its blocks.
   *
   * @param preset the network
   * @param heads of each block; null leaves them as they are
   * @param pool of each block, see {@link StageSpec.Block}; null leaves it as it is
   * @param similarity of each block; null leaves it as it is
   * @param split whether the heads of each block read slices
   * @param strict whether each layer with weights becomes a stage
   */
  record Named(
      Preset preset,
      @Nullable Integer heads,
      @Nullable Integer pool,
      @Nullable Double similarity,
      boolean split,
      boolean strict)
      implements NetworkSpec {
    public Named {
      Require.that(
          pool == null || pool >= 1, "pool must be between 1 and 1000 pixels, not %d", pool);
      stages(preset, heads, pool, similarity, split, strict);
    }

    /** The network as it is. */
    public Named(Preset preset) {
      this(preset, null, null, null, false, false);
    }

    @Override
    public List<StageSpec> resolve(int features, Task task) {
      return stages(preset, heads, pool, similarity, split, strict).resolve(features, task);
    }

    private static Stages stages(
        Preset preset,
        @Nullable Integer heads,
        @Nullable Integer pool,
        @Nullable Double similarity,
        boolean split,
        boolean strict) {
      return new Stages(
          preset.stages().stream()
              .map(
                  stage ->
                      stage instanceof StageSpec.Block block
                          ? new StageSpec.Block(
                              block.body(),
                              heads == null ? block.heads() : heads,
                              split || block.split(),
                              pool == null ? block.pool() : pool,
                              similarity == null ? block.similarity() : similarity,
                              strict || block.strict())
                          : stage)
              .toList());
    }

    @Override
    public String toString() {
      List<String> settings = new ArrayList<>();
      if (heads != null) {
        settings.add("heads=" + heads);
      }
      if (split) {
        settings.add("split");
      }
      if (pool != null) {
        settings.add("pool=" + pool);
      }
      if (similarity != null) {
        settings.add("similarity=" + SpecSyntax.number(similarity));
      }
      if (strict) {
        settings.add("strict");
      }
      return settings.isEmpty()
          ? preset.label()
          : preset.label() + "(" + String.join(", ", settings) + ")";
    }
  }

  /**
   * Reads a network.
   *
   * @throws SpecSyntaxException if the text is not one, with the position and what was expected
   */
  static NetworkSpec parse(String text) {
    String trimmed = text.strip();
    if (trimmed.equals("auto")) {
      return new Auto();
    }
    if (trimmed.matches("(?s)([aiot]|[0-9]+)(\\s*,.*)?")) {
      return widths(text, trimmed);
    }
    List<Call> calls = SpecSyntax.parseCalls("network", text);
    Optional<Preset> preset =
        calls.size() == 1 ? Preset.named(calls.get(0).name()) : Optional.empty();
    return preset.isPresent()
        ? named(preset.get(), calls.get(0))
        : new Stages(calls.stream().map(NetworkSpec::stage).toList());
  }

  private static Named named(Preset preset, Call call) {
    Named named =
        call.build(
            () ->
                new Named(
                    preset,
                    call.has("heads") ? call.integer("heads", 0) : null,
                    call.has("pool") ? call.integer("pool", 0) : null,
                    call.has("similarity") ? call.number("similarity", 0) : null,
                    call.flag("split"),
                    call.flag("strict")));
    call.finish();
    return named;
  }

  private static Widths widths(String text, String trimmed) {
    List<String> widths = Arrays.stream(trimmed.split(",", -1)).map(String::strip).toList();
    try {
      return new Widths(widths);
    } catch (IllegalArgumentException e) {
      int position = text.indexOf(trimmed);
      for (String width : trimmed.split(",", -1)) {
        if (!width.strip().matches("[aiot]|0*[1-9][0-9]*") || width.strip().length() > 6) {
          position += width.length() - width.stripLeading().length();
          break;
        }
        position += width.length() + 1;
      }
      throw new SpecSyntaxException("network", text, position, e.getMessage());
    }
  }

  private static StageSpec stage(Call call) {
    StageSpec stage =
        switch (call.name()) {
          case "fc" ->
              call.build(
                  () ->
                      new StageSpec.FullyConnected(
                          call.integer("workers", StageSpec.FullyConnected.DEFAULT_WORKERS),
                          call.integer("neurons", 0)));
          case "filters" ->
              call.build(
                  () -> {
                    int workers = call.integer("workers", StageSpec.Filters.DEFAULT_WORKERS);
                    int kernel = call.integer("kernel", LayerSpec.Convolution.DEFAULT_KERNEL);
                    int stride = call.integer("stride", 1);
                    LayerSpec.Padding padding = padding(call);
                    return new StageSpec.Filters(workers, kernel, stride, padding, layers(call));
                  });
          case "block" ->
              call.build(
                  () -> {
                    int heads = call.integer("heads", StageSpec.Block.DEFAULT_HEADS);
                    boolean split = call.flag("split");
                    int pool = call.integer("pool", 0);
                    double similarity = call.number("similarity", 0);
                    boolean strict = call.flag("strict");
                    return new StageSpec.Block(
                        layers(call), heads, split, pool, similarity, strict);
                  });
          default ->
              throw call.unknown(
                  "a stage",
                  "fc, filters or block (auto, widths such as 128,64, and the networks "
                      + Preset.names()
                      + " stand alone)");
        };
    call.finish();
    return stage;
  }

  private static List<LayerSpec> layers(Call call) {
    return call.calls().stream().map(NetworkSpec::layer).toList();
  }

  private static LayerSpec layer(Call call) {
    LayerSpec layer =
        call.build(
            () ->
                switch (call.name()) {
                  case "dense" ->
                      new LayerSpec.Dense(
                          call.requiredInteger("units"),
                          activation(call, LayerSpec.Dense.DEFAULT_ACTIVATION),
                          call.integer("groups", 1));
                  case "conv" ->
                      new LayerSpec.Convolution(
                          call.requiredInteger("filters"),
                          call.integer("kernel", LayerSpec.Convolution.DEFAULT_KERNEL),
                          call.integer("stride", 1),
                          padding(call),
                          call.integer("groups", 1),
                          activation(call, LayerSpec.Convolution.DEFAULT_ACTIVATION));
                  case "max-pool" -> pool(call, true);
                  case "average-pool" -> pool(call, false);
                  case "global-average" -> new LayerSpec.GlobalAverage();
                  case "batch-norm" ->
                      new LayerSpec.BatchNorm(
                          activation(call, LayerSpec.BatchNorm.DEFAULT_ACTIVATION));
                  case "layer-norm" ->
                      new LayerSpec.LayerNorm(
                          call.flag("plain"),
                          activation(call, LayerSpec.BatchNorm.DEFAULT_ACTIVATION));
                  case "dropout" -> new LayerSpec.Dropout(call.requiredNumber("rate"));
                  case "flatten" -> new LayerSpec.Flatten();
                  case "mix-pixels" ->
                      new LayerSpec.MixPixels(activation(call, LayerSpec.Dense.DEFAULT_ACTIVATION));
                  case "residual" -> {
                    Activation sum = activation(call, LayerSpec.BatchNorm.DEFAULT_ACTIVATION);
                    yield new LayerSpec.Residual(layers(call), sum);
                  }
                  default ->
                      Optional.ofNullable(activations().get(call.name()))
                          .filter(activation -> activation != Activation.IDENTITY)
                          .map(LayerSpec.Activate::new)
                          .orElseThrow(
                              () ->
                                  call.unknown(
                                      "a layer",
                                      "dense, conv, max-pool, average-pool, global-average,"
                                          + " batch-norm, layer-norm, dropout, flatten,"
                                          + " mix-pixels, residual, relu, leaky-relu, tanh or"
                                          + " sigmoid"));
                });
    call.finish();
    return layer;
  }

  private static LayerSpec.Pool pool(Call call, boolean maximum) {
    int size = call.requiredInteger("size");
    return new LayerSpec.Pool(maximum, size, call.integer("stride", size));
  }

  private static LayerSpec.Padding padding(Call call) {
    return LayerSpec.Padding.VALID
            .label()
            .equals(
                call.oneOf(
                    "padding",
                    Arrays.stream(LayerSpec.Padding.values())
                        .map(LayerSpec.Padding::label)
                        .toList(),
                    LayerSpec.Padding.SAME.label()))
        ? LayerSpec.Padding.VALID
        : LayerSpec.Padding.SAME;
  }

  private static Activation activation(Call call, Activation byDefault) {
    Map<String, Activation> byLabel = activations();
    Activation chosen =
        byLabel.get(call.oneOf("activation", List.copyOf(byLabel.keySet()), byDefault.label()));
    return chosen == null ? byDefault : chosen;
  }

  private static Map<String, Activation> activations() {
    Map<String, Activation> byLabel = new LinkedHashMap<>();
    for (Activation activation : Activation.values()) {
      byLabel.put(activation.label(), activation);
    }
    return byLabel;
  }
}
