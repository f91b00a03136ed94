package lfnn.experiment;

import java.io.IOException;
import java.util.concurrent.Callable;
import lfnn.experiment.LeadershipTableStudy.Subject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Does the runs of the paper's Table 2. */
@Command(
    name = "table2",
    description = {
      "The paper's Table 2: test error by share of leaders.",
      "",
      "A run is what train does with the same options, in a folder of its own in networks; the same"
          + " command goes on after Ctrl-C, in the middle of an epoch, and does what is missing if"
          + " more is asked for. --quick takes minutes."
    })
final class Table2Command implements Callable<Integer> {

  private static final Subject SUBJECT =
      new Subject(
          "table2",
          "Table 2: test error by share of leaders",
          network -> "paper, " + PaperErrors.size(network).orElse(""),
          PaperErrors::table2);

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private TableOptions options = new TableOptions();

  @Mixin private LeadershipTableOptions choices = new LeadershipTableOptions("mnist-438k");

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.run(command, table -> choices.study(table, SUBJECT));
  }
}
