package lfnn.experiment;

import java.io.IOException;
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
import lfnn.train.EpochReport;
import lfnn.train.LearnerSpec;
import lfnn.train.LfnnModel;
import lfnn.train.NetworkEvaluation;
import lfnn.train.Score;
import lfnn.train.TargetScale;
import lfnn.train.Trainer;
import lfnn.train.TrainerState;

/** A network that is trained, with the folder in which it is kept. */
final class NetworkRun {

  /** Drawing takes a fifth of a second, which may be more than an epoch. */
  private static final long NANOSECONDS_BETWEEN_FIGURES = 5_000_000_000L;

  /**
   * What is said of a run in its report.
   *
   * @param title data and rule
   * @param commands command lines so far, this one last
   * @param options of this command line
   */
  record Description(String title, List<String> commands, Map<String, String> options) {}

  private final LearnerSpec spec;
  private final RunData data;
  private final RunFolder folder;
  private final Description description;
  private final boolean testsEachEpoch;
  private final Architecture architecture;
  private final Trainer trainer;
  private final List<Score> test = new ArrayList<>();
  private final boolean draws = Figure.obstacle().isEmpty();
  private long lastFigure = System.nanoTime() - NANOSECONDS_BETWEEN_FIGURES;

  /**
   * A network that learns by itself.
   *
   * @param testsEachEpoch whether test images are measured after each epoch
   * @param before the training to go on with
   * @throws IllegalArgumentException if the network does not fit the images
   */
  NetworkRun(
      LearnerSpec spec,
      RunData data,
      RunFolder folder,
      Description description,
      boolean testsEachEpoch,
      Optional<SavedRun> before) {
    this.spec = spec;
    this.data = data;
    this.folder = folder;
    this.description = description;
    this.testsEachEpoch = testsEachEpoch;
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
   * A network that learns with another one, whose lower stages it shares.
   *
   * @param leaders share of the workers that lead
   * @param before the training to go on with
   * @throws IllegalArgumentException if the rule does not let stages learn by themselves; if {@code
   *     before} has learned from more or fewer mini-batches than the other network
   */
  NetworkRun(
      NetworkRun other,
      double leaders,
      RunFolder folder,
      Description description,
      Optional<SavedRun> before) {
    spec = other.spec.withLeaderFraction(leaders);
    data = other.data;
    this.folder = folder;
    this.description = description;
    testsEachEpoch = other.testsEachEpoch;
    architecture = other.architecture;
    trainer =
        before
            .map(saved -> other.trainer.variant(spec.training().leadership(), saved.state()))
            .orElseGet(() -> other.trainer.variant(spec.training().leadership()));
    before.ifPresent(saved -> test.addAll(saved.test()));
  }

  RunFolder folder() {
    return folder;
  }

  Trainer trainer() {
    return trainer;
  }

  /** Number of the last epoch. */
  int epochs() {
    return spec.training().epochs();
  }

  /** Initial learning rate; that of the rule if none was given. */
  double learningRate() {
    return spec.training().learningRate();
  }

  /** What tells the network from others that are trained with it. */
  String name() {
    return "leaders " + spec.training().leadership().leaderFraction();
  }

  /** To be called after each epoch; returns a line about it. */
  String endEpoch() {
    List<EpochReport> reports = trainer.reports();
    EpochReport epoch = reports.get(reports.size() - 1);
    Score score = testsEachEpoch ? data.test().map(trainer::score).orElse(Score.NONE) : Score.NONE;
    test.add(score);
    return String.format(
        Locale.ROOT,
        "epoch %d/%d, %s%s, %s",
        epoch.epoch(),
        epochs(),
        epoch.describe(!trainer.leadership().isEmpty(), true),
        score.isMeasured() ? ", test error " + RunReport.percent(score.error()) : "",
        Progress.duration(epoch.seconds()));
  }

  RunReport report() {
    return new RunReport(
        description.title(),
        description.commands(),
        description.options(),
        data,
        spec,
        trainer,
        test);
  }

  void save(State state, Optional<Results> results) throws IOException {
    TrainerState saved = trainer.state();
    folder.write(
        new SavedRun(
            description.commands(),
            description.options(),
            model(saved),
            data.scale().orElse(null),
            data.images().classNames(),
            saved,
            test,
            data.checksum()));
    writeReport(state, results);
  }

  void writeReport(State state, Optional<Results> results) throws IOException {
    RunReport report = report();
    folder.write("curves.csv", report.curves());
    List<EpochReport> epochs = trainer.reports();
    long now = System.nanoTime();
    boolean due = state != State.RUNNING || now - lastFigure > NANOSECONDS_BETWEEN_FIGURES;
    if (draws && !epochs.isEmpty() && due) {
      lastFigure = now;
      folder.write(
          "curves.png", TrainingCurves.png(description.title(), epochs, test, trainer.bestEpoch()));
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

  /**
   * Measures the model that is kept.
   *
   * @param stages whether the workers of each stage are measured, too
   */
  Results measure(boolean stages) {
    LfnnModel model = model(trainer.state());
    model.useThreads(spec.training().threads());
    Dataset training = data.split().training();
    Score validation =
        data.split().validation().map(part -> model.evaluate(part).score()).orElse(Score.NONE);
    if (stages && data.test().isPresent()) {
      NetworkEvaluation all = model.evaluateStages(training, data.test().get());
      return new Results(all.training(), validation, all.test(), all.stages());
    }
    return new Results(
        model.evaluate(training).score(),
        validation,
        data.test().map(part -> model.evaluate(part).score()).orElse(Score.NONE),
        List.of());
  }
}
