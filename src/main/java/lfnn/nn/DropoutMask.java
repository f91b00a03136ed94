package lfnn.nn;

import lfnn.data.Seeds;

/** Which values dropout keeps: a function of the seed and the place, so that no mask is stored. */
final class DropoutMask {

  /** Most places of one call. */
  static final int BLOCK = 256;

  private static final int BITS = 32;

  /** Multiples of the step of the Weyl sequence: a sum of longs compiles to vector instructions. */
  private static final long[] STEPS = new long[BLOCK];

  static {
    for (int i = 0; i < BLOCK; i++) {
      STEPS[i] = i * Seeds.STEP;
    }
  }

  private DropoutMask() {}

  /** The smallest draw that keeps a value. */
  static long limit(double rate) {
    return (long) (rate * (1L << BITS));
  }

  /**
   * Draws of 32 bits for {@code count} places, {@link #BLOCK} at most, from {@code place} on.
   *
   * @param draws overwritten
   */
  static void draw(long seed, int place, int count, long[] draws) {
    long start = seed + place * Seeds.STEP;
    for (int i = 0; i < count; i++) {
      draws[i] = Seeds.mix(start + STEPS[i]) >>> BITS;
    }
  }
}
