package lfnn.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** One benchmark of JMH with its parameters, run in a virtual machine of its own. */
final class Jmh implements Comparison.Contender {

  private final String label;
  private final String benchmark;
  private final Map<String, String> parameters;
  private final int iterations;
  private final int seconds;
  private final List<Double> bytes = new ArrayList<>();

  private Jmh(
      String label, String benchmark, Map<String, String> parameters, int iterations, int seconds) {
    this.label = label;
    this.benchmark = benchmark;
    this.parameters = parameters;
    this.iterations = iterations;
    this.seconds = seconds;
  }

  /**
   * @param benchmark class and method
   */
  static Jmh of(String label, Class<?> type, String method, Map<String, String> parameters) {
    return new Jmh(label, type.getName() + "." + method, parameters, 4, 1);
  }

  /** The same with so many seconds for each reading, for work that takes long. */
  Jmh withSeconds(int length) {
    return new Jmh(label, benchmark, parameters, 2, length);
  }

  @Override
  public String label() {
    return label;
  }

  /** Heap memory that one operation allocates, as JMH's gc profiler says. */
  @Override
  public String remark() {
    double mean = bytes.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    return Double.isNaN(mean) ? "" : String.format(Locale.ROOT, "allocates %,.0f B", mean);
  }

  /** Runs it; gives microseconds per operation. */
  double micros(String... jvmArguments) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + benchmark.replace(".", "\\.") + "$")
            .forks(1)
            .warmupIterations(iterations)
            .warmupTime(TimeValue.seconds(seconds))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.seconds(seconds))
            .timeUnit(TimeUnit.MICROSECONDS)
            .jvmArgs(jvmArguments)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    parameters.forEach((name, value) -> options.param(name, value));
    Collection<RunResult> results;
    try {
      results = new Runner(options.build()).run();
    } catch (RunnerException e) {
      throw new IllegalStateException(benchmark + " failed: " + e.getMessage(), e);
    }
    RunResult result = results.iterator().next();
    for (Map.Entry<String, ? extends Result<?>> entry : secondary(result).entrySet()) {
      if (entry.getKey().endsWith("gc.alloc.rate.norm")) {
        bytes.add(entry.getValue().getScore());
      }
    }
    return result.getPrimaryResult().getScore();
  }

  @SuppressWarnings({"rawtypes", "unchecked"})
  private static Map<String, ? extends Result<?>> secondary(RunResult result) {
    return (Map) result.getSecondaryResults();
  }
}
