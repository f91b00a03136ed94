package lfnn.experiment;

import java.io.IOException;
import java.util.concurrent.Callable;
import lfnn.experiment.ActivityStudy.Subject;
import lfnn.spec.Algorithm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Does the runs of the paper's Figure 5a. */
@Command(
    name = "fig5",
    description = {
      "The paper's Figure 5a: how leaders and followers move in each step, LFNN on the one-vs-all"
          + " network of one class. --two-stages takes the network of fig6 instead: --rule LFNN_L"
          + " --leaders 0.2 --minibatch 200 are then its settings.",
      "",
      "Runs that are done are kept; the same command goes on after Ctrl-C. --quick learns from"
          + " 6,000 images."
    })
final class Fig5Command implements Callable<Integer> {

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private StudyOptions options = new StudyOptions(1, 0.005, 6_000);

  @Option(
      names = "--rule",
      paramLabel = "<rule>",
      description = "LFNN or LFNN_L (default: ${DEFAULT-VALUE})")
  private Algorithm rule = Algorithm.LFNN;

  @Option(
      names = "--two-stages",
      description = "two stages of workers with a neuron for each class, instead of one-vs-all")
  private boolean twoStages;

  @Option(
      names = "--class",
      paramLabel = "<index>",
      description = "class whose one-vs-all network is watched, from 0 (default: ${DEFAULT-VALUE})")
  private int watched;

  @Option(
      names = "--workers",
      paramLabel = "<number>",
      description = "workers of each class, or of each stage (default: ${DEFAULT-VALUE})")
  private int workers = 32;

  @Option(
      names = "--leaders",
      paramLabel = "<share>",
      description = "share of the workers that lead, in (0, 1] (default: ${DEFAULT-VALUE})")
  private double leaders = 0.3;

  @Option(
      names = "--epochs",
      paramLabel = "<number>",
      description = "passes over the training images, at least 1 (default: ${DEFAULT-VALUE})")
  private int epochs = 1;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Subject subject = new Subject(rule, twoStages, watched, workers, leaders, epochs);
    return options.run(command, data -> new ActivityStudy(data, options, subject));
  }
}
