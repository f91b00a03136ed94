package lfnn.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import lfnn.data.ImageData;
import lfnn.data.LabelledImages;
import lfnn.experiment.TrainOptions.DataOptions;
import lfnn.experiment.TrainOptions.FollowingOptions;
import lfnn.experiment.TrainOptions.UpdateOptions;
import lfnn.spec.ScheduleSpec;
import lfnn.spec.TrainingSpec;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of the commands for the paper's tables, and how a table is made. */
final class TableOptions {

  private static final int EPOCHS = 10;
  private static final int MINIBATCH = 100;
  private static final double VALIDATION = 0.05;

  /**
   * What a quick table is made from.
   *
   * @param images training images
   * @param testImages test images, 0 for all
   * @param epochs passes over the training images
   * @param minibatch images of a mini-batch: few, so that there are steps enough to learn something
   */
  record Quick(int images, int testImages, int epochs, int minibatch) {

    static final Quick DEFAULTS = new Quick(3_000, 2_000, 2, 20);
  }

  private final int minibatch;
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
        description = "passes over the training images (default: ${DEFAULT-VALUE}; less if quick)")
    int epochs = EPOCHS;

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
    this.minibatch = minibatch;
    this.quick = quick;
    updates.minibatch = minibatch;
    data.validation = VALIDATION;
    updates.schedule = ScheduleSpec.parse("cosine");
  }

  /** Seeds of the runs. */
  List<Long> seeds() {
    return runs.seeds();
  }

  /** Shortens what was not given. */
  private void shorten(Set<String> given) {
    if (!given.contains("--limit")) {
      data.limit = quick.images();
    }
    if (!given.contains("--test-limit")) {
      data.testLimit = quick.testImages();
    }
    if (!given.contains("--epochs")) {
      grid.epochs = quick.epochs();
    }
    if (!given.contains("--minibatch")) {
      updates.minibatch = quick.minibatch();
    }
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
    if (runs.quick) {
      shorten(CommandLineOptions.given(command).keySet());
    }
    if (grid.epochs < 1) {
      throw new ParameterException(
          command.commandLine(), "--epochs must be at least 1, not " + grid.epochs);
    }
    ImageData images = ImageData.open(folder, Optional.ofNullable(data.size));
    if (images.test().isEmpty()) {
      throw new IOException(
          folder + ": has no test images, which networks are measured on; add them, see train");
    }
    Map<String, String> values = new LinkedHashMap<>(CommandLineOptions.values(command));
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
    conditions.put("checksums", RunData.checksums(images));
    conditions.putAll(values);
    conditions.keySet().removeAll(NO_CONDITIONS);
    return conditions;
  }

  private String describe(Path folder, ImageData images) {
    return String.format(
        Locale.ROOT,
        "%s, %,d training and %,d test images of %s in %d classes",
        folder.toAbsolutePath().normalize().getFileName(),
        taken(data.limit, images.train()),
        taken(data.testLimit, images.test().orElseThrow()),
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
    cut(cuts, data.limit, images.train(), "training images");
    cut(cuts, data.testLimit, images.test().orElseThrow(), "test images");
    if (grid.epochs < 50) {
      cuts.add((grid.epochs == 1 ? "1 epoch" : grid.epochs + " epochs") + " instead of 50 to 100");
    }
    if (runs.quick && updates.minibatch == quick.minibatch()) {
      cuts.add("mini-batches of " + updates.minibatch + " instead of " + minibatch);
    }
    if (!runs.fewerSeeds().isEmpty()) {
      cuts.add(runs.fewerSeeds());
    }
    return String.join(", ", cuts);
  }
}
