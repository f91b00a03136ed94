package lfnn.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import lfnn.data.Dataset;
import lfnn.train.EpochReport;
import lfnn.train.LearnerSpec;
import lfnn.train.Score;
import lfnn.train.StageEvaluation;
import lfnn.train.Trainer;
import lfnn.train.TrainingReport;

/** What a training was and what came of it: for people, for programs, and as a table of epochs. */
final class RunReport {

  private static final double PERCENT = 100;

  private static final String CURVES_HEADER =
      "epoch,output_loss,leader_loss,follower_loss,role_change,training_error,validation_loss,"
          + "validation_error,test_loss,test_error,seconds";

  /** How far training is. */
  enum State {
    /** It goes on. */
    RUNNING("is running"),
    /** Somebody stopped it. */
    STOPPED("was stopped"),
    /** A loss was not a number any more. */
    DIVERGED("diverged"),
    /** All epochs are done, or patience was at an end. */
    FINISHED("is finished");

    private final String phrase;

    State(String phrase) {
      this.phrase = phrase;
    }
  }

  /**
   * What was measured at the end, on images that are not learned from meanwhile.
   *
   * @param training the images that were learned from
   * @param validation the images that the best epoch was chosen on
   * @param test the test images; {@link Score#NONE} without any
   * @param stages of the workers of each stage; empty if not wanted
   */
  record Results(Score training, Score validation, Score test, List<StageEvaluation> stages) {}

  private final String title;
  private final List<String> commands;
  private final Map<String, String> options;
  private final RunData data;
  private final TrainingReport training;
  private final List<Score> test;
  private final long seed;

  /**
   * A report of training as it is now.
   *
   * @param title data and rule
   * @param commands command lines, the first one first
   * @param options of the last command line, defaults included
   * @param test on the test images after each epoch
   */
  RunReport(
      String title,
      List<String> commands,
      Map<String, String> options,
      RunData data,
      LearnerSpec spec,
      Trainer trainer,
      List<Score> test) {
    this.title = title;
    this.commands = commands;
    this.options = options;
    this.data = data;
    this.training = TrainingReport.of(spec, trainer.architecture(), trainer);
    this.test = test;
    this.seed = spec.training().seed();
  }

  /** The epochs, a line for each; what was not measured is left empty. */
  String curves() {
    StringBuilder lines = new StringBuilder(CURVES_HEADER).append('\n');
    for (int e = 0; e < training.epochs().size(); e++) {
      EpochReport epoch = training.epochs().get(e);
      lines.append(epoch.epoch());
      for (double value :
          new double[] {
            epoch.outputLoss(),
            epoch.leaderLoss(),
            epoch.followerLoss(),
            epoch.roleChange(),
            epoch.trainingError(),
            epoch.validationLoss(),
            epoch.validationError(),
            test.get(e).loss(),
            test.get(e).error(),
            epoch.seconds()
          }) {
        lines.append(',').append(Double.isNaN(value) ? "" : value);
      }
      lines.append('\n');
    }
    return lines.toString();
  }

