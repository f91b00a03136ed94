package lfnn.rule;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import lfnn.data.InputShape;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import lfnn.spec.LayerSpec;

/**
 * What layers compute, written by their definitions in plain doubles.
 *
 * <p>A batch is [example][value]; the values of an image are stored channel by channel, row by row,
 * as {@link InputShape} has them, so that nothing here depends on how the network stores images.
 */
final class ReferenceLayers {

  private static final double EPSILON = 1e-5;

  private double nearestKink = Double.POSITIVE_INFINITY;

  /**
   * How near a value before a (leaky) ReLU came to 0, or the two largest values of a pool to each
   * other, since {@link #forget}.
   */
  double nearestKink() {
    return nearestKink;
  }

  void forget() {
    nearestKink = Double.POSITIVE_INFINITY;
  }

  private void passKink(double distance) {
    nearestKink = Math.min(nearestKink, Math.abs(distance));
  }

  /**
   * Runs layers.
   *
   * @param input shape of an example (of each group)
   * @param parameters of the layers, in order
   * @param inputGroups groups of the input
   * @param groups groups of what a dense layer gives
   */
  double[][] run(
      List<LayerSpec> layers,
      LayerShape input,
      double[][] x,
      Iterator<double[]> parameters,
      int inputGroups,
      int groups) {
    double[][] y = x;
    LayerShape shape = input;
    int blocks = inputGroups;
    for (LayerSpec layer : layers) {
      y = run(layer, shape, y, parameters, blocks);
      blocks = layer instanceof LayerSpec.Dense ? groups : blocks;
      shape = layer.output(shape);
    }
    return y;
  }

  private double[][] run(
      LayerSpec layer, LayerShape in, double[][] x, Iterator<double[]> p, int blocks) {
    if (layer instanceof LayerSpec.Dense dense) {
      double[][] z = affine(in, x, p.next(), p.next(), blocks * dense.groups());
      return activate(dense.activation(), z);
    }
    if (layer instanceof LayerSpec.Convolution convolution) {
      return activate(convolution.activation(), convolve(convolution, in, x, p.next(), p.next()));
    }
    if (layer instanceof LayerSpec.Pool pool) {
      return pool(
          in.shape(), layer.output(in).shape(), pool.size(), pool.stride(), pool.maximum(), x);
    }
    if (layer instanceof LayerSpec.GlobalAverage) {
      int side = Math.max(in.shape().height(), in.shape().width());
      return pool(in.shape(), layer.output(in).shape(), side, side, false, x);
    }
    if (layer instanceof LayerSpec.BatchNorm norm) {
      return activate(norm.activation(), batchNorm(in, x, p.next(), p.next()));
    }
    if (layer instanceof LayerSpec.LayerNorm norm) {
      double[] ones = new double[in.channels()];
      Arrays.fill(ones, 1);
      double[] gains = norm.plain() ? ones : p.next();
      double[] shifts = norm.plain() ? new double[ones.length] : p.next();
      return activate(norm.activation(), layerNorm(in, x, gains, shifts));
    }
    if (layer instanceof LayerSpec.Activate activate) {
      return activate(activate.activation(), x);
    }
    if (layer instanceof LayerSpec.MixPixels mix) {
      return activate(mix.activation(), mixPixels(in.shape(), x, p.next(), p.next()));
    }
    if (layer instanceof LayerSpec.Residual residual) {
      double[][] deep = run(residual.body(), in, x, p, 1, 1);
      double[][] shallow = run(residual.shortcut(in), in, x, p, 1, 1);
      double[][] sums = new double[x.length][];
      for (int b = 0; b < x.length; b++) {
        sums[b] = deep[b].clone();
        for (int i = 0; i < sums[b].length; i++) {
          sums[b][i] += shallow[b][i];
        }
      }
      return activate(residual.activation(), sums);
    }
    if (layer instanceof LayerSpec.Dropout dropout && dropout.rate() > 0) {
      throw new IllegalArgumentException("what dropout drops is not for a reference to know");
    }
    return x;
  }

