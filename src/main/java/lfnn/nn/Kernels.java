package lfnn.nn;

import lfnn.data.BatchLayout;
import lfnn.spec.Activation;
import lfnn.spec.PredictionKind;

/**
 * The arithmetic of a leader–follower network: products, activations, worker errors, leader choice,
 * error signals and the optimizer's step.
 *
 * <p>Two forms give equal results: {@link HeapKernels}, loops over heap arrays for the CPU backend,
 * and {@link Nd4jKernels}, ND4J operations only, for devices and for double precision. Nobody above
 * this interface knows which form it got.
 *
 * <p>Symbols: N examples (rows), G groups (1, or one per class for one-vs-all), n workers of a
 * group, W = G·n workers in all, K outputs of a worker. A [N, W·K] matrix holds worker w's outputs
 * in columns w·K to w·K + K − 1; a target matrix is [N, G·K].
 */
public interface Kernels {

  /** A zero matrix that these kernels can work on, column-major. */
  default Matrix matrix(int rows, int columns) {
    return matrix(rows, columns, BatchLayout.FEATURE_MAJOR);
  }

  /** A zero matrix that these kernels can work on: row-major where it holds images. */
  Matrix matrix(int rows, int columns, BatchLayout layout);

  /** The arithmetic of layers for images. */
  LayerKernels layers();

  /** y ← x, of the same size and order. */
  void copy(Matrix x, Matrix y);

  /**
   * z = x·W + b.
   *
   * @param x [N, inputs]; may be row-major if there is one group
   * @param weights [outputs / groups, inputs]: column i holds the weights that leave input i
   * @param biases [1, outputs]
   * @param groups blocks on the diagonal: block g connects the g-th share of the inputs with the
   *     g-th share of the outputs
   * @param z [N, outputs], overwritten
   */
  void affine(Matrix x, Matrix weights, Matrix biases, int groups, Matrix z);

  /**
   * dW = xᵀ·dz and db = Σ over examples of dz, in the layout of {@link #affine}; both overwritten.
   */
  void affineGradient(Matrix x, Matrix dz, int groups, Matrix weightGradient, Matrix biasGradient);

  /** dx = dz·Wᵀ in the layout of {@link #affine}; {@code dx} is overwritten. */
  void affineInputGradient(Matrix dz, Matrix weights, int groups, Matrix dx);

  /** y ← activation(y), elementwise. */
  void activate(Activation activation, Matrix y);

  /**
   * dy ← dy ⊙ activation′, where y is the activation's output. As the derivative is taken element
   * by element, dy may be a gradient of y or a derivative of the input along a direction.
   */
  void activationGradient(Activation activation, Matrix y, Matrix dy);

  /**
   * Predictions of workers.
   *
   * @param z logits [N, W·K]
   * @param p [N, W·K], overwritten
   */
  void predict(PredictionKind kind, int outputs, Matrix z, Matrix p);

  /**
   * dz ← dz + J(p)ᵀ·dp, where J is the derivative of {@link #predict}: softmax p ⊙ (dp − ⟨dp, p⟩);
   * sigmoid dp·p·(1 − p); identity dp. J is symmetric, so J·dp, the derivative along a direction dp
   * of the logits, is the same.
   */
  void addPredictionGradient(PredictionKind kind, int outputs, Matrix p, Matrix dp, Matrix dz);

  /**
   * Prediction errors e[b, w]: cross-entropy, binary cross-entropy or half the squared error.
   *
   * @param p [N, W·K]
   * @param targets [N, G·K]
   * @param workers n
   * @param errors [N, W], overwritten
   */
  void errors(
      PredictionKind kind, int outputs, int workers, Matrix p, Matrix targets, Matrix errors);

  /**
   * E[w] = Σ_b ω_b·e[b, w] / Σ_b ω_b.
   *
   * @param errors [N, W]
   * @param weights ω, [N, 1]; if they sum to 0, E is 0
   * @param means [1, W], overwritten
   */
  void meanErrors(Matrix errors, Matrix weights, Matrix means);

