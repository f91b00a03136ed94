package lfnn.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerSpecTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd",
        "momentum(0.9)",
        "momentum(0)",
        "adam",
        "adamw",
        "adam(beta1=0.8, beta2=0.99, epsilon=1e-7)",
        "adamw(beta1=0.9, beta2=0.95, epsilon=1e-8)",
        "adam(beta1=0, beta2=0, epsilon=1e10)",
      })
  void canonicalTextIsPrintedBackUnchanged(String text) {
    assertThat(OptimizerSpec.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "momentum              | momentum(0.9)",
        "momentum(momentum=.5) | momentum(0.5)",
        "adam(0.9, 0.999)      | adam",
        "adam(epsilon=1E-4)    | adam(beta1=0.9, beta2=0.999, epsilon=1e-4)",
        "adamw( beta2 = 0.99 ) | adamw(beta1=0.9, beta2=0.99, epsilon=1e-8)",
      })
  void otherSpellingsArePrintedCanonically(String text, String canonical) {
    assertThat(OptimizerSpec.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                  | 0  | expected a name, found the end of the text",
        "'rmsprop'           | 0  | 'rmsprop' is not an optimizer, expected sgd, momentum, adam or"
            + " adamw",
        "'sgd(0.1)'          | 4  | expected no setting for sgd, found 0.1",
        "'sgd; adam'         | 3  | expected the end, found ';'",
        "'momentum(1)'       | 0  | momentum must be in [0, 1), not 1.0",
        "'momentum(-0.1)'    | 0  | momentum must be in [0, 1), not -0.1",
        "'momentum(x)'       | 9  | unknown setting 'x' of momentum, expected momentum",
        "'momentum(rate=1)'  | 9  | unknown setting 'rate' of momentum, expected momentum",
        "'adam(beta1=1)'     | 0  | beta1 must be in [0, 1), not 1.0",
        "'adam(beta2=1.5)'   | 0  | beta2 must be in [0, 1), not 1.5",
        "'adam(epsilon=0)'   | 0  | epsilon must be above 0 and finite, not 0.0",
        "'adam(epsilon=1e999)' | 0 | epsilon must be above 0 and finite, not Infinity",
        "'adam(beta3=0.9)'   | 5  | unknown setting 'beta3' of adam, expected beta1, beta2 or"
            + " epsilon",
        "'adam(beta1=0,9)'   | 0  | beta2 must be in [0, 1), not 9.0",
        "'adam(beta1=0.9'    | 14 | expected ',' or ')', found the end of the text",
        "'adam(beta1=1e)'    | 11 | expected a number, found '1e'",
        "'adam(beta1=0.9f)'  | 11 | expected a number, found '0.9f'",
        "'adam) '            | 4  | expected the end, found ')'",
      })
  void mistakesAreReportedWithPositionAndExpectation(String text, int position, String problem) {
    SpecSyntaxException e =
        catchThrowableOfType(SpecSyntaxException.class, () -> OptimizerSpec.parse(text));
    assertThat(e)
        .hasMessageContaining(problem)
        .hasMessageStartingWith("optimizer \"" + text + "\", character " + (position + 1) + ": ");
    assertThat(e.position()).isEqualTo(position);
  }
}
