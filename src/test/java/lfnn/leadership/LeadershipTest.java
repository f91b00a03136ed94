package lfnn.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import lfnn.Tolerances;
import lfnn.data.InputShape;
import lfnn.nn.Activations;
import lfnn.nn.Batch;
import lfnn.nn.HeapKernels;
import lfnn.nn.Network;
import lfnn.nn.Pass;
import lfnn.nn.Stage;
import lfnn.nn.Workspace;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leaders of one stage of four workers that each predict a constant: half the square of a gap. */
class LeadershipTest {

  private static final float[] PREDICTIONS = {0, 1, 2, 3};
  private static final int MOST_EXAMPLES = 4;

  private final HeapKernels kernels = new HeapKernels();
  private final Network network =
      new Network(
          Architecture.of(
              InputShape.flat(1), Task.regression(), NetworkSpec.parse("fc(workers=4)")),
          kernels);
  private final Stage stage = network.stages().get(0);
  private final Workspace workspace = network.workspace(MOST_EXAMPLES);
  private final Activations activations = workspace.stage(0);
  private final Batch batch = new Batch(network.architecture(), kernels, MOST_EXAMPLES);

  private Leadership leadership(double fraction, Scope scope, Reference reference) {
    LeadershipSpec spec =
        new LeadershipSpec(
            fraction, scope, 1, 1, reference, Alignment.PREDICTIONS, EnumSet.allOf(LossTerm.class));
    return new Leadership(kernels, stage, spec, activations);
  }

  private void see(Leadership leadership, float[] targets, float[] weights, long seed) {
    stage.bodyParameters().get(1).value().set(PREDICTIONS);
    batch.set(targets.length, new float[targets.length], targets, weights);
    workspace.begin(targets.length, Pass.PREDICTION);
    stage.forward(batch.inputs(), activations);
    stage.predict(activations);
    leadership.choose(batch, seed);
  }

  private void see(Leadership leadership, float... targets) {
    float[] weights = new float[targets.length];
    Arrays.fill(weights, 1);
    see(leadership, targets, weights, 1);
  }

  private static float[] mask(Leadership leadership) {
    return leadership.choice().mask().toFloats();
  }

  private static float[] followed(Leadership leadership) {
    return leadership.choice().reference().toFloats();
  }

  @Test
  void theLowestMeanErrorsOfTheBatchLead() {
    Leadership leadership = leadership(0.5, Scope.BATCH, Reference.BEST);
    see(leadership, 2.9f, 2.9f, 1f);
    assertThat(mask(leadership)).containsExactly(0, 0, 1, 1);
    assertThat(followed(leadership)).containsExactly(2);
  }

  @Test
  void weightsCountInTheMean() {
    Leadership leadership = leadership(0.5, Scope.BATCH, Reference.BEST);
    see(leadership, new float[] {2.9f, 2.9f, 0f}, new float[] {1, 1, 8}, 1);
    assertThat(mask(leadership)).containsExactly(1, 1, 0, 0);
  }

  @Test
  void everyExampleHasItsOwnLeadersInScopeSample() {
    Leadership leadership = leadership(0.5, Scope.SAMPLE, Reference.BEST);
    see(leadership, 2.9f, 0.1f);
    assertThat(mask(leadership)).containsExactly(0, 1, 0, 1, 1, 0, 1, 0);
    assertThat(followed(leadership)).containsExactly(3, 0);
    see(leadership, 1.4f);
    assertThat(mask(leadership)).containsExactly(0, 1, 1, 0);
  }

  @Test
  void theEpochBeforeChoosesInScopeEpoch() {
    Leadership leadership = leadership(0.25, Scope.EPOCH, Reference.BEST);
    see(leadership, 3f);
    assertThat(followed(leadership)).as("first epoch, by batch").containsExactly(3);
    see(leadership, 0f);
    assertThat(followed(leadership)).as("first epoch, by batch").containsExactly(0);
    // Means over the epoch, by weight: 3·1 + 0·1, then 0 with weight 7 more.
    see(leadership, new float[] {0}, new float[] {7}, 1);
    leadership.endEpoch();
    see(leadership, 3f);
    assertThat(followed(leadership)).as("second epoch, by the first").containsExactly(0);
    assertThat(mask(leadership)).containsExactly(1, 0, 0, 0);
    leadership.endEpoch();
    see(leadership, 1f);
    assertThat(followed(leadership)).as("third epoch, by the second").containsExactly(3);
    leadership.endEpoch();
    leadership.endEpoch();
    see(leadership, 3f);
    assertThat(followed(leadership)).as("an empty epoch changes nothing").containsExactly(1);
  }

