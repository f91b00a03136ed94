package lfnn.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lfnn.spec.Architecture;
import lfnn.spec.LayerSpec;
import lfnn.spec.StageSpec;
import lfnn.spec.TrainingSpec;

/**
 * LFNN-ℓ on the networks of the family {@code mnist-438k} in PyTorch: blocks of two convolutions,
 * max-pooling, batch normalisation, dropout and one head each, then a stage of neuron workers.
 * Gradients inside a block come from PyTorch's own differentiation; the block's input is a
 * constant.
 */
final class PyTorchBlocks implements PyTorchNetwork {

  /** Parameters of a block: two convolutions, normalisation and head, two each. */
  private static final int PER_BLOCK = 8;

  private static final int KERNEL = 3;

  private final Architecture architecture;
  private final PyTorchTensors parameters;
  private final List<NDArray> statistics = new ArrayList<>();
  private final PyTorchStages stages;
  private final int blocks;
  private final float dropout;

  /**
   * @param values parameters of our own network, [parameter][element]
   */
  PyTorchBlocks(Architecture architecture, TrainingSpec training, float[][] values) {
    this.architecture = architecture;
    this.parameters = new PyTorchTensors(training);
    this.blocks = architecture.stages().size() - 1;
    int channels = architecture.input().channels();
    float rate = 0;
    for (int s = 0; s < blocks; s++) {
      int first = s * PER_BLOCK;
      StageSpec.Block block = (StageSpec.Block) architecture.stages().get(s);
      int layer = 0;
      for (LayerSpec spec : block.body()) {
        if (spec instanceof LayerSpec.Convolution convolution) {
          addConvolution(values[first + layer], values[first + layer + 1], channels, convolution);
          channels = convolution.filters();
          layer += 2;
        } else if (spec instanceof LayerSpec.Dropout drops) {
          rate = (float) drops.rate();
        }
      }
      parameters.add(values[first + layer], channels);
      parameters.add(values[first + layer + 1], channels);
      float[] ones = new float[channels];
      Arrays.fill(ones, 1);
      statistics.add(parameters.manager().create(new float[channels]));
      statistics.add(parameters.manager().create(ones));
      float[] head = values[first + layer + 2];
      int classes = architecture.task().outputs();
      parameters.add(
          PyTorchStages.rowMajor(head, classes, head.length / classes),
          classes,
          head.length / classes);
      parameters.add(values[first + layer + 3], classes);
    }
    dropout = rate;
    parameters.values().forEach(value -> value.setRequiresGradient(true));
    stages = stages(training, values, channels);
  }

  /** Ours reads the channels of a pixel as neighbours, PyTorch the pixels of a channel. */
  private PyTorchStages stages(TrainingSpec training, float[][] values, int channels) {
    float[][] own = Arrays.copyOfRange(values, blocks * PER_BLOCK, values.length);
    int workers = architecture.stages().get(blocks).workers();
    int width = workers * architecture.task().outputs();
    int pixels = own[0].length / width / channels;
    float[] weights = new float[own[0].length];
    for (int p = 0; p < pixels; p++) {
      for (int c = 0; c < channels; c++) {
        System.arraycopy(
            own[0], (p * channels + c) * width, weights, (c * pixels + p) * width, width);
      }
    }
    own[0] = weights;
    return new PyTorchStages(
        parameters,
        pixels * channels,
        architecture.task(),
        workers,
        1,
        training.leadership().leaders(workers),
        own);
  }

  private void addConvolution(
      float[] weights, float[] biases, int channels, LayerSpec.Convolution spec) {
    int filters = spec.filters();
    float[] turned = new float[weights.length];
    int to = 0;
    for (int f = 0; f < filters; f++) {
      for (int c = 0; c < channels; c++) {
        for (int k = 0; k < KERNEL * KERNEL; k++) {
          turned[to] = weights[(k * channels + c) * filters + f];
          to++;
        }
      }
    }
    parameters.add(turned, filters, channels, KERNEL, KERNEL);
    parameters.add(biases, filters);
  }

  @Override
  public void step(int examples, float[] features, float[] oneHot) {
    parameters.begin();
    try (NDManager batch = parameters.manager().newSubManager()) {
      NDArray t = batch.create(oneHot, new Shape(examples, architecture.task().outputs()));
      NDArray x = images(batch, examples, features);
      for (int s = 0; s < blocks; s++) {
        NDArray y;
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
          y = body(x, s, true);
          NDArray logits =
              Linear.linear(y.reshape(examples, -1), parameter(s, 6), parameter(s, 7))
                  .singletonOrThrow();
          collector.backward(logits.logSoftmax(-1).mul(t).sum().neg().div(examples));
        }
        for (int i = s * PER_BLOCK; i < (s + 1) * PER_BLOCK; i++) {
          parameters.update(i, parameters.values().get(i).getGradient());
        }
        x = y.stopGradient();
      }
      stages.learn(x.reshape(examples, -1), t);
    }
  }

  private NDArray images(NDManager batch, int examples, float[] features) {
    return batch.create(
        features,
        new Shape(
            examples,
            architecture.input().channels(),
            architecture.input().height(),
            architecture.input().width()));
  }

  private NDArray parameter(int block, int index) {
    return parameters.values().get(block * PER_BLOCK + index);
  }

  private NDArray body(NDArray x, int block, boolean training) {
    NDArray y = x;
    for (int layer = 0; layer < 2; layer++) {
      NDList z =
          Conv2d.conv2d(
              y,
              parameter(block, 2 * layer),
              parameter(block, 2 * layer + 1),
              new Shape(1, 1),
              new Shape(1, 1));
      y = Activation.relu(z.singletonOrThrow());
    }
    y = Pool.maxPool2d(y, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false);
    y =
        BatchNorm.batchNorm(
                y,
                statistics.get(2 * block),
                statistics.get(2 * block + 1),
                parameter(block, 4),
                parameter(block, 5),
                1,
                // PyTorch's own word for it is the share of the batch, DJL's that of the past.
                0.9f,
                1e-5f,
                training)
            .singletonOrThrow();
    return dropout > 0 ? Dropout.dropout(y, dropout, training).singletonOrThrow() : y;
  }

  /**
   * Predicts.
   *
   * @param features [N, channels, height, width], row-major
   * @return [N, classes], row-major
   */
  float[] predict(int examples, float[] features) {
    try (NDManager batch = parameters.manager().newSubManager()) {
      NDArray x = images(batch, examples, features);
      for (int s = 0; s < blocks; s++) {
        x = body(x, s, false);
      }
      return stages.predict(x.reshape(examples, -1)).toFloatArray();
    }
  }

  @Override
  public void close() {
    parameters.close();
  }
}
