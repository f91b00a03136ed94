package lfnn.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import lfnn.data.InputShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PresetTest {

  @ParameterizedTest
  @CsvSource({
    "MNIST_275K, 431_894",
    "MNIST_438K, 625_750",
    "CIFAR10_876K, 875_606",
    "LOCALMIXER_272K, 271_892",
    "LOCALMIXER_429K, 429_076",
    "LOCALMIXER_919K, 918_770",
    "VGG8B, 18_472_912",
    "RESNET_18, 11_593_802",
  })
  void parametersAreCounted(Preset preset, String parameters) {
    assertThat(preset.architecture().parameterCount())
        .isEqualTo(Long.parseLong(parameters.replace("_", "")));
  }

  /** Weights and biases of the heads of blocks. */
  private static long heads(Architecture architecture) {
    long total = 0;
    for (int s = 0; s < architecture.stages().size(); s++) {
      if (architecture.stages().get(s) instanceof StageSpec.Block block) {
        long inputs = block.headInput(architecture.inputShape(s + 1)).size();
        total += block.heads() * architecture.task().outputs() * (inputs + 1);
      }
    }
    return total;
  }

  /** Weights of the layers before similarity losses. */
  private static long similarityLayers(Architecture architecture) {
    long total = 0;
    for (int s = 0; s < architecture.stages().size(); s++) {
      LayerShape output = architecture.inputShape(s + 1);
      total += Architecture.similarityLayer(output).parameterCount(output);
    }
    return total;
  }

  /**
   * The paper counts running statistics, but not the heads of blocks, and the authors' code has a
   * layer of n · 10 · n + n weights that is no part of the method.
   */
  @ParameterizedTest
  @CsvSource({"MNIST_275K, 4, 275_494", "MNIST_438K, 4, 438_118"})
  void countsOfThePaperAreThoseWithoutHeads(Preset preset, long workers, String paper) {
    Architecture architecture = preset.architecture();
    long mask = workers * 10 * workers + workers;
    assertThat(
            architecture.parameterCount()
                - heads(architecture)
                + architecture.statisticCount()
                + mask)
        .isEqualTo(Long.parseLong(paper.replace("_", "")));
  }

  /** Here the paper counts the heads, too. */
  @Test
  void countOfThePaperForCifarIsThatWithHeads() {
    Architecture architecture = Preset.CIFAR10_876K.architecture();
    long mask = 5 * 10 * 5 + 5;
    assertThat(architecture.parameterCount() + architecture.statisticCount() + mask)
        .isEqualTo(876_245);
    assertThat(heads(architecture)).isEqualTo(163_850 + 81_930);
  }

  @Test
  void vggHasABlockForEachLayer() {
    Architecture architecture = Preset.VGG8B.architecture();
    assertThat(architecture.stages())
        .extracting(StageSpec::toString)
        .containsExactly(
            vgg("conv(128, activation=identity)", "dropout(0.05)"),
            vgg("conv(256, activation=identity)", "max-pool(2), dropout(0.05)"),
            vgg("conv(256, activation=identity)", "dropout(0.05)"),
            vgg("conv(512, activation=identity)", "max-pool(2), dropout(0.05)"),
            vgg("conv(512, activation=identity)", "max-pool(2), dropout(0.05)"),
            vgg("conv(512, activation=identity)", "max-pool(2), dropout(0.05)"),
            "block(dense(1024, activation=identity), batch-norm(activation=relu), heads=1,"
                + " similarity=0.99)");
    assertThat(heads(architecture)).isEqualTo(4 * 20_490 + 3 * 10_250);
    assertThat(similarityLayers(architecture))
        .isEqualTo(147_584 + 2 * 590_080 + 3 * 2_359_808 + 1_049_600);
    assertThat(architecture.parameterCount() - heads(architecture) - similarityLayers(architecture))
        .isEqualTo(8_903_434);
  }

  private static String vgg(String convolution, String then) {
    return "block("
        + convolution
        + ", batch-norm(activation=relu), "
        + then
        + ", heads=1, similarity=0.99)";
  }

  @Test
  void resnetIsTheOneOfHeAndOthersWithBiases() {
    Architecture architecture = Preset.RESNET_18.architecture();
    // 11,173,962 with batch normalisation in place of biases, as is well known, and 4,800 biases.
    assertThat(architecture.parameterCount() - heads(architecture)).isEqualTo(11_173_962 + 4_800);
    assertThat(architecture.statisticCount()).isEqualTo(2 * 4_800);
    assertThat(
            List.of(
                architecture.inputShape(1),
                architecture.inputShape(2),
                architecture.inputShape(3),
                architecture.inputShape(4)))
        .containsExactly(
            LayerShape.image(64, 32, 32),
            LayerShape.image(128, 16, 16),
            LayerShape.image(256, 8, 8),
            LayerShape.image(512, 1, 1));
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void namesAreNetworkStrings(Preset preset) {
    NetworkSpec spec = NetworkSpec.parse(preset.label());
    assertThat(spec).isEqualTo(new NetworkSpec.Named(preset)).hasToString(preset.label());
    Architecture architecture = preset.architecture();
    assertThat(spec.resolve(preset.input().size(), Task.classification(preset.classes())))
        .isEqualTo(architecture.stages());
    NetworkSpec printed = new NetworkSpec.Stages(architecture.stages());
    assertThat(NetworkSpec.parse(printed.toString())).isEqualTo(printed);
    assertThat(Preset.names()).contains(preset.label());
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void settingsHoldForEveryBlock(Preset preset) {
    String settings = "(heads=2, split, pool=3, similarity=0.25, strict)";
    NetworkSpec spec = NetworkSpec.parse(preset.label() + settings);
    assertThat(spec).hasToString(preset.label() + settings);
    Architecture architecture =
        Architecture.of(preset.input(), Task.classification(preset.classes()), spec);
    assertThat(architecture.stages().size())
        .isGreaterThanOrEqualTo(preset.architecture().stages().size());
    for (StageSpec stage : architecture.stages()) {
      if (stage instanceof StageSpec.Block block) {
        assertThat(block.heads()).isEqualTo(2);
        assertThat(block.split()).isTrue();
        assertThat(block.pool()).isEqualTo(3);
        assertThat(block.similarity()).isEqualTo(0.25);
      }
    }
  }

  @Test
  void otherDataAreTakenWhereTheLayersFit() {
    NetworkSpec vgg = NetworkSpec.parse("vgg8b");
    assertThat(Architecture.of(new InputShape(1, 28, 28), Task.classification(7), vgg).stages())
        .hasSize(7);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.of(new InputShape(3, 8, 8), Task.classification(10), vgg))
        .withMessage(
            "stage 6, layer 3 max-pool(2): it gets an image of 512x1x1, but needs at least 2 x 2"
                + " pixels");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Architecture.of(
                    InputShape.flat(784), Task.classification(10), NetworkSpec.parse("mnist-438k")))
        .withMessageStartingWith(
            "stage 1, layer 1 conv(128): it needs an image, but gets 784 values: give the shape of"
                + " the input, for example 1x28x28");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Architecture.of(
                    new InputShape(1, 28, 28), Task.oneVsAll(10), NetworkSpec.parse("mnist-275k")))
        .withMessageStartingWith("stage 1, layer 1 conv(128): one-vs-all networks have layers of");
  }
}
