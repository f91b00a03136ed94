package lfnn.train;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.List;
import java.util.function.IntFunction;
import lfnn.data.Dataset;
import lfnn.data.FeatureEncoder;
import lfnn.data.InputShape;
import lfnn.nn.Network;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.PredictionKind;
import lfnn.spec.StageSpec;
import lfnn.spec.Task;
import org.jspecify.annotations.Nullable;

/**
 * A trained network with the encoder of its inputs: all that predicting needs.
 *
 * <p>Serialised as a format number, strings and plain arrays. Safe for use by several threads.
 */
public final class LfnnModel implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Increased whenever the serialised form changes its meaning. */
  private static final int FORMAT = 1;

  private final int format;
  private final String input;
  private final String kind;
  private final int groups;
  private final int outputs;
  private final String[] stages;
  private final float[][] parameters;
  private final FeatureEncoder encoder;
  private final TargetScale targetScale;
  private transient Architecture architecture;
  private transient @Nullable PredictorPool pool;
  private transient int threads;

  /**
   * @param parameters in the order of {@link Network#state()}; shared, not copied
   */
  public LfnnModel(
      Architecture architecture,
      float[][] parameters,
      FeatureEncoder encoder,
      TargetScale targetScale) {
    // Not at the declaration: a constant there would be compiled into the check of what is read.
    this.format = FORMAT;
    this.architecture = architecture;
    this.input = architecture.input().toString();
    this.kind = architecture.task().kind().name();
    this.groups = architecture.task().groups();
    this.outputs = architecture.task().outputs();
    this.stages = architecture.stages().stream().map(StageSpec::toString).toArray(String[]::new);
    this.parameters = parameters;
    this.encoder = encoder;
    this.targetScale = targetScale;
  }

  /**
   * Sets how many threads may work on one prediction from now on; 0, the default, means one per
   * processor. Predictions do not depend on it, and a saved model does not keep it.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public synchronized void useThreads(int count) {
    if (count < 0) {
      throw new IllegalArgumentException(
          "threads must be at least 0 (0 = one per processor), not " + count);
    }
    if (count != threads) {
      threads = count;
      pool = null;
    }
  }

  /** Sizes of the network. */
  public Architecture architecture() {
    return architecture;
  }

  /** The encoder of its inputs. */
  public FeatureEncoder encoder() {
    return encoder;
  }

  /** How targets of a regression are scaled; the identity for classes. */
  public TargetScale targetScale() {
    return targetScale;
  }

  /** The parameters, [parameter][element]; shared, not to be modified. */
  public float[][] parameters() {
    return parameters;
  }

  /**
   * Predicts.
   *
   * @param rows as {@link FeatureEncoder#encode} takes them
   * @return for classes, a probability for each class, summing to 1; for regression, the value
   */
  public double[][] predict(double[][] rows) {
    return predict(rows.length, index -> rows[index]);
  }

  /**
   * The same for rows that are only read when it is their turn, perhaps by several threads.
   *
   * @param count number of rows
   * @param rows the row with a given index, as {@link FeatureEncoder#encode} takes it; must not
   *     wait for what the calling thread holds
   */
  public double[][] predict(int count, IntFunction<double[]> rows) {
    double[][] predictions = new double[count][];
    pool()
        .predict(
            count,
            rows,
            (from, examples, outputsOfChunk) -> {
              for (int e = 0; e < examples; e++) {
                predictions[from + e] = prediction(outputsOfChunk, e, examples);
              }
            });
    return predictions;
  }

  private double[] prediction(float[] columns, int example, int examples) {
    return prediction(architecture.task(), targetScale, columns, example, examples);
  }

  /** The prediction of one example from the network's outputs, column-major. */
  static double[] prediction(
      Task task, TargetScale scale, float[] columns, int example, int examples) {
    if (!task.isClassification()) {
      return new double[] {scale.decode(columns[example])};
    }
    double[] distribution = new double[task.classes()];
    double sum = 0;
    for (int c = 0; c < distribution.length; c++) {
      distribution[c] = columns[c * examples + example];
      sum += distribution[c];
    }
    for (int c = 0; c < distribution.length; c++) {
      distribution[c] = sum > 0 ? distribution[c] / sum : 1.0 / distribution.length;
    }
    return distribution;
  }

  /**
   * Loss, error and confusions on a data set whose features are encoded already, as the encoder
   * would encode them.
   */
  public Evaluation evaluate(Dataset dataset) {
    return new Predictor(pool().network()).evaluate(dataset);
  }

  /**
   * Errors of the network and of the workers of each hidden stage by themselves.
   *
   * @param training encoded examples that choose the best worker of a stage
   * @param test encoded examples, at least one
   */
  public NetworkEvaluation evaluateStages(Dataset training, Dataset test) {
    return new StageEvaluator(pool().network()).evaluate(training, test);
  }

  private synchronized PredictorPool pool() {
    if (pool == null) {
      Network network = new Network(architecture, Network.kernelsFor(architecture, threads));
      network.setState(parameters);
      pool = new PredictorPool(network, encoder, threads);
    }
    return pool;
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    if (format != FORMAT) {
      throw new InvalidObjectException(
          "the model has format "
              + format
              + ", this version of LFNN reads format "
              + FORMAT
              + ": load it with the version that wrote it, or train again");
    }
    if (input == null
        || kind == null
        || stages == null
        || parameters == null
        || encoder == null
        || targetScale == null) {
      throw new InvalidObjectException("the model is damaged: a part of it is missing");
    }
    try {
      architecture =
          new Architecture(
              InputShape.parse(input),
              new Task(PredictionKind.valueOf(kind), groups, outputs),
              stages.length == 0
                  ? List.of()
                  : ((NetworkSpec.Stages) NetworkSpec.parse(String.join("; ", stages))).stages());
    } catch (IllegalArgumentException | ArithmeticException | ClassCastException e) {
      InvalidObjectException invalid =
          new InvalidObjectException("the model's network is damaged: " + e.getMessage());
      invalid.initCause(e);
      throw invalid;
    }
    if (encoder.size() != architecture.input().size()) {
      throw new InvalidObjectException(
          "the model is damaged: its encoder gives "
              + encoder.size()
              + " features, its network takes "
              + architecture.input().size());
    }
    long total = 0;
    for (float[] parameter : parameters) {
      total += parameter == null ? 0 : parameter.length;
    }
    long expected = architecture.parameterCount() + architecture.statisticCount();
    if (total != expected) {
      throw new InvalidObjectException(
          "the model is damaged: it has "
              + total
              + " parameters and statistics, its network needs "
              + expected);
    }
  }
}
