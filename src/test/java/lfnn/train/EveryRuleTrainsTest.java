package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lfnn.OneThread;
import lfnn.data.Dataset;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule trains every kind of network for every kind of task. */
class EveryRuleTrainsTest {

  private static final int CLASSES = 3;
  private static final int EXAMPLES = 96;
  private static final int EPOCHS = 7;
  private static final InputShape SHAPE = new InputShape(1, 6, 6);

  private static final String NEURONS = "fc(workers=4); fc(workers=3)";
  private static final String FILTERS = "filters(tanh, max-pool(2), workers=3); fc(workers=3)";
  private static final String CONVOLUTIONS =
      "block(conv(6), batch-norm, max-pool(2), heads=3, split, pool=1); block(dense(8), heads=2)";
  private static final String DENSE =
      "block(dense(8), batch-norm, heads=2, split); block(dense(6), heads=2)";
  private static final String LOCAL_MIXER =
      "block(conv(8, kernel=2, stride=2), conv(8, kernel=1, groups=4), heads=1, pool=1);"
          + " block(residual(layer-norm(plain), mix-pixels, layer-norm(plain), conv(8, kernel=1),"
          + " conv(8, kernel=1, groups=4, activation=identity)), global-average, heads=1, pool=1)";

  /** A LocalMixer of one patch, the whole image. */
  private static final String LOCAL_MIXER_OF_VALUES = "block(dense(12), dense(12), heads=1)";

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
  }

  static Stream<Arguments> rulesNetworksAndTasks() {
    return Stream.of(Algorithm.values())
        .flatMap(
            algorithm ->
                Stream.of(
                        ofTask(Task.classification(CLASSES), FILTERS, CONVOLUTIONS, LOCAL_MIXER),
                        ofTask(Task.regression(), FILTERS, CONVOLUTIONS, LOCAL_MIXER),
                        ofTask(Task.oneVsAll(CLASSES), LOCAL_MIXER_OF_VALUES))
                    .flatMap(List::stream)
                    .map(pair -> Arguments.of(algorithm, pair.task(), pair.stages())));
  }

  private record Pair(Task task, String stages) {}

  private static List<Pair> ofTask(Task task, String... networks) {
    return Stream.concat(Stream.of(NEURONS, DENSE), Arrays.stream(networks))
        .map(stages -> new Pair(task, stages))
        .toList();
  }

  /** Images with noise and one bright band; the target is the place of the band. */
  private static Dataset bands(Task task) {
    SplittableRandom random = new SplittableRandom(1);
    float[] features = new float[EXAMPLES * SHAPE.size()];
    float[] targets = new float[EXAMPLES];
    for (int b = 0; b < EXAMPLES; b++) {
      int band = b % CLASSES;
      for (int i = 0; i < SHAPE.size(); i++) {
        boolean bright = i / SHAPE.width() / 2 == band;
        features[b * SHAPE.size() + i] = (float) (0.5 * random.nextGaussian() + (bright ? 1 : 0));
      }
      targets[b] = task.isClassification() ? band : band - 1;
    }
    return Dataset.ofFloats(SHAPE, features, targets, null, task.classes());
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("rulesNetworksAndTasks")
  void theLossFalls(Algorithm algorithm, Task task, String stages) throws InterruptedException {
    Dataset data = bands(task);
    Architecture network = Architecture.of(SHAPE, task, NetworkSpec.parse(stages));
    Trainer trainer =
        new Trainer(
            network,
            Specs.training(algorithm, LeadershipSpec.DEFAULTS, "adam", 0.02, "constant", 16, 1, 1));
    float[][] before = copy(trainer.parameters());
    double first = trainer.epoch(data, Optional.empty()).outputLoss();
    for (int e = 1; e < EPOCHS; e++) {
      assertThat(trainer.epoch(data, Optional.empty()).outputLoss()).isFinite();
    }
    double last = trainer.reports().get(EPOCHS - 1).outputLoss();
    assertThat(last).as("loss, %s in the first epoch", first).isLessThan(0.95 * first);
    assertThat(moved(before, trainer.parameters()))
        .as("arrays of parameters that learn")
        .isEqualTo(before.length - still(algorithm, network));
  }

  private static float[][] copy(float[][] parameters) {
    return Arrays.stream(parameters).map(float[]::clone).toArray(float[][]::new);
  }

  private static int moved(float[][] before, float[][] after) {
    int moved = 0;
    for (int p = 0; p < before.length; p++) {
      moved += Arrays.equals(before[p], after[p]) ? 0 : 1;
    }
    return moved;
  }

  /** Arrays that a rule does not use: weights and biases of the heads where the loss is global. */
  private static int still(Algorithm algorithm, Architecture network) {
    boolean headsLearn = algorithm.isLocal() || algorithm == Algorithm.LFNN;
    long blocks =
        network.stages().stream().filter(stage -> stage.toString().startsWith("block")).count();
    return headsLearn ? 0 : 2 * (int) blocks;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {FILTERS, CONVOLUTIONS, LOCAL_MIXER})
  void oneVsAllNetworksAreNotForImages(String stages) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.of(SHAPE, Task.oneVsAll(CLASSES), NetworkSpec.parse(stages)))
        .withMessageContaining("leave one-vs-all out");
  }
}
