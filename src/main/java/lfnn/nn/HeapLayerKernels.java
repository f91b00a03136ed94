package lfnn.nn;

import java.util.Arrays;
import lfnn.data.InputShape;
import org.jspecify.annotations.Nullable;

/**
 * The form for the CPU in single precision: convolutions on ND4J a few images at a time, all else
 * as loops over heap arrays, split into parts that depend on the sizes only.
 *
 * <p>The loops over the channels of a pixel first copy the pixel to a short array: the compiler
 * uses vector instructions only if arrays are read at the same index.
 */
final class HeapLayerKernels implements LayerKernels {

  /** Rows whose floats are summed before the sum goes on in double precision. */
  private static final int RUN = 64;

  private final Parallel parallel;

  HeapLayerKernels(Parallel parallel) {
    this.parallel = parallel;
  }

  // --- Convolution ---------------------------------------------------------------------------

  @Override
  public void convolve(
      Window window, int groups, Matrix x, Matrix weights, Matrix biases, Matrix z) {
    if (WinogradConvolution.suits(window, groups)) {
      new WinogradConvolution(parallel, window).forward(x, weights, biases, z);
    } else if (PatchConvolution.suits(window, groups)) {
      new PatchConvolution(parallel, window).forward(x, weights, biases, z);
    } else {
      new DirectConvolution(parallel, window, groups).forward(x, weights, biases, z);
    }
  }

  @Override
  public void convolutionGradient(
      Window window,
      int groups,
      Matrix x,
      Matrix weights,
      Matrix dz,
      Matrix dWeights,
      Matrix dBiases,
      @Nullable Matrix dx) {
    if (WinogradConvolution.suits(window, groups)) {
      WinogradConvolution convolution = new WinogradConvolution(parallel, window);
      convolution.weightGradient(x, dz, dWeights, dBiases);
      if (dx != null) {
        convolution.inputGradient(weights, dz, dx);
      }
    } else if (dx == null && PatchConvolution.suits(window, groups)) {
      new PatchConvolution(parallel, window).weightGradient(x, dz, dWeights, dBiases);
    } else {
      new DirectConvolution(parallel, window, groups)
          .gradient(x, weights, dz, dWeights, dBiases, dx);
    }
  }

  @Override
  public void convolutionInputGradient(
      Window window, int groups, Matrix weights, Matrix dz, Matrix dx) {
    if (WinogradConvolution.suits(window, groups)) {
      new WinogradConvolution(parallel, window).inputGradient(weights, dz, dx);
    } else {
      new DirectConvolution(parallel, window, groups).inputGradient(weights, dz, dx);
    }
  }

  // --- Pooling -------------------------------------------------------------------------------

  /**
   * Finds the pixels of a window that lie in the image.
   *
   * @param place output pixel at which the window is
   * @param pixels overwritten with the input pixels, counted row by row
   * @return how many there are
   */
  private static int findPixels(Window window, int place, int[] pixels) {
    int top = place / window.output().width() * window.stride();
    int left = place % window.output().width() * window.stride();
    int width = window.input().width();
    int bottom = Math.min(window.input().height(), top + window.size());
    int right = Math.min(width, left + window.size());
    int count = 0;
    for (int row = top; row < bottom; row++) {
      for (int column = left; column < right; column++) {
        pixels[count++] = row * width + column;
      }
    }
    return count;
  }

  private static int[] pixelArray(Window window, ThreadScratch scratch) {
    return scratch.ints(window.size() * window.size());
  }

