package lfnn.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lfnn.data.InputShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageSpecTest {

  private static List<StageSpec> stages(String network) {
    return NetworkSpec.parse(network).resolve(36, Task.classification(3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "block(dense(8), heads=2, strict) | block(dense(8), heads=2)",
        "block(relu, heads=2, strict) | block(relu, heads=2)",
        "block(flatten, dense(8), batch-norm, relu, dropout(0.1), dense(4), tanh, heads=2, strict)"
            + " | block(flatten, dense(8), batch-norm, relu, dropout(0.1), heads=2);"
            + " block(dense(4), tanh, heads=2)",
        "block(conv(4), mix-pixels, max-pool(2), residual(conv(4), conv(4)), layer-norm, heads=2,"
            + " split, pool=3, similarity=0.5, strict) | block(conv(4), heads=2, split, pool=3,"
            + " similarity=0.5); block(mix-pixels, max-pool(2), heads=2, split, pool=3,"
            + " similarity=0.5); block(residual(conv(4), conv(4)), layer-norm, heads=2, split,"
            + " pool=3, similarity=0.5)",
        "fc(workers=2); block(dense(8), dense(4), heads=2, strict); fc(workers=3) | fc(workers=2);"
            + " block(dense(8), heads=2); block(dense(4), heads=2); fc(workers=3)",
      })
  void strictBlocksBecomeABlockForEachLayerWithWeights(String network, String expected) {
    assertThat(new NetworkSpec.Stages(stages(network))).hasToString(expected);
  }

  @Test
  void aStrictNetworkIsTheOneOfItsBlocks() {
    String strict = "block(conv(4), max-pool(2), conv(6), dense(5), heads=2, strict)";
    Architecture architecture =
        Architecture.of(new InputShape(1, 6, 6), Task.classification(3), NetworkSpec.parse(strict));
    assertThat(architecture.stages())
        .isEqualTo(
            stages(
                "block(conv(4), max-pool(2), heads=2); block(conv(6), heads=2); block(dense(5),"
                    + " heads=2)"));
  }

  @ParameterizedTest(name = "heads on {1} of a block with pool {0} average windows of {2}")
  @CsvSource({
    "0, 8x4x4, 1, 128",
    "0, 128x4x4, 1, 2048",
    "0, 129x4x4, 2, 516",
    "0, 64x28x28, 6, 1600",
    "0, 128x32x32, 8, 2048",
    "0, 3000x2x2, 2, 3000",
    "0, 16x40x10, 2, 1600",
    "1, 64x7x5, 7, 64",
    "2, 64x7x5, 4, 256",
    "3, 64x7x5, 3, 384",
    "7, 64x7x5, 1, 2240",
    "100, 64x7x5, 1, 2240",
  })
  void headsReadImagesAveragedInWindows(int pool, String image, int window, int inputs) {
    InputShape shape = InputShape.parse(image);
    LayerShape output = LayerShape.image(shape.channels(), shape.height(), shape.width());
    StageSpec.Block block =
        new StageSpec.Block(
            List.of(new LayerSpec.Convolution(1, 3, 1, LayerSpec.Padding.SAME, 1, Activation.RELU)),
            2,
            false,
            pool,
            0,
            false);
    assertThat(block.headWindow(output)).isEqualTo(window);
    assertThat(block.headInput(output)).isEqualTo(LayerShape.flat(inputs));
    assertThat(block.headInput(LayerShape.flat(9_000))).isEqualTo(LayerShape.flat(9_000));
  }

  @Test
  void filterWorkersHaveAFilterForEachOutput() {
    StageSpec.Filters filters =
        (StageSpec.Filters) stages("filters(relu, workers=4, kernel=5, stride=2)").get(0);
    assertThat(filters.convolution(3))
        .isEqualTo(
            new LayerSpec.Convolution(12, 5, 2, LayerSpec.Padding.SAME, 1, Activation.IDENTITY));
    Architecture architecture =
        Architecture.of(
            new InputShape(2, 6, 6),
            Task.classification(3),
            NetworkSpec.parse("filters(batch-norm, relu, max-pool(3), workers=4)"));
    assertThat(architecture.inputShape(1)).isEqualTo(LayerShape.image(12, 2, 2));
    // The convolution, gains and shifts, the output layer; no heads.
    assertThat(architecture.parameterCount()).isEqualTo(12 * 18 + 12 + 24 + 48 * 3 + 3);
  }
}
