package lfnn.data;

/**
 * Numbers that look random, as functions of a seed and a place: SplitMix64 (<a
 * href="https://doi.org/10.1145/2714064.2660195">Steele et al. 2014</a>), without a generator that
 * would have to be made and to remember where it is.
 */
public final class Seeds {

  /** What the state of SplitMix64 grows by. */
  public static final long STEP = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /**
   * What {@code new SplittableRandom(seed)} gives as its {@code place}-th {@code nextLong()},
   * counted from 1.
   */
  public static long number(long seed, long place) {
    return mix(seed + place * STEP);
  }

  /**
   * A seed for number {@code number} of something, say a step, whose numbers are unrelated to those
   * of its neighbours.
   */
  public static long derive(long seed, long number) {
    long derived = number(seed ^ (number * STEP), 1);
    // Of seed 0, number −1 is 0: whatever is derived from it would be the same once more.
    return derived == seed ? STEP : derived;
  }

  /** One of the numbers from 0 to {@code bound - 1}, all but equally likely. */
  public static int below(int bound, long seed, long place) {
    return (int) (((number(seed, place) >>> 32) * bound) >>> 32);
  }

  /** Mixes bits, so that numbers one {@link #STEP} apart become unrelated; 0 stays 0. */
  public static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
