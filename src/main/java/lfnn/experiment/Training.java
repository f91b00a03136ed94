package lfnn.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import lfnn.data.Dataset;
import lfnn.experiment.RunReport.Results;
import lfnn.experiment.RunReport.State;
import lfnn.plot.Figure;
import lfnn.plot.TrainingCurves;
import lfnn.spec.Architecture;
import lfnn.spec.Task;
import lfnn.train.DivergenceException;
import lfnn.train.EpochReport;
import lfnn.train.LearnerSpec;
import lfnn.train.LfnnModel;
import lfnn.train.Score;
import lfnn.train.StageEvaluation;
import lfnn.train.TargetScale;
import lfnn.train.Trainer;
import lfnn.train.TrainerState;
import picocli.CommandLine.ExitCode;

/** Training on images that writes all it has learned into a folder after each epoch. */
final class Training {

  /** Drawing takes a fifth of a second, which may be more than an epoch. */
  private static final long NANOSECONDS_BETWEEN_FIGURES = 5_000_000_000L;

  /**
   * What is wanted beside the training.
   *
   * @param title data and rule
   * @param testEachEpoch whether test images are measured after each epoch
   * @param measureStages whether the workers of each stage are measured at the end
   */
  record Wishes(String title, boolean testEachEpoch, boolean measureStages) {}

  private final LearnerSpec spec;
  private final RunData data;
  private final RunFolder folder;
  private final Wishes wishes;
  private final List<String> commands;
  private final Map<String, String> options;
  private final Architecture architecture;
  private final Trainer trainer;
  private final List<Score> test = new ArrayList<>();
  private final Optional<String> obstacleToFigures = Figure.obstacle();
  private long lastFigure = System.nanoTime() - NANOSECONDS_BETWEEN_FIGURES;

  /**
   * Training that has not begun.
   *
   * @param commands command lines so far, this one last
   * @param options of this command line
   * @param before the training to go on with
   * @throws IllegalArgumentException if the network does not fit the images
   */
  Training(
      LearnerSpec spec,
      RunData data,
      RunFolder folder,
      Wishes wishes,
      List<String> commands,
      Map<String, String> options,
      Optional<SavedRun> before) {
    this.spec = spec;
    this.data = data;
    this.folder = folder;
    this.wishes = wishes;
    this.commands = commands;
    this.options = options;
    architecture =
        Architecture.of(
            data.images().shape(),
            Task.of(data.images().classNames().size(), spec.oneVsAll()),
            spec.network());
    trainer =
        before
            .map(saved -> new Trainer(architecture, spec.training(), saved.state()))
            .orElseGet(() -> new Trainer(architecture, spec.training()));
    before.ifPresent(saved -> test.addAll(saved.test()));
  }

  /**
   * Trains until all epochs are done, patience is at an end, or the process is to end.
   *
   * @param out for the results
   * @param err for the progress
   * @return exit code
   */
  int run(PrintWriter out, PrintWriter err) throws IOException, InterruptedException {
    Progress progress = new Progress(err, Progress.hasTerminal(), spec.training().epochs());
    progress.line(report().summary());
    obstacleToFigures.ifPresent(
        obstacle ->
            progress.line(
                "curves.png cannot be drawn here ("
                    + obstacle
                    + "); install fonts if you want it. curves.csv has the numbers."));
    if (isFinished()) {
      progress.line(
          trainer.outOfPatience()
              ? "patience was at an end already; give more with --patience"
              : "all epochs are done already; give more with --epochs");
    }
    // A folder that cannot be written to should not be found out after the first epoch.
    writeReport(State.RUNNING, Optional.empty());
    try (StopRequest stop = new StopRequest()) {
      while (!isFinished()) {
        epoch(progress, stop);
        if (stop.isRequested()) {
          save(State.STOPPED, Optional.empty());
          progress.line(
              "stopped in epoch "
                  + (trainer.epochs() + 1)
                  + "; go on with train --resume "
                  + folder.path());
          return StopRequest.EXIT_CODE;
        }
        save(State.RUNNING, Optional.empty());
      }
    } catch (DivergenceException e) {
      progress.clear();
      writeReport(State.DIVERGED, Optional.empty());
      throw e;
    }
    progress.line("measuring the model that is kept");
    Results results = measure();
    save(State.FINISHED, Optional.of(results));
    out.println(report().lines(results));
    out.println("written to        " + folder.path());
    return ExitCode.OK;
  }

  private boolean isFinished() {
    return trainer.epochs() >= spec.training().epochs() || trainer.outOfPatience();
  }

  private void epoch(Progress progress, StopRequest stop) throws InterruptedException {
    int number = trainer.epochs() + 1;
    Optional<EpochReport> done =
        trainer.epoch(
            data.split().training(),
            data.split().validation(),
            (step, steps, report) -> {
              progress.step(number, step, steps, report);
              return !stop.isRequested();
            });
    if (done.isPresent()) {
      Score score =
          wishes.testEachEpoch() ? data.test().map(trainer::score).orElse(Score.NONE) : Score.NONE;
      test.add(score);
      progress.line(line(done.get(), score));
    }
  }

  private String line(EpochReport epoch, Score score) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d, %s%s, %s",
        epoch.epoch(),
        spec.training().epochs(),
        epoch.describe(!trainer.leadership().isEmpty(), true),
        score.isMeasured() ? ", test error " + RunReport.percent(score.error()) : "",
        Progress.duration(epoch.seconds()));
  }

  private RunReport report() {
    return new RunReport(wishes.title(), commands, options, data, spec, trainer, test);
  }

  private void save(State state, Optional<Results> results) throws IOException {
    TrainerState saved = trainer.state();
    folder.write(
        new SavedRun(
            commands,
            options,
            model(saved),
            data.scale().orElse(null),
            data.images().classNames(),
            saved,
            test,
            data.checksum()));
    writeReport(state, results);
  }

  private void writeReport(State state, Optional<Results> results) throws IOException {
    RunReport report = report();
    folder.write("curves.csv", report.curves());
    List<EpochReport> epochs = trainer.reports();
    long now = System.nanoTime();
    boolean due = state != State.RUNNING || now - lastFigure > NANOSECONDS_BETWEEN_FIGURES;
    if (obstacleToFigures.isEmpty() && !epochs.isEmpty() && due) {
      lastFigure = now;
      folder.write(
          "curves.png", TrainingCurves.png(wishes.title(), epochs, test, trainer.bestEpoch()));
    }
    folder.write("report.json", report.json(state, results));
    folder.write("report.md", report.markdown(state, results));
  }

  /** Shares the parameters with the state, so that they are written once. */
  private LfnnModel model(TrainerState state) {
    return new LfnnModel(
        architecture,
        state.bestEpoch() > 0 ? state.bestParameters() : state.parameters(),
        Pixels.encoder(architecture.input(), data.scale()),
        TargetScale.IDENTITY);
  }

  private Results measure() {
    LfnnModel model = model(trainer.state());
    Dataset training = data.split().training();
    List<StageEvaluation> stages =
        wishes.measureStages() && data.test().isPresent()
            ? model.evaluateStages(training, data.test().get())
            : List.of();
    return new Results(
        model.evaluate(training).score(),
        data.split().validation().map(part -> model.evaluate(part).score()).orElse(Score.NONE),
        data.test().map(part -> model.evaluate(part).score()).orElse(Score.NONE),
        stages);
  }
}
