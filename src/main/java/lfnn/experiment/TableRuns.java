package lfnn.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import lfnn.data.ImageData;
import lfnn.experiment.NetworkRun.Description;
import lfnn.experiment.RunReport.Results;
import lfnn.experiment.RunReport.State;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import lfnn.train.DivergenceException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Makes the runs of a table: each is what the command {@code train} does with the same options, in
 * a folder of its own, in which it goes on after a stop.
 */
final class TableRuns {

  static final String TEST_ERROR = "test_error";
  static final String TRAINING_ERROR = "training_error";
  static final String VALIDATION_ERROR = "validation_error";

  private static final double PERCENT = 100;

  private final CommandLine command;
  private final ImageData images;
  private final Map<String, String> options;
  private final Path folder;
  private final List<Long> seeds;

  /**
   * @param options of the table, by name; those that train has, too, are those of each run
   * @param folder of the table
   */
  TableRuns(
      CommandLine command,
      ImageData images,
      Map<String, String> options,
      Path folder,
      List<Long> seeds) {
    this.command = command;
    this.images = images;
    this.options = new LinkedHashMap<>(options);
    this.options.keySet().retainAll(train().optionsMap().keySet());
    this.options.remove("--out");
    this.folder = folder;
    this.seeds = List.copyOf(seeds);
  }

  private static CommandSpec train() {
    return new CommandLine(new TrainCommand()).getCommandSpec();
  }

  List<Long> seeds() {
    return seeds;
  }

  /**
   * The sizes of a network on these images.
   *
   * @throws IllegalArgumentException if it does not fit them
   */
  Architecture architecture(NetworkSpec network) {
    return Architecture.of(
        images.train().shape(), Task.classification(images.train().classNames().size()), network);
  }

  /**
   * A run.
   *
   * @param setting of the run; has network, rule and seed
   * @param leaders shares of leaders of the networks that are trained together, at least one
   * @param rows makes rows of what came of the networks, in the order of their shares
   * @throws IllegalArgumentException if the network does not fit the images, or an option is out of
   *     range
   */
  StudyRun run(Row setting, Shares leaders, Function<List<Row>, List<Row>> rows) {
    Map<String, String> values = new LinkedHashMap<>(options);
    for (String name : List.of("network", "rule", "seed")) {
      values.put("--" + name, setting.text(name));
    }
    List<Double> shares = leaders.values();
    values.put("--leaders", String.valueOf(shares.get(0)));
    values.put("--also-leaders", new Shares(shares.subList(1, shares.size())).toString());
    double work = architecture(NetworkSpec.parse(setting.text("network"))).parameterCount();
    TrainOptions train = parsed(values);
    values.put("--learning-rate", String.valueOf(train.training().learningRate()));
    Description description =
        new Description(
            setting.text("network") + ", " + setting.text("rule"),
            List.of(CommandLineOptions.text(train(), values)),
            values);
    return new StudyRun(
        setting, work, watch -> train(train, description, setting, watch).map(rows));
  }

  private TrainOptions parsed(Map<String, String> values) {
    try {
      return TrainCommand.parse(values, command).options();
    } catch (ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private Optional<List<Row>> train(
      TrainOptions train, Description description, Row setting, StudyRun.Watch watch)
      throws IOException, InterruptedException {
    RunFolder place =
        RunFolder.open(folder.resolve("networks").resolve(StudyRun.fileName(setting)));
    Optional<SavedRun> before = place.hasModel() ? Optional.of(place.read()) : Optional.empty();
    RunData data = RunData.of(images, train);
    NetworkRuns runs = NetworkRuns.open(train, data, place, description, before);
    try {
      while (!runs.isFinished()) {
        int done = runs.main().trainer().epochs();
        boolean goesOn =
            !runs.epoch(
                    (step, steps, report) ->
                        watch.step((done + (double) step / steps) / runs.main().epochs()))
                .isEmpty();
        runs.save(goesOn ? State.RUNNING : State.STOPPED);
        if (!goesOn) {
          return Optional.empty();
        }
      }
    } catch (DivergenceException e) {
      runs.writeReports(State.DIVERGED);
      return Optional.of(runs.all().stream().map(TableRuns::diverged).toList());
    }
    List<Row> rows = new ArrayList<>();
    for (NetworkRun run : runs.all()) {
      Results results = run.measure(false);
      run.save(State.FINISHED, Optional.of(results));
      rows.add(
          row(
              run,
              results.test().error(),
              results.training().error(),
              results.validation().error()));
    }
    return Optional.of(rows);
  }

  private static Row diverged(NetworkRun run) {
    return row(run, Double.NaN, Double.NaN, Double.NaN);
  }

  private static Row row(NetworkRun run, double test, double training, double validation) {
    return Row.of(TEST_ERROR, test)
        .with(TRAINING_ERROR, training)
        .with(VALIDATION_ERROR, validation)
        .with("epochs", run.trainer().epochs())
        .with("kept_epoch", run.trainer().bestEpoch())
        .with("learning_rate", run.learningRate())
        .with("parameters", run.trainer().architecture().parameterCount());
  }

  static boolean isDiverged(Row row) {
    return Double.isNaN(row.number(TEST_ERROR));
  }

  /** Errors of a row, in a few words. */
  static String describe(Row row) {
    return isDiverged(row)
        ? "diverged"
        : "test error "
            + RunReport.percent(row.number(TEST_ERROR))
            + ", training error "
            + RunReport.percent(row.number(TRAINING_ERROR));
  }

  /** Test and training errors of some rows, in percent, as the paper shows them. */
  static String cell(List<Row> rows) {
    if (rows.isEmpty()) {
      return "";
    }
    Spread test = spread(rows, TEST_ERROR);
    return Double.isNaN(test.mean()) ? "diverged" : test + " / " + spread(rows, TRAINING_ERROR);
  }

  /** The percentages in a column of some rows. */
  static Spread spread(List<Row> rows, String column) {
    return Spread.of(rows.stream().mapToDouble(row -> percent(row, column)).toArray());
  }

  static double percent(Row row, String column) {
    return PERCENT * row.number(column);
  }
}
