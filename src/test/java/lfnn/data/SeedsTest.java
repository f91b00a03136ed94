package lfnn.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedsTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 42, Long.MIN_VALUE, 0x9E3779B97F4A7C15L})
  void numbersAreThoseOfSplittableRandom(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int place = 1; place <= 100; place++) {
      assertThat(Seeds.number(seed, place)).as("place %d", place).isEqualTo(random.nextLong());
    }
  }

  @Test
  void derivedSeedsDifferByNumberAndSeed() {
    long distinct =
        IntStream.range(0, 10_000)
            .mapToLong(i -> Seeds.derive(i / 100, i % 100 - 50))
            .distinct()
            .count();
    assertThat(distinct).isEqualTo(10_000);
  }

  @Test
  void noSeedIsDerivedFromItself() {
    for (long seed = -50; seed < 50; seed++) {
      for (long number = -50; number < 50; number++) {
        assertThat(Seeds.derive(seed, number)).isNotEqualTo(seed);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void drawsBelowABoundReachAllNumbersAboutEquallyOften(int bound) {
    int[] counts = new int[bound];
    int expected = 1000;
    for (int place = 0; place < bound * expected; place++) {
      counts[Seeds.below(bound, 11, place)]++;
    }
    // Five standard deviations of a binomial count.
    double tolerance = 5 * Math.sqrt(expected);
    for (int count : counts) {
      assertThat((double) count).isBetween(expected - tolerance, expected + tolerance);
    }
  }
}
