package lfnn.nn;

/**
 * Passes over all elements of arrays, and copies between a matrix [N, W·K] of W workers and arrays
 * that have one column for each worker.
 *
 * <p>The compiler uses vector instructions only where all arrays are read and written at the same
 * index, and only long loops profit. So what belongs to a worker's K columns is first repeated for
 * each of them, which copies of whole columns do at little cost, and then all columns go through
 * one loop.
 */
final class Columns {

  /** Shortest column for which a call of the library copies faster than a loop. */
  private static final int LONG = 16;

  private Columns() {}

  /** target ← max(target, x). */
  static void maximum(float[] x, float[] target, int length) {
    for (int i = 0; i < length; i++) {
      target[i] = Math.max(target[i], x[i]);
    }
  }

  /** target ← target + x. */
  static void add(float[] x, float[] target, int length) {
    for (int i = 0; i < length; i++) {
      target[i] += x[i];
    }
  }

  /** target ← target − x. */
  static void subtract(float[] x, float[] target, int length) {
    for (int i = 0; i < length; i++) {
      target[i] -= x[i];
    }
  }

  /** target ← target · x. */
  static void multiply(float[] x, float[] target, int length) {
    for (int i = 0; i < length; i++) {
      target[i] *= x[i];
    }
  }

  /** target ← target / x. */
  static void divide(float[] x, float[] target, int length) {
    for (int i = 0; i < length; i++) {
      target[i] /= x[i];
    }
  }

  private static void copy(float[] x, int from, float[] y, int to, int length) {
    if (length >= LONG) {
      System.arraycopy(x, from, y, to, length);
    } else {
      for (int i = 0; i < length; i++) {
        y[to + i] = x[from + i];
      }
    }
  }

  /**
   * Takes column {@code k} of each worker.
   *
   * @param x [N, W·K]
   * @param y [N, W], overwritten
   */
  static void take(float[] x, int k, int outputs, int workers, int examples, float[] y) {
    for (int w = 0; w < workers; w++) {
      copy(x, (w * outputs + k) * examples, y, w * examples, examples);
    }
  }

  /**
   * Repeats each worker's column K times.
   *
   * @param x [N, W]
   * @param y [N, W·K], overwritten
   */
  static void repeat(float[] x, int outputs, int workers, int examples, float[] y) {
    for (int w = 0; w < workers; w++) {
      for (int k = 0; k < outputs; k++) {
        copy(x, w * examples, y, (w * outputs + k) * examples, examples);
      }
    }
  }
}
