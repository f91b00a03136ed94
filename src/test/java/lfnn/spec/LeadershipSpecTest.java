package lfnn.spec;

import static lfnn.spec.LeadershipSpec.DEFAULTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeadershipSpecTest {

  private static LeadershipSpec of(double fraction, double leaders, double followers) {
    return new LeadershipSpec(
        fraction,
        Scope.BATCH,
        leaders,
        followers,
        Reference.BEST,
        Alignment.PREDICTIONS,
        EnumSet.allOf(LossTerm.class));
  }

  @ParameterizedTest
  @CsvSource({
    "0.2,32,6",
    "0.7,32,22",
    "0.9,32,29",
    "1,32,32",
    "0.3,32,10",
    "0.5,1,1",
    "0.01,1,1",
    "1,1,1",
    "0.01,32,1",
    "0.015,32,1",
    "1e-300,1000,1",
    "0.5,3,2",
    "0.25,2,1",
    "0.3,5,2",
    "0.7,5,4",
    "0.29,50,15",
    "0.145,100,15",
    "0.999,8,8",
    "0.01,1000000,10000"
  })
  void numberOfLeadersIsRoundedAndAtLeastOne(double fraction, int workers, int leaders) {
    assertThat(of(fraction, 1, 1).leaders(workers)).isEqualTo(leaders);
  }

  @Test
  void halvesAreRoundedUpForEveryWholePercentage() {
    for (int workers = 1; workers <= 300; workers++) {
      for (int percent = 1; percent <= 100; percent++) {
        int exact = Math.max(1, (2 * percent * workers + 100) / 200);
        assertThat(of(percent / 100.0, 1, 1).leaders(workers))
            .as("%d %% of %d", percent, workers)
            .isEqualTo(exact);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.0001, Double.NaN, Double.POSITIVE_INFINITY})
  void aFractionOutsideItsRangeIsRefused(double fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(fraction, 1, 1))
        .withMessage("the fraction of leaders must be in (0, 1], not " + fraction);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
  void weightsMustBeFiniteAndNotNegative(double weight) {
    assertThatThrownBy(() -> of(0.5, weight, 1))
        .hasMessageStartingWith("lambda1")
        .hasMessageEndingWith("at least 0 and finite, not " + weight);
    assertThatThrownBy(() -> of(0.5, 1, weight))
        .hasMessageStartingWith("lambda2")
        .hasMessageEndingWith("at least 0 and finite, not " + weight);
  }

  @Test
  void weightsMayBeZero() {
    assertThat(of(0.5, 0, 0).leaderWeight()).isZero();
  }

  @Test
  void atLeastOneLossTermIsNeeded() {
    assertThatThrownBy(
            () ->
                new LeadershipSpec(
                    0.5, Scope.BATCH, 1, 1, Reference.BEST, Alignment.PREDICTIONS, Set.of()))
        .hasMessageContaining("no loss term is switched on");
  }

  @Test
  void termsAreCopied() {
    Set<LossTerm> terms = EnumSet.of(LossTerm.GLOBAL);
    LeadershipSpec spec =
        new LeadershipSpec(0.5, Scope.BATCH, 1, 1, Reference.BEST, Alignment.PREDICTIONS, terms);
    terms.add(LossTerm.LEADERS);
    assertThat(spec.uses(LossTerm.GLOBAL)).isTrue();
    assertThat(spec.uses(LossTerm.LEADERS)).isFalse();
  }

  @Test
  void defaultsAreThoseOfThePaper() {
    assertThat(DEFAULTS.leaderFraction()).isEqualTo(0.7);
    assertThat(DEFAULTS.leaderWeight()).isEqualTo(1);
    assertThat(DEFAULTS.followerWeight()).isEqualTo(1);
    assertThat(LossTerm.values()).allMatch(DEFAULTS::uses);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "global | global",
        "'leaders,global' | global,leaders",
        "' Followers , GLOBAL,leaders' | global,leaders,followers",
        "'global,global' | global"
      })
  void lossTermsAreReadAndPrintedInOrder(String text, String canonical) {
    assertThat(LossTerm.print(LossTerm.parse(text))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"'' | ''", "'global,' | ''", "'global;leaders' | 'global;leaders'", "all | all"})
  void whatIsNoLossTermIsNamed(String text, String word) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LossTerm.parse(text))
        .withMessage(
            "loss terms are global,leaders,followers separated by commas; \""
                + word
                + "\" is none of them");
  }
}
