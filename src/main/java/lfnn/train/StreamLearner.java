package lfnn.train;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import lfnn.data.FeatureEncoder;
import lfnn.data.FeatureEncoder.Column;
import lfnn.data.InputShape;
import lfnn.nn.OptimizerStep;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.StageSpec;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;

/**
 * Learns from a stream, row by row or in mini-batches, with statistics for scaling that grow with
 * the stream. Serialised as specifications and plain arrays; a copy behaves as the original does.
 *
 * <p>A row's weight multiplies its gradient, so that a row of weight 2 counts like two.
 */
public final class StreamLearner implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Steps over which {@link #report()} averages. */
  private static final double AVERAGED_STEPS = 1_000;

  private final boolean oneVsAll;
  private final TrainingSpec training;
  private final int epochLength;
  private final List<StageSpec> stages;
  private final boolean shaped;
  private FeatureEncoder encoder;
  private InputShape shape;
  private int classes;
  private long rows;
  private double targetWeight;
  private double targetMean;
  private double targetSquares;
  private float[] features;
  private float[] targets;
  private float[] weights;
  private int buffered;
  private StepReport report = StepReport.NONE;
  private transient Trainer trainer;
  private transient float[] encoded;

  /**
   * @param spec what to learn with; epochs and validation do not apply
   * @param columns attributes of a row, without the class
   * @param classCount number of classes, 0 for regression
   * @param epochLength rows of what counts as an epoch when leaders are chosen by epoch, at least 1
   * @throws IllegalArgumentException if the spec does not fit the data
   */
  public StreamLearner(LearnerSpec spec, List<Column> columns, int classCount, int epochLength) {
    if (epochLength < 1) {
      throw new IllegalArgumentException(
          "the epoch length must be at least 1 row, not " + epochLength);
    }
    this.oneVsAll = spec.oneVsAll();
    this.training = spec.training();
    this.epochLength = epochLength;
    this.classes = classCount;
    this.shaped = spec.input().isPresent();
    this.encoder = new FeatureEncoder(columns, spec.scaling().resolve(shaped));
    this.shape = spec.input().orElseGet(() -> InputShape.flat(encoder.size()));
    if (shape.size() != encoder.size()) {
      throw new IllegalArgumentException(
          "an input of "
              + shape
              + " has "
              + shape.size()
              + " values, but a row has "
              + encoder.size()
              + ": correct the input shape or leave it out");
    }
    this.stages = spec.network().resolve(encoder.size(), task());
    this.trainer = new Trainer(architecture(), training);
    allocate();
  }

  private Task task() {
    if (classes == 0) {
      if (oneVsAll) {
        throw new IllegalArgumentException(
            "one-vs-all needs classes, but the class attribute is numeric: switch one-vs-all off");
      }
      return Task.regression();
    }
    return oneVsAll ? Task.oneVsAll(classes) : Task.classification(classes);
  }

  private Architecture architecture() {
    return new Architecture(shape, task(), stages);
  }

  private void allocate() {
    int batch = training.batchSize();
    features = new float[Math.multiplyExact(batch, encoder.size())];
    targets = new float[batch];
    weights = new float[batch];
    buffered = 0;
  }

  /**
   * Takes a row; learns when a mini-batch is full.
   *
   * @param row as {@link FeatureEncoder} reads it
   * @param target class index below {@link #classes()}, or value
   * @param weight above 0
   * @throws DivergenceException if a loss is not a finite number; the learner is then unusable
   */
  public void learn(double[] row, double target, double weight) {
    encoder.observe(row, weight);
    encoder.encode(row, features, buffered * encoder.size());
    targets[buffered] = classes == 0 ? observeTarget(target, weight) : (float) target;
    weights[buffered] = (float) weight;
    buffered++;
    rows++;
    if (buffered == training.batchSize()) {
      flush();
    }
    if (rows % epochLength == 0) {
      trainer.endEpoch();
    }
  }

