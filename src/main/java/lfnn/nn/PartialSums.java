package lfnn.nn;

import java.util.function.IntConsumer;

/**
 * Sums over the examples of a batch, split into a few partial sums that several threads may
 * compute. How they are split depends on the number of terms alone, so that the last bits do too.
 */
final class PartialSums {

  /** Most partial sums; more threads than these are of no use for one sum. */
  static final int MOST = 8;

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

  /** The sum of partial sums; {@code total} is overwritten. */
  static void total(float[][] parts, float[] total) {
    System.arraycopy(parts[0], 0, total, 0, parts[0].length);
    for (int part = 1; part < parts.length; part++) {
      for (int i = 0; i < parts[part].length; i++) {
        total[i] += parts[part][i];
      }
    }
  }

  /** The same for sums in double precision. */
  static void total(double[][] parts, float[] total) {
    for (int i = 0; i < parts[0].length; i++) {
      double sum = 0;
      for (double[] part : parts) {
        sum += part[i];
      }
      total[i] = (float) sum;
    }
  }
}
