package lfnn.bench;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Networks of the same sizes as ours for back-propagation in DL4J, which knows no workers: hidden
 * units are sigmoid units.
 */
final class Dl4jNetworks {

  private static final double DROPOUT = 0.2;

  private Dl4jNetworks() {}

  private static NeuralNetConfiguration.Builder configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .weightInit(WeightInit.XAVIER)
        .updater(new Adam(0.001));
  }

  private static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).activation(Activation.SIGMOID).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(10)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork initialised(
      NeuralNetConfiguration.ListBuilder layers, InputType input) {
    MultiLayerNetwork network = new MultiLayerNetwork(layers.setInputType(input).build());
    network.init();
    return network;
  }

  /** 784 → 320 → 320 → 10. */
  static MultiLayerNetwork dense() {
    return initialised(
        configuration().list().layer(dense(320)).layer(dense(320)).layer(output()),
        InputType.feedForward(784));
  }

  /** The layers of {@code mnist-438k} without the heads of its blocks. */
  static MultiLayerNetwork convolutional() {
    return initialised(
        configuration()
            .list()
            .layer(convolution(128))
            .layer(convolution(64))
            .layer(pool())
            .layer(new BatchNormalization.Builder().build())
            .layer(new DropoutLayer.Builder(1 - DROPOUT).build())
            .layer(convolution(64))
            .layer(convolution(128))
            .layer(pool())
            .layer(new BatchNormalization.Builder().build())
            .layer(new DropoutLayer.Builder(1 - DROPOUT).build())
            .layer(dense(40))
            .layer(output()),
        InputType.convolutional(28, 28, 1));
  }

  private static ConvolutionLayer convolution(int filters) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(filters)
        .convolutionMode(ConvolutionMode.Same)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pool() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }
}
