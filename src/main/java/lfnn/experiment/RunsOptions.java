package lfnn.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What all commands that make several runs have in common: how many, and where results go. */
final class RunsOptions {

  private static final List<Long> SEEDS = List.of(1L, 2L, 3L);

  @Option(
      names = "--out",
      paramLabel = "<folder>",
      required = true,
      description = "folder for the results; what it holds already is not done again")
  Path out = Path.of("");

  @Option(
      names = "--quick",
      description =
          "fewer images, in tables also fewer epochs and smaller mini-batches, and one seed,"
              + " unless their options say otherwise")
  boolean quick;

  @Option(
      names = "--seeds",
      paramLabel = "<number>",
      split = ",",
      description = "seeds of everything random, one run for each (default: 1,2,3; quick: 1)")
  private List<Long> seeds = new ArrayList<>();

  /** Seeds of the runs. */
  List<Long> seeds() {
    if (seeds.isEmpty()) {
      return quick ? SEEDS.subList(0, 1) : SEEDS;
    }
    return seeds.stream().distinct().toList();
  }

  /** What is missing from the seeds of a full set of runs, for a report; empty if nothing is. */
  String fewerSeeds() {
    int count = seeds().size();
    if (count >= SEEDS.size()) {
      return "";
    }
    return count == 1 ? "one seed" : count + " seeds";
  }
}
