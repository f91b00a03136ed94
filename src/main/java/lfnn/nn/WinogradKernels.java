package lfnn.nn;

/**
 * The transforms of kernels and of their gradients in {@link WinogradConvolution}, for all outputs
 * of an input channel at a time: loops over arrays at the same index, as in {@link WinogradTiles}.
 *
 * <p>An object has the arrays that one thread works in.
 */
final class WinogradKernels {

  private static final int KERNEL = 3;
  private static final int IN = WinogradTiles.IN;
  private static final int PLACES = WinogradTiles.PLACES;

  /** [row][column]: kernels, transformed in one direction, and in both. */
  private final float[][][] kernels = new float[KERNEL][KERNEL][0];

  private final float[][][] half = new float[IN][IN][0];
  private final float[][][] whole = new float[IN][IN][0];

  private void makeRoom(int length) {
    // What is made last tells whether there was memory for all.
    if (kernels[KERNEL - 1][KERNEL - 1].length < length) {
      for (int r = 0; r < IN; r++) {
        for (int c = 0; c < IN; c++) {
          half[r][c] = new float[length];
          whole[r][c] = new float[length];
        }
      }
      for (int r = 0; r < KERNEL; r++) {
        for (int c = 0; c < KERNEL; c++) {
          kernels[r][c] = new float[length];
        }
      }
    }
  }

  /**
   * G g Gᵀ of the kernels of input channel {@code i}.
   *
   * @param weights [3·3][inputs][outputs]
   * @param turned whether for the gradient of the input: kernels turned, inputs and outputs swapped
   * @param target [place][input][output], or [place][output][input] if turned
   */
  void transform(float[] weights, int i, int inputs, int outputs, boolean turned, float[] target) {
    makeRoom(outputs);
    int pairs = inputs * outputs;
    for (int k = 0; k < KERNEL * KERNEL; k++) {
      int at = turned ? KERNEL * KERNEL - 1 - k : k;
      System.arraycopy(
          weights, k * pairs + i * outputs, kernels[at / KERNEL][at % KERNEL], 0, outputs);
    }
    for (int c = 0; c < KERNEL; c++) {
      transform(
          kernels[0][c],
          kernels[1][c],
          kernels[2][c],
          half[0][c],
          half[1][c],
          half[2][c],
          half[3][c],
          half[4][c],
          half[5][c],
          outputs);
    }
    for (int r = 0; r < IN; r++) {
      float[][] g = half[r];
      float[][] t = whole[r];
      transform(g[0], g[1], g[2], t[0], t[1], t[2], t[3], t[4], t[5], outputs);
    }
    for (int p = 0; p < PLACES; p++) {
      float[] transformed = whole[p / IN][p % IN];
      if (turned) {
        for (int o = 0; o < outputs; o++) {
          target[p * pairs + o * inputs + i] = transformed[o];
        }
      } else {
        System.arraycopy(transformed, 0, target, p * pairs + i * outputs, outputs);
      }
    }
  }

  /** G applied to three rows. */
  private static void transform(
      float[] a,
      float[] b,
      float[] c,
      float[] r0,
      float[] r1,
      float[] r2,
      float[] r3,
      float[] r4,
      float[] r5,
      int length) {
    for (int i = 0; i < length; i++) {
      r0[i] = a[i] / 4;
      r1[i] = -(a[i] + b[i] + c[i]) / 6;
      r2[i] = (-a[i] + b[i] - c[i]) / 6;
    }
    for (int i = 0; i < length; i++) {
      r3[i] = a[i] / 24 + b[i] / 12 + c[i] / 6;
      r4[i] = a[i] / 24 - b[i] / 12 + c[i] / 6;
      r5[i] = c[i];
    }
  }

  /**
   * Gᵀ S G for the sums S of all kernels.
   *
   * @param sums [place][input][output]
   * @param weights [3·3][inputs][outputs], overwritten
   */
  void gradients(NativeFloats sums, int inputs, int outputs, float[] weights) {
    makeRoom(outputs);
    int pairs = inputs * outputs;
    for (int i = 0; i < inputs; i++) {
      for (int p = 0; p < PLACES; p++) {
        sums.get(p * pairs + i * outputs, whole[p / IN][p % IN], 0, outputs);
      }
      for (int c = 0; c < IN; c++) {
        gradients(
            whole[0][c],
            whole[1][c],
            whole[2][c],
            whole[3][c],
            whole[4][c],
            whole[5][c],
            half[0][c],
            half[1][c],
            half[2][c],
            outputs);
      }
      for (int r = 0; r < KERNEL; r++) {
        float[][] s = half[r];
        float[][] g = kernels[r];
        gradients(s[0], s[1], s[2], s[3], s[4], s[5], g[0], g[1], g[2], outputs);
        for (int c = 0; c < KERNEL; c++) {
          System.arraycopy(g[c], 0, weights, (r * KERNEL + c) * pairs + i * outputs, outputs);
        }
      }
    }
  }

  /** Gᵀ applied to six rows. */
  private static void gradients(
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float[] e,
      float[] f,
      float[] r0,
      float[] r1,
      float[] r2,
      int length) {
    for (int i = 0; i < length; i++) {
      r0[i] = a[i] / 4 - (b[i] + c[i]) / 6 + (d[i] + e[i]) / 24;
      r1[i] = (c[i] - b[i]) / 6 + (d[i] - e[i]) / 12;
      r2[i] = -(b[i] + c[i]) / 6 + (d[i] + e[i]) / 6 + f[i];
    }
  }
}
