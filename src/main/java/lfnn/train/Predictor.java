package lfnn.train;

import lfnn.data.BatchLayout;
import lfnn.data.Dataset;
import lfnn.nn.Batch;
import lfnn.nn.Network;
import lfnn.nn.Workspace;
import lfnn.spec.Task;

/**
 * Predictions of a network, in chunks of bounded size. Not safe for use by several threads at once.
 */
final class Predictor {

  /** Examples per chunk: enough for a full-speed product, little enough to stay in the cache. */
  static final int CHUNK = 256;

  private final Network network;
  private Workspace workspace;
  private Batch batch;

  Predictor(Network network) {
    this.network = network;
  }

  /**
   * Predicts.
   *
   * @param examples N
   * @param features column-major [N, inputs]
   * @return column-major [N, G·C]
   */
  float[] predict(int examples, float[] features) {
    if (workspace == null || workspace.capacity() < examples) {
      workspace = network.workspace(examples);
      batch = new Batch(network.architecture(), network.kernels(), examples);
    }
    batch.setInputs(examples, features);
    return network.predict(batch.inputs(), workspace).toFloats();
  }

  /** Loss and error on a data set, weighted by its weights; NaN if these sum to 0. */
  Score score(Dataset dataset) {
    Task task = network.architecture().task();
    int[] rows = MiniBatches.inOrder(dataset.size());
    float[] features = new float[Math.min(CHUNK, rows.length) * dataset.features()];
    double loss = 0;
    double wrong = 0;
    double total = 0;
    for (int from = 0; from < rows.length; from += CHUNK) {
      int count = Math.min(CHUNK, rows.length - from);
      dataset.gather(rows, from, count, BatchLayout.FEATURE_MAJOR, features);
      float[] predictions = predict(count, features);
      for (int e = 0; e < count; e++) {
        double weight = dataset.weight(from + e);
        float target = dataset.target(from + e);
        loss += weight * Losses.loss(task, predictions, e, count, target);
        wrong += weight * Losses.error(task, predictions, e, count, target);
        total += weight;
      }
    }
    if (total == 0) {
      return Score.NONE;
    }
    double error = wrong / total;
    return new Score(loss / total, task.isClassification() ? error : Math.sqrt(error));
  }
}
