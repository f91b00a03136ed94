package lfnn.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lfnn.spec.LayerShape;
import lfnn.spec.LayerSpec;
import org.jspecify.annotations.Nullable;

/** Layers one after the other. */
final class Body {

  private final List<Layer> layers = new ArrayList<>();
  private final LayerShape input;

  /**
   * @param name of the stage, for the names of parameters
   * @param input what the first layer reads, of each group
   * @param inputGroups groups of the input: 1 where all groups read the same
   * @param groups networks of one-vs-all
   */
  Body(
      Kernels kernels,
      String name,
      List<LayerSpec> specs,
      LayerShape input,
      int inputGroups,
      int groups) {
    this.input = input;
    LayerShape shape = input;
    int blocks = inputGroups;
    for (LayerSpec spec : specs) {
      String layerName = name + ".layer " + (layers.size() + 1);
      layers.add(layer(kernels, layerName, spec, shape, blocks, groups));
      // Layers without weights leave the groups as they are; the same input for all stays so.
      blocks = spec instanceof LayerSpec.Dense ? groups : blocks;
      shape = spec.output(shape);
    }
  }

  private static Layer layer(
      Kernels kernels, String name, LayerSpec spec, LayerShape input, int blocks, int groups) {
    LayerShape output = spec.output(input);
    if (spec instanceof LayerSpec.Dense dense) {
      return new DenseLayer(
          kernels,
          name,
          blocks * input.size(),
          output,
          groups,
          blocks * dense.groups(),
          dense.activation());
    }
    if (spec instanceof LayerSpec.Convolution convolution) {
      return new ConvolutionLayer(kernels, name, input, convolution);
    }
    if (spec instanceof LayerSpec.Pool pool) {
      Window window = Window.of(input, output, pool.size(), pool.stride(), false);
      return new PoolLayer(kernels, output, window, pool.maximum());
    }
    if (spec instanceof LayerSpec.GlobalAverage) {
      int side = Math.max(input.shape().height(), input.shape().width());
      return new PoolLayer(kernels, output, Window.tiles(input.shape(), side), false);
    }
    if (spec instanceof LayerSpec.BatchNorm norm) {
      return new BatchNormLayer(kernels, name, output, blocks, norm.activation());
    }
    if (spec instanceof LayerSpec.LayerNorm norm) {
      return new LayerNormLayer(kernels, name, output, norm.plain(), norm.activation());
    }
    if (spec instanceof LayerSpec.Dropout dropout) {
      return new DropoutLayer(kernels, name, output, blocks, dropout.rate());
    }
    if (spec instanceof LayerSpec.Activate activate) {
      return new ActivationLayer(kernels, output, blocks, activate.activation());
    }
    if (spec instanceof LayerSpec.Flatten) {
      return new FlattenLayer(kernels, input, blocks);
    }
    if (spec instanceof LayerSpec.MixPixels mix) {
      return new MixPixelsLayer(kernels, name, output, mix.activation());
    }
    LayerSpec.Residual residual = (LayerSpec.Residual) spec;
    return new ResidualLayer(
        kernels,
        input,
        output,
        new Body(kernels, name, residual.body(), input, 1, 1),
        new Body(kernels, name + ".shortcut", residual.shortcut(input), input, 1, 1),
        residual.activation());
  }

  int size() {
    return layers.size();
  }

  /** What the last layer gives, of each group. */
  LayerShape output() {
    return layers.isEmpty() ? input : layers.get(layers.size() - 1).output();
  }

  List<Parameter> parameters() {
    return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
  }

  List<Matrix> statistics() {
    return layers.stream().flatMap(layer -> layer.statistics().stream()).toList();
  }

  void initialise(SplittableRandom random) {
    layers.forEach(layer -> layer.initialise(random));
  }

  /** Room for batches of at most {@code examples} examples, a memory for each layer. */
  List<LayerMemory> memories(int examples) {
    return layers.stream().map(layer -> layer.memory(examples)).toList();
  }

  /** The gradient of the last layer's output. */
  static Matrix gradient(List<LayerMemory> memories) {
    return memories.get(memories.size() - 1).gradient();
  }

  /** Computes the outputs of all layers and returns the last; x itself if there are none. */
  Matrix forward(Matrix x, List<LayerMemory> memories, Pass pass) {
    Matrix value = x;
    for (int l = 0; l < layers.size(); l++) {
      layers.get(l).forward(value, memories.get(l), pass);
      value = memories.get(l).output();
    }
    return value;
  }

  /** Computes gradients from {@link #gradient}; see {@link Layer#backward}. */
  void backward(
      Matrix x, List<LayerMemory> memories, Pass pass, boolean learns, @Nullable Matrix dx) {
    backward(layers.size() - 1, 0, x, memories, pass, learns, dx);
  }

  /** The same from layer {@code top} down to layer {@code bottom}. */
  void backward(
      int top,
      int bottom,
      Matrix x,
      List<LayerMemory> memories,
      Pass pass,
      boolean learns,
      @Nullable Matrix dx) {
    for (int l = top; l >= bottom; l--) {
      Matrix input = l == 0 ? x : memories.get(l - 1).output();
      Matrix below = l == 0 ? dx : memories.get(l - 1).gradient();
      layers.get(l).backward(input, memories.get(l), pass, learns, below);
    }
  }
}
