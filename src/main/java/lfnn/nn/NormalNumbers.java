package lfnn.nn;

import java.util.SplittableRandom;
import lfnn.data.Seeds;

/**
 * Independent numbers from N(0, 1), as a function of the seed and the place, drawn in runs that
 * several threads may share.
 */
final class NormalNumbers {

  /** Numbers from one generator: enough for making it to cost nothing beside them. */
  private static final int RUN = 1 << 12;

  private NormalNumbers() {}

  /** Takes a number. */
  interface Sink {
    void put(int place, double value);
  }

  /** How many runs so many numbers are drawn in. */
  static int runs(int size) {
    return (int) (((long) size + RUN - 1) / RUN);
  }

  /** Draws the numbers of one run of {@code size} numbers. */
  static void draw(long seed, int run, int size, Sink sink) {
    // Generators of neighbouring seeds give each other's numbers, some places on: seeds are drawn.
    SplittableRandom random = new SplittableRandom(Seeds.number(seed, run + 1L));
    int end = (int) Math.min(size, (run + 1L) * RUN);
    for (int place = run * RUN; place < end; place++) {
      sink.put(place, random.nextGaussian());
    }
  }
}