  private float observeTarget(double target, double weight) {
    targetWeight += weight;
    double delta = target - targetMean;
    targetMean += delta * weight / targetWeight;
    targetSquares += weight * delta * (target - targetMean);
    return targetScale().encode(target);
  }

  private TargetScale targetScale() {
    if (classes > 0) {
      return TargetScale.IDENTITY;
    }
    double deviation = targetWeight > 0 ? Math.sqrt(targetSquares / targetWeight) : 0;
    return new TargetScale(targetMean, deviation > 0 ? deviation : 1);
  }

  /** Learns from a mini-batch that is not full; nothing happens if it is empty. */
  public void flush() {
    if (buffered == 0) {
      return;
    }
    int count = buffered;
    buffered = 0;
    StepReport step = trainer.step(count, columnMajor(count), targets, weights);
    double share = Math.max(1.0 / trainer.steps(), 1.0 / AVERAGED_STEPS);
    report = report.movedTowards(step, share);
  }

  private float[] columnMajor(int count) {
    if (count == 1) {
      return features;
    }
    int width = encoder.size();
    float[] columns = new float[count * width];
    for (int e = 0; e < count; e++) {
      for (int f = 0; f < width; f++) {
        columns[f * count + e] = features[e * width + f];
      }
    }
    return columns;
  }

  /**
   * Predicts.
   *
   * @return for classes, a probability for each class, summing to 1; for regression, the value; a
   *     fresh array
   */
  public double[] predict(double[] row) {
    if (encoded == null) {
      encoded = new float[encoder.size()];
    }
    encoder.encode(row, encoded, 0);
    return LfnnModel.prediction(
        trainer.architecture().task(), targetScale(), trainer.predict(1, encoded), 0, 1);
  }

  /**
   * Continues with rows that have more attributes, more nominal values or more classes.
   *
   * @throws IllegalArgumentException if an attribute is gone or there are fewer classes
   */
  public void grow(List<Column> columns, int classCount) {
    flush();
    FeatureEncoder grown = encoder.withColumns(columns);
    if (shaped && grown.size() != encoder.size()) {
      throw new IllegalArgumentException(
          "rows of an image cannot grow from "
              + encoder.size()
              + " to "
              + grown.size()
              + " values: leave the input shape out");
    }
    int[] origins = grown.featureOrigins(encoder);
    encoder = grown;
    encoded = null;
    classes = classCount;
    if (!shaped) {
      shape = InputShape.flat(encoder.size());
    }
    trainer = trainer.grown(architecture(), origins);
    allocate();
  }

  /** Number of classes, 0 for regression. */
  public int classes() {
    return classes;
  }

  /** The encoder of rows. */
  public FeatureEncoder encoder() {
    return encoder;
  }

  /** Sizes of the network. */
  public Architecture network() {
    return trainer.architecture();
  }

  /** The network string of the stages as they were resolved; empty without hidden stages. */
  public String stagesText() {
    return stages.isEmpty() ? "" : new NetworkSpec.Stages(stages).toString();
  }

  /** Means over about the last 1,000 steps. */
  public StepReport report() {
    return report;
  }

  /** Rows taken so far. */
  public long rows() {
    return rows;
  }

  /** Memory of parameters, gradients, optimizer and batch, in bytes; an estimate from below. */
  public long bytes() {
    long perParameter = 2L + OptimizerStep.moments(training.optimizer());
    return Float.BYTES * (network().parameterCount() * perParameter + 2L * features.length);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeObject(trainer.state());
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    trainer = new Trainer(architecture(), training, (TrainerState) in.readObject());
  }

  @Override
  public String toString() {
    return "LFNN, rule "
        + training.algorithm()
        + ", network "
        + Arrays.toString(stages.toArray())
        + ", "
        + network().parameterCount()
        + " parameters, "
        + rows
        + " rows";
  }
}
