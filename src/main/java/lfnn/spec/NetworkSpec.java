package lfnn.spec;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lfnn.spec.SpecSyntax.Call;

/**
 * The hidden stages of a network, as one string that is parsed to records and printed back.
 *
 * <ul>
 *   <li>{@code fc(workers=32); fc(workers=32)}: stages of neuron workers;
 *   <li>{@code block(dense(256), heads=8); block(dense(256), heads=8, split)}: blocks with heads;
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
      return stages;
    }

    @Override
    public String toString() {
      return stages.stream().map(StageSpec::toString).collect(Collectors.joining("; "));
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
    return new Stages(
        SpecSyntax.parseCalls("network", text).stream().map(NetworkSpec::stage).toList());
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
          case "block" ->
              call.build(
                  () -> {
                    int heads = call.integer("heads", StageSpec.Block.DEFAULT_HEADS);
                    boolean split = call.flag("split");
                    List<LayerSpec> body = call.calls().stream().map(NetworkSpec::layer).toList();
                    return new StageSpec.Block(body, heads, split);
                  });
          default ->
              throw call.unknown(
                  "a stage", "fc or block (auto, and widths such as 128,64, stand alone)");
        };
    call.finish();
    return stage;
  }

  private static LayerSpec layer(Call call) {
    LayerSpec layer =
        switch (call.name()) {
          case "dense" ->
              call.build(
                  () -> new LayerSpec.Dense(call.requiredInteger("units"), activation(call)));
          default -> throw call.unknown("a layer", "dense");
        };
    call.finish();
    return layer;
  }

  private static Activation activation(Call call) {
    Map<String, Activation> byLabel = new LinkedHashMap<>();
    for (Activation activation : Activation.values()) {
      byLabel.put(activation.label(), activation);
    }
    return byLabel.get(
        call.oneOf(
            "activation",
            List.copyOf(byLabel.keySet()),
            LayerSpec.Dense.DEFAULT_ACTIVATION.label()));
  }
}
