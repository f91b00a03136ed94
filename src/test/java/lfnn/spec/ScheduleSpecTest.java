package lfnn.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import lfnn.Tolerances;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleSpecTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "constant",
        "step(every=10, factor=0.5)",
        "step(every=1, factor=1)",
        "cosine",
        "cosine(epochs=50)"
      })
  void canonicalTextIsPrintedBackUnchanged(String text) {
    assertThat(ScheduleSpec.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "step                | step(every=10, factor=0.5)",
        "step(5, 0.1)        | step(every=5, factor=0.1)",
        "step(factor=0.25)   | step(every=10, factor=0.25)",
        "cosine(30)          | cosine(epochs=30)",
        "cosine(epochs=0)    | cosine",
      })
  void otherSpellingsArePrintedCanonically(String text, String canonical) {
    assertThat(ScheduleSpec.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'linear'                | 0  | 'linear' is not a schedule, expected constant, step or"
            + " cosine",
        "'constant(3)'           | 9  | expected no setting for constant, found 3",
        "'step(every=0)'         | 0  | every must be at least 1 epoch, not 0",
        "'step(every=1.5)'       | 11 | expected a whole number for every, found 1.5",
        "'step(factor=0)'        | 0  | factor must be in (0, 1], not 0.0",
        "'step(factor=2)'        | 0  | factor must be in (0, 1], not 2.0",
        "'step(gamma=0.1)'       | 5  | unknown setting 'gamma' of step, expected every or factor",
        "'cosine(epochs=-1)'     | 0  | epochs must be at least 0, not -1",
        "'cosine(epochs=ten)'    | 14 | expected a number for epochs, found 'ten'",
        "'cosine(epochs=10) x'   | 18 | expected the end, found 'x'",
      })
  void mistakesAreReportedWithPositionAndExpectation(String text, int position, String problem) {
    SpecSyntaxException e =
        catchThrowableOfType(SpecSyntaxException.class, () -> ScheduleSpec.parse(text));
    assertThat(e)
        .hasMessageContaining(problem)
        .hasMessageStartingWith("schedule \"" + text + "\", character " + (position + 1) + ": ");
    assertThat(e.position()).isEqualTo(position);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "constant                   | 0    | 10 | 1",
        "constant                   | 99.5 | 10 | 1",
        "step(every=2, factor=0.5)  | 0    | 10 | 1",
        "step(every=2, factor=0.5)  | 1.99 | 10 | 1",
        "step(every=2, factor=0.5)  | 2    | 10 | 0.5",
        "step(every=2, factor=0.5)  | 7.5  | 10 | 0.125",
        "cosine                     | 0    | 10 | 1",
        "cosine                     | 5    | 10 | 0.505",
        "cosine                     | 10   | 10 | 0.01",
        "cosine                     | 11   | 10 | 0.01",
        "cosine                     | 1    | 0  | 0.01",
        "cosine(epochs=4)           | 2    | 10 | 0.505",
        "cosine(epochs=4)           | 6    | 10 | 0.01",
      })
  void factorFollowsTheFormula(String text, double progress, int epochs, double factor) {
    assertThat(ScheduleSpec.parse(text).factor(progress, epochs))
        .isCloseTo(factor, Tolerances.CLOSED_FORM_DOUBLE);
  }
}
