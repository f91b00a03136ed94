package lfnn.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import lfnn.data.ImageData;
import lfnn.data.LabelledImages;
import lfnn.experiment.TrainOptions.DataOptions;
import lfnn.experiment.TrainOptions.FollowingOptions;
import lfnn.experiment.TrainOptions.UpdateOptions;
import lfnn.spec.ScheduleSpec;
import lfnn.spec.TrainingSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of the commands for the paper's tables, and how a table is made. */
final class TableOptions {

  private static final int MINIBATCH = 100;
  private static final double VALIDATION = 0.05;

  /**
   * What a quick table is made from.
   *
   * @param images training images
   * @param testImages test images, 0 for all
   * @param epochs passes over the training images
   */
  record Quick(int images, int testImages, int epochs) {

    static final Quick DEFAULTS = new Quick(2_000, 0, 2);
  }

  private final Quick quick;

  /** Options that say where and how fast, or which runs of the grid, but not what a run is. */
  private static final List<String> NO_CONDITIONS =
      List.of(
          "--data",
          "--out",
          "--threads",
          "--seeds",
          "--quick",
          "--network",
          "--networks",
          "--rules",
          "--leaders");

  @Mixin(name = "Data")
  DataOptions data = new DataOptions();

  @Mixin(name = "Table")
  GridOptions grid = new GridOptions();

  @Mixin(name = "Runs")
  RunsOptions runs = new RunsOptions();

  @Mixin(name = "Training")
  UpdateOptions updates = new UpdateOptions(MINIBATCH, TrainingSpec.RATE_OF_RULE);

  @Mixin(name = "Leaders and followers")
  FollowingOptions following = new FollowingOptions();

  /** What is done. */
  static final class GridOptions {
    @Option(
        names = "--epochs",
        paramLabel = "<number>",
        description = "passes over the training images (default: 10; less if quick)")
    @Nullable Integer epochs;

    @Option(
        names = "--threads",
        paramLabel = "<number>",
        description =
            "threads that may work on a network, 0 for all processors; the result does not depend"
                + " on it (default: ${DEFAULT-VALUE})")
    int threads = TrainingSpec.DEFAULTS.threads();
  }

  /** A table of the networks for MNIST. */
  TableOptions() {
    this(MINIBATCH, Quick.DEFAULTS);
  }

  /**
   * @param minibatch images of a mini-batch, unless an option says otherwise
   * @param quick what a quick table is made from, unless options say otherwise
   */
  TableOptions(int minibatch, Quick quick) {
    updates.minibatch = minibatch;
    this.quick = quick;
    data.validation = VALIDATION;
    updates.schedule = ScheduleSpec.parse("cosine");
  }

  /** Seeds of the runs. */
  List<Long> seeds() {
    return runs.seeds();
  }

  private int epochs() {
    return grid.epochs == null ? (runs.quick ? quick.epochs() : 10) : grid.epochs;
  }

  private int limit() {
    return data.limit == 0 && runs.quick ? quick.images() : data.limit;
  }

  private int testLimit() {
    return data.testLimit == 0 && runs.quick ? quick.testImages() : data.testLimit;
  }

  /**
   * Makes a table; returns the exit code.
   *
   * @param command the command line
   * @param maker makes the study; {@link IllegalArgumentException} if a value is out of range
   */
  int run(CommandSpec command, Function<TableRuns, Study> maker)
      throws IOException, InterruptedException {
    Path folder = data.folder;
    if (folder == null) {
      throw new ParameterException(
          command.commandLine(), "--data is needed: a folder with training and test images");
    }
    if (epochs() < 1) {
      throw new ParameterException(
          command.commandLine(), "--epochs must be at least 1, not " + epochs());
    }
    ImageData images = ImageData.open(folder, Optional.ofNullable(data.size));
    if (images.test().isEmpty()) {
      throw new IOException(
          folder + ": has no test images, which networks are measured on; add them, see train");
    }
    Map<String, String> values = new LinkedHashMap<>(CommandLineOptions.values(command));
    values.put("--epochs", String.valueOf(epochs()));
    values.put("--limit", String.valueOf(limit()));
    values.put("--test-limit", String.valueOf(testLimit()));
    values.put("--data", folder.toAbsolutePath().normalize().toString());
    Study study;
    try {
      study = maker.apply(new TableRuns(command.commandLine(), images, values, runs.out, seeds()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage());
    }
    StudyFolder results =
        StudyFolder.open(
            runs.out,
            conditions(command, values, images),
            CommandLineOptions.text(command, CommandLineOptions.given(command)));
    values.put("--seeds", String.join(",", seeds().stream().map(String::valueOf).toList()));
    values.keySet().removeAll(List.of("--out", "--data"));
    return new StudyRunner(
            study,
            results,
            new StudyRunner.Notes(describe(folder, images), shortened(images), values),
            1,
            new StatusLine(command.commandLine().getErr(), Progress.hasTerminal()),
            command.commandLine().getOut())
        .run();
  }

  /** What all runs of a folder have in common. */
  private static Map<String, String> conditions(
      CommandSpec command, Map<String, String> values, ImageData images) {
    Map<String, String> conditions = new LinkedHashMap<>();
    conditions.put("command", command.name());
    conditions.put("checksum", Long.toHexString(RunData.checksum(images.train())));
    conditions.putAll(values);
    conditions.keySet().removeAll(NO_CONDITIONS);
    return conditions;
  }

  private String describe(Path folder, ImageData images) {
    return String.format(
        Locale.ROOT,
        "%s, %,d training and %,d test images of %s in %d classes",
        folder.toAbsolutePath().normalize().getFileName(),
        taken(limit(), images.train()),
        taken(testLimit(), images.test().orElseThrow()),
        images.train().shape(),
        images.train().classNames().size());
  }

  private static int taken(int limit, LabelledImages images) {
    return limit == 0 ? images.size() : Math.min(limit, images.size());
  }

  private static void cut(List<String> cuts, int limit, LabelledImages images, String what) {
    int taken = taken(limit, images);
    if (taken < images.size()) {
      cuts.add(String.format(Locale.ROOT, "%,d of the %,d %s", taken, images.size(), what));
    }
  }

  private String shortened(ImageData images) {
    List<String> cuts = new ArrayList<>();
    cut(cuts, limit(), images.train(), "training images");
    cut(cuts, testLimit(), images.test().orElseThrow(), "test images");
    if (epochs() < 50) {
      cuts.add((epochs() == 1 ? "1 epoch" : epochs() + " epochs") + " instead of 50 to 100");
    }
    if (!runs.fewerSeeds().isEmpty()) {
      cuts.add(runs.fewerSeeds());
    }
    return String.join(", ", cuts);
  }
}
