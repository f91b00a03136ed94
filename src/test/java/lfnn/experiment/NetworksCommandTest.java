package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import lfnn.spec.Preset;
import org.junit.jupiter.api.Test;

class NetworksCommandTest {

  @Test
  void listsEveryNamedNetworkWithItsParameters() {
    Ran ran = Ran.command("networks");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out().lines()).hasSize(1 + Preset.values().length);
    assertThat(ran.out())
        .containsPattern("mnist-275k +1x28x28 +10 +431,894")
        .containsPattern("mnist-438k +1x28x28 +10 +625,750")
        .containsPattern("cifar10-876k +3x32x32 +10 +875,606")
        .containsPattern("localmixer-272k +1x28x28 +10 +271,892")
        .containsPattern("localmixer-429k +1x28x28 +10 +429,076")
        .containsPattern("localmixer-919k +3x32x32 +10 +918,770")
        .containsPattern("vgg8b +3x32x32 +10 +18,472,912")
        .containsPattern("resnet-18 +3x32x32 +10 +11,593,802");
  }

  @Test
  void showsTheStagesOfANetworkOnGivenImages() {
    Ran ran = Ran.command("networks", "block(dense(20), heads=2)", "--input=3x4x4", "--classes=5");
    assertThat(ran.out().lines())
        .containsExactly(
            "stage 1: block(dense(20), heads=2), 48 inputs, 20 outputs",
            "output:  softmax, 20 inputs, 5 outputs",
            "1,295 parameters");
  }

  @Test
  void aNamedNetworkIsShownOnItsOwnImages() {
    assertThat(Ran.command("networks", "localmixer-429k").out()).endsWith("429,076 parameters\n");
  }

  @Test
  void networksThatDoNotFitAreRefused() {
    Ran ran = Ran.command("networks", "vgg8b", "--input=1x2x2");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).startsWith("stage 4, layer 3 max-pool(2): it gets an image of 512x1x1");
    assertThat(Ran.command("networks", "nothing").err()).contains("'nothing' is not a stage");
    assertThat(Ran.command("networks", "8", "--input=9").err())
        .startsWith("Invalid value for option '--input': an input shape is channels x height");
  }
}
