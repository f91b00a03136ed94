package lfnn.bench;

import lfnn.data.BatchLayout;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;
import lfnn.train.Trainer;

/** Whether PyTorch computes what we compute: the same predictions after the same steps. */
final class Agreement {

  private static final int STEPS = 5;
  private static final int EXAMPLES = 32;

  /**
   * With Adam's usual ε, the sign of a gradient that is nearly 0 would decide over a whole step.
   */
  private static final OptimizerSpec SMOOTH = new OptimizerSpec.Adam(0.9, 0.999, 1e-3, false);

  private Agreement() {}

  /** A small relative of {@code mnist-438k}; dropout would be drawn differently. */
  private static final Architecture BLOCKS =
      Architecture.of(
          Networks.MNIST,
          Task.classification(10),
          NetworkSpec.parse(
              "block(conv(16), conv(8), max-pool(2), batch-norm, heads=1, pool=14);"
                  + "block(conv(8), conv(16), max-pool(2), batch-norm, heads=1, pool=7);"
                  + "fc(workers=4)"));

  /** Somebody else's network after the same steps as ours. */
  private interface Peer extends AutoCloseable {
    void step(float[] features, float[] oneHot);

    float[] predict(float[] features);

    @Override
    void close();
  }

  /** Stages of softmax workers. */
  static double ofStages() {
    return of(Networks.DENSE, Agreement::stages);
  }

  /** One network of sigmoid workers per class. */
  static double ofOneVsAll() {
    return of(Networks.ONE_VS_ALL, Agreement::stages);
  }

  /** Convolutional blocks and a stage of softmax workers. */
  static double ofBlocks() {
    return of(BLOCKS, Agreement::blocks);
  }

  private interface PeerOf {
    Peer of(Architecture architecture, TrainingSpec training, float[][] values);
  }

  private static Peer stages(Architecture architecture, TrainingSpec training, float[][] values) {
    PyTorchStages stages = PyTorchStages.of(architecture, training, values);
    return new Peer() {
      @Override
      public void step(float[] features, float[] oneHot) {
        stages.step(EXAMPLES, features, oneHot);
      }

      @Override
      public float[] predict(float[] features) {
        return stages.predict(EXAMPLES, features);
      }

      @Override
      public void close() {
        stages.close();
      }
    };
  }

  private static Peer blocks(Architecture architecture, TrainingSpec training, float[][] values) {
    PyTorchBlocks blocks = new PyTorchBlocks(architecture, training, values);
    return new Peer() {
      @Override
      public void step(float[] features, float[] oneHot) {
        blocks.step(EXAMPLES, features, oneHot);
      }

      @Override
      public float[] predict(float[] features) {
        return blocks.predict(EXAMPLES, features);
      }

      @Override
      public void close() {
        blocks.close();
      }
    };
  }

  /**
   * The largest difference of a predicted probability, as a share of how much training has changed
   * any.
   */
  private static double of(Architecture architecture, PeerOf peerOf) {
    TrainingSpec training = Networks.training(Algorithm.LFNN_L, SMOOTH, EXAMPLES, 1);
    Trainer trainer = new Trainer(architecture, training);
    // Images of MNIST have one channel: both layouts of images are the same.
    Images ours = new Images(EXAMPLES, architecture.inputLayout());
    Images theirs = new Images(EXAMPLES, BatchLayout.CHANNELS_LAST);
    try (Peer peer = peerOf.of(architecture, training, trainer.parameters())) {
      float[] before = trainer.predict(EXAMPLES, ours.features()).clone();
      for (int i = 0; i < STEPS; i++) {
        trainer.step(EXAMPLES, ours.features(), ours.labels(), ours.weights());
        peer.step(theirs.features(), theirs.oneHot(10));
      }
      float[] after = trainer.predict(EXAMPLES, ours.features());
      double change = 0;
      for (int i = 0; i < after.length; i++) {
        change = Math.max(change, Math.abs(after[i] - before[i]));
      }
      return largestDifference(after, peer.predict(theirs.features())) / change;
    }
  }

  /** Of column-major ours and row-major theirs. */
  private static double largestDifference(float[] ours, float[] theirs) {
    int classes = ours.length / EXAMPLES;
    double largest = 0;
    for (int b = 0; b < EXAMPLES; b++) {
      for (int c = 0; c < classes; c++) {
        double difference = ours[c * EXAMPLES + b] - theirs[b * classes + c];
        largest = Math.max(largest, Math.abs(difference));
      }
    }
    return largest;
  }
}
