package lfnn.nn;

/** Which values dropout keeps: a function of the seed and the place, so that no mask is stored. */
final class DropoutMask {

  private static final int BITS = 32;

  private DropoutMask() {}

  /** The rate in units of 2<sup>−32</sup>. */
  static long limit(double rate) {
    return (long) (rate * (1L << BITS));
  }

  /** Whether the value at {@code place} is kept. */
  static boolean keeps(long seed, int place, long limit) {
    // The finaliser of SplittableRandom (Steele et al. 2014) on a Weyl sequence.
    long z = seed + place * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >>> BITS) >= limit;
  }
}
