package lfnn.experiment;

import java.io.IOException;
import java.util.concurrent.Callable;
import lfnn.experiment.LeadershipTableStudy.Subject;
import lfnn.experiment.TableOptions.Quick;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Does the runs of the paper's Table 3. */
@Command(
    name = "table3",
    description = {
      "The paper's Table 3: test error by share of leaders on Tiny ImageNet. --data is the folder"
          + " of Tiny ImageNet, which its authors offer; other class folders do, too. The paper's"
          + " network is larger.",
      "",
      "A run is what train does with the same options, in a folder of its own in networks; the same"
          + " command goes on after Ctrl-C, in the middle of an epoch, and does what is missing if"
          + " more is asked for. --quick takes minutes."
    })
final class Table3Command implements Callable<Integer> {

  private static final Subject SUBJECT =
      new Subject(
          "table3",
          "Table 3: test error by share of leaders on Tiny ImageNet",
          network -> "paper, Tiny ImageNet",
          PaperErrors::table3);

  /** With 100, training takes more than the 6 GB that Java takes of 24 GB without being told. */
  private static final int MINIBATCH = 50;

  /**
   * Images of 64 x 64 pixels take this network ten times as long as those of MNIST the others, and
   * there are sixteen networks. It learns nothing from so few, but all runs.
   */
  private static final Quick QUICK = new Quick(100, 100, 1, 10);

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private TableOptions options = new TableOptions(MINIBATCH, QUICK);

  @Mixin private LeadershipTableOptions choices = new LeadershipTableOptions("resnet-18");

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.run(command, table -> choices.study(table, SUBJECT));
  }
}
