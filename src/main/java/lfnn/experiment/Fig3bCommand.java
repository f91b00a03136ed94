package lfnn.experiment;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Does the runs of the paper's Figure 3b. */
@Command(
    name = "fig3b",
    description = {
      "The paper's Figure 3b: accuracy during one pass over permuted MNIST, with all terms of the"
          + " loss and without the leaders', the followers' and both.",
      "",
      "Runs that are done are kept; the same command goes on after Ctrl-C. --quick learns from"
          + " 6,000 images."
    })
final class Fig3bCommand implements Callable<Integer> {

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private StudyOptions options = new StudyOptions(1, 0.005, 6_000);

  @Option(
      names = "--workers",
      paramLabel = "<number>",
      description = "workers of each class (default: ${DEFAULT-VALUE})")
  private int workers = 32;

  @Option(
      names = "--leaders",
      paramLabel = "<share>",
      description = "share of the workers that lead, in (0, 1] (default: ${DEFAULT-VALUE})")
  private double leaders = 0.3;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.run(command, data -> new LossTermStudy(data, options, workers, leaders));
  }
}