  @Test
  void lossesAreMeansOverLeadersAndOverFollowers() {
    Leadership leadership = leadership(0.5, Scope.BATCH, Reference.BEST);
    see(leadership, new float[] {0, 2}, new float[] {3, 1}, 1);
    // Errors 0, ½, 2, 4½ of the first and 2, ½, 0, ½ of the second example; means ½, ½, 1½, 3½.
    assertThat(mask(leadership)).containsExactly(1, 1, 0, 0);
    assertThat(leadership.leaderLoss()).isCloseTo(0.5, Tolerances.CLOSED_FORM_DOUBLE);
    // Followers 2 and 3 from the best leader 0.
    assertThat(leadership.followerLoss()).isCloseTo((4 + 9) / 2.0, Tolerances.CLOSED_FORM_DOUBLE);
  }

  @Test
  void tiesGoToTheLowerIndex() {
    Leadership leadership = leadership(0.25, Scope.BATCH, Reference.BEST);
    see(leadership, 1.5f);
    assertThat(followed(leadership)).containsExactly(1);
  }

  @Test
  void withoutWeightTheFirstWorkersLead() {
    Leadership leadership = leadership(0.5, Scope.BATCH, Reference.BEST);
    see(leadership, new float[] {3, 3}, new float[] {0, 0}, 1);
    assertThat(mask(leadership)).containsExactly(1, 1, 0, 0);
    assertThat(leadership.leaderLoss()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aRandomReferenceIsAnyLeaderButNoFollower(long seed) {
    Leadership leadership = leadership(0.75, Scope.SAMPLE, Reference.RANDOM);
    Set<Float> seen = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      see(leadership, new float[] {0, 0, 0, 0}, new float[] {1, 1, 1, 1}, seed * 100 + i);
      for (float reference : followed(leadership)) {
        seen.add(reference);
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(0f, 1f, 2f);
  }

  @Test
  void aRandomReferenceComesFromTheSeed() {
    Leadership first = leadership(1, Scope.SAMPLE, Reference.RANDOM);
    Leadership second = leadership(1, Scope.SAMPLE, Reference.RANDOM);
    for (long seed = 0; seed < 10; seed++) {
      see(first, new float[] {0, 1, 2, 3}, new float[] {1, 1, 1, 1}, seed);
      see(second, new float[] {0, 1, 2, 3}, new float[] {1, 1, 1, 1}, seed);
      assertThat(followed(first)).isEqualTo(followed(second));
    }
  }

  @Test
  void statisticsTellWhoLedAndHowManyChanged() {
    Leadership leadership = leadership(0.5, Scope.BATCH, Reference.BEST);
    assertThat(leadership.shareOfTimeLed()).containsOnly(0);
    see(leadership, 0f);
    assertThat(leadership.roleChange()).as("nothing to compare the first batch with").isZero();
    see(leadership, 0f);
    assertThat(leadership.roleChange()).isZero();
    see(leadership, 1.6f);
    assertThat(leadership.roleChange()).as("worker 0 follows, worker 2 leads").isEqualTo(0.5);
    see(leadership, 3f);
    assertThat(leadership.shareOfTimeLed()).containsExactly(0.5, 0.75, 0.5, 0.25);
  }

  @Test
  void sharesAreOfExamplesInScopeSample() {
    Leadership leadership = leadership(0.25, Scope.SAMPLE, Reference.BEST);
    see(leadership, 0f, 0f, 1f, 3f);
    assertThat(leadership.shareOfTimeLed()).containsExactly(0.5, 0.25, 0, 0.25);
  }

  @Test
  void aRestoredStateContinuesAsTheOriginal() {
    for (Scope scope : Scope.values()) {
      Leadership original = leadership(0.5, scope, Reference.BEST);
      see(original, 0f, 1f);
      see(original, 3f);
      original.endEpoch();
      see(original, 2.2f, 0f);
      Leadership restored = leadership(0.5, scope, Reference.BEST);
      restored.restore(original.state());
      for (int i = 0; i < 2; i++) {
        see(original, 3f, 3f, 2f);
        see(restored, 3f, 3f, 2f);
        original.endEpoch();
        restored.endEpoch();
        assertThat(mask(restored)).isEqualTo(mask(original));
        assertThat(restored.state()).isEqualTo(original.state());
        assertThat(restored.roleChange()).isEqualTo(original.roleChange());
      }
    }
  }

  @Test
  void aStateOfAnotherStageIsRefused() {
    Leadership leadership = leadership(0.5, Scope.BATCH, Reference.BEST);
    assertThatThrownBy(() -> leadership.restore(new double[7]))
        .hasMessage("leadership state must have 19 numbers, not 7");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1e30f})
  void anErrorThatIsNotANumberStopsTraining(float target) {
    for (Scope scope : Scope.values()) {
      Leadership leadership = leadership(0.5, scope, Reference.BEST);
      assertThatThrownBy(() -> see(leadership, 1f, target))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageStartingWith("the prediction error of worker 1 is ");
    }
  }
}