  /**
   * Chooses leaders in every row and group: the {@code leaders} workers with the lowest error, ties
   * to the lower index.
   *
   * @param errors [R, W]
   * @param workers n
   * @param leaders k, in [1, n]
   * @param referenceRank [R, G], values in [0, k): which leader is followed, 0 for the best
   * @param mask [R, W], overwritten: 1 for leaders, 0 for followers
   * @param reference [R, G], overwritten: index within the group of the leader that is followed
   */
  void selectLeaders(
      Matrix errors, int workers, int leaders, Matrix referenceRank, Matrix mask, Matrix reference);

  /**
   * Error signals of workers: for leaders dz = leaderScale·ω_b·(p − t); for followers, with r =
   * (2/C) · (p − p_reference), dz = followerScale·ω_b·J(p)ᵀ·r, or, when logits are aligned, dz =
   * followerScale·ω_b·(2/C)·(z − z_reference). The reference is held constant.
   *
   * @param aligned what followers align: p itself, or the logits
   * @param leadership who leads; one row for all examples or one row each
   * @param signals [N, W·K], overwritten
   */
  void errorSignals(
      PredictionKind kind,
      int outputs,
      int workers,
      Matrix p,
      Aligned aligned,
      Matrix targets,
      Matrix weights,
      LeaderChoice leadership,
      double leaderScale,
      double followerScale,
      Matrix signals);

  /**
   * Mean squared distance of the followers from their reference, Σ_b ω_b · mean over followers of
   * ‖p − p_reference‖² / C / Σ_b ω_b, averaged over groups; 0 without followers.
   */
  double followerLoss(
      int outputs, int workers, Matrix values, Matrix weights, LeaderChoice leadership);

  /** Weighted mean error of the leaders (of the output layer: with every entry of the mask 1). */
  double leaderLoss(int workers, Matrix errors, Matrix weights, LeaderChoice leadership);

  /**
   * Multiplies each slice of the columns, or of the channels of images, by a factor of its own.
   *
   * @param factors [1 or N, S]: for all examples, or one for each
   * @param columnsPerSlice columns, or channels, of each of the S slices
   * @param values [N, S·columnsPerSlice], or images [N, P·C] with C = S·columnsPerSlice; updated
   */
  void scaleSlices(Matrix factors, int columnsPerSlice, Matrix values);

  /**
   * Multiplies the weights that lead to each output by a factor of its own.
   *
   * @param factors [1, outputs]
   * @param weights in the layout of {@link #affine}; updated
   */
  void scaleOutputs(Matrix factors, int groups, Matrix weights);

  /**
   * x ← independent numbers from N(0, 1), each a function of the seed and of its place in the
   * matrix alone.
   */
  void drawNormal(long seed, Matrix x);

  /**
   * What a loss gains along a direction, by example and worker: Σ_k signals[b, w·K + k] ·
   * tangent[b, w·K + k].
   *
   * @param signals gradient of the loss, [N, W·K]; may be row-major if W = 1
   * @param tangent derivative of the same values along the direction, in the same order
   * @param derivatives [N, W], overwritten
   */
  void directionalDerivatives(int outputs, Matrix signals, Matrix tangent, Matrix derivatives);

  /**
   * One step of the optimizer.
   *
   * @param step the numbers of this step
   * @param value the parameter, updated
   * @param gradient its gradient, not modified
   * @param moments first and second moment, as many as the optimizer keeps; updated
   */
  void update(OptimizerStep step, Matrix value, Matrix gradient, Matrix... moments);

  /** What followers align, with the logits only needed where they are what is aligned. */
  record Aligned(boolean toLogits, Matrix logits) {}

  /**
   * Who leads.
   *
   * @param leaders k, leaders of each row and group
   * @param mask [1 or N, W], 1 for leaders
   * @param reference [1 or N, G], index within the group of the leader that is followed
   */
  record LeaderChoice(int leaders, Matrix mask, Matrix reference) {}
}
