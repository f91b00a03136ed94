package lfnn.bench;

import lfnn.spec.Architecture;
import lfnn.spec.TrainingSpec;

/** A network of ours with tensors of PyTorch, which learns by LFNN-ℓ. */
sealed interface PyTorchNetwork extends AutoCloseable permits PyTorchStages, PyTorchBlocks {

  /**
   * The network of an architecture: stages of neuron workers, or blocks on images below one.
   *
   * @param values parameters to begin with, [parameter][element]
   */
  static PyTorchNetwork of(Architecture architecture, TrainingSpec training, float[][] values) {
    return Networks.readsImages(architecture)
        ? new PyTorchBlocks(architecture, training, values)
        : PyTorchStages.of(architecture, training, values);
  }

  /**
   * Learns from a mini-batch.
   *
   * @param examples N
   * @param features [N, inputs], row-major
   * @param oneHot [N, classes], row-major
   */
  void step(int examples, float[] features, float[] oneHot);

  /** Frees memory. */
  @Override
  void close();
}
