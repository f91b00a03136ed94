package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import lfnn.data.Augmentation;
import lfnn.data.InputShape;
import lfnn.nn.Activations;
import lfnn.nn.Batch;
import lfnn.nn.HeapKernels;
import lfnn.nn.Network;
import lfnn.nn.OptimizerStep;
import lfnn.nn.Workspace;
import lfnn.rule.LearningRule;
import lfnn.rule.Resources;
import lfnn.rule.Resources.GradientSink;
import lfnn.rule.StageTasks;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.ScheduleSpec;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stages of LFNN-ℓ that are alike share memory, and compute what they compute without. */
class StageMemoryTest {

  private static final int EXAMPLES = 24;
  private static final int INPUTS = 40;
  private static final int CLASSES = 5;
  private static final int STEPS = 4;

  private static Architecture deep(int stages) {
    String text = "fc(workers=16);".repeat(stages);
    return Architecture.of(
        InputShape.flat(INPUTS),
        Task.classification(CLASSES),
        NetworkSpec.parse(text.substring(0, text.length() - 1)));
  }

  private static Set<Activations> distinct(Architecture architecture, int kept) {
    Workspace workspace = new Network(architecture, new HeapKernels(1)).workspace(EXAMPLES, kept);
    Set<Activations> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int s = 0; s < architecture.stages().size(); s++) {
      distinct.add(workspace.stage(s));
    }
    return distinct;
  }

  @Test
  void memoryDoesNotGrowWithDepth() {
    // The first stage reads the input, which has another width, so it is not like the others.
    assertThat(distinct(deep(16), 2)).hasSize(3);
    assertThat(distinct(deep(64), 2)).hasSize(3);
    assertThat(distinct(deep(64), 5)).hasSize(6);
  }

  @Test
  void neighboursNeverShare() {
    assertThatThrownBy(() -> distinct(deep(3), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2");
  }

  private static TrainingSpec training() {
    return new TrainingSpec(
        Algorithm.LFNN_L,
        LeadershipSpec.DEFAULTS,
        OptimizerSpec.Adam.DEFAULTS,
        0.01,
        new ScheduleSpec.Constant(),
        0,
        1,
        EXAMPLES,
        0,
        1,
        Augmentation.NONE,
        1,
        1);
  }

  /** Parameters after some steps of plain gradient descent. */
  private static List<float[]> learned(int kept, StageTasks tasks) {
    Architecture architecture = deep(7);
    HeapKernels kernels = new HeapKernels(1);
    Network network = new Network(architecture, kernels);
    network.initialise(new SplittableRandom(1));
    Workspace workspace = network.workspace(EXAMPLES, kept);
    Batch batch = new Batch(architecture, kernels, EXAMPLES);
    AtomicReference<OptimizerStep> step = new AtomicReference<>();
    GradientSink sink =
        ready -> ready.forEach(p -> kernels.update(step.get(), p.value(), p.gradient()));
    LearningRule rule =
        LearningRule.of(training(), new Resources(network, workspace, batch, tasks, sink));
    Random random = new Random(2);
    float[] weights = new float[EXAMPLES];
    Arrays.fill(weights, 1);
    for (int i = 1; i <= STEPS; i++) {
      float[] features = new float[EXAMPLES * INPUTS];
      float[] labels = new float[EXAMPLES];
      for (int f = 0; f < features.length; f++) {
        features[f] = (float) random.nextGaussian();
      }
      for (int b = 0; b < EXAMPLES; b++) {
        labels[b] = random.nextInt(CLASSES);
      }
      batch.set(EXAMPLES, features, labels, weights);
      step.set(new OptimizerStep(new OptimizerSpec.Sgd(), 0.1, 0, i));
      rule.learn(i);
    }
    List<float[]> parameters = new ArrayList<>();
    network.parameters().forEach(p -> parameters.add(p.value().toFloats()));
    return parameters;
  }

  @ParameterizedTest(name = "{0} kept, {1} threads")
  @CsvSource({"2, 1", "3, 1", "3, 2", "4, 2", "6, 4", "2, 3"})
  void sharedMemoryGivesTheSameBits(int kept, int threads) {
    List<float[]> expected = learned(100, StageTasks.inline());
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      StageTasks tasks = threads == 1 ? StageTasks.inline() : StageTasks.on(executor, threads);
      List<float[]> actual = learned(kept, tasks);
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i)).isEqualTo(expected.get(i));
      }
    } finally {
      executor.shutdownNow();
    }
  }
}
