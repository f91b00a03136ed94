package lfnn.experiment;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import lfnn.spec.Algorithm;
import lfnn.spec.LeadershipSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Does the runs of the paper's Table 1. */
@Command(
    name = "table1",
    description = {
      "The paper's Table 1: test and training errors of all learning rules, here on the same"
          + " networks.",
      "",
      "A run is what train does with the same options, in a folder of its own in networks; the same"
          + " command goes on after Ctrl-C, in the middle of an epoch, and does what is missing if"
          + " more is asked for. --quick takes minutes."
    })
final class Table1Command implements Callable<Integer> {

  /** A comma that is not in parentheses, where those of settings are. */
  private static final String BETWEEN_NETWORKS = ",(?![^()]*\\))";

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private TableOptions options = new TableOptions();

  @Option(
      names = "--networks",
      paramLabel = "<name>",
      split = BETWEEN_NETWORKS,
      splitSynopsisLabel = ",",
      description =
          "networks with a name, such as mnist-438k or mnist-438k(heads=4, pool=2), see networks"
              + " (default: mnist-438k,localmixer-429k)")
  private List<String> networks = List.of("mnist-438k", "localmixer-429k");

  @Option(
      names = "--rules",
      paramLabel = "<rule>",
      split = ",",
      description = "learning rules (default: all)")
  private List<Algorithm> rules = List.of(Algorithm.values());

  @Option(
      names = "--leaders",
      paramLabel = "<share>",
      description =
          "share of the workers that lead with LFNN and LFNN_L, in (0, 1] (default:"
              + " ${DEFAULT-VALUE})")
  private double leaders = LeadershipSpec.DEFAULTS.leaderFraction();

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.run(command, table -> new Table1Study(table, networks, rules, leaders));
  }
}
