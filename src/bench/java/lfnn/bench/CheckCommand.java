package lfnn.bench;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Whether PyTorch and LFNN compute the same. */
@Command(
    name = "check",
    description = "Checks that PyTorch computes the same as LFNN: exit code 1 if not.")
final class CheckCommand implements Callable<Integer> {

  /** Of the largest change that training makes. Running variances are defined differently. */
  private static final double TOLERANCE = 1e-3;

  @Mixin private Machine machine;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Setting.use(machine.data());
    Map<String, Double> differences = new TreeMap<>();
    differences.put("stages of softmax workers", Agreement.ofStages());
    differences.put("one-vs-all, sigmoid workers", Agreement.ofOneVsAll());
    differences.put("convolutional blocks", Agreement.ofBlocks());
    boolean equal = true;
    for (Map.Entry<String, Double> entry : differences.entrySet()) {
      boolean close = entry.getValue() < TOLERANCE;
      equal &= close;
      out.printf(
          Locale.ROOT,
          "%s: predictions differ by %.1e of what training changed: %s%n",
          entry.getKey(),
          entry.getValue(),
          close ? "equal" : "DIFFERENT");
    }
    return equal ? 0 : 1;
  }
}
