package lfnn.experiment;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Does the runs of the paper's Figure 6. */
@Command(
    name = "fig6",
    description = {
      "The paper's Figure 6: how often each worker of two fully connected stages leads in each of"
          + " the first epochs, LFNN_L.",
      "",
      "Runs that are done are kept; the same command goes on after Ctrl-C. --quick learns from"
          + " 12,000 images, which are 60 steps in an epoch instead of 300."
    })
final class Fig6Command implements Callable<Integer> {

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private StudyOptions options = new StudyOptions(200, 0.005, 12_000);

  @Option(
      names = "--workers",
      paramLabel = "<number>",
      description = "workers of each stage (default: ${DEFAULT-VALUE})")
  private int workers = 32;

  @Option(
      names = "--leaders",
      paramLabel = "<share>",
      description = "share of the workers that lead, in (0, 1] (default: ${DEFAULT-VALUE})")
  private double leaders = 0.2;

  @Option(
      names = "--epochs",
      paramLabel = "<number>",
      description = "passes over the training images, at least 1 (default: ${DEFAULT-VALUE})")
  private int epochs = 5;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.run(
        command, data -> new LeadershipHistoryStudy(data, options, workers, leaders, epochs));
  }
}
