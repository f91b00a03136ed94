package lfnn.nn;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Sums over the examples of a batch, split into a few partial sums that several threads may
 * compute. How they are split depends on the number of terms alone, so that the last bits do too.
 *
 * <p>The arrays belong to the thread that asks for the sum, which keeps them for its next one.
 */
final class PartialSums {

  /** Most partial sums; more threads than these are of no use for one sum. */
  static final int MOST = 8;

  private static final ThreadLocal<PartialSums> OF_THREAD =
      ThreadLocal.withInitial(PartialSums::new);

  private final float[][] floats = new float[MOST][0];
  private final double[][] doubles = new double[MOST][0];
  private final double[][] otherDoubles = new double[MOST][0];

  private PartialSums() {}

  /** A term of a sum. */
  interface Term {
    /** Adds term {@code index} to partial sum {@code part}. */
    void add(int part, int index);
  }

  /** Number of partial sums for a sum of so many terms. */
  static int parts(int terms) {
    return Math.min(MOST, terms);
  }

  /**
   * Room for the partial sums of {@code terms} terms of {@code length} elements, contents
   * undefined: an array for each of the {@link #parts}, which may be longer. They hold until the
   * calling thread asks for the same kind again.
   */
  static float[][] floats(int terms, int length) {
    float[][] sums = OF_THREAD.get().floats;
    for (int part = 0; part < parts(terms); part++) {
      if (sums[part].length < length) {
        sums[part] = new float[length];
      }
    }
    return sums;
  }

  /** The same with zeros. */
  static float[][] zeros(int terms, int length) {
    float[][] sums = floats(terms, length);
    for (int part = 0; part < parts(terms); part++) {
      Arrays.fill(sums[part], 0, length, 0f);
    }
    return sums;
  }

  /** The same with zeros in double precision. */
  static double[][] doubles(int terms, int length) {
    return zeros(OF_THREAD.get().doubles, terms, length);
  }

  /** The same for a second sum in the same pass. */
  static double[][] otherDoubles(int terms, int length) {
    return zeros(OF_THREAD.get().otherDoubles, terms, length);
  }

  private static double[][] zeros(double[][] sums, int terms, int length) {
    for (int part = 0; part < parts(terms); part++) {
      if (sums[part].length < length) {
        sums[part] = new double[length];
      } else {
        Arrays.fill(sums[part], 0, length, 0d);
      }
    }
    return sums;
  }

  /**
   * Adds all terms: term i to partial sum i mod {@link #parts}, in order, by one thread each. The
   * first term of partial sum p is term p.
   */
  static void add(Parallel parallel, int terms, Term term) {
    add(parallel, terms, part -> {}, term, part -> {});
  }

  /**
   * The same with what the thread of a partial sum does before its first term and after its last.
   */
  static void add(Parallel parallel, int terms, IntConsumer begin, Term term, IntConsumer end) {
    int parts = parts(terms);
    parallel.parts(
        parts,
        part -> {
          begin.accept(part);
          for (int i = part; i < terms; i += parts) {
            term.add(part, i);
          }
          end.accept(part);
        });
  }

  /**
   * The sum of the partial sums.
   *
   * @param terms number of terms that were added
   * @param total its first {@code length} elements are overwritten
   */
  static void total(float[][] sums, int terms, int length, float[] total) {
    System.arraycopy(sums[0], 0, total, 0, length);
    for (int part = 1; part < parts(terms); part++) {
      float[] sum = sums[part];
      for (int i = 0; i < length; i++) {
        total[i] += sum[i];
      }
    }
  }

  /** The same for sums in double precision. */
  static void total(double[][] sums, int terms, int length, float[] total) {
    for (int i = 0; i < length; i++) {
      total[i] = (float) total(sums, terms, i);
    }
  }

  /** Element {@code index} of the sum of the partial sums. */
  static double total(double[][] sums, int terms, int index) {
    double sum = 0;
    for (int part = 0; part < parts(terms); part++) {
      sum += sums[part][index];
    }
    return sum;
  }
}
