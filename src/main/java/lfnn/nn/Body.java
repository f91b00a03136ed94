package lfnn.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
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

  /** See {@link Weights#fixFeedback}; each layer draws from a generator of its own. */
  void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed) {
    layers.forEach(layer -> layer.fixFeedback(random.split(), fixed));
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
      Matrix input = inputOf(l, x, memories);
      Matrix below = l == 0 ? dx : memories.get(l - 1).gradient();
      layers.get(l).backward(input, memories.get(l), pass, learns, below);
    }
  }

  /** Draws a direction, see {@link Layer#perturb}. */
  void perturb(List<LayerMemory> memories, Perturbation perturbation, SplittableRandom random) {
    for (int l = 0; l < layers.size(); l++) {
      layers.get(l).perturb(memories.get(l), perturbation, random);
    }
  }

  /**
   * Computes the derivatives of all outputs along a direction, see {@link Layer#tangent}.
   *
   * @return that of the last output; null if it stays, {@code xTangent} if there are no layers
   */
  @Nullable Matrix tangent(
      Matrix x,
      @Nullable Matrix xTangent,
      List<LayerMemory> memories,
      Pass pass,
      Perturbation perturbation) {
    return tangent(layers.size(), x, xTangent, memories, pass, perturbation);
  }

  /** The same for the first {@code count} layers. */
  @Nullable Matrix tangent(
      int count,
      Matrix x,
      @Nullable Matrix xTangent,
      List<LayerMemory> memories,
      Pass pass,
      Perturbation perturbation) {
    Matrix tangent = xTangent;
    for (int l = 0; l < count; l++) {
      Layer layer = layers.get(l);
      if (tangent != null || layer.moves(perturbation)) {
        LayerMemory memory = memories.get(l);
        layer.tangent(inputOf(l, x, memories), tangent, memory, pass, perturbation);
        tangent = memory.tangent();
      }
    }
    return tangent;
  }

  /** Makes gradients of the direction that was drawn, see {@link Layer#learnFromDirection}. */
  void learnFromDirection(
      Matrix x, List<LayerMemory> memories, Pass pass, Perturbation perturbation, Slopes slopes) {
    learnFromDirection(layers.size(), x, memories, pass, perturbation, slopes);
  }

  /** The same for the first {@code count} layers. */
  void learnFromDirection(
      int count,
      Matrix x,
      List<LayerMemory> memories,
      Pass pass,
      Perturbation perturbation,
      Slopes slopes) {
    Slopes own = slopes;
    for (int l = count - 1; l >= 0; l--) {
      Layer layer = layers.get(l);
      layer.learnFromDirection(inputOf(l, x, memories), memories.get(l), pass, perturbation, own);
      own = own.merged(inputSlices(l, own.parts()));
    }
  }

  /** See {@link Layer#inputSlices}. */
  int inputSlices(int slices) {
    int own = slices;
    for (int l = layers.size() - 1; l >= 0; l--) {
      own = inputSlices(l, own);
    }
    return own;
  }

  private int inputSlices(int l, int slices) {
    int own = layers.get(l).inputSlices(slices);
    if (l == 0) {
      return Layer.commonSlices(own, input.channels());
    }
    // Values that were pixels are slices of channels only if no channel is cut.
    Layer below = layers.get(l - 1);
    return Layer.commonSlices(own, below.groups() * below.output().channels());
  }

  private static Matrix inputOf(int l, Matrix x, List<LayerMemory> memories) {
    return l == 0 ? x : memories.get(l - 1).output();
  }
}
