package lfnn.nn;

import java.util.Arrays;

/** Arrays that a thread works in, kept from one pass to the next so that a step makes none. */
final class ThreadScratch {

  private static final int ROWS = 5;

  private static final ThreadLocal<ThreadScratch> OF_THREAD =
      ThreadLocal.withInitial(ThreadScratch::new);

  private final float[][] rows = new float[ROWS][0];
  private int[] ints = {};
  private long[] longs = {};

  private ThreadScratch() {}

  /** That of the calling thread. */
  static ThreadScratch ofThread() {
    return OF_THREAD.get();
  }

  /** Array number {@code index}, at least {@code length} long; contents undefined. */
  float[] row(int index, int length) {
    if (rows[index].length < length) {
      rows[index] = new float[length];
    }
    return rows[index];
  }

  /** The same with zeros in its first {@code length} elements. */
  float[] zeros(int index, int length) {
    float[] row = row(index, length);
    Arrays.fill(row, 0, length, 0f);
    return row;
  }

  /** An array of numbers, at least {@code length} long; contents undefined. */
  int[] ints(int length) {
    if (ints.length < length) {
      ints = new int[length];
    }
    return ints;
  }

  /** An array of long numbers, at least {@code length} long; contents undefined. */
  long[] longs(int length) {
    if (longs.length < length) {
      longs = new long[length];
    }
    return longs;
  }
}
