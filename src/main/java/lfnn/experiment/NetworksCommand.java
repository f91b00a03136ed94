package lfnn.experiment;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import lfnn.data.InputShape;
import lfnn.experiment.TrainOptions.NetworkConverter;
import lfnn.experiment.TrainOptions.ShapeConverter;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Preset;
import lfnn.spec.Task;
import lfnn.train.TrainingReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the networks that have a name, or shows one network's sizes. */
@Command(
    name = "networks",
    description =
        "Lists the networks that have a name, or shows the stages and sizes of a network.")
final class NetworksCommand implements Callable<Integer> {

  private static final InputShape MNIST = new InputShape(1, 28, 28);

  private static final int DIGITS = 10;

  @Spec private CommandSpec command = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "<stages>",
      converter = NetworkConverter.class,
      description = "a name, or stages such as 'block(dense(256), heads=8)'")
  private @Nullable NetworkSpec network;

  @Option(
      names = "--input",
      paramLabel = "<shape>",
      converter = ShapeConverter.class,
      description =
          "shape of the images, channels x height x width (default: that of the named network, or"
              + " 1x28x28)")
  private @Nullable InputShape input;

  @Option(
      names = "--classes",
      paramLabel = "<number>",
      description = "number of classes (default: that of the named network, or 10)")
  private @Nullable Integer classes;

  @Option(names = "--one-vs-all", description = "one network per class, with a sigmoid output")
  private boolean oneVsAll;

  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    if (network == null) {
      list(out);
    } else {
      show(out, network);
    }
    return ExitCode.OK;
  }

  private static void list(PrintWriter out) {
    out.printf(Locale.ROOT, "%-18s%10s%10s%14s%n", "network", "images", "classes", "parameters");
    for (Preset preset : Preset.values()) {
      out.printf(
          Locale.ROOT,
          "%-18s%10s%10d%,14d%n",
          preset.label(),
          preset.input(),
          preset.classes(),
          preset.architecture().parameterCount());
    }
  }

  private void show(PrintWriter out, NetworkSpec shown) {
    Optional<Preset> named =
        shown instanceof NetworkSpec.Named preset ? Optional.of(preset.preset()) : Optional.empty();
    Architecture architecture;
    try {
      architecture =
          Architecture.of(
              input == null ? named.map(Preset::input).orElse(MNIST) : input,
              Task.of(
                  classes == null ? named.map(Preset::classes).orElse(DIGITS) : classes, oneVsAll),
              shown);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage());
    }
    TrainingReport.describe(architecture).forEach(out::println);
    out.printf(Locale.ROOT, "%,d parameters%n", architecture.parameterCount());
  }
}
