package lfnn.experiment;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import lfnn.data.Dataset;
import lfnn.data.ImageData;
import lfnn.experiment.TrainOptions.FollowingOptions;
import lfnn.experiment.TrainOptions.UpdateOptions;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.TrainingSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that all studies of the paper's Section 3.1 have, and how a study is run. */
final class StudyOptions {

  /** Options that say where and how fast, or which runs of the grid, but not what a run is. */
  private static final List<String> NO_CONDITIONS =
      List.of(
          "--data",
          "--out",
          "--threads",
          "--seeds",
          "--quick",
          "--limit",
          "--workers",
          "--leaders");

  @Mixin(name = "Study")
  GridOptions grid;

  @Mixin(name = "Runs")
  RunsOptions runs = new RunsOptions();

  @Mixin(name = "Training")
  UpdateOptions updates;

  @Mixin(name = "Leaders and followers")
  FollowingOptions following = new FollowingOptions();

  private final int quickImages;

  /** What is done on what. */
  static final class GridOptions {
    @Option(
        names = "--data",
        paramLabel = "<folder>",
        required = true,
        description = "folder with training and test images, as for train; the paper's are MNIST")
    Path data = Path.of("");

    @Option(
        names = "--limit",
        paramLabel = "<images>",
        description =
            "learn from so many training images only, drawn with the seed; 0 for all (default: 0;"
                + " less if quick)")
    @Nullable Integer limit;

    @Option(
        names = "--permutation",
        paramLabel = "<seed>",
        description =
            "seed of the order into which the pixels of all images are brought; 0 leaves them as"
                + " they are (default: ${DEFAULT-VALUE})")
    long permutation = 1;

    @Option(
        names = "--threads",
        paramLabel = "<number>",
        description =
            "runs at a time, 0 for one per processor; results do not depend on it (default:"
                + " ${DEFAULT-VALUE})")
    int threads;
  }

  /**
   * @param minibatch default
   * @param learningRate default
   * @param quickImages training images of a quick study
   */
  StudyOptions(int minibatch, double learningRate, int quickImages) {
    this.grid = new GridOptions();
    this.updates = new UpdateOptions(minibatch, learningRate);
    this.quickImages = quickImages;
  }

  /** Seeds of the runs. */
  List<Long> seeds() {
    return runs.seeds();
  }

  private int limit() {
    return grid.limit == null ? (runs.quick ? quickImages : 0) : grid.limit;
  }

  /**
   * How a network is trained.
   *
   * @param leaders share of the workers that lead
   * @throws IllegalArgumentException if a value is out of range
   */
  TrainingSpec training(
      Algorithm rule, double leaders, Set<LossTerm> terms, int epochs, long seed) {
    return new TrainingSpec(
        rule,
        following.leadership(leaders, terms),
        updates.optimizer,
        updates.learningRate,
        updates.schedule,
        updates.weightDecay,
        epochs,
        updates.minibatch,
        0,
        TrainingSpec.DEFAULTS.patience(),
        TrainingSpec.DEFAULTS.augmentation(),
        seed,
        1);
  }

  /**
   * The training of a run.
   *
   * @param setting of the run
   * @param type what is seen of the training
   */
  <T extends Serializable> StudyTraining<T> studyTraining(
      Row setting, Architecture architecture, TrainingSpec spec, Dataset data, Class<T> type) {
    return new StudyTraining<>(
        architecture, spec, data, StudyFolder.unfinished(runs.out, setting, type));
  }

  /**
   * Runs a study; returns the exit code.
   *
   * @param command the command line
   * @param maker makes the study; {@link IllegalArgumentException} if a value is out of range
   */
  int run(CommandSpec command, Function<StudyData, Study> maker)
      throws IOException, InterruptedException {
    check(command, limit() >= 0, "--limit must be at least 0 (0 = all images), not " + limit());
    check(
        command,
        grid.threads >= 0,
        "--threads must be at least 0 (0 = one per processor), not " + grid.threads);
    StudyData data = StudyData.of(ImageData.open(grid.data), grid.data, grid.permutation, limit());
    Study study;
    try {
      study = maker.apply(data);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage());
    }
    StudyFolder folder =
        StudyFolder.open(
            runs.out,
            conditions(command, data),
            CommandLineOptions.text(command, CommandLineOptions.given(command)));
    int threads = grid.threads == 0 ? Runtime.getRuntime().availableProcessors() : grid.threads;
    return new StudyRunner(
            study,
            folder,
            new StudyRunner.Notes(data.describe(), shortened(data), options(command)),
            threads,
            new StatusLine(command.commandLine().getErr(), Progress.hasTerminal()),
            command.commandLine().getOut())
        .run();
  }

  private static void check(CommandSpec command, boolean valid, String message) {
    if (!valid) {
      throw new ParameterException(command.commandLine(), message);
    }
  }

  /** What all runs of a folder have in common. */
  private static Map<String, String> conditions(CommandSpec command, StudyData data) {
    Map<String, String> conditions = new LinkedHashMap<>();
    conditions.put("command", command.name());
    conditions.put("images", data.training().size() + " of checksums " + data.checksums());
    conditions.put("learned", String.valueOf(data.learned()));
    Map<String, String> options = CommandLineOptions.values(command);
    options.keySet().removeAll(NO_CONDITIONS);
    conditions.putAll(options);
    return conditions;
  }

  private Map<String, String> options(CommandSpec command) {
    Map<String, String> options = new LinkedHashMap<>(CommandLineOptions.values(command));
    options.put("--seeds", text(seeds()));
    options.put("--limit", String.valueOf(limit()));
    options.remove("--out");
    return options;
  }

  private static String text(List<?> values) {
    return String.join(",", values.stream().map(String::valueOf).toList());
  }

  private String shortened(StudyData data) {
    List<String> cuts = new ArrayList<>();
    if (data.learned() < data.training().size()) {
      cuts.add(
          String.format(
              Locale.ROOT,
              "%,d of the %,d training images",
              data.learned(),
              data.training().size()));
    }
    if (!runs.fewerSeeds().isEmpty()) {
      cuts.add(runs.fewerSeeds());
    }
    return String.join(", ", cuts);
  }
}
