package lfnn.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import lfnn.bench.Growth.Cost;
import lfnn.data.ImageData;
import lfnn.data.LabelledImages;
import lfnn.plot.Axis;
import lfnn.plot.Figure;
import lfnn.plot.LineChart;
import lfnn.plot.LineChart.Form;
import lfnn.plot.LineChart.Style;
import lfnn.spec.Algorithm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How time and memory grow; a table, growth.csv and growth.png. */
@Command(
    name = "growth",
    description =
        "Measures how time and memory grow with workers, depth, batch, classes and instances.")
final class GrowthCommand implements Callable<Integer> {

  private static final int BATCH = 128;

  /** Points of a line, the largest ones, through which the exponent is fitted. */
  private static final int FITTED = 4;

  private static final int MOST_INSTANCES = 1_000_000;

  @Mixin private Machine machine;

  @Option(
      names = "--only",
      split = ",",
      description = "What grows: workers, depth, batch, classes, instances (default: all).")
  private List<String> only = List.of("workers", "depth", "batch", "classes", "instances");

  @Option(
      names = "--out",
      paramLabel = "<folder>",
      description = "Folder for growth.csv and growth.png (default: ${DEFAULT-VALUE}).",
      defaultValue = "target")
  private Path folder;

  @Spec private CommandSpec spec;

  private final List<String> rows = new ArrayList<>();
  private final List<LineChart> charts = new ArrayList<>();

  private interface Measure {
    Cost of(Algorithm rule, int x) throws InterruptedException;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Setting.use(machine.data());
    int threads = machine.threads();
    PrintWriter out = spec.commandLine().getOut();
    out.println(machine.describe());
    out.println("| grows | rule | from | to | time | exponent | memory of a batch | exponent |");
    out.println("|---|---|---|---|---|---|---|---|");
    LabelledImages sample = ImageData.open(machine.data()).train();
    List<Algorithm> both = List.of(Algorithm.LFNN_L, Algorithm.BP);
    measure(
        "workers",
        powers(32, 4096, 2),
        List.of(Algorithm.LFNN_L),
        (rule, n) -> Growth.ofStep(rule, n, 1, 10, BATCH, threads));
    measure(
        "depth",
        powers(1, 16, 2),
        both,
        (rule, n) -> Growth.ofStep(rule, 32, n, 10, BATCH, threads));
    measure(
        "batch", powers(1, 4096, 4), both, (rule, n) -> Growth.ofStep(rule, 32, 2, 10, n, threads));
    measure(
        "classes",
        new int[] {2, 4, 10, 32, 100, 320, 1000},
        List.of(Algorithm.LFNN_L),
        (rule, n) -> Growth.ofStep(rule, 32, 1, n, BATCH, threads));
    measure(
        "instances",
        powers(1000, MOST_INSTANCES, 10),
        List.of(Algorithm.LFNN_L),
        (rule, n) -> Growth.ofEpoch(sample, n, BATCH, threads));
    Files.createDirectories(folder);
    rows.add(0, "grows,rule,size,microseconds,batch bytes,bytes");
    Files.write(folder.resolve("growth.csv"), rows);
    Files.write(folder.resolve("growth.png"), Figure.png(charts, 2));
    return 0;
  }

  private static int[] powers(int from, int to, int factor) {
    List<Integer> sizes = new ArrayList<>();
    for (int size = from; size <= to; size *= factor) {
      sizes.add(size);
    }
    return sizes.stream().mapToInt(Integer::intValue).toArray();
  }

  private void measure(String axis, int[] sizes, List<Algorithm> rules, Measure measure)
      throws InterruptedException {
    if (!only.contains(axis)) {
      return;
    }
    double[] x = Arrays.stream(sizes).asDoubleStream().toArray();
    List<LineChart.Line> times = new ArrayList<>();
    List<LineChart.Line> memories = new ArrayList<>();
    for (Algorithm rule : rules) {
      List<Cost> costs = new ArrayList<>();
      for (int size : sizes) {
        Cost cost = Growth.alone(() -> measure.of(rule, size));
        costs.add(cost);
        rows.add(Growth.csv(axis, rule.name(), size, cost));
      }
      double[] micros = values(costs, Cost::micros);
      double[] kilobytes = values(costs, cost -> Math.max(1, cost.batchBytes() / 1e3));
      Style style = new Style(Form.LINE, times.size(), rules.size() > 1);
      times.add(new LineChart.Line(rule.name(), x, micros, style));
      memories.add(new LineChart.Line(rule.name(), x, kilobytes, style));
      int last = x.length - 1;
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "| %s | %s | %,d | %,d | %,.0f to %,.0f µs | %.2f | %,.0f to %,.0f kB | %.2f |%n",
          axis,
          rule,
          sizes[0],
          sizes[last],
          micros[0],
          micros[last],
          Growth.exponent(x, micros, FITTED),
          kilobytes[0],
          kilobytes[last],
          Growth.exponent(x, kilobytes, FITTED));
      out.flush();
    }
    charts.add(
        new LineChart(
            "Time and " + axis, Axis.logarithmic(axis), Axis.logarithmic("time (µs)"), times));
    if (rules.size() > 1) {
      charts.add(
          new LineChart(
              "Memory of a mini-batch by " + axis,
              Axis.logarithmic(axis),
              Axis.logarithmic("memory (kB)"),
              memories));
    }
  }

  private static double[] values(List<Cost> costs, ToDoubleFunction<Cost> value) {
    return costs.stream().mapToDouble(value).toArray();
  }
}
