package lfnn.nn;

import lfnn.data.InputShape;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of the layers for images: convolution, pooling, normalisation, dropout,
 * similarity. Part of {@link Kernels}, with the same two forms.
 *
 * <p>Images are row-major matrices [N, P·C] with the channels last: channel c of pixel p of example
 * b is at {@code (b·P + p)·C + c}. Where a layer takes both, a column-major matrix [N, F] counts as
 * N rows of F channels, and an image as N·P rows of C channels.
 */
interface LayerKernels {

  /**
   * z = x ∗ W + b.
   *
   * @param groups slices of the channels that stay apart
   * @param x [N, P·C]
   * @param weights [groups, size·size·C/groups·F/groups], row-major; in a group, the weight from
   *     channel c of the window's pixel (i, j) to filter f is at {@code ((i·size + j)·C/groups +
   *     c)· F/groups + f}
   * @param biases [1, F]
   * @param z [N, P′·F], overwritten
   */
  void convolve(Window window, int groups, Matrix x, Matrix weights, Matrix biases, Matrix z);

  /**
   * Gradients of {@link #convolve}.
   *
   * @param dz gradient of the output
   * @param dWeights overwritten
   * @param dBiases overwritten
   * @param dx overwritten, if it is wanted
   */
  void convolutionGradient(
      Window window,
      int groups,
      Matrix x,
      Matrix weights,
      Matrix dz,
      Matrix dWeights,
      Matrix dBiases,
      @Nullable Matrix dx);

  /** Gradient of the input of {@link #convolve} alone; {@code dx} is overwritten. */
  void convolutionInputGradient(Window window, int groups, Matrix weights, Matrix dz, Matrix dx);

  /** The largest value in each window; {@code y} is overwritten. */
  void maxPool(Window window, Matrix x, Matrix y);

  /** Gradient of {@link #maxPool}: it goes to the first of the largest values of a window. */
  void maxPoolGradient(Window window, Matrix x, Matrix y, Matrix dy, Matrix dx);

  /**
   * Derivative of {@link #maxPool} along a direction: the tangent of the first of the largest
   * values of a window.
   *
   * @param xTangent direction of x
   * @param yTangent overwritten
   */
  void maxPoolTangent(Window window, Matrix x, Matrix y, Matrix xTangent, Matrix yTangent);

  /** The mean of each window; {@code y} is overwritten. */
  void averagePool(Window window, Matrix x, Matrix y);

  /** Gradient of {@link #averagePool}; overwrites {@code dx}. */
  void averagePoolGradient(Window window, Matrix dy, Matrix dx);

  /**
   * Images as columns, channel by channel, each averaged in windows side by side: feature {@code
   * c·P′ + p} of y is the mean of channel c in window p. Windows of one pixel flatten the images.
   *
   * @param x [N, P·C], row-major
   * @param y [N, C·P′], column-major, overwritten
   */
  void averageTiles(Window window, Matrix x, Matrix y);

  /** Adds the gradient of {@link #averageTiles} to {@code dx}. */
  void addAverageTilesGradient(Window window, Matrix dy, Matrix dx);

  /**
   * Images with a row for each channel of each example and a column for each pixel.
   *
   * @param x [N, P·C], row-major
   * @param y [N·C, P], column-major, overwritten
   */
  void pixelsToColumns(InputShape shape, Matrix x, Matrix y);

  /** The inverse of {@link #pixelsToColumns}; overwrites {@code x}. */
  void columnsToPixels(InputShape shape, Matrix y, Matrix x);

  /**
   * Mean and population variance of each channel over all rows.
   *
   * @param means [1, C], overwritten
   * @param variances [1, C], overwritten
   */
  void channelStatistics(Matrix x, Matrix means, Matrix variances);

  /**
   * y = gain · (x − mean) / √(variance + {@link #EPSILON}) + shift, channel by channel.
   *
   * @param y overwritten
   */
  void normaliseChannels(
      Matrix x, Matrix means, Matrix variances, Matrix gains, Matrix shifts, Matrix y);

  /**
   * Gradients of {@link #normaliseChannels} where means and variances are those of x.
   *
   * @param dGains overwritten, if parameter gradients are wanted
   * @param dShifts overwritten, with {@code dGains}
   * @param dx overwritten, if it is wanted
   */
  void normaliseChannelsGradient(
      Matrix x,
      Matrix means,
      Matrix variances,
      Matrix gains,
      Matrix dy,
      Matrix dGains,
      Matrix dShifts,
      @Nullable Matrix dx);

  /** running ← running + share · (value − running). */
  void moveTowards(Matrix running, Matrix value, double share);

  /**
   * Each row to mean 0 and variance 1 over its channels, then gain and shift.
   *
   * @param gains [1, C], or null for 1
   * @param shifts [1, C], or null for 0
   * @param y overwritten
   */
  void normaliseRows(
      int channels, Matrix x, @Nullable Matrix gains, @Nullable Matrix shifts, Matrix y);

  /**
   * Gradients of {@link #normaliseRows}: dx = (g − mean g − x̂ · mean(g ⊙ x̂)) / σ with g = gain ⊙
   * dy.
   *
   * @param dGains overwritten unless null, as {@code dShifts}
   * @param dx overwritten, if it is wanted
   */
  void normaliseRowsGradient(
      int channels,
      Matrix x,
      @Nullable Matrix gains,
      Matrix dy,
      @Nullable Matrix dGains,
      @Nullable Matrix dShifts,
      @Nullable Matrix dx);

  /**
   * y = x ⊙ mask / (1 − rate), where the mask depends on the seed and the place in the matrix only;
   * used for values and for gradients.
   */
  void dropout(double rate, long seed, Matrix x, Matrix y);

  /** y = a + b; y may be one of them. */
  void add(Matrix a, Matrix b, Matrix y);

  /** x ← factor · x. */
  void scale(double factor, Matrix x);

  /**
   * Similarity loss of Nøkland and Eidnes 2019 (equation 1): the mean squared difference between
   * the matrix of cosine similarities of the examples' features and that of their targets, (1 / N²)
   * Σ_ij ω_i ω_j (R_ij − T_ij)². Features and targets of an example are centred on their mean.
   *
   * @param features [N, F]; of images {@link #channelDeviations}
   * @param targets [N, C], one-hot
   * @param weights ω, [N, 1]
   * @param factor β, by which the gradient is multiplied
   * @param gradient of β times the loss with respect to the features; overwritten
   * @return the loss
   */
  double similarity(
      Matrix features, Matrix targets, Matrix weights, double factor, Matrix gradient);

  /**
   * Standard deviation of each channel over the P pixels of each image, with P − 1 in the quotient.
   *
   * @param x [N, P·C], P at least 2
   * @param deviations column-major [N, C]; overwritten
   */
  void channelDeviations(int channels, Matrix x, Matrix deviations);

  /**
   * The gradient of {@link #channelDeviations}: that of a deviation s with respect to a pixel is (x
   * − mean) / ((P − 1) · s). A constant channel has no slope in any direction.
   *
   * @param deviations as computed before
   * @param dDeviations gradient of the deviations, column-major [N, C]
   * @param dx [N, P·C]; overwritten
   */
  void channelDeviationsGradient(
      int channels, Matrix x, Matrix deviations, Matrix dDeviations, Matrix dx);

  /** Added to variances before roots and quotients. */
  double EPSILON = 1e-5;
}