  /**
   * z = x·W + b in blocks; of images, a dense layer reads the channels of a pixel as neighbours.
   *
   * @param weights [outputs of a block, inputs], column by column
   */
  static double[][] affine(
      LayerShape in, double[][] x, double[] weights, double[] biases, int blocks) {
    double[][] z = new double[x.length][];
    for (int b = 0; b < x.length; b++) {
      double[] inputs = in.isImage() ? channelsLast(in.shape(), x[b]) : x[b];
      int read = inputs.length / blocks;
      int out = biases.length / blocks;
      z[b] = biases.clone();
      for (int j = 0; j < biases.length; j++) {
        for (int i = j / out * read; i < (j / out + 1) * read; i++) {
          z[b][j] += inputs[i] * weights[i * out + j % out];
        }
      }
    }
    return z;
  }

  private static double[] channelsLast(InputShape shape, double[] image) {
    int pixels = shape.height() * shape.width();
    double[] result = new double[image.length];
    for (int i = 0; i < image.length; i++) {
      result[i % pixels * shape.channels() + i / pixels] = image[i];
    }
    return result;
  }

  private static double[][] convolve(
      LayerSpec.Convolution spec, LayerShape in, double[][] x, double[] weights, double[] biases) {
    InputShape from = in.shape();
    InputShape to = spec.output(in).shape();
    boolean same = spec.padding() == LayerSpec.Padding.SAME;
    int top = same ? before(from.height(), to.height(), spec) : 0;
    int left = same ? before(from.width(), to.width(), spec) : 0;
    int own = from.channels() / spec.groups();
    int filters = spec.filters() / spec.groups();
    double[][] z = new double[x.length][to.size()];
    for (int b = 0; b < x.length; b++) {
      for (int f = 0; f < spec.filters(); f++) {
        int group = f / filters;
        for (int row = 0; row < to.height(); row++) {
          for (int column = 0; column < to.width(); column++) {
            double sum = biases[f];
            for (int i = 0; i < spec.kernel(); i++) {
              for (int j = 0; j < spec.kernel(); j++) {
                int r = row * spec.stride() + i - top;
                int c = column * spec.stride() + j - left;
                if (r < 0 || r >= from.height() || c < 0 || c >= from.width()) {
                  continue;
                }
                for (int k = 0; k < own; k++) {
                  int weight =
                      (((group * spec.kernel() + i) * spec.kernel() + j) * own + k) * filters
                          + f % filters;
                  int pixel = ((group * own + k) * from.height() + r) * from.width() + c;
                  sum += weights[weight] * x[b][pixel];
                }
              }
            }
            z[b][(f * to.height() + row) * to.width() + column] = sum;
          }
        }
      }
    }
    return z;
  }

  /** Zeros before the first pixel: half of all, rounded down. */
  private static int before(int from, int to, LayerSpec.Convolution spec) {
    return Math.max(0, (to - 1) * spec.stride() + spec.kernel() - from) / 2;
  }

  /** Largest or mean values of windows, of those of their pixels that exist. */
  double[][] pool(
      InputShape from, InputShape to, int size, int stride, boolean maximum, double[][] x) {
    double[][] y = new double[x.length][to.size()];
    for (int b = 0; b < x.length; b++) {
      for (int c = 0; c < to.channels(); c++) {
        for (int row = 0; row < to.height(); row++) {
          for (int column = 0; column < to.width(); column++) {
            double sum = 0;
            int count = 0;
            double largest = Double.NEGATIVE_INFINITY;
            double second = Double.NEGATIVE_INFINITY;
            for (int i = row * stride; i < Math.min(from.height(), row * stride + size); i++) {
              for (int j = column * stride;
                  j < Math.min(from.width(), column * stride + size);
                  j++) {
                double value = x[b][(c * from.height() + i) * from.width() + j];
                sum += value;
                count++;
                second = Math.max(second, Math.min(largest, value));
                largest = Math.max(largest, value);
              }
            }
            // Equal values are zeros of a ReLU, whose own kink is what keeps them equal.
            if (maximum && largest != second) {
              passKink(largest - second);
            }
            y[b][(c * to.height() + row) * to.width() + column] = maximum ? largest : sum / count;
          }
        }
      }
    }
    return y;
  }

