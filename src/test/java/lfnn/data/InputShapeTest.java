package lfnn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputShapeTest {

  @Test
  void flatHasOneChannelAndOneRow() {
    assertThat(InputShape.flat(7)).isEqualTo(new InputShape(1, 1, 7));
  }

  @Test
  void sizeIsTheProduct() {
    assertThat(new InputShape(3, 32, 16).size()).isEqualTo(3 * 32 * 16);
  }

  @Test
  void printsWhatItParses() {
    assertThat(InputShape.parse("3x32x16")).isEqualTo(new InputShape(3, 32, 16));
    assertThat(InputShape.parse("3x32x16")).hasToString("3x32x16");
    assertThat(InputShape.parse(" 1 X 28 x 28 ")).isEqualTo(new InputShape(1, 28, 28));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "3x32", "3x32x32x1", "axbxc", "3,32,32", "3x32x", "3x3.5x2"})
  void refusesOtherTextAndShowsAnExample(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InputShape.parse(text))
        .withMessage(
            "an input shape is channels x height x width, for example 3x32x32, not \""
                + text
                + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x1x1", "1x0x1", "1x1x0", "-1x1x1"})
  void refusesSizesBelowOne(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InputShape.parse(text))
        .withMessageContaining("must be at least 1, not " + text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1x65536x32768", "65536x65536x1", "2147483647x2147483647x2147483647"})
  void refusesMoreFeaturesThanAnArrayHolds(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InputShape.parse(text))
        .withMessageContaining(text)
        .withMessageContaining("more than 2147483647 features");
  }

  @Test
  void takesAsManyFeaturesAsAnArrayHolds() {
    assertThat(InputShape.flat(Integer.MAX_VALUE).size()).isEqualTo(Integer.MAX_VALUE);
  }
}
