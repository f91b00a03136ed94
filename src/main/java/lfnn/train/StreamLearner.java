package lfnn.train;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lfnn.data.BatchLayout;
import lfnn.data.FeatureEncoder;
import lfnn.data.FeatureEncoder.Column;
import lfnn.data.FeatureEncoder.Nominal;
import lfnn.data.InputShape;
import lfnn.leadership.Leadership;
import lfnn.nn.Growth;
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
 * <p>A row's weight multiplies its gradient. Numeric targets are learned in standard deviations
 * from their mean so far, those further away than {@value FeatureEncoder#LIMIT} as if they were
 * that far: one outlier must not undo what the network has learned.
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
  private final TargetStatistics targetStatistics = new TargetStatistics();
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
    this.encoder = spec.encoder(columns);
    this.shape = spec.inputShape(encoder.size());
    this.stages = spec.network().resolve(encoder.size(), Task.of(classCount, oneVsAll));
    this.trainer = new Trainer(architecture(), training);
    allocate();
  }

  private Architecture architecture() {
    return new Architecture(shape, Task.of(classes, oneVsAll), stages);
  }

  private void allocate() {
    int batch = training.batchSize();
    if ((long) batch * encoder.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a mini-batch of "
              + batch
              + " rows of "
              + encoder.size()
              + " inputs does not fit an array: choose a smaller mini-batch");
    }
    features = new float[batch * encoder.size()];
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
    checkTarget(target);
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

  private void checkTarget(double target) {
    boolean good =
        classes == 0
            ? Math.abs(target) <= Float.MAX_VALUE
            : target >= 0 && target < classes && target == (int) target;
    if (!good) {
      throw new IllegalArgumentException(
          classes == 0
              ? "a target must be from -3.4e38 to 3.4e38, not " + target
              : "a class must be the index of one of the " + classes + " classes, not " + target);
    }
  }

  private float observeTarget(double target, double weight) {
    targetStatistics.observe(target, weight);
    float scaled = targetScale().encode(target);
    return Math.max(-FeatureEncoder.LIMIT, Math.min(FeatureEncoder.LIMIT, scaled));
  }

  private TargetScale targetScale() {
    return classes > 0 ? TargetScale.IDENTITY : targetStatistics.scale();
  }

  /** Learns from a mini-batch that is not full; nothing happens if it is empty. */
  public void flush() {
    if (buffered == 0) {
      return;
    }
    int count = buffered;
    buffered = 0;
    StepReport step = trainer.step(count, arranged(features, count), targets, weights);
    double share = Math.max(1.0 / trainer.steps(), 1.0 / AVERAGED_STEPS);
    report = report.movedTowards(step, share);
  }

  private float[] arranged(float[] examples, int count) {
    BatchLayout layout = trainer.architecture().inputLayout();
    if (count == 1 && layout.keepsOrder(shape)) {
      return examples;
    }
    float[] batch = new float[count * encoder.size()];
    layout.arrange(shape, examples, count, batch);
    return batch;
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
        trainer.architecture().task(),
        targetScale(),
        trainer.predict(1, arranged(encoded, 1)),
        0,
        1);
  }

  /**
   * Whether rows with these attributes and classes bring nothing new.
   *
   * @param header attributes of a row, without the class
   * @param classCount number of classes, 0 for regression
   * @throws IllegalArgumentException as {@link #grow}
   */
  public boolean knows(List<Column> header, int classCount) {
    return classCount <= classes && grown(header, classCount).equals(encoder.columns());
  }

  /**
   * Where the attributes of this learner stand in rows of another header. An attribute is found by
   * its name. If a header has attributes that are new and lacks some that are not, attributes have
   * been renamed: then the first ones are those of this learner, in their order.
   *
   * @param header attributes of a row, without the class
   * @return for each of the learner's attributes its index in the row, or −1 where the header lacks
   *     it
   * @throws IllegalArgumentException if attributes have been renamed and there are fewer of them
   */
  public int[] places(List<Column> header) {
    int[] places =
        FeatureEncoder.indicesByName(
            encoder.columns().stream().map(Column::name).toList(),
            header.stream().map(Column::name).toList());
    long found = Arrays.stream(places).filter(place -> place >= 0).count();
    if (found == places.length || found == header.size()) {
      return places;
    }
    if (header.size() < places.length) {
      throw new IllegalArgumentException(
          String.format(
              "the network has learned from rows of %d attributes, and only %d of these %d are"
                  + " among them: start anew for another table",
              places.length, found, header.size()));
    }
    Arrays.setAll(places, c -> c);
    return places;
  }

  /** The attributes of this learner with what a header adds to them, new attributes last. */
  private List<Column> grown(List<Column> header, int classCount) {
    if ((classCount == 0) != (classes == 0)) {
      throw new IllegalArgumentException(
          "the class was "
              + (classes == 0 ? "numeric and is now nominal" : "nominal and is now numeric")
              + ": start anew for another table");
    }
    List<Column> columns = new ArrayList<>(encoder.columns());
    boolean[] old = new boolean[header.size()];
    int[] places = places(header);
    for (int c = 0; c < places.length; c++) {
      if (places[c] >= 0) {
        old[places[c]] = true;
        columns.set(c, grown(columns.get(c), header.get(places[c])));
      }
    }
    for (int h = 0; h < old.length; h++) {
      if (!old[h]) {
        columns.add(header.get(h));
      }
    }
    return columns;
  }

  private static Column grown(Column known, Column now) {
    if (known.getClass() != now.getClass()) {
      throw new IllegalArgumentException(
          "attribute \""
              + known.name()
              + "\" was "
              + (known instanceof Nominal
                  ? "nominal and is now numeric"
                  : "numeric and is now nominal")
              + ": start anew for another table");
    }
    return known instanceof Nominal before && now instanceof Nominal after
        ? new Nominal(known.name(), Math.max(before.values(), after.values()))
        : known;
  }

  /**
   * Gets ready for rows whose header has more attributes, more nominal values or more classes; what
   * was learned is kept. Nothing happens if the header brings nothing new.
   *
   * @param header attributes of a row, without the class
   * @param classCount number of classes, 0 for regression
   * @throws IllegalArgumentException if the rows are of another table, or too large; the learner is
   *     then as before
   */
  public void grow(List<Column> header, int classCount) {
    if (knows(header, classCount)) {
      return;
    }
    FeatureEncoder next = encoder.withColumns(grown(header, classCount));
    if (shaped && next.size() != encoder.size()) {
      throw new IllegalArgumentException(
          "rows of an image cannot grow from "
              + encoder.size()
              + " to "
              + next.size()
              + " values: leave the input shape out");
    }
    InputShape nextShape = shaped ? shape : InputShape.flat(next.size());
    Task nextTask = Task.of(Math.max(classes, classCount), oneVsAll);
    Architecture nextArchitecture = new Architecture(nextShape, nextTask, stages);
    int[] origins = next.featureOrigins(encoder);
    // Throws where a stage cannot grow, before the rows of an unfinished mini-batch are learned.
    new Growth(architecture(), nextArchitecture, origins);
    flush();
    trainer = trainer.grown(nextArchitecture, origins);
    encoder = next;
    shape = nextShape;
    classes = nextTask.classes();
    encoded = null;
    allocate();
  }

  /** For each attribute, how many values it has; NaN for numeric ones. */
  public double[] nominalValues() {
    return encoder.columns().stream()
        .mapToDouble(column -> column instanceof Nominal nominal ? nominal.values() : Double.NaN)
        .toArray();
  }

  /** Number of classes, 0 for regression. */
  public int classes() {
    return classes;
  }

  /** Means over about the last 1,000 steps. */
  public StepReport report() {
    return report;
  }

  /**
   * Memory of parameters, gradients, optimizer, statistics and batch in bytes; an estimate from
   * below.
   */
  public long bytes() {
    Architecture architecture = trainer.architecture();
    long perParameter = 2L + OptimizerStep.moments(training.optimizer());
    long statistics = 6L * Double.BYTES * encoder.columns().size();
    return Float.BYTES * (architecture.parameterCount() * perParameter + 2L * features.length)
        + statistics;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeObject(trainer.state());
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    trainer = new Trainer(architecture(), training, (TrainerState) in.readObject());
  }

  /** The network, its size, how it learns, and which share of the time each worker led. */
  @Override
  public String toString() {
    Architecture architecture = trainer.architecture();
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "LFNN that learned from %,d rows%nnetwork %s%n%,d inputs, %s, %,d parameters%nrule"
                    + " %s, optimizer %s, learning rate %s, mini-batches of %d%n",
                rows,
                stages.isEmpty() ? "0" : new NetworkSpec.Stages(stages),
                architecture.input().size(),
                classes == 0
                    ? "a numeric target"
                    : classes + " classes" + (oneVsAll ? " (one against all)" : ""),
                architecture.parameterCount(),
                training.algorithm(),
                training.optimizer(),
                training.learningRate(),
                training.batchSize()));
    int stage = 0;
    for (Leadership leadership : trainer.leadership()) {
      stage++;
      text.append(String.format("share of the time that workers of stage %d led:", stage));
      for (double share : leadership.shareOfTimeLed()) {
        text.append(String.format(Locale.ROOT, " %.2f", share));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }
}
