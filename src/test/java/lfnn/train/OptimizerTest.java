package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.Tolerances;
import lfnn.data.InputShape;
import lfnn.nn.HeapKernels;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {

  private final HeapKernels kernels = new HeapKernels();
  private final Network network =
      new Network(
          Architecture.of(
              InputShape.flat(3),
              Task.classification(2),
              NetworkSpec.parse("fc(workers=2); block(dense(4), heads=2)")),
          kernels);

  private Optimizer optimizer(String spec, double weightDecay) {
    network.initialise(new SplittableRandom(1));
    for (Parameter parameter : network.parameters()) {
      if (!parameter.decays()) {
        parameter.value().fill(0.5);
      }
      parameter.gradient().fill(0);
    }
    return new Optimizer(kernels, OptimizerSpec.parse(spec), weightDecay, network.parameters());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "adamw"})
  void weightsDecayAndBiasesDoNot(String spec) {
    Optimizer optimizer = optimizer(spec, 0.1);
    int weights = 0;
    int biases = 0;
    for (Parameter parameter : network.parameters()) {
      float[] before = parameter.value().toFloats();
      optimizer.begin(0.5);
      optimizer.update(List.of(parameter));
      float[] after = parameter.value().toFloats();
      for (int i = 0; i < before.length; i++) {
        float expected = parameter.decays() ? before[i] * (1 - 0.1f * 0.5f) : before[i];
        assertThat(after[i]).isCloseTo(expected, Tolerances.singlePrecision(1, expected));
        weights += parameter.decays() ? 1 : 0;
        biases += parameter.decays() ? 0 : 1;
      }
      assertThat(parameter.decays()).isEqualTo(parameter.name().endsWith("weights"));
    }
    assertThat(weights).isEqualTo(3 * 4 + 4 * 4 + 4 * 4 + 4 * 2);
    assertThat(biases).isEqualTo(4 + 4 + 4 + 2);
  }

  @Test
  void adamMovesDecayingWeightsThoughTheGradientIsZero() {
    Optimizer optimizer = optimizer("adam", 0.1);
    Parameter weights = network.parameters().get(0);
    float before = weights.value().toFloats()[0];
    optimizer.begin(0.01);
    optimizer.update(network.parameters());
    // The penalty is the whole gradient, so the first step is one learning rate towards 0.
    assertThat(weights.value().toFloats()[0])
        .isCloseTo(before - Math.signum(before) * 0.01f, Tolerances.singlePrecision(1, before));
    assertThat(network.parameters().get(1).value().toFloats()).containsOnly(0.5f);
  }

  @Test
  void restoredMomentsGoOnAsTheOriginal() {
    Optimizer original = optimizer("adam", 0);
    network.parameters().forEach(parameter -> parameter.gradient().fill(0.3));
    original.begin(0.01);
    original.update(network.parameters());
    Optimizer restored =
        new Optimizer(kernels, OptimizerSpec.parse("adam"), 0, network.parameters());
    restored.restore(original.steps(), original.moments());
    float[] here = network.parameters().get(0).value().toFloats();
    original.begin(0.01);
    original.update(network.parameters());
    float[] expected = network.parameters().get(0).value().toFloats();
    network.parameters().get(0).value().set(here);
    restored.begin(0.01);
    restored.update(network.parameters());
    assertThat(network.parameters().get(0).value().toFloats()).isEqualTo(expected);
    assertThat(restored.steps()).isEqualTo(2);
  }
}
