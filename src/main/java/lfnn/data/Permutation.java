package lfnn.data;

import java.util.Random;

/**
 * Random permutations that depend on a seed and a number only, so that the tenth of a sequence can
 * be had without the nine before it.
 *
 * <p>The numbers of a seed are the same on every Java version.
 */
public final class Permutation {

  private Permutation() {}

  /**
   * A permutation, each equally likely up to the 48 bits of the generator.
   *
   * @param size at least 0
   * @param seed of the sequence
   * @param number of the permutation in its sequence
   * @return the numbers from 0 to {@code size - 1}, in random order
   */
  public static int[] of(int size, long seed, long number) {
    // Random and not a newer generator: the numbers of this one are specified.
    Random random = new Random(scramble(scramble(seed) + number));
    int[] permutation = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      permutation[i] = permutation[j];
      permutation[j] = i;
    }
    return permutation;
  }

  /**
   * Mixes the bits of a number, so that neighbouring seeds and numbers have unrelated generators:
   * the finaliser of SplitMix64, of a multiple of its odd constant so that 0 is no fixed point.
   */
  private static long scramble(long value) {
    return Seeds.number(0, value + 1);
  }
}