  private static double[][] batchNorm(
      LayerShape in, double[][] x, double[] gains, double[] shifts) {
    // Values of all groups are channels of their own.
    int pixels = in.isImage() ? in.shape().height() * in.shape().width() : 1;
    double[][] y = new double[x.length][x[0].length];
    for (int c = 0; c < gains.length; c++) {
      double count = (double) x.length * pixels;
      double mean = 0;
      double variance = 0;
      for (double[] example : x) {
        for (int p = c * pixels; p < (c + 1) * pixels; p++) {
          mean += example[p] / count;
        }
      }
      for (double[] example : x) {
        for (int p = c * pixels; p < (c + 1) * pixels; p++) {
          variance += (example[p] - mean) * (example[p] - mean) / count;
        }
      }
      for (int b = 0; b < x.length; b++) {
        for (int p = c * pixels; p < (c + 1) * pixels; p++) {
          y[b][p] = gains[c] * (x[b][p] - mean) / Math.sqrt(variance + EPSILON) + shifts[c];
        }
      }
    }
    return y;
  }

  private static double[][] layerNorm(
      LayerShape in, double[][] x, double[] gains, double[] shifts) {
    int channels = in.channels();
    int pixels = in.size() / channels;
    double[][] y = new double[x.length][x[0].length];
    for (int b = 0; b < x.length; b++) {
      for (int p = 0; p < pixels; p++) {
        double mean = 0;
        double variance = 0;
        for (int c = 0; c < channels; c++) {
          mean += x[b][c * pixels + p] / channels;
        }
        for (int c = 0; c < channels; c++) {
          double deviation = x[b][c * pixels + p] - mean;
          variance += deviation * deviation / channels;
        }
        for (int c = 0; c < channels; c++) {
          double normal = (x[b][c * pixels + p] - mean) / Math.sqrt(variance + EPSILON);
          y[b][c * pixels + p] = gains[c] * normal + shifts[c];
        }
      }
    }
    return y;
  }

  /**
   * @param weights [pixels out, pixels in], column by column
   */
  private static double[][] mixPixels(
      InputShape shape, double[][] x, double[] weights, double[] biases) {
    int pixels = shape.height() * shape.width();
    double[][] z = new double[x.length][x[0].length];
    for (int b = 0; b < x.length; b++) {
      for (int c = 0; c < shape.channels(); c++) {
        for (int t = 0; t < pixels; t++) {
          double sum = biases[t];
          for (int u = 0; u < pixels; u++) {
            sum += weights[u * pixels + t] * x[b][c * pixels + u];
          }
          z[b][c * pixels + t] = sum;
        }
      }
    }
    return z;
  }

  private double[][] activate(Activation activation, double[][] z) {
    return Arrays.stream(z)
        .map(example -> Arrays.stream(example).map(v -> activate(activation, v)).toArray())
        .toArray(double[][]::new);
  }

  private double activate(Activation activation, double z) {
    if (activation == Activation.RELU || activation == Activation.LEAKY_RELU) {
      passKink(z);
    }
    return switch (activation) {
      case RELU -> z > 0 ? z : 0;
      case LEAKY_RELU -> z > 0 ? z : Activation.LEAK * z;
      case TANH -> Math.tanh(z);
      case SIGMOID -> 1 / (1 + Math.exp(-z));
      case IDENTITY -> z;
    };
  }
}
