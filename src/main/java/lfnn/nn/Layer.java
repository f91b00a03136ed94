package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/**
 * A layer in the body of a stage.
 *
 * <p>It holds parameters but no activations: these are in a {@link LayerMemory}, with which a
 * directional derivative can be computed as well as a gradient, since it has the output and what
 * the layer noted about the batch.
 */
abstract class Layer {

  private final Kernels kernels;
  private final LayerShape output;
  private final int groups;

  /**
   * @param output what the layer gives, of each group
   * @param groups networks of one-vs-all; 1 for images
   */
  Layer(Kernels kernels, LayerShape output, int groups) {
    this.kernels = kernels;
    this.output = output;
    this.groups = groups;
  }

  final Kernels kernels() {
    return kernels;
  }

  /** What the layer gives, of each group. */
  final LayerShape output() {
    return output;
  }

  final int groups() {
    return groups;
  }

  /** Columns of the output, all groups together. */
  final int width() {
    return groups * output.size();
  }

  /** What is learned. */
  List<Parameter> parameters() {
    return List.of();
  }

  /** What is kept with the parameters but not learned by gradients. */
  List<Matrix> statistics() {
    return List.of();
  }

  /** Draws initial values. */
  void initialise(SplittableRandom random) {}

  /** Room for batches of at most {@code examples} examples. */
  LayerMemory memory(int examples) {
    return new LayerMemory(kernels, examples, width(), output.layout());
  }

  /** Computes {@link LayerMemory#output()} from x. */
  abstract void forward(Matrix x, LayerMemory memory, Pass pass);

  /**
   * Computes gradients from {@link LayerMemory#gradient()}, which is used up.
   *
   * @param x as in {@link #forward}
   * @param learns whether the gradients of the parameters are wanted
   * @param dx overwritten with the gradient of x, if that is wanted
   */
  abstract void backward(
      Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx);
}
