package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
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

  /** Gives the weights other ways for errors to go down, see {@link Weights#fixFeedback}. */
  void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed) {}

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

  /** Whether something of the layer itself moves. */
  boolean moves(Perturbation perturbation) {
    return perturbation != Perturbation.NONE && !parameters().isEmpty();
  }

  /**
   * Draws the direction of what moves from N(0, 1): into the gradients of the parameters, or into
   * {@link LayerMemory#gradient()}.
   */
  void perturb(LayerMemory memory, Perturbation perturbation, SplittableRandom random) {}

  /**
   * Computes {@link LayerMemory#tangent()}, the derivative of the output along the direction that
   * was drawn and that of x.
   *
   * @param x as in {@link #forward}, which came before
   * @param xTangent direction of x; null if x stays, and then something of the layer moves
   */
  abstract void tangent(
      Matrix x,
      @Nullable Matrix xTangent,
      LayerMemory memory,
      Pass pass,
      Perturbation perturbation);

  /**
   * Makes gradients of the parameters of the direction that was drawn.
   *
   * @param slopes of the loss, one part for each slice of the output's channels
   */
  void learnFromDirection(
      Matrix x, LayerMemory memory, Pass pass, Perturbation perturbation, Slopes slopes) {}

  /**
   * Into how many equal slices the channels of x fall such that each reaches only its own slice of
   * the output.
   *
   * @param slices of the output's channels
   */
  int inputSlices(int slices) {
    return slices;
  }

  /** The largest number that divides both. */
  static int commonSlices(int a, int b) {
    return b == 0 ? a : commonSlices(b, a % b);
  }
}
