package lfnn.experiment;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import lfnn.spec.Algorithm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Does the runs of the paper's Figure 3a. */
@Command(
    name = "fig3a",
    description = {
      "The paper's Figure 3a: accuracy after one pass over permuted MNIST, by number of workers and"
          + " share of leaders, beside back-propagation.",
      "",
      "Runs that are done are kept; the same command goes on after Ctrl-C, and does what is missing"
          + " if more --workers, --leaders or --seeds are asked for. --quick learns from 3,000"
          + " images."
    })
final class Fig3aCommand implements Callable<Integer> {

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private StudyOptions options = new StudyOptions(1, 0.005, 3_000);

  @Option(names = "--rule", paramLabel = "<rule>", description = "LFNN or LFNN_L (default: LFNN)")
  private Algorithm rule = Algorithm.LFNN;

  @Option(
      names = "--workers",
      paramLabel = "<number>",
      split = ",",
      description = "workers of each class (default: 32,64,128,256,512)")
  private List<Integer> workers = List.of(32, 64, 128, 256, 512);

  @Option(
      names = "--leaders",
      paramLabel = "<share>",
      split = ",",
      description =
          "shares of the workers that lead, in (0, 1] (default: 0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,"
              + "0.9,1.0)")
  private List<Double> leaders = List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0);

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!rule.hasLeaders()) {
      throw new ParameterException(
          command.commandLine(),
          "--rule must be LFNN or LFNN_L, not " + rule + "; BP is done beside it anyway");
    }
    return options.run(
        command, data -> new LeadershipSizeStudy(data, options, rule, workers, leaders));
  }
}
