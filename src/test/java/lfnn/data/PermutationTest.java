package lfnn.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermutationTest {

  @Test
  void hasEachNumberOnce() {
    int[] permutation = Permutation.of(784, 1, 0);
    int[] sorted = permutation.clone();
    Arrays.sort(sorted);
    assertThat(sorted).containsExactly(IntStream.range(0, 784).toArray());
    assertThat(permutation).isNotEqualTo(sorted);
    assertThat(Permutation.of(0, 1, 0)).isEmpty();
  }

  @Test
  void neighbouringSeedsAndNumbersDiffer() {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 30; seed++) {
      for (int number = 0; number < 30; number++) {
        seen.add(Arrays.toString(Permutation.of(20, seed, number)));
      }
    }
    assertThat(seen).hasSize(900);
  }

  @Test
  void eachNumberIsEquallyLikelyInEachPlace() {
    int[][] counts = new int[5][5];
    for (int number = 0; number < 5000; number++) {
      int[] permutation = Permutation.of(5, 7, number);
      for (int i = 0; i < 5; i++) {
        counts[i][permutation[i]]++;
      }
    }
    // 1,000 expected each, with a standard deviation of 28.
    assertThat(Arrays.stream(counts).flatMapToInt(Arrays::stream).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(870, 1130));
  }

  @Test
  void staysTheSameInLaterVersions() {
    assertThat(Permutation.of(784, 1, 0)).startsWith(245, 557, 508, 472, 688, 25, 687, 699);
    assertThat(Permutation.of(784, 1, 1)).startsWith(317, 741, 92, 655, 485, 660, 153, 7);
  }
}
