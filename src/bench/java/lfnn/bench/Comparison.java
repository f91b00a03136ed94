package lfnn.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Contenders that do the same work, measured in turn for some rounds: A B C A B C. Ratios are taken
 * within a round, so that they hold although the speed of the machine drifts.
 *
 * @param <C> what can be measured
 */
final class Comparison<C extends Comparison.Contender> {

  /** Whose time is measured. */
  interface Contender {
    /** For the table. */
    String label();

    /** The reading that is shown beside the time; empty if there is none. */
    default String remark() {
      return "";
    }
  }

  /** Lines of the table above the rows of comparisons. */
  static final String HEADER =
      "| work | | time | per second | LFNN is faster by | remark |\n|---|---|---|---|---|---|";

  private final String work;
  private final double items;
  private final List<C> contenders;
  private final List<double[]> micros = new ArrayList<>();

  /**
   * @param work what is done, for the table
   * @param items examples or other things in one measurement, for their number per second
   * @param contenders the first is the one whose factor over the others is shown
   */
  Comparison(String work, double items, List<C> contenders) {
    this.work = work;
    this.items = items;
    this.contenders = contenders;
  }

  /**
   * Measures all contenders some times.
   *
   * @param measure gives microseconds
   */
  void run(int rounds, ToDoubleFunction<C> measure) {
    for (int r = 0; r < rounds; r++) {
      micros.add(contenders.stream().mapToDouble(measure).toArray());
    }
  }

  /** Prints a row for each contender: the median time, and the median of the ratios. */
  void print(PrintWriter out) {
    for (int c = 0; c < contenders.size(); c++) {
      int column = c;
      double[] times = micros.stream().mapToDouble(round -> round[column]).sorted().toArray();
      double[] ratios =
          micros.stream().mapToDouble(round -> round[column] / round[0]).sorted().toArray();
      out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %,.0f | %s | %s |%n",
          c == 0 ? work : "",
          contenders.get(c).label(),
          time(median(times)),
          items / median(times) * 1e6,
          c == 0 ? "" : ratio(ratios),
          contenders.get(c).remark());
    }
    out.flush();
  }

  private static String ratio(double[] sorted) {
    return String.format(
        Locale.ROOT,
        "**%.2f** (%.2f to %.2f)",
        median(sorted),
        sorted[0],
        sorted[sorted.length - 1]);
  }

  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[half]
        : Arrays.stream(sorted, half - 1, half + 1).average().orElseThrow();
  }

  private static String time(double micros) {
    if (micros < 10_000) {
      return String.format(Locale.ROOT, "%,.0f µs", micros);
    }
    return micros < 10_000_000
        ? String.format(Locale.ROOT, "%,.1f ms", micros / 1e3)
        : String.format(Locale.ROOT, "%,.1f s", micros / 1e6);
  }
}