  @Override
  public void maxPool(Window window, Matrix x, Matrix y) {
    int channels = window.input().channels();
    float[] inputs = x.values();
    float[] outputs = y.valuesToWrite();
    parallel.parts(
        x.rows(),
        b -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          float[] largest = scratch.row(0, channels);
          float[] pixel = scratch.row(1, channels);
          int[] pixels = pixelArray(window, scratch);
          int image = b * window.input().size();
          for (int o = 0; o < window.outputPixels(); o++) {
            Arrays.fill(largest, 0, channels, Float.NEGATIVE_INFINITY);
            int count = findPixels(window, o, pixels);
            for (int p = 0; p < count; p++) {
              System.arraycopy(inputs, image + pixels[p] * channels, pixel, 0, channels);
              for (int c = 0; c < channels; c++) {
                largest[c] = Math.max(largest[c], pixel[c]);
              }
            }
            System.arraycopy(
                largest, 0, outputs, (b * window.outputPixels() + o) * channels, channels);
          }
        });
  }

  @Override
  public void maxPoolGradient(Window window, Matrix x, Matrix y, Matrix dy, Matrix dx) {
    int channels = window.input().channels();
    float[] inputs = x.values();
    float[] outputs = y.values();
    float[] signals = dy.values();
    float[] gradient = dx.valuesToWrite();
    parallel.parts(
        x.rows(),
        b -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          float[] left = scratch.row(0, channels);
          float[] largest = scratch.row(1, channels);
          float[] pixel = scratch.row(2, channels);
          float[] sum = scratch.row(3, channels);
          int[] pixels = pixelArray(window, scratch);
          int image = b * window.input().size();
          Arrays.fill(gradient, image, image + window.input().size(), 0f);
          for (int o = 0; o < window.outputPixels(); o++) {
            int out = (b * window.outputPixels() + o) * channels;
            System.arraycopy(signals, out, left, 0, channels);
            System.arraycopy(outputs, out, largest, 0, channels);
            int count = findPixels(window, o, pixels);
            for (int p = 0; p < count; p++) {
              int in = image + pixels[p] * channels;
              System.arraycopy(inputs, in, pixel, 0, channels);
              System.arraycopy(gradient, in, sum, 0, channels);
              for (int c = 0; c < channels; c++) {
                float given = left[c] * (1 - other(largest[c], pixel[c]));
                sum[c] += given;
                left[c] -= given;
              }
              System.arraycopy(sum, 0, gradient, in, channels);
            }
          }
        });
  }

  @Override
  public void maxPoolTangent(Window window, Matrix x, Matrix y, Matrix xTangent, Matrix yTangent) {
    int channels = window.input().channels();
    float[] inputs = x.values();
    float[] outputs = y.values();
    float[] direction = xTangent.values();
    float[] tangent = yTangent.valuesToWrite();
    parallel.parts(
        x.rows(),
        b -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          float[] left = scratch.row(0, channels);
          float[] largest = scratch.row(1, channels);
          float[] pixel = scratch.row(2, channels);
          float[] moved = scratch.row(3, channels);
          float[] sum = scratch.row(4, channels);
          int[] pixels = pixelArray(window, scratch);
          int image = b * window.input().size();
          for (int o = 0; o < window.outputPixels(); o++) {
            int out = (b * window.outputPixels() + o) * channels;
            System.arraycopy(outputs, out, largest, 0, channels);
            Arrays.fill(left, 0, channels, 1f);
            Arrays.fill(sum, 0, channels, 0f);
            int count = findPixels(window, o, pixels);
            for (int p = 0; p < count; p++) {
              int in = image + pixels[p] * channels;
              System.arraycopy(inputs, in, pixel, 0, channels);
              System.arraycopy(direction, in, moved, 0, channels);
              for (int c = 0; c < channels; c++) {
                float taken = left[c] * (1 - other(largest[c], pixel[c]));
                sum[c] += taken * moved[c];
                left[c] -= taken;
              }
            }
            System.arraycopy(sum, 0, tangent, out, channels);
          }
        });
  }

  /** 0 for the largest and 1 for others, without a branch nobody can predict. */
  private static float other(float largest, float value) {
    return Math.min(1f, (largest - value) * HeapKernels.HUGE);
  }

  @Override
  public void averagePool(Window window, Matrix x, Matrix y) {
    int channels = window.input().channels();
    float[] inputs = x.values();
    float[] outputs = y.valuesToWrite();
    parallel.parts(
        x.rows(),
        b -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          for (int o = 0; o < window.outputPixels(); o++) {
            float[] mean = mean(window, inputs, b, o, scratch);
            System.arraycopy(
                mean, 0, outputs, (b * window.outputPixels() + o) * channels, channels);
          }
        });
  }

  /** The mean over the window at output pixel {@code o} of image {@code b}, in row 0. */
  private static float[] mean(Window window, float[] inputs, int b, int o, ThreadScratch scratch) {
    int channels = window.input().channels();
    int image = b * window.input().size();
    float[] mean = scratch.zeros(0, channels);
    float[] pixel = scratch.row(1, channels);
    int[] pixels = pixelArray(window, scratch);
    int count = findPixels(window, o, pixels);
    for (int p = 0; p < count; p++) {
      System.arraycopy(inputs, image + pixels[p] * channels, pixel, 0, channels);
      for (int c = 0; c < channels; c++) {
        mean[c] += pixel[c];
      }
    }
    float share = 1f / count;
    for (int c = 0; c < channels; c++) {
      mean[c] *= share;
    }
    return mean;
  }

  @Override
  public void averagePoolGradient(Window window, Matrix dy, Matrix dx) {
    int channels = window.input().channels();
    float[] signals = dy.values();
    float[] gradient = dx.valuesToWrite();
    parallel.parts(
        dy.rows(),
        b -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          float[] signal = scratch.row(0, channels);
          int image = b * window.input().size();
          Arrays.fill(gradient, image, image + window.input().size(), 0f);
          for (int o = 0; o < window.outputPixels(); o++) {
            System.arraycopy(
                signals, (b * window.outputPixels() + o) * channels, signal, 0, channels);
            spread(window, o, signal, image, gradient, scratch);
          }
        });
  }

  /**
   * Adds an equal share of {@code signal} to each pixel of the window at output pixel {@code o}.
   */
  private static void spread(
      Window window, int o, float[] signal, int image, float[] gradient, ThreadScratch scratch) {
    int channels = window.input().channels();
    int[] pixels = pixelArray(window, scratch);
    int count = findPixels(window, o, pixels);
    float share = 1f / count;
    for (int p = 0; p < count; p++) {
      int in = image + pixels[p] * channels;
      for (int c = 0; c < channels; c++) {
        gradient[in + c] += share * signal[c];
      }
    }
  }

  @Override
  public void averageTiles(Window window, Matrix x, Matrix y) {
    int channels = window.input().channels();
    int pixels = window.outputPixels();
    int examples = x.rows();
    float[] inputs = x.values();
    float[] outputs = y.valuesToWrite();
    parallel.parts(
        examples,
        b -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          for (int o = 0; o < pixels; o++) {
            float[] mean = mean(window, inputs, b, o, scratch);
            for (int c = 0; c < channels; c++) {
              outputs[(c * pixels + o) * examples + b] = mean[c];
            }
          }
        });
  }

  @Override
  public void addAverageTilesGradient(Window window, Matrix dy, Matrix dx) {
    int channels = window.input().channels();
    int pixels = window.outputPixels();
    int examples = dy.rows();
    float[] signals = dy.values();
    float[] gradient = dx.valuesToWrite();
    parallel.parts(
        examples,
        b -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          float[] signal = scratch.row(0, channels);
          for (int o = 0; o < pixels; o++) {
            for (int c = 0; c < channels; c++) {
              signal[c] = signals[(c * pixels + o) * examples + b];
            }
            spread(window, o, signal, b * window.input().size(), gradient, scratch);
          }
        });
  }

  @Override
  public void pixelsToColumns(InputShape shape, Matrix x, Matrix y) {
    int channels = shape.channels();
    int pixels = shape.height() * shape.width();
    int examples = x.rows();
    float[] images = x.values();
    float[] columns = y.valuesToWrite();
    parallel.parts(
        examples,
        b -> {
          for (int p = 0; p < pixels; p++) {
            System.arraycopy(
                images,
                (b * pixels + p) * channels,
                columns,
                (p * examples + b) * channels,
                channels);
          }
        });
  }

  @Override
  public void columnsToPixels(InputShape shape, Matrix y, Matrix x) {
    int channels = shape.channels();
    int pixels = shape.height() * shape.width();
    int examples = x.rows();
    float[] columns = y.values();
    float[] images = x.valuesToWrite();
    parallel.parts(
        examples,
        b -> {
          for (int p = 0; p < pixels; p++) {
            System.arraycopy(
                columns,
                (p * examples + b) * channels,
                images,
                (b * pixels + p) * channels,
                channels);
          }
        });
  }

  // --- Normalisation -------------------------------------------------------------------------

  /** A sum over rows: adds what one row gives to float sums. */
  private interface RowSum {
    void add(float[] row, int index, float[] sum, float[] otherSum);
  }

  /**
   * Two sums over the rows of an image matrix, for each channel, in double precision; the parts
   * into which the rows are split depend on their number only. The sums hold until the calling
   * thread asks for others.
   */
  private double[][] sumRows(float[] values, int rows, int channels, RowSum terms) {
    int runs = (rows + RUN - 1) / RUN;
    double[][] first = PartialSums.doubles(runs, channels);
    double[][] second = PartialSums.otherDoubles(runs, channels);
    PartialSums.add(
        parallel,
        runs,
        (part, run) -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          float[] row = scratch.row(0, channels);
          float[] sum = scratch.zeros(1, channels);
          float[] otherSum = scratch.zeros(2, channels);
          for (int r = run * RUN; r < Math.min(rows, (run + 1) * RUN); r++) {
            System.arraycopy(values, r * channels, row, 0, channels);
            terms.add(row, r, sum, otherSum);
          }
          for (int c = 0; c < channels; c++) {
            first[part][c] += sum[c];
            second[part][c] += otherSum[c];
          }
        });
    for (int c = 0; c < channels; c++) {
      first[0][c] = PartialSums.total(first, runs, c);
      second[0][c] = PartialSums.total(second, runs, c);
    }
    return new double[][] {first[0], second[0]};
  }

  @Override
  public void channelStatistics(Matrix x, Matrix means, Matrix variances) {
    int channels = means.columns();
    int rows = x.size() / channels;
    float[] values = x.values();
    float[] mean = means.valuesToWrite();
    float[] variance = variances.valuesToWrite();
    if (!x.isRowMajor()) {
      for (int c = 0; c < channels; c++) {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
          sum += values[c * rows + r];
        }
        mean[c] = (float) (sum / rows);
        double squares = 0;
        for (int r = 0; r < rows; r++) {
          double deviation = values[c * rows + r] - mean[c];
          squares += deviation * deviation;
        }
        variance[c] = (float) (squares / rows);
      }
      return;
    }
    double[] sums =
        sumRows(
            values,
            rows,
            channels,
            (row, r, sum, unused) -> {
              for (int c = 0; c < channels; c++) {
                sum[c] += row[c];
              }
            })[0];
    for (int c = 0; c < channels; c++) {
      mean[c] = (float) (sums[c] / rows);
    }
    double[] squares =
        sumRows(
            values,
            rows,
            channels,
            (row, r, sum, unused) -> {
              for (int c = 0; c < channels; c++) {
                float deviation = row[c] - mean[c];
                sum[c] += deviation * deviation;
              }
            })[0];
    for (int c = 0; c < channels; c++) {
      variance[c] = (float) (squares[c] / rows);
    }
  }

  /** 1 / σ of each channel, in an array of {@code owner}. */
  private static float[] inverseDeviations(Matrix variances, Matrix owner) {
    float[] inverse = owner.scratch(0, variances.columns());
    for (int c = 0; c < variances.columns(); c++) {
      inverse[c] = (float) (1 / Math.sqrt(variances.values()[c] + EPSILON));
    }
    return inverse;
  }

  @Override
  public void normaliseChannels(
      Matrix x, Matrix means, Matrix variances, Matrix gains, Matrix shifts, Matrix y) {
    int channels = means.columns();
    float[] inverse = inverseDeviations(variances, y);
    float[] factor = y.scratch(1, channels);
    float[] offset = y.scratch(2, channels);
    for (int c = 0; c < channels; c++) {
      factor[c] = gains.values()[c] * inverse[c];
      offset[c] = shifts.values()[c] - means.values()[c] * factor[c];
    }
    linear(x, channels, factor, offset, y);
  }

  /** y = factor ⊙ x + offset, channel by channel. */
  private void linear(Matrix x, int channels, float[] factor, float[] offset, Matrix y) {
    int rows = x.size() / channels;
    float[] values = x.values();
    float[] outputs = y.valuesToWrite();
    if (!x.isRowMajor()) {
      parallel.parts(
          channels,
          c -> {
            for (int r = c * rows; r < (c + 1) * rows; r++) {
              outputs[r] = factor[c] * values[r] + offset[c];
            }
          });
      return;
    }
    parallel.parts(
        (rows + RUN - 1) / RUN,
        part -> {
          float[] row = ThreadScratch.ofThread().row(0, channels);
          for (int r = part * RUN; r < Math.min(rows, (part + 1) * RUN); r++) {
            System.arraycopy(values, r * channels, row, 0, channels);
            for (int c = 0; c < channels; c++) {
              row[c] = factor[c] * row[c] + offset[c];
            }
            System.arraycopy(row, 0, outputs, r * channels, channels);
          }
        });
  }

  @Override
  public void normaliseChannelsGradient(
      Matrix x,
      Matrix means,
      Matrix variances,
      Matrix gains,
      Matrix dy,
      Matrix dGains,
      Matrix dShifts,
      @Nullable Matrix dx) {
    int channels = means.columns();
    int rows = x.size() / channels;
    float[] values = x.values();
    float[] signals = dy.values();
    float[] mean = means.values();
    float[] inverse = inverseDeviations(variances, dGains);
    double[][] sums =
        x.isRowMajor()
            ? signalSums(values, signals, rows, channels, mean, inverse)
            : columnSignalSums(values, signals, rows, channels, mean, inverse);
    float[] gainGradient = dGains.valuesToWrite();
    float[] shiftGradient = dShifts.valuesToWrite();
    for (int c = 0; c < channels; c++) {
      shiftGradient[c] = (float) sums[0][c];
      gainGradient[c] = (float) sums[1][c];
    }
    if (dx == null) {
      return;
    }
    float[] factor = dGains.scratch(1, channels);
    float[] slope = dGains.scratch(2, channels);
    float[] offset = dGains.scratch(3, channels);
    for (int c = 0; c < channels; c++) {
      // dx = gain/σ · (dy − mean dy − x̂ · mean(dy ⊙ x̂)), with x̂ = (x − mean)/σ
      factor[c] = gains.values()[c] * inverse[c];
      slope[c] = (float) (-factor[c] * inverse[c] * sums[1][c] / rows);
      offset[c] = (float) (-factor[c] * sums[0][c] / rows - slope[c] * mean[c]);
    }
    float[] gradient = dx.valuesToWrite();
    if (!x.isRowMajor()) {
      parallel.parts(
          channels,
          c -> {
            for (int r = c * rows; r < (c + 1) * rows; r++) {
              gradient[r] = factor[c] * signals[r] + slope[c] * values[r] + offset[c];
            }
          });
      return;
    }
    parallel.parts(
        (rows + RUN - 1) / RUN,
        part -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          float[] row = scratch.row(0, channels);
          float[] signal = scratch.row(1, channels);
          for (int r = part * RUN; r < Math.min(rows, (part + 1) * RUN); r++) {
            System.arraycopy(values, r * channels, row, 0, channels);
            System.arraycopy(signals, r * channels, signal, 0, channels);
            for (int c = 0; c < channels; c++) {
              row[c] = factor[c] * signal[c] + slope[c] * row[c] + offset[c];
            }
            System.arraycopy(row, 0, gradient, r * channels, channels);
          }
        });
  }

  /** For each channel Σ dy and Σ dy ⊙ x̂. */
  private double[][] signalSums(
      float[] values, float[] signals, int rows, int channels, float[] mean, float[] inverse) {
    return sumRows(
        values,
        rows,
        channels,
        (row, r, sum, productSum) -> {
          int at = r * channels;
          for (int c = 0; c < channels; c++) {
            float signal = signals[at + c];
            sum[c] += signal;
            productSum[c] += signal * ((row[c] - mean[c]) * inverse[c]);
          }
        });
  }

  private static double[][] columnSignalSums(
      float[] values, float[] signals, int rows, int channels, float[] mean, float[] inverse) {
    double[] sum = PartialSums.doubles(1, channels)[0];
    double[] productSum = PartialSums.otherDoubles(1, channels)[0];
    for (int c = 0; c < channels; c++) {
      for (int r = c * rows; r < (c + 1) * rows; r++) {
        sum[c] += signals[r];
        productSum[c] += (double) signals[r] * ((values[r] - mean[c]) * inverse[c]);
      }
    }
    return new double[][] {sum, productSum};
  }

  @Override
  public void moveTowards(Matrix running, Matrix value, double share) {
    float[] target = value.values();
    float[] moved = running.valuesToWrite();
    for (int i = 0; i < running.size(); i++) {
      moved[i] += (float) (share * (target[i] - moved[i]));
    }
  }

  /** Runs a pass over rows, each of which it may read and write in an array of its own. */
  private interface RowPass {
    void run(float[] row, float[] second, int index);
  }

  /** Copies each row of {@code first} and of {@code second} to short arrays and hands them over. */
  private void rows(
      int channels, Matrix first, @Nullable Matrix second, Matrix result, RowPass pass) {
    int rows = first.size() / channels;
    boolean rowMajor = first.isRowMajor();
    float[] firstValues = first.values();
    float[] secondValues = second == null ? firstValues : second.values();
    float[] results = result.valuesToWrite();
    parallel.parts(
        (rows + RUN - 1) / RUN,
        part -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          float[] row = scratch.row(0, channels);
          float[] other = scratch.row(1, channels);
          for (int r = part * RUN; r < Math.min(rows, (part + 1) * RUN); r++) {
            read(firstValues, rowMajor, rows, r, row, channels);
            if (second != null) {
              read(secondValues, rowMajor, rows, r, other, channels);
            }
            pass.run(row, other, r);
            write(row, channels, results, rowMajor, rows, r);
          }
        });
  }

  private static void read(
      float[] values, boolean rowMajor, int rows, int r, float[] row, int channels) {
    if (rowMajor) {
      System.arraycopy(values, r * channels, row, 0, channels);
    } else {
      for (int c = 0; c < channels; c++) {
        row[c] = values[c * rows + r];
      }
    }
  }

  private static void write(
      float[] row, int channels, float[] values, boolean rowMajor, int rows, int r) {
    if (rowMajor) {
      System.arraycopy(row, 0, values, r * channels, channels);
    } else {
      for (int c = 0; c < channels; c++) {
        values[c * rows + r] = row[c];
      }
    }
  }

  /** row ← (row − mean) / √(variance + ε); returns the quotient's inverse, 1 / σ. */
  private static float standardise(float[] row, int channels) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += row[c];
    }
    float mean = (float) (sum / channels);
    double squares = 0;
    for (int c = 0; c < channels; c++) {
      double deviation = row[c] - mean;
      squares += deviation * deviation;
    }
    float inverse = (float) (1 / Math.sqrt(squares / channels + EPSILON));
    for (int c = 0; c < channels; c++) {
      row[c] = (row[c] - mean) * inverse;
    }
    return inverse;
  }

  @Override
  public void normaliseRows(
      int channels, Matrix x, @Nullable Matrix gains, @Nullable Matrix shifts, Matrix y) {
    float[] gain = gains == null ? null : gains.values();
    float[] shift = shifts == null ? null : shifts.values();
    rows(
        channels,
        x,
        null,
        y,
        (row, unused, r) -> {
          standardise(row, channels);
          if (gain != null && shift != null) {
            for (int c = 0; c < channels; c++) {
              row[c] = gain[c] * row[c] + shift[c];
            }
          }
        });
  }

  @Override
  public void normaliseRowsGradient(
      int channels,
      Matrix x,
      @Nullable Matrix gains,
      Matrix dy,
      @Nullable Matrix dGains,
      @Nullable Matrix dShifts,
      @Nullable Matrix dx) {
    float[] gain = gains == null ? null : gains.values();
    if (dGains != null && dShifts != null) {
      rowParameterGradients(channels, x, dy, dGains.valuesToWrite(), dShifts.valuesToWrite());
    }
    if (dx == null) {
      return;
    }
    rows(
        channels,
        x,
        dy,
        dx,
        (row, signal, r) -> {
          float inverse = standardise(row, channels);
          double sum = 0;
          double products = 0;
          for (int c = 0; c < channels; c++) {
            if (gain != null) {
              signal[c] *= gain[c];
            }
            sum += signal[c];
            products += signal[c] * row[c];
          }
          float mean = (float) (sum / channels);
          float slope = (float) (products / channels);
          for (int c = 0; c < channels; c++) {
            row[c] = inverse * (signal[c] - mean - row[c] * slope);
          }
        });
  }

  private static void rowParameterGradients(
      int channels, Matrix x, Matrix dy, float[] dGains, float[] dShifts) {
    int rows = x.size() / channels;
    double[] gainSums = PartialSums.doubles(1, channels)[0];
    double[] shiftSums = PartialSums.otherDoubles(1, channels)[0];
    ThreadScratch scratch = ThreadScratch.ofThread();
    float[] row = scratch.row(0, channels);
    float[] signal = scratch.row(1, channels);
    for (int r = 0; r < rows; r++) {
      read(x.values(), x.isRowMajor(), rows, r, row, channels);
      read(dy.values(), dy.isRowMajor(), rows, r, signal, channels);
      standardise(row, channels);
      for (int c = 0; c < channels; c++) {
        gainSums[c] += signal[c] * row[c];
        shiftSums[c] += signal[c];
      }
    }
    for (int c = 0; c < channels; c++) {
      dGains[c] = (float) gainSums[c];
      dShifts[c] = (float) shiftSums[c];
    }
  }

  // --- The rest ------------------------------------------------------------------------------

  @Override
  public void dropout(double rate, long seed, Matrix x, Matrix y) {
    float[] values = x.values();
    float[] outputs = y.valuesToWrite();
    float factor = (float) (1 / (1 - rate));
    long limit = DropoutMask.limit(rate);
    parallel.elements(
        x.size(),
        (from, to) -> {
          long[] draws = ThreadScratch.ofThread().longs(DropoutMask.BLOCK);
          for (int start = from; start < to; start += DropoutMask.BLOCK) {
            int count = Math.min(DropoutMask.BLOCK, to - start);
            DropoutMask.draw(seed, start, count, draws);
            for (int i = 0; i < count; i++) {
              outputs[start + i] = draws[i] >= limit ? values[start + i] * factor : 0;
            }
          }
        });
  }

  @Override
  public void add(Matrix a, Matrix b, Matrix y) {
    float[] first = a.values();
    float[] second = b.values();
    float[] sums = y.valuesToWrite();
    parallel.elements(
        a.size(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            sums[i] = first[i] + second[i];
          }
        });
  }

  @Override
  public void scale(double factor, Matrix x) {
    float[] values = x.valuesToWrite();
    float multiplier = (float) factor;
    for (int i = 0; i < x.size(); i++) {
      values[i] *= multiplier;
    }
  }

  @Override
  public double similarity(
      Matrix features, Matrix targets, Matrix weights, double factor, Matrix gradient) {
    return Similarity.loss(features, targets, weights, factor, gradient);
  }

  @Override
  public void channelDeviations(int channels, Matrix x, Matrix deviations) {
    int examples = x.rows();
    int pixels = x.columns() / channels;
    float[] images = x.values();
    float[] results = deviations.valuesToWrite();
    parallel.parts(
        examples,
        b -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          float[] pixel = scratch.row(0, channels);
          float[] mean = channelMeans(images, b, pixels, channels, scratch);
          float[] squares = scratch.zeros(2, channels);
          for (int p = 0; p < pixels; p++) {
            System.arraycopy(images, (b * pixels + p) * channels, pixel, 0, channels);
            for (int c = 0; c < channels; c++) {
              float deviation = pixel[c] - mean[c];
              squares[c] += deviation * deviation;
            }
          }
          for (int c = 0; c < channels; c++) {
            results[c * examples + b] = (float) Math.sqrt(squares[c] / (pixels - 1));
          }
        });
  }

  /**
   * The mean of each channel of image {@code b}, in row 1; rows 0 and 2 are used, too. That of a
   * constant channel is its value, without rounding.
   */
  private static float[] channelMeans(
      float[] images, int b, int pixels, int channels, ThreadScratch scratch) {
    float[] pixel = scratch.row(0, channels);
    float[] mean = scratch.zeros(1, channels);
    float[] first = scratch.row(2, channels);
    System.arraycopy(images, b * pixels * channels, first, 0, channels);
    for (int p = 1; p < pixels; p++) {
      System.arraycopy(images, (b * pixels + p) * channels, pixel, 0, channels);
      for (int c = 0; c < channels; c++) {
        mean[c] += pixel[c] - first[c];
      }
    }
    for (int c = 0; c < channels; c++) {
      mean[c] = first[c] + mean[c] / pixels;
    }
    return mean;
  }

  @Override
  public void channelDeviationsGradient(
      int channels, Matrix x, Matrix deviations, Matrix dDeviations, Matrix dx) {
    int examples = x.rows();
    int pixels = x.columns() / channels;
    float[] images = x.values();
    float[] own = deviations.values();
    float[] slopes = dDeviations.values();
    float[] gradient = dx.valuesToWrite();
    parallel.parts(
        examples,
        b -> {
          ThreadScratch scratch = ThreadScratch.ofThread();
          float[] pixel = scratch.row(0, channels);
          float[] mean = channelMeans(images, b, pixels, channels, scratch);
          float[] factor = scratch.row(2, channels);
          for (int c = 0; c < channels; c++) {
            float s = own[c * examples + b];
            factor[c] = s == 0 ? 0 : slopes[c * examples + b] / ((pixels - 1) * s);
          }
          for (int p = 0; p < pixels; p++) {
            int at = (b * pixels + p) * channels;
            System.arraycopy(images, at, pixel, 0, channels);
            for (int c = 0; c < channels; c++) {
              pixel[c] = factor[c] * (pixel[c] - mean[c]);
            }
            System.arraycopy(pixel, 0, gradient, at, channels);
          }
        });
  }
}
