package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.Preset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A step of every network that has a name, on images of its own size. */
class PresetTrainingTest {

  private static final int EXAMPLES = 3;

  @ParameterizedTest
  @EnumSource(Preset.class)
  void aStepMovesEveryParameterThatLearns(Preset preset) {
    Architecture architecture = preset.architecture();
    Trainer trainer =
        new Trainer(
            architecture,
            Specs.training(
                Algorithm.LFNN_L, LeadershipSpec.DEFAULTS, "adam", 0.001, "constant", 3, 1, 1));
    SplittableRandom random = new SplittableRandom(1);
    float[] features = new float[EXAMPLES * architecture.input().size()];
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextFloat();
    }
    float[] targets = {0, 5, 9};
    float[] weights = {1, 1, 1};
    float[][] before = trainer.parameters();

    StepReport report = trainer.step(EXAMPLES, features, targets, weights);

    assertThat(report.outputLoss()).isFinite().isPositive();
    assertThat(report.leaderLoss()).isFinite().isPositive();
    float[][] after = trainer.parameters();
    int moved = 0;
    for (int p = 0; p < after.length; p++) {
      moved += Arrays.equals(before[p], after[p]) ? 0 : 1;
    }
    // Biases below a batch normalisation have no gradient, but all else has.
    assertThat(moved).isGreaterThan(after.length * 3 / 4);
    float[] predictions = trainer.predict(EXAMPLES, features);
    for (int e = 0; e < EXAMPLES; e++) {
      double sum = 0;
      for (int c = 0; c < 10; c++) {
        assertThat(predictions[c * EXAMPLES + e]).isBetween(0f, 1f);
        sum += predictions[c * EXAMPLES + e];
      }
      assertThat(sum).isEqualTo(1, within(1e-5));
    }
  }
}
