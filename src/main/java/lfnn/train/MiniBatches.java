package lfnn.train;

import java.util.SplittableRandom;
import lfnn.data.Dataset;

/** Orders and splits of the rows of a data set, all drawn from seeds. */
final class MiniBatches {

  private MiniBatches() {}

  /** 0, 1, …, size − 1. */
  static int[] inOrder(int size) {
    int[] rows = new int[size];
    for (int i = 0; i < size; i++) {
      rows[i] = i;
    }
    return rows;
  }

  /** A random order of the rows (Fisher–Yates). */
  static int[] shuffled(int size, SplittableRandom random) {
    int[] rows = inOrder(size);
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int row = rows[i];
      rows[i] = rows[j];
      rows[j] = row;
    }
    return rows;
  }

  /**
   * A stratified split: about {@code fraction} of each class (of all rows for regression), and at
   * least one row where there are two, goes to the second part.
   */
  static Dataset[] split(Dataset dataset, double fraction, SplittableRandom random) {
    int[] order = shuffled(dataset.size(), random);
    int strata = Math.max(1, dataset.classes());
    int[] seen = new int[strata];
    boolean[] second = new boolean[order.length];
    int inSecond = 0;
    for (int i = 0; i < order.length; i++) {
      int stratum = dataset.classes() == 0 ? 0 : (int) dataset.target(order[i]);
      int before = (int) Math.floor(seen[stratum] * fraction + 0.5);
      seen[stratum]++;
      second[i] = (int) Math.floor(seen[stratum] * fraction + 0.5) > before;
      inSecond += second[i] ? 1 : 0;
    }
    if (inSecond == 0 && fraction > 0 && order.length > 1) {
      second[order.length - 1] = true;
      inSecond = 1;
    }
    int[] training = new int[order.length - inSecond];
    int[] validation = new int[inSecond];
    int t = 0;
    int v = 0;
    for (int i = 0; i < order.length; i++) {
      if (second[i]) {
        validation[v++] = order[i];
      } else {
        training[t++] = order[i];
      }
    }
    return new Dataset[] {dataset.subset(training), dataset.subset(validation)};
  }
}
