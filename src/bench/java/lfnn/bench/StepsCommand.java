package lfnn.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Steps of training and predictions beside other libraries, with JMH. */
@Command(
    name = "steps",
    description = "Measures steps of training and predictions beside PyTorch and DL4J.")
final class StepsCommand implements Callable<Integer> {

  private static final int PREDICTED = 10_000;

  /** The comparisons. */
  enum Part {
    LIMITS,
    DENSE,
    ONLINE,
    ONE_VS_ALL,
    CONVOLUTIONAL,
    RULES,
    PREDICTIONS
  }

  @Mixin private Machine machine;

  @Option(
      names = "--only",
      split = ",",
      description = "Parts to measure: ${COMPLETION-CANDIDATES} (default: all).")
  private List<Part> only = List.of(Part.values());

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println(machine.describe());
    if (only.contains(Part.LIMITS)) {
      printLimits(out);
    }
    out.println(Comparison.HEADER);
    for (Part part : only) {
      switch (part) {
        case LIMITS -> {}
        case DENSE -> compare(out, dense());
        case ONLINE -> compare(out, online());
        case ONE_VS_ALL -> compare(out, oneVsAll());
        case CONVOLUTIONAL -> compare(out, convolutional());
        case RULES -> {
          compare(out, rules("784 → 32×10 → 32×10 → 10", "STAGES", jmh -> jmh));
          compare(out, rules("784 → 4 × (32×10) → 10", "STAGES_4", jmh -> jmh));
          compare(out, rules("784 → 16 × (32×10) → 10", "STAGES_16", jmh -> jmh));
          compare(out, rules("`mnist-438k`", "CONVOLUTIONAL", jmh -> jmh.withSeconds(5)));
        }
        case PREDICTIONS -> compare(out, predictions());
      }
    }
    return 0;
  }

  private void compare(PrintWriter out, Comparison<Jmh> comparison) {
    comparison.run(machine.rounds(), benchmark -> benchmark.micros(machine.jvmArguments()));
    comparison.print(out);
  }

  private void printLimits(PrintWriter out) {
    double operations = 2.0 * Limits.SIZE * Limits.SIZE * Limits.SIZE;
    for (int threads = 1; threads <= machine.threads(); threads += machine.threads() - 1) {
      Jmh product =
          Jmh.of("", Limits.class, "sgemm", Map.of("blasThreads", Integer.toString(threads)));
      out.printf(
          Locale.ROOT,
          "sgemm %d³, threads of OpenBLAS: %d: %.0f GFLOP/s%n",
          Limits.SIZE,
          threads,
          operations / product.micros(machine.jvmArguments()) / 1e3);
      if (machine.threads() == 1) {
        break;
      }
    }
    long numbers = Limits.NUMBERS * Networks.DENSE.parameterCount();
    Jmh copy = Jmh.of("", Limits.class, "copy", Map.of());
    out.printf(
        Locale.ROOT,
        "copy of %.1f MB: %.1f GB/s, read and written%n",
        numbers * Float.BYTES / 1e6,
        2.0 * numbers * Float.BYTES / copy.micros(machine.jvmArguments()) / 1e3);
    out.flush();
  }

  private static Comparison<Jmh> dense() {
    Map<String, String> batch = Map.of("batch", "128");
    return new Comparison<>(
        "LFNN-ℓ step 784 → 32×10 → 32×10 → 10, batch 128",
        128,
        List.of(
            Jmh.of("LFNN", Steps.class, "lfnn", batch),
            Jmh.of("PyTorch", Steps.class, "pyTorch", batch),
            Jmh.of("DL4J, BP", Steps.class, "dl4j", batch),
            Jmh.of(
                "matrix products alone, 1 thread",
                Limits.class,
                "products",
                Map.of("blasThreads", "1")),
            Jmh.of("the same, all threads", Limits.class, "products", Map.of("blasThreads", "0"))));
  }

  private static Comparison<Jmh> online() {
    Map<String, String> batch = Map.of("batch", "1");
    return new Comparison<>(
        "the same, batch 1",
        1,
        List.of(
            Jmh.of("LFNN", Steps.class, "lfnn", batch),
            Jmh.of("PyTorch", Steps.class, "pyTorch", batch),
            Jmh.of("DL4J, BP", Steps.class, "dl4j", batch),
            Jmh.of("copy of weights and moments", Limits.class, "copy", Map.of())));
  }

  private static Comparison<Jmh> oneVsAll() {
    Map<String, String> one = Map.of("batch", "1", "network", "ONE_VS_ALL");
    return new Comparison<>(
        "one-vs-all, 32 sigmoid workers per class, batch 1",
        1,
        List.of(
            Jmh.of("LFNN", Steps.class, "lfnn", one),
            Jmh.of("PyTorch", Steps.class, "pyTorch", one)));
  }

  private static Comparison<Jmh> convolutional() {
    Map<String, String> network = Map.of("batch", "128", "network", "CONVOLUTIONAL");
    return new Comparison<>(
        "LFNN-ℓ step of `mnist-438k`, batch 128",
        128,
        List.of(
            Jmh.of("LFNN", Steps.class, "lfnn", network).withSeconds(3),
            Jmh.of("PyTorch", Steps.class, "pyTorch", network).withSeconds(3),
            Jmh.of("DL4J, BP", Steps.class, "dl4j", network).withSeconds(3)));
  }

  private static Comparison<Jmh> rules(String title, String network, UnaryOperator<Jmh> readings) {
    return new Comparison<>(
        "LFNN-ℓ against BP, " + title + ", batch 128",
        128,
        Stream.of("LFNN_L", "BP", "LFNN")
            .map(rule -> Map.of("batch", "128", "network", network, "rule", rule))
            .map(work -> readings.apply(Jmh.of(work.get("rule"), Steps.class, "lfnn", work)))
            .toList());
  }

  private static Comparison<Jmh> predictions() {
    return new Comparison<>(
        "predictions for all test images, 784 → 32×10 → 32×10 → 10",
        PREDICTED,
        List.of(
            Jmh.of("LFNN in Weka", Predictions.class, "weka", Map.of()),
            Jmh.of("PyTorch", Predictions.class, "pyTorch", Map.of())));
  }
}
