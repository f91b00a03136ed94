package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import lfnn.data.Dataset;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks that share lower stages learn what each would learn by itself. */
class VariantTest {

  private static final Dataset DATA = Mnist.training(0, 70);
  private static final Optional<Dataset> VALIDATION = Optional.of(Mnist.test(0, 40));

  private static Architecture network(String stages) {
    return Architecture.of(DATA.shape(), Task.classification(10), NetworkSpec.parse(stages));
  }

  private static TrainingSpec spec(Scope scope, int threads) {
    return Specs.training(
        Algorithm.LFNN_L,
        Specs.leadership(0.5, scope, Reference.RANDOM),
        "adam",
        0.01,
        "cosine",
        16,
        3,
        threads);
  }

  private static Trainer alone(Architecture network, TrainingSpec spec, double leaders, int epochs)
      throws InterruptedException {
    return epochs(
        new Trainer(network, spec.withLeadership(spec.leadership().withLeaderFraction(leaders))),
        epochs);
  }

  private static Trainer epochs(Trainer trainer, int epochs) throws InterruptedException {
    for (int e = 0; e < epochs; e++) {
      trainer.epoch(DATA, VALIDATION);
    }
    return trainer;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "block(dense(16), heads=1); block(dense(12), dropout(0.2), heads=4); fc(workers=3)|BATCH|1",
        "block(dense(16), heads=1); block(dense(12), dropout(0.2), heads=4); fc(workers=3)|EPOCH|1",
        "block(dense(16), batch-norm, heads=2); fc(workers=5)|SAMPLE|1",
        "block(conv(4), max-pool(2), batch-norm, dropout(0.2), heads=1); fc(workers=4)|BATCH|2",
        "fc(workers=8); fc(workers=4)|BATCH|2",
        "block(dense(16), heads=1)|BATCH|1",
      })
  void variantsLearnWhatTheyWouldByThemselves(String stages, Scope scope, int threads)
      throws Exception {
    Architecture network = network(stages);
    TrainingSpec spec = spec(scope, threads);
    Trainer base = new Trainer(network, spec);
    List<Double> shares = List.of(0.1, 0.8, 1.0);
    List<Trainer> variants =
        shares.stream()
            .map(share -> base.variant(spec.leadership().withLeaderFraction(share)))
            .toList();
    epochs(base, 3);
    TrainerTest.assertSame(base, alone(network, spec, 0.5, 3));
    for (int v = 0; v < shares.size(); v++) {
      TrainerTest.assertSame(variants.get(v), alone(network, spec, shares.get(v), 3));
      assertThat(variants.get(v).score(DATA))
          .isEqualTo(alone(network, spec, shares.get(v), 3).score(DATA));
    }
  }

  @Test
  void variantsOfStagesThatAreAlikeLearnFromSingleExamples() throws Exception {
    Architecture network =
        network(
            "block(dense(6), heads=1); block(dense(6), heads=4); block(dense(6), heads=1);"
                + " block(dense(6), heads=4)");
    TrainingSpec spec = Specs.training(Algorithm.LFNN_L, 1, 3);
    Trainer base = new Trainer(network, spec);
    Trainer variant = base.variant(spec.leadership().withLeaderFraction(0.2));
    epochs(base, 1);
    TrainerTest.assertSame(base, alone(network, spec, spec.leadership().leaderFraction(), 1));
    TrainerTest.assertSame(variant, alone(network, spec, 0.2, 1));
  }

  @Test
  void aVariantMayJoinTrainingThatGoesOn() throws Exception {
    Architecture network =
        network("block(dense(6), heads=1); block(dense(6), heads=4); block(dense(6), heads=1)");
    TrainingSpec spec = spec(Scope.BATCH, 1);
    Trainer base = epochs(new Trainer(network, spec), 1);
    Trainer variant =
        base.variant(spec.leadership().withLeaderFraction(1), alone(network, spec, 1, 1).state());
    epochs(base, 1);
    TrainerTest.assertSame(base, alone(network, spec, 0.5, 2));
    TrainerTest.assertSame(variant, alone(network, spec, 1, 2));
  }

  @Test
  void variantsGoOnWhereTheyWereStopped() throws Exception {
    Architecture network = network("block(dense(16), heads=1); fc(workers=5)");
    TrainingSpec spec = spec(Scope.EPOCH, 1);
    LeadershipSpec everyone = spec.leadership().withLeaderFraction(1);
    Trainer first = new Trainer(network, spec);
    Trainer firstVariant = first.variant(everyone);
    epochs(first, 1);
    first.epoch(DATA, VALIDATION, (step, steps, report) -> step < 2);

    Trainer second = new Trainer(network, spec, first.state());
    Trainer secondVariant = second.variant(everyone, firstVariant.state());
    epochs(second, 2);

    TrainerTest.assertSame(second, alone(network, spec, 0.5, 3));
    TrainerTest.assertSame(secondVariant, alone(network, spec, 1, 3));
  }

  @Test
  void aVariantGoesOnByItself() throws Exception {
    Architecture network = network("block(dense(16), heads=1); fc(workers=5)");
    TrainingSpec spec = spec(Scope.BATCH, 1);
    LeadershipSpec everyone = spec.leadership().withLeaderFraction(1);
    Trainer base = new Trainer(network, spec);
    Trainer variant = base.variant(everyone);
    epochs(base, 1);

    Trainer alone = new Trainer(network, spec.withLeadership(everyone), variant.state());

    TrainerTest.assertSame(epochs(alone, 1), alone(network, spec, 1, 2));
  }

  @Test
  void stagesThatLearnFromThoseAboveAreNotShared() {
    TrainingSpec spec = Specs.training(Algorithm.LFNN, 16, 1);
    Trainer trainer = new Trainer(network("block(dense(16), heads=1); fc(workers=5)"), spec);
    assertThatThrownBy(() -> trainer.variant(spec.leadership().withLeaderFraction(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only with LFNN_L")
        .hasMessageContaining("LFNN");
  }

  @Test
  void aVariantBeginsWithTheTrainingItShares() throws Exception {
    TrainingSpec spec = spec(Scope.BATCH, 1);
    LeadershipSpec everyone = spec.leadership().withLeaderFraction(1);
    Architecture network = network("block(dense(16), heads=1); fc(workers=5)");
    Trainer trainer = epochs(new Trainer(network, spec), 1);
    assertThatThrownBy(() -> trainer.variant(everyone))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("5 steps");
    assertThatThrownBy(() -> trainer.variant(everyone, new Trainer(network, spec).state()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 steps")
        .hasMessageContaining("5");
  }
}
