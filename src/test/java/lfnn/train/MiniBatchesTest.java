package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import lfnn.data.Dataset;
import lfnn.data.InputShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MiniBatchesTest {

  /** Rows whose only feature is their number. */
  private static Dataset numbered(int classes, float... targets) {
    float[] features = new float[targets.length];
    for (int i = 0; i < features.length; i++) {
      features[i] = i;
    }
    return Dataset.ofFloats(InputShape.flat(1), features, targets, null, classes);
  }

  private static float[] rows(Dataset dataset) {
    float[] rows = new float[dataset.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = dataset.feature(i, 0);
    }
    return rows;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void anOrderHasEveryRowOnce(long seed) {
    int[] order = MiniBatches.shuffled(1000, new SplittableRandom(seed));
    assertThat(order)
        .isEqualTo(MiniBatches.shuffled(1000, new SplittableRandom(seed)))
        .isNotEqualTo(MiniBatches.shuffled(1000, new SplittableRandom(seed + 1)))
        .isNotEqualTo(MiniBatches.inOrder(1000));
    Arrays.sort(order);
    assertThat(order).isEqualTo(MiniBatches.inOrder(1000));
  }

  @Test
  void everyPlaceIsEquallyLikely() {
    int[] counts = new int[5];
    for (long seed = 0; seed < 5_000; seed++) {
      counts[MiniBatches.shuffled(5, new SplittableRandom(seed * 7919))[0]]++;
    }
    // Five standard deviations of 28.
    for (int count : counts) {
      assertThat(count).isBetween(860, 1140);
    }
  }

  @ParameterizedTest(name = "{0} %, seed {1}")
  @CsvSource({"10, 1", "25, 2", "33, 3", "50, 4"})
  void aSplitKeepsTheShareOfEveryClass(int percent, long seed) {
    float[] targets = new float[120];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = i < 60 ? 0 : i < 100 ? 1 : 2;
    }
    Dataset[] parts =
        MiniBatches.split(numbered(3, targets), percent / 100.0, new SplittableRandom(seed));
    int[] inSecond = new int[3];
    for (int i = 0; i < parts[1].size(); i++) {
      inSecond[(int) parts[1].target(i)]++;
    }
    assertThat(inSecond)
        .containsExactly(
            Math.round(60 * percent / 100f),
            Math.round(40 * percent / 100f),
            Math.round(20 * percent / 100f));
    float[] all = Arrays.copyOf(rows(parts[0]), 120);
    System.arraycopy(rows(parts[1]), 0, all, parts[0].size(), parts[1].size());
    Arrays.sort(all);
    assertThat(all).isEqualTo(rows(numbered(3, targets)));
  }

  @Test
  void valuesAreSplitWithoutClasses() {
    Dataset[] parts = MiniBatches.split(numbered(0, new float[10]), 0.3, new SplittableRandom(1));
    assertThat(parts[0].size()).isEqualTo(7);
    assertThat(parts[1].size()).isEqualTo(3);
  }
}
