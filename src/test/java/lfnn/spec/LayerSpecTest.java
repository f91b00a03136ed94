package lfnn.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import lfnn.data.BatchLayout;
import lfnn.data.InputShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerSpecTest {

  private static LayerSpec layer(String text) {
    return ((StageSpec.Block)
            ((NetworkSpec.Stages) NetworkSpec.parse("block(" + text + ")")).stages().get(0))
        .body()
        .get(0);
  }

  /** An image such as 3x8x8, or a number of values. */
  private static LayerShape shape(String text) {
    if (!text.contains("x")) {
      return LayerShape.flat(Integer.parseInt(text));
    }
    return new LayerShape(InputShape.parse(text), BatchLayout.CHANNELS_LAST);
  }

  @ParameterizedTest(name = "{1} makes {2} of {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "10    | dense(7)                        | 7      | 77         | 0",
        "3x4x5 | dense(7)                        | 7      | 427        | 0",
        "10    | dense(6, groups=2)              | 6      | 36         | 0",
        "3x8x6 | conv(5)                         | 5x8x6  | 140        | 0",
        "3x8x7 | conv(5, stride=2)               | 5x4x4  | 140        | 0",
        "3x8x7 | conv(5, stride=3)               | 5x3x3  | 140        | 0",
        "3x8x7 | conv(5, kernel=4, stride=5)     | 5x2x2  | 245        | 0",
        "3x8x7 | conv(5, padding=valid)          | 5x6x5  | 140        | 0",
        "3x8x7 | conv(5, padding=valid, stride=2) | 5x3x3 | 140        | 0",
        "3x8x7 | conv(5, kernel=7, padding=valid) | 5x2x1 | 740        | 0",
        "3x8x7 | conv(5, kernel=1)               | 5x8x7  | 20         | 0",
        "6x8x7 | conv(4, groups=2)               | 4x8x7  | 112        | 0",
        "3x8x7 | max-pool(2)                     | 3x4x3  | 0          | 0",
        "3x8x7 | max-pool(3, stride=2)           | 3x3x3  | 0          | 0",
        "3x8x7 | average-pool(7)                 | 3x1x1  | 0          | 0",
        "3x8x7 | average-pool(2, stride=5)       | 3x2x2  | 0          | 0",
        "3x8x7 | global-average                  | 3x1x1  | 0          | 0",
        "3x8x7 | batch-norm                      | 3x8x7  | 6          | 6",
        "9     | batch-norm(activation=relu)     | 9      | 18         | 18",
        "3x8x7 | layer-norm                      | 3x8x7  | 6          | 0",
        "9     | layer-norm                      | 9      | 18         | 0",
        "9     | layer-norm(plain)               | 9      | 0          | 0",
        "3x8x7 | dropout(0.3)                    | 3x8x7  | 0          | 0",
        "9     | tanh                            | 9      | 0          | 0",
        "3x8x7 | flatten                         | 168    | 0          | 0",
        "9     | flatten                         | 9      | 0          | 0",
        "3x2x3 | mix-pixels                      | 3x2x3  | 42         | 0",
        "3x8x7 | residual(conv(3), batch-norm)   | 3x8x7  | 90         | 6",
        "3x8x7 | residual(conv(5), batch-norm)   | 5x8x7  | 180        | 20",
        "3x8x7 | residual(conv(3, stride=2))     | 3x4x4  | 102        | 6",
        "3x8x7 | residual(max-pool(2))           | 3x4x3  | -          | 0",
        "9     | residual(dense(9))              | 9      | 90         | 0",
        "9     | residual(dense(5))              | 5      | 100        | 0",
        "1x2x3 | residual(dense(5))              | 5      | 70         | 0",
        "3x8x7 | residual(residual(conv(5)))     | 5x8x7  | 200        | 20",
      })
  void shapesParametersAndStatisticsFollowFromTheInput(
      String input, String text, String output, String parameters, long statistics) {
    LayerSpec layer = layer(text);
    LayerShape in = shape(input);
    assertThat(layer.output(in)).isEqualTo(shape(output));
    if (parameters.equals("-")) {
      assertThatIllegalArgumentException().isThrownBy(() -> layer.parameterCount(in));
      return;
    }
    assertThat(layer.parameterCount(in)).isEqualTo(Long.parseLong(parameters));
    assertThat(layer.statisticCount(in)).isEqualTo(statistics);
  }

  @ParameterizedTest(name = "{1} on {0}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "9     | conv(5)            | it needs an image, but gets 9 values: give the shape",
        "9     | max-pool(2)        | it needs an image, but gets 9 values: give the shape",
        "9     | average-pool(2)    | it needs an image, but gets 9 values: give the shape",
        "9     | global-average     | it needs an image, but gets 9 values: give the shape",
        "9     | mix-pixels         | it needs an image, but gets 9 values: give the shape",
        "1x1x9 | conv(5)            | it needs an image, but gets 9 values: give the shape",
        "9     | dense(4, groups=2) | it gets 9 values, which do not divide into 2 groups of equal"
            + " size",
        "2x3x3 | dense(4, groups=2) | groups of a dense layer need values without spatial"
            + " structure, not an image of 2x3x3: put flatten before it",
        "3x4x4 | conv(4, groups=2)  | it gets 3 channels, which do not divide into 2 groups of"
            + " equal size",
        "3x4x2 | conv(4, padding=valid) | it gets an image of 3x4x2, but needs at least 3 x 3"
            + " pixels",
        "3x8x5 | conv(4, kernel=2, stride=4) | a stride of 4 on an image of 3x8x5 needs zeros in"
            + " one direction and skips pixels in the other: choose padding=valid or a smaller"
            + " stride",
        "3x4x2 | max-pool(3)        | it gets an image of 3x4x2, but needs at least 3 x 3 pixels",
        "3x4x2 | average-pool(5)    | it gets an image of 3x4x2, but needs at least 5 x 5 pixels",
        "3x8x8 | residual(conv(5, padding=valid)) | the body of residual gives an image of 5x6x6"
            + " for an image of 3x8x8, to which no stride leads",
        "3x8x8 | residual(conv(4), max-pool(9)) | it gets an image of 4x8x8, but needs at least 9 x"
            + " 9 pixels",
      })
  void whatALayerCannotTakeIsRefused(String input, String text, String message) {
    // Parameters are counted before the output is asked for, and must say the same.
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> {
              layer(text).output(shape(input));
              layer(text).parameterCount(shape(input));
            })
        .withMessageStartingWith(message);
  }

  @ParameterizedTest(name = "stage {2}: {1} on {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1x8x8 | block(dense(8), conv(4)) | stage 1, layer 2 conv(4): it needs an image, but gets"
            + " 8",
        "1x8x8 | fc; block(relu, conv(4)) | stage 2, layer 2 conv(4): it needs an image, but gets"
            + " 96",
        "1x8x8 | fc; filters              | stage 2, layer 1 conv(48, activation=identity): it"
            + " needs an image, but gets 96",
        "1x8x8 | filters(max-pool(9))     | stage 1, layer 2 max-pool(9): it gets an image of"
            + " 48x8x8, but needs at least 9 x 9",
        "1x8x8 | block(max-pool(2)); block(max-pool(2)); block(conv(3), max-pool(3)) | stage 3,"
            + " layer 2 max-pool(3): it gets an image of 3x2x2, but needs at least 3 x 3 pixels",
        "1x8x8 | block(mix-pixels, residual(conv(4, groups=2))) | stage 1, layer 2"
            + " residual(conv(4, groups=2)): it gets 1 channels, which do not divide into 2",
        "1x8x8 | block(layer-norm, conv(4)) | stage 1, layer 1 layer-norm: it gets one channel,"
            + " which it would make 0",
        "1x8x8 | block(conv(4), heads=3, split) | stage 1: split heads need the body's 4 channels"
            + " to be a multiple of the 3 heads",
        "1x8x8 | fc; block(dense(4), heads=3, split) | stage 2: split heads need the body's 4 units"
            + " to be a multiple of the 3 heads",
        "1x8x8 | filters(workers=1000000) | stage 1: 1000000 workers with a filter for each of 3"
            + " outputs are 3000000 filters, 1000000 are supported: choose fewer workers",
      })
  void theStageAndTheLayerAreNamed(String input, String network, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Architecture.of(
                    InputShape.parse(input), Task.classification(3), NetworkSpec.parse(network)))
        .withMessageStartingWith(message)
        .withMessageNotContaining("\n");
  }

  @Test
  void theInputIsAnImageIfTheFirstLayerThatCaresNeedsOne() {
    for (String images :
        List.of(
            "block(conv(4))",
            "filters",
            "block(batch-norm, dropout(0.1), max-pool(2))",
            "block(layer-norm); block(relu); filters",
            "block(residual(batch-norm, conv(1)))")) {
      assertThat(architecture(images).inputLayout())
          .as(images)
          .isEqualTo(BatchLayout.CHANNELS_LAST);
    }
    for (String values :
        List.of(
            "0",
            "fc",
            "block(batch-norm)",
            "block(dense(4))",
            "block(batch-norm, flatten)",
            "block(layer-norm); fc",
            "block(relu); block(residual(dense(3)))")) {
      assertThat(architecture(values).inputLayout())
          .as(values)
          .isEqualTo(BatchLayout.FEATURE_MAJOR);
    }
  }

  private static Architecture architecture(String network) {
    return Architecture.of(
        new InputShape(2, 6, 6), Task.classification(3), NetworkSpec.parse(network));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "block(batch-norm, dense(4))",
        "block(dense(4), batch-norm)",
        "block(conv(4), global-average, batch-norm)",
        "block(residual(dense(4), batch-norm))",
        "fc; block(batch-norm)",
        "filters(average-pool(6), batch-norm)",
      })
  void valuesAreNormalisedOverExamples(String network) {
    assertThat(architecture(network).needsSeveralExamples()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "block(layer-norm, dense(4))",
        "block(conv(4), batch-norm)",
        "filters(batch-norm, workers=3)",
        "block(residual(conv(4, stride=2)))",
        "fc"
      })
  void pixelsAreNormalisedOverTheImage(String network) {
    assertThat(architecture(network).needsSeveralExamples()).isFalse();
  }

  @Test
  void shapesAreDescribedForMessages() {
    assertThat(shape("3x4x5")).hasToString("an image of 3x4x5");
    assertThat(shape("3x1x1")).hasToString("an image of 3x1x1");
    assertThat(shape("60")).hasToString("60 values");
    assertThat(shape("3x4x5").channels()).isEqualTo(3);
    assertThat(shape("60").channels()).isEqualTo(60);
  }

  @Test
  void recordsRefuseWhatTheParserRefuses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerSpec.Activate(Activation.IDENTITY))
        .withMessage("the identity is no layer: leave it out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerSpec.Residual(List.of(), Activation.RELU))
        .withMessageStartingWith("residual needs at least one layer");
    assertThatIllegalArgumentException().isThrownBy(() -> new LayerSpec.Dropout(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> new LayerSpec.Pool(true, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new LayerSpec.Pool(false, 1, 1_001));
  }
}