  /** For programs; errors are shares. */
  String json(State state, Optional<Results> results) throws IOException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("state", state.name().toLowerCase(Locale.ROOT));
    report.put("commands", commands);
    report.put("options", options);
    Map<String, Object> images = new LinkedHashMap<>();
    images.put("shape", data.images().shape());
    images.put("classes", data.images().classNames());
    images.put("training_images", data.split().training().size());
    images.put("validation_images", validationImages());
    images.put("test_images", testImages());
    images.put("checksum", Long.toHexString(data.checksum()));
    report.put("data", images);
    report.put("rule", training.rule());
    report.put("stages", training.stages());
    report.put("parameters", training.parameters());
    report.put("seed", seed);
    report.put("epochs", training.epochs().size());
    report.put("kept_epoch", keptEpoch());
    report.put("training_seconds", training.seconds());
    if (results.isPresent()) {
      Map<String, Object> measured = new LinkedHashMap<>();
      measured.put("training", score(results.get().training()));
      measured.put("validation", score(results.get().validation()));
      measured.put("test", score(results.get().test()));
      report.put("results", measured);
      report.put("workers", results.get().stages().stream().map(RunReport::stage).toList());
    }
    report.put("environment", Environment.describe());
    return Json.print(report);
  }

  private static Map<String, Object> score(Score score) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("error", score.error());
    fields.put("loss", score.loss());
    return fields;
  }

  private static Map<String, Object> stage(StageEvaluation stage) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("stage", stage.stage());
    fields.put("workers", stage.workers());
    fields.put("best_worker", stage.bestWorker());
    fields.put("best_error", stage.bestError());
    fields.put("mean_error", stage.meanError());
    fields.put("together_error", stage.togetherError());
    return fields;
  }

  /** For people, as Markdown. */
  String markdown(State state, Optional<Results> results) throws IOException {
    StringBuilder text = new StringBuilder("# ").append(title).append("\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "Training %s: %d epochs in %s. %s%n",
            state.phrase,
            training.epochs().size(),
            Progress.duration(training.seconds()),
            kept()));
    text.append("\n| images | number | error | loss |\n|---|---|---|---|\n");
    Results measured = results.orElse(new Results(Score.NONE, Score.NONE, Score.NONE, List.of()));
    row(text, "test", testImages(), measured.test());
    row(text, "validation", validationImages(), measured.validation());
    row(text, "training", data.split().training().size(), measured.training());
    if (!measured.stages().isEmpty()) {
      text.append("\nTest errors of the workers of each stage by themselves:\n\n");
      text.append("| stage | workers | best on the training images | mean | all together |\n");
      text.append("|---|---|---|---|---|\n");
      measured.stages().forEach(stage -> text.append(row(stage)));
    }
    if (!training.epochs().isEmpty()) {
      text.append(
          "\n![Loss and error of each epoch](curves.png)\n\nThe numbers are in"
              + " [curves.csv](curves.csv); there, errors are shares, not percentages.\n");
    }
    ReportText.commands(text, commands);
    text.append("\n## Network\n\n```\n");
    training.stages().forEach(stage -> text.append(stage).append('\n'));
    text.append(String.format(Locale.ROOT, "%,d parameters%n```%n", training.parameters()));
    ReportText.options(text, options);
    ReportText.environment(text);
    return text.toString();
  }

  private String kept() {
    return training.bestEpoch() > 0
        ? "The model is that of epoch "
            + training.bestEpoch()
            + ", which had the lowest validation loss."
        : "The model is that of the end.";
  }

  private static void row(StringBuilder text, String name, int images, Score score) {
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %,d | %s | %s |%n",
            name,
            images,
            score.isMeasured() ? percent(score.error()) : "",
            score.isMeasured() ? String.format(Locale.ROOT, "%.4f", score.loss()) : ""));
  }

  private static String row(StageEvaluation stage) {
    return String.format(
        Locale.ROOT,
        "| %d | %d | %s (worker %d) | %s | %s |%n",
        stage.stage(),
        stage.workers(),
        percent(stage.bestError()),
        stage.bestWorker(),
        percent(stage.meanError()),
        percent(stage.togetherError()));
  }

  /** What is trained on what, in a line. */
  String summary() {
    return String.format(
        Locale.ROOT,
        "%s: %,d training, %,d validation and %,d test images of %s in %d classes; %,d parameters",
        title,
        data.split().training().size(),
        validationImages(),
        testImages(),
        data.images().shape(),
        data.images().classNames().size(),
        training.parameters());
  }

  /** The results as lines of text. */
  String lines(Results results) {
    List<String> lines = new ArrayList<>();
    if (results.test().isMeasured()) {
      lines.add("test error        " + shown(results.test()));
    }
    if (results.validation().isMeasured()) {
      lines.add("validation error  " + shown(results.validation()));
    }
    lines.add("training error    " + shown(results.training()));
    for (StageEvaluation stage : results.stages()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "stage %d           test error of the best worker %s, mean %s, together %s",
              stage.stage(),
              percent(stage.bestError()),
              percent(stage.meanError()),
              percent(stage.togetherError())));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "epochs            %d in %s; that of %s is kept",
            training.epochs().size(),
            Progress.duration(training.seconds()),
            training.bestEpoch() > 0 ? "epoch " + training.bestEpoch() : "the end"));
    return String.join("\n", lines);
  }

  private static String shown(Score score) {
    return String.format(Locale.ROOT, "%s, loss %.4f", percent(score.error()), score.loss());
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", PERCENT * share);
  }

  private int keptEpoch() {
    return training.bestEpoch() > 0 ? training.bestEpoch() : training.epochs().size();
  }

  private int validationImages() {
    return data.split().validation().map(Dataset::size).orElse(0);
  }

  private int testImages() {
    return data.test().map(Dataset::size).orElse(0);
  }
}
