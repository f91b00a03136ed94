package lfnn.nn;

/** Which values dropout keeps: a function of the seed and the place, so that no mask is stored. */
final class DropoutMask {

  /** Most places of one call. */
  static final int BLOCK = 256;

  private static final int BITS = 32;

  /** Multiples of the step of the Weyl sequence: a sum of longs compiles to vector instructions. */
  private static final long[] STEPS = new long[BLOCK];

  private static final long STEP = 0x9E3779B97F4A7C15L;

  static {
    for (int i = 0; i < BLOCK; i++) {
      STEPS[i] = i * STEP;
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
    // The finaliser of SplittableRandom (Steele et al. 2014) on a Weyl sequence.
    long start = seed + place * STEP;
    for (int i = 0; i < count; i++) {
      long z = start + STEPS[i];
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      draws[i] = (z ^ (z >>> 31)) >>> BITS;
    }
  }
}
