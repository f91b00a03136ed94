package lfnn.train;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import lfnn.data.Dataset;
import lfnn.data.FeatureEncoder;
import lfnn.data.FeatureEncoder.Column;
import lfnn.spec.Architecture;
import lfnn.spec.StageSpec;
import lfnn.spec.Task;

/**
 * Learns from a table, epoch by epoch: encodes it, sets a validation part aside, trains.
 *
 * <p>Example weights are scaled to a mean of 1, so that only their proportions count.
 */
public final class TableLearner {

  private final LearnerSpec spec;
  private final FeatureEncoder encoder;
  private final TargetScale targetScale;
  private final Architecture architecture;
  private final Split split;
  private final Trainer trainer;
  private final int firstEpoch;
  private LfnnModel model;
  private int modelEpoch = -1;

  /**
   * A learner that starts anew.
   *
   * @param columns attributes of the table without the class
   * @param classes number of classes, 0 for regression
   * @throws IllegalArgumentException if the spec does not fit the table
   */
  public TableLearner(LearnerSpec spec, List<Column> columns, int classes, Table table) {
    this(
        spec,
        fit(spec, columns, table),
        classes == 0 ? TargetScale.of(targets(table), weights(table)) : TargetScale.IDENTITY,
        classes,
        table,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * A learner that continues where another one stopped, with its encoder and on the same table.
   *
   * @throws IllegalArgumentException if the spec asks for another network than the model's
   */
  public TableLearner(
      LearnerSpec spec, LfnnModel model, TrainerState state, int classes, Table table) {
    this(
        spec,
        model.encoder(),
        model.targetScale(),
        classes,
        table,
        Optional.of(model.architecture()),
        Optional.of(state));
  }

  private TableLearner(
      LearnerSpec spec,
      FeatureEncoder encoder,
      TargetScale targetScale,
      int classes,
      Table table,
      Optional<Architecture> before,
      Optional<TrainerState> state) {
    this.spec = spec;
    this.encoder = encoder;
    this.targetScale = targetScale;
    this.architecture =
        Architecture.of(
            spec.inputShape(encoder.size()), Task.of(classes, spec.oneVsAll()), spec.network());
    before.ifPresent(this::checkUnchanged);
    Dataset all = encode(table, classes);
    split = Split.of(all, spec.training());
    trainer =
        state
            .map(saved -> new Trainer(architecture, spec.training(), saved))
            .orElseGet(() -> new Trainer(architecture, spec.training()));
    firstEpoch = trainer.epochs();
  }

  private void checkUnchanged(Architecture before) {
    if (!architecture.equals(before)) {
      throw new IllegalArgumentException(
          "training cannot continue with another network: the model has "
              + describe(before)
              + ", the options say "
              + describe(architecture)
              + "; give the options of the model, or start a new one");
    }
  }

  private static String describe(Architecture architecture) {
    String stages =
        architecture.stages().stream().map(StageSpec::toString).collect(Collectors.joining("; "));
    return String.format(
        "\"%s\" for %s with %d outputs on input %s",
        stages,
        architecture.task().kind().name().toLowerCase(Locale.ROOT),
        architecture.task().width(),
        architecture.input());
  }

  private static FeatureEncoder fit(LearnerSpec spec, List<Column> columns, Table table) {
    FeatureEncoder encoder = spec.encoder(columns);
    for (int i = 0; i < table.size(); i++) {
      encoder.observe(table.row(i), table.weight(i));
    }
    return encoder;
  }

  private static double[] targets(Table table) {
    double[] targets = new double[table.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = table.target(i);
    }
    return targets;
  }

  private static double[] weights(Table table) {
    double[] weights = new double[table.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = table.weight(i);
    }
    return weights;
  }

  private Dataset encode(Table table, int classes) {
    int size = table.size();
    int width = encoder.size();
    float[] features = new float[Math.multiplyExact(size, width)];
    float[] targets = new float[size];
    float[] weights = new float[size];
    double total = 0;
    for (int i = 0; i < size; i++) {
      encoder.encode(table.row(i), features, i * width);
      targets[i] = classes == 0 ? targetScale.encode(table.target(i)) : (float) table.target(i);
      total += table.weight(i);
    }
    for (int i = 0; i < size; i++) {
      weights[i] = total > 0 ? (float) (table.weight(i) * size / total) : 0;
    }
    return Dataset.ofFloats(architecture.input(), features, targets, weights, classes);
  }

  /**
   * Learns for one more epoch.
   *
   * @throws InterruptedException if the thread is interrupted; the epoch is then unfinished
   */
  public EpochReport epoch() throws InterruptedException {
    return trainer.epoch(split.training(), split.validation());
  }

  /** Whether all epochs are done, or the validation loss has not fallen for too long. */
  public boolean isFinished() {
    return trainer.epochs() - firstEpoch >= spec.training().epochs() || trainer.outOfPatience();
  }

  /** Epochs done by this learner. */
  public int epochsDone() {
    return trainer.epochs() - firstEpoch;
  }

  /** The trainer, for its reports. */
  public Trainer trainer() {
    return trainer;
  }

  /** The model as it is now, or of the best epoch if there is a validation part. */
  public LfnnModel model() {
    if (modelEpoch != trainer.epochs()) {
      model = new LfnnModel(architecture, trainer.bestParameters(), encoder, targetScale);
      modelEpoch = trainer.epochs();
    }
    return model;
  }

  /** What happened so far. */
  public TrainingReport report() {
    return TrainingReport.of(spec, architecture, trainer);
  }

  /** One line on how far training is: epoch, losses, error, time left. */
  public String progress(EpochReport epoch) {
    int left = Math.max(0, spec.training().epochs() - epochsDone());
    return String.format(
        Locale.ROOT,
        "epoch %d/%d, %s, %.0f s left",
        epochsDone(),
        spec.training().epochs(),
        epoch.describe(!trainer.leadership().isEmpty(), architecture.task().isClassification()),
        left * epoch.seconds());
  }
}
