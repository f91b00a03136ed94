package lfnn.experiment;

import java.util.List;
import lfnn.experiment.LeadershipTableStudy.Subject;
import lfnn.experiment.TrainOptions.SharesConverter;
import lfnn.spec.Algorithm;
import picocli.CommandLine.Option;

/** What a table of errors by share of leaders compares. */
final class LeadershipTableOptions {

  @Option(
      names = "--network",
      paramLabel = "<name>",
      description =
          "network with a name, such as mnist-438k or mnist-438k(heads=4, pool=2), see networks"
              + " (default: ${DEFAULT-VALUE})")
  private String network;

  @Option(
      names = "--rules",
      paramLabel = "<rule>",
      split = ",",
      description = "LFNN_L, LFNN or both (default: LFNN_L,LFNN)")
  private List<Algorithm> rules = List.of(Algorithm.LFNN_L, Algorithm.LFNN);

  @Option(
      names = "--leaders",
      paramLabel = "<shares>",
      converter = SharesConverter.class,
      description =
          "shares of the workers that lead, in (0, 1], separated by commas (default:"
              + " ${DEFAULT-VALUE})")
  private Shares leaders = Shares.parse("0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0");

  /**
   * @param network default
   */
  LeadershipTableOptions(String network) {
    this.network = network;
  }

  /** The study; {@link IllegalArgumentException} if something is out of range. */
  LeadershipTableStudy study(TableRuns table, Subject subject) {
    return new LeadershipTableStudy(table, subject, network, rules, leaders);
  }
}
