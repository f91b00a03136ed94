package lfnn.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntFunction;
import lfnn.data.FeatureEncoder;
import lfnn.nn.Network;
import lfnn.nn.Parallel;
import lfnn.spec.Architecture;

/**
 * Predictions of one network for rows that are still to be encoded, in chunks that several threads
 * may share out. Safe for use by several threads.
 *
 * <p>Which chunks there are does not depend on the number of threads, so predictions do not either.
 */
final class PredictorPool {

  /** Takes the outputs of a chunk. */
  interface Sink {
    /**
     * Called once for each chunk, from any thread.
     *
     * @param from first row of the chunk
     * @param count number of rows
     * @param outputs column-major [count, G·C]
     */
    void chunk(int from, int count, float[] outputs);
  }

  private final Network network;
  private final FeatureEncoder encoder;
  private final Parallel parallel;
  private final int chunk;
  private final int most;

  /** Those that no thread is working with. */
  private final Deque<ChunkPredictor> idle = new ArrayDeque<>();

  /**
   * @param threads that may work on one prediction, the calling one included; 0 means one per
   *     processor
   */
  PredictorPool(Network network, FeatureEncoder encoder, int threads) {
    this.network = network;
    this.encoder = encoder;
    Architecture architecture = network.architecture();
    chunk = Predictor.chunk(architecture);
    int wanted = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    // Where layers split each pass between the threads, or a device computes, chunks go one by one.
    most =
        Network.splitsPasses(architecture) || !Network.computesOnHeap()
            ? 1
            : Math.min(wanted, Predictor.chunksAtOnce(architecture));
    parallel = new Parallel(most);
  }

  Network network() {
    return network;
  }

  /**
   * Predicts.
   *
   * @param count number of rows
   * @param rows the row with a given index, as {@link FeatureEncoder#encode} takes it; must not
   *     wait for what the calling thread holds
   */
  void predict(int count, IntFunction<double[]> rows, Sink sink) {
    parallel.parts(
        (count + chunk - 1) / chunk,
        part -> {
          int from = part * chunk;
          int size = Math.min(chunk, count - from);
          ChunkPredictor predictor = take();
          sink.chunk(from, size, predictor.predict(from, size, rows));
          // One that has failed is not used again.
          giveBack(predictor);
        });
  }

  private synchronized ChunkPredictor take() {
    return idle.isEmpty() ? new ChunkPredictor() : idle.pop();
  }

  /** Keeps no more than one prediction needs, however many there were at the same time. */
  private synchronized void giveBack(ChunkPredictor predictor) {
    if (idle.size() < most) {
      idle.push(predictor);
    }
  }

  /** What one thread predicts with. */
  private final class ChunkPredictor {
    private final Predictor predictor = new Predictor(network);
    private float[] encoded = {};
    private float[] features = {};

    /** The network's outputs for {@code count} rows, column-major. */
    float[] predict(int from, int count, IntFunction<double[]> rows) {
      Architecture architecture = network.architecture();
      int width = encoder.size();
      if (encoded.length < count * width) {
        encoded = new float[count * width];
        features = new float[count * width];
      }
      for (int e = 0; e < count; e++) {
        encoder.encode(rows.apply(from + e), encoded, e * width);
      }
      architecture.inputLayout().arrange(architecture.input(), encoded, count, features);
      return predictor.predict(count, features);
    }
  }
}
