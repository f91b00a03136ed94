package lfnn.nn;

import org.jspecify.annotations.Nullable;

/**
 * Convolutions with 3 × 3 kernels, stride 1 and zeros around the image, by the minimal filtering
 * algorithm F(4 × 4, 3 × 3) of <a href="https://arxiv.org/abs/1509.09308v2">Lavin and Gray
 * 2015</a>: a quarter of the multiplications, all of them in matrix products.
 *
 * <pre>
 *   y  = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A      for each tile d of 6 × 6 inputs and y of 4 × 4 outputs
 *   dg = Gᵀ[Σ (A dy Aᵀ) ⊙ (Bᵀ d B)]G   over all tiles
 * </pre>
 *
 * The gradient of the input is the same convolution with the kernel turned by 180° and inputs and
 * outputs swapped. Rounding is some ten times that of the plain sum: about 10<sup>−5</sup> of the
 * largest term.
 */
final class WinogradConvolution {

  /** Channels on each side from which the transforms cost less than the products save. */
  private static final int FEWEST_CHANNELS = 16;

  /** Pixels in each direction from which the transform of the weights is worth it, too. */
  private static final int SMALLEST_IMAGE = 8;

  /** Values of an image up to which its transforms fit an array. */
  private static final int MOST_VALUES = 1 << 28;

  private static final int KERNEL = 3;
  private static final int PLACES = WinogradTiles.PLACES;

  /** Floats of a transformed chunk, so that it stays in the cache of a core. */
  private static final int CHUNK = 1 << 19;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** What a thread works in. */
  private static final class Scratch {
    final WinogradTiles tiles = new WinogradTiles();
    final WinogradKernels kernels = new WinogradKernels();
    final NativeFloats inputs = new NativeFloats();
    final NativeFloats outputs = new NativeFloats();
    final NativeFloats weights = new NativeFloats();
    final NativeFloats weightsOfCaller = new NativeFloats();
    final NativeFloats sums = new NativeFloats();
  }

  private final Parallel parallel;
  private final int inChannels;
  private final int outChannels;
  private final WinogradTiles.Grid grid;

  WinogradConvolution(Parallel parallel, Window window) {
    this.parallel = parallel;
    this.inChannels = window.input().channels();
    this.outChannels = window.output().channels();
    this.grid = new WinogradTiles.Grid(window.input().height(), window.input().width());
  }

  /** Whether this algorithm computes such convolutions, and is worth it. */
  static boolean suits(Window window, int groups) {
    return window.size() == KERNEL
        && window.stride() == 1
        && window.same()
        && groups == 1
        && window.input().height() >= SMALLEST_IMAGE
        && window.input().width() >= SMALLEST_IMAGE
        && window.input().channels() >= FEWEST_CHANNELS
        && window.output().channels() >= FEWEST_CHANNELS
        && Math.max(window.input().size(), window.output().size()) <= MOST_VALUES;
  }

  /** Images per chunk; depends on the sizes only, as the order of sums does. */
  private int chunk() {
    long perImage = (long) grid.tiles() * PLACES * Math.max(inChannels, outChannels);
    return (int) Math.max(1, Math.min(64, CHUNK / perImage));
  }

  void forward(Matrix x, Matrix weights, Matrix biases, Matrix z) {
    Nd4jBackend.start();
    NativeFloats kernels = transformedWeights(weights.values(), false);
    convolve(
        x.rows(), x.values(), inChannels, kernels, biases.values(), z.valuesToWrite(), outChannels);
  }

  void inputGradient(Matrix weights, Matrix dz, Matrix dx) {
    Nd4jBackend.start();
    NativeFloats kernels = transformedWeights(weights.values(), true);
    convolve(dz.rows(), dz.values(), outChannels, kernels, null, dx.valuesToWrite(), inChannels);
  }

  private void convolve(
      int examples,
      float[] inputs,
      int from,
      NativeFloats kernels,
      float @Nullable [] biases,
      float[] outputs,
      int to) {
    int step = chunk();
    parallel.parts(
        (examples + step - 1) / step,
        part -> {
          int first = part * step;
          int count = Math.min(step, examples - first);
          int tiles = count * grid.tiles();
          Scratch scratch = SCRATCH.get();
          NativeFloats own = scratch.weightsOfCaller.viewOf(kernels);
          NativeFloats transformed = scratch.inputs.ofLength(PLACES * tiles * from);
          NativeFloats products = scratch.outputs.ofLength(PLACES * tiles * to);
          scratch.tiles.transformInputs(grid, inputs, first, count, from, transformed);
          for (int p = 0; p < PLACES; p++) {
            NativeFloats.multiply(
                tiles,
                to,
                from,
                transformed,
                p * tiles * from,
                own,
                p * from * to,
                0,
                products,
                p * tiles * to);
          }
          scratch.tiles.transformOutputs(grid, products, first, count, to, biases, outputs);
        });
  }

  /** Gradients of weights and biases. */
  void weightGradient(Matrix x, Matrix dz, Matrix dWeights, Matrix dBiases) {
    Nd4jBackend.start();
    int examples = x.rows();
    int step = chunk();
    int chunks = (examples + step - 1) / step;
    int size = PLACES * inChannels * outChannels;
    float[] inputs = x.values();
    float[] signals = dz.values();
    float[][] sums = PartialSums.floats(chunks, dWeights.size());
    double[][] biasSums = PartialSums.doubles(chunks, outChannels);
    PartialSums.add(
        parallel,
        chunks,
        part -> SCRATCH.get().sums.ofLength(size),
        (part, chunk) -> {
          int first = chunk * step;
          int count = Math.min(step, examples - first);
          int tiles = count * grid.tiles();
          Scratch scratch = SCRATCH.get();
          NativeFloats in = scratch.inputs.ofLength(PLACES * tiles * inChannels);
          NativeFloats out = scratch.outputs.ofLength(PLACES * tiles * outChannels);
          NativeFloats sum = scratch.sums;
          scratch.tiles.transformInputs(grid, inputs, first, count, inChannels, in);
          scratch.tiles.transformSignals(
              grid, signals, first, count, outChannels, out, biasSums[part]);
          for (int p = 0; p < PLACES; p++) {
            NativeFloats.multiplyTransposed(
                inChannels,
                outChannels,
                tiles,
                in,
                p * tiles * inChannels,
                out,
                p * tiles * outChannels,
                chunk == part ? 0 : 1,
                sum,
                p * inChannels * outChannels);
          }
        },
        part -> {
          Scratch scratch = SCRATCH.get();
          scratch.kernels.gradients(scratch.sums, inChannels, outChannels, sums[part]);
        });
    PartialSums.total(sums, chunks, dWeights.size(), dWeights.valuesToWrite());
    PartialSums.total(biasSums, chunks, outChannels, dBiases.valuesToWrite());
  }

  /**
   * G g Gᵀ of all kernels as [place][input][output].
   *
   * @param turned whether for the gradient of the input: kernels turned, inputs and outputs swapped
   */
  private NativeFloats transformedWeights(float[] weights, boolean turned) {
    int size = PLACES * inChannels * outChannels;
    Scratch scratch = SCRATCH.get();
    float[] transformed = ThreadScratch.ofThread().row(0, size);
    parallel.parts(
        inChannels,
        i ->
            SCRATCH
                .get()
                .kernels
                .transform(weights, i, inChannels, outChannels, turned, transformed));
    NativeFloats result = scratch.weights.ofLength(size);
    result.put(0, transformed, 0, size);
    return result;
  }
}
