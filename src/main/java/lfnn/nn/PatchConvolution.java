package lfnn.nn;

import java.util.Arrays;
import lfnn.data.InputShape;

/**
 * Convolutions with few inputs for each output, such as those of the first layer on pixels: a
 * matrix with a row of inputs for each output pixel, and a product. The copies would cost too much
 * where there are many channels.
 */
final class PatchConvolution {

  /** Inputs of an output up to which the copies cost less than the product saves. */
  private static final int MOST_INPUTS = 32;

  /** Floats of a chunk's outputs. */
  private static final int CHUNK = 1 << 19;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** What a thread works in. */
  private static final class Scratch {
    final NativeFloats patches = new NativeFloats();
    final NativeFloats outputs = new NativeFloats();
    final NativeFloats weights = new NativeFloats();
    final NativeFloats weightsOfCaller = new NativeFloats();
    final NativeFloats sums = new NativeFloats();
  }

  private final Parallel parallel;
  private final Window window;
  private final int inputs;
  private final int filters;

  PatchConvolution(Parallel parallel, Window window) {
    this.parallel = parallel;
    this.window = window;
    this.inputs = window.size() * window.size() * window.input().channels();
    this.filters = window.output().channels();
  }

  /** Whether such convolutions are worth it. */
  static boolean suits(Window window, int groups) {
    return groups == 1 && window.size() * window.size() * window.input().channels() <= MOST_INPUTS;
  }

  private int chunk() {
    return Math.max(1, Math.min(64, CHUNK / window.output().size()));
  }

  void forward(Matrix x, Matrix weights, Matrix biases, Matrix z) {
    Nd4jBackend.start();
    int examples = x.rows();
    int step = chunk();
    float[] images = x.values();
    float[] bias = biases.values();
    float[] results = z.valuesToWrite();
    NativeFloats kernels = SCRATCH.get().weights.ofLength(weights.size());
    kernels.put(0, weights.values(), 0, weights.size());
    parallel.parts(
        (examples + step - 1) / step,
        part -> {
          int first = part * step;
          int count = Math.min(step, examples - first);
          int pixels = count * window.outputPixels();
          Scratch scratch = SCRATCH.get();
          NativeFloats outputs = scratch.outputs.ofLength(pixels * filters);
          float[] filled = ThreadScratch.ofThread().row(0, pixels * filters);
          for (int p = 0; p < pixels; p++) {
            System.arraycopy(bias, 0, filled, p * filters, filters);
          }
          outputs.put(0, filled, 0, pixels * filters);
          NativeFloats.multiply(
              pixels,
              filters,
              inputs,
              patches(images, first, count, scratch),
              0,
              scratch.weightsOfCaller.viewOf(kernels),
              0,
              1,
              outputs,
              0);
          outputs.get(0, results, first * window.output().size(), pixels * filters);
        });
  }

  /** Gradients of weights and biases. */
  void weightGradient(Matrix x, Matrix dz, Matrix dWeights, Matrix dBiases) {
    Nd4jBackend.start();
    int examples = x.rows();
    int step = chunk();
    int chunks = (examples + step - 1) / step;
    int size = inputs * filters;
    float[] images = x.values();
    float[] signals = dz.values();
    float[][] sums = PartialSums.floats(chunks, size);
    double[][] biasSums = PartialSums.doubles(chunks, filters);
    PartialSums.add(
        parallel,
        chunks,
        part -> SCRATCH.get().sums.ofLength(size),
        (part, chunk) -> {
          int first = chunk * step;
          int count = Math.min(step, examples - first);
          int pixels = count * window.outputPixels();
          int from = first * window.output().size();
          Scratch scratch = SCRATCH.get();
          NativeFloats outputs = scratch.outputs.ofLength(pixels * filters);
          NativeFloats sum = scratch.sums;
          outputs.put(0, signals, from, pixels * filters);
          NativeFloats.multiplyTransposed(
              inputs,
              filters,
              pixels,
              patches(images, first, count, scratch),
              0,
              outputs,
              0,
              chunk == part ? 0 : 1,
              sum,
              0);
          addRows(signals, from, pixels, biasSums[part]);
        },
        part -> SCRATCH.get().sums.get(0, sums[part], 0, size));
    PartialSums.total(sums, chunks, size, dWeights.valuesToWrite());
    PartialSums.total(biasSums, chunks, filters, dBiases.valuesToWrite());
  }

  private void addRows(float[] signals, int from, int pixels, double[] sums) {
    ThreadScratch rows = ThreadScratch.ofThread();
    float[] row = rows.row(0, filters);
    float[] sum = rows.zeros(1, filters);
    for (int p = 0; p < pixels; p++) {
      System.arraycopy(signals, from + p * filters, row, 0, filters);
      for (int f = 0; f < filters; f++) {
        sum[f] += row[f];
      }
      // Floats are summed in short runs only.
      if ((p & 63) == 63 || p == pixels - 1) {
        for (int f = 0; f < filters; f++) {
          sums[f] += sum[f];
          sum[f] = 0;
        }
      }
    }
  }

  /** The inputs of each output pixel of some images, row by row. */
  private NativeFloats patches(float[] images, int first, int count, Scratch scratch) {
    InputShape in = window.input();
    InputShape out = window.output();
    int channels = in.channels();
    int top = padding(in.height(), out.height());
    int left = padding(in.width(), out.width());
    int pixels = count * window.outputPixels();
    float[] patches = ThreadScratch.ofThread().row(0, pixels * inputs);
    int run = window.size() * channels;
    int at = 0;
    for (int e = first; e < first + count; e++) {
      for (int r = 0; r < out.height(); r++) {
        for (int c = 0; c < out.width(); c++) {
          int column = c * window.stride() - left;
          // The columns of the window that lie in the image are neighbours.
          int from = Math.max(0, -column) * channels;
          int to = Math.min(window.size(), in.width() - column) * channels;
          for (int i = 0; i < window.size(); i++, at += run) {
            int row = r * window.stride() - top + i;
            int start = ((e * in.height() + row) * in.width() + column) * channels;
            boolean inside = row >= 0 && row < in.height();
            if (!inside || from > 0 || to < run) {
              Arrays.fill(patches, at, at + run, 0f);
            }
            for (int k = from; inside && k < to; k++) {
              patches[at + k] = images[start + k];
            }
          }
        }
      }
    }
    NativeFloats result = scratch.patches.ofLength(pixels * inputs);
    result.put(0, patches, 0, pixels * inputs);
    return result;
  }

  /** Zeros before the first pixel in one direction. */
  private int padding(int inputPixels, int outputPixels) {
    int needed = (outputPixels - 1) * window.stride() + window.size() - inputPixels;
    return window.same() ? Math.max(0, needed) / 2 : 0;
  }
}
