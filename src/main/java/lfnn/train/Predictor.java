package lfnn.train;

import lfnn.data.Dataset;
import lfnn.nn.Batch;
import lfnn.nn.Network;
import lfnn.nn.Workspace;
import lfnn.spec.Architecture;
import lfnn.spec.Task;

/**
 * Predictions of a network, in chunks of bounded size. Not safe for use by several threads at once.
 */
final class Predictor {

  /** Examples per chunk: enough for a full-speed product, little enough to stay in the cache. */
  private static final int CHUNK = 256;

  /** Most values that the layers compute for a chunk; those of large images fill 128 MB. */
  private static final long CHUNK_VALUES = 1 << 25;

  /** Output from which a network says that an example is of its class. */
  private static final float YES = 0.5f;

  private final Network network;
  private final boolean keepsAll;
  private Workspace workspace;
  private Batch batch;

  /** For predictions alone: what the stages compute is not kept to the end. */
  Predictor(Network network) {
    this(network, false);
  }

  /**
   * @param keepsAll whether the workspace that visitors get has the activations of all stages
   */
  Predictor(Network network, boolean keepsAll) {
    this.network = network;
    this.keepsAll = keepsAll;
  }

  /** Examples per chunk for a network. */
  static int chunk(Architecture architecture) {
    return (int) Math.max(1, Math.min(CHUNK, CHUNK_VALUES / architecture.activationCount()));
  }

  /** Chunks at a time whose values fit the same memory, at least 1. */
  static int chunksAtOnce(Architecture architecture) {
    long values = chunk(architecture) * architecture.activationCount();
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, CHUNK_VALUES / values));
  }

  /**
   * Predicts.
   *
   * @param examples N
   * @param features [N, inputs] in the network's input layout
   * @return column-major [N, G·C]
   */
  float[] predict(int examples, float[] features) {
    if (workspace == null || workspace.capacity() < examples) {
      Workspace larger = keepsAll ? network.workspace(examples) : network.workspace(examples, 2);
      batch = new Batch(network.architecture(), network.kernels(), examples);
      workspace = larger;
    }
    batch.setInputs(examples, features);
    return network.predict(batch.inputs(), workspace).toFloats();
  }

  /** Takes the predictions of some examples of a data set. */
  interface Visitor {

    /**
     * Called for each chunk, in order.
     *
     * @param from first example of the chunk
     * @param examples N
     * @param predictions column-major [N, G·C]
     * @param workspace of the forward pass; has the activations of the output layer and, if the
     *     predictor keeps them, of all stages
     */
    void chunk(int from, int examples, float[] predictions, Workspace workspace);
  }

  /** Predicts a data set, chunk by chunk. */
  void predict(Dataset dataset, Visitor visitor) {
    int[] rows = MiniBatches.inOrder(dataset.size());
    int chunk = Math.min(chunk(network.architecture()), rows.length);
    float[] features = new float[chunk * dataset.features()];
    for (int from = 0; from < rows.length; from += chunk) {
      int count = Math.min(chunk, rows.length - from);
      dataset.gather(rows, from, count, network.architecture().inputLayout(), features);
      visitor.chunk(from, count, predict(count, features), workspace);
    }
  }

  /** Loss and error on a data set, weighted by its weights; NaN if these sum to 0. */
  Score score(Dataset dataset) {
    return scoring(dataset).score();
  }

  /** The same, and who was taken for whom. */
  Evaluation evaluate(Dataset dataset) {
    Scoring scoring = scoring(dataset);
    return new Evaluation(scoring.score(), scoring.confusion);
  }

  private Scoring scoring(Dataset dataset) {
    Scoring scoring = new Scoring(dataset, network.architecture().task());
    predict(dataset, (from, count, p, ignored) -> scoring.add(from, count, p));
    return scoring;
  }

  /** Both accuracies of a one-vs-all network on a data set, whose weights do not count. */
  Accuracy accuracy(Dataset dataset) {
    int classes = network.architecture().task().classes();
    long[] right = new long[2];
    predict(
        dataset,
        (from, examples, p, workspace) -> {
          for (int e = 0; e < examples; e++) {
            int label = (int) dataset.target(from + e);
            right[0] += Losses.largest(p, e, examples, classes) == label ? 1 : 0;
            for (int c = 0; c < classes; c++) {
              right[1] += p[c * examples + e] > YES == (c == label) ? 1 : 0;
            }
          }
        });
    double size = dataset.size();
    return new Accuracy(right[0] / size, right[1] / (size * classes));
  }

  /** Sums over the examples of a data set. */
  static final class Scoring {

    private final Dataset dataset;
    private final Task task;
    private final int[][] confusion;
    private double loss;
    private double wrong;
    private double total;

    Scoring(Dataset dataset, Task task) {
      this.dataset = dataset;
      this.task = task;
      this.confusion = new int[task.classes()][task.classes()];
    }

    /** Loss and error of the examples added. */
    Score score() {
      if (total == 0) {
        return Score.NONE;
      }
      double error = wrong / total;
      return new Score(loss / total, task.isClassification() ? error : Math.sqrt(error));
    }

    /**
     * Adds a chunk.
     *
     * @param predictions column-major [count, G·C]
     */
    void add(int from, int count, float[] predictions) {
      for (int e = 0; e < count; e++) {
        double weight = dataset.weight(from + e);
        float target = dataset.target(from + e);
        loss += weight * Losses.loss(task, predictions, e, count, target);
        wrong += weight * Losses.error(task, predictions, e, count, target);
        total += weight;
        if (task.isClassification()) {
          confusion[(int) target][Losses.largest(predictions, e, count, task.width())]++;
        }
      }
    }
  }
}
