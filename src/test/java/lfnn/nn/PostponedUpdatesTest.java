package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lfnn.spec.OptimizerSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Updates that wait until their weights are read give the same numbers, bit for bit. */
class PostponedUpdatesTest {

  private static final int INPUTS = 120;
  private static final int STEPS = 700;

  private final HeapKernels kernels = new HeapKernels(1);

  /** A layer with its gradients and moments. */
  private final class Learner {
    final int groups;
    final Matrix weights;
    final Matrix gradient;
    final Matrix biases;
    final Matrix biasGradient;
    Matrix[] moments;

    Learner(int outputs, int groups, OptimizerSpec optimizer) {
      this.groups = groups;
      weights = kernels.matrix(outputs / groups, INPUTS);
      gradient = weights.alike(kernels);
      biases = kernels.matrix(1, outputs);
      biasGradient = biases.alike(kernels);
      newMoments(optimizer);
      kernels.drawNormal(1, weights);
    }

    void newMoments(OptimizerSpec optimizer) {
      moments = OptimizerStepTest.moments(kernels, optimizer, weights);
    }

    /** Predicts, then learns that the outputs shall be smaller. */
    float[] step(OptimizerStep step, Matrix x, Matrix z, boolean postponing) {
      kernels.affine(x, weights, biases, groups, z);
      final float[] outputs = z.toFloats();
      kernels.affineGradient(x, z, groups, gradient, biasGradient);
      if (!postponing) {
        // A gradient that was overwritten is one of which nobody knows where it is zero.
        gradient.set(gradient.toFloats());
      }
      assertThat(weights.postpones(gradient)).isEqualTo(postponing);
      kernels.update(step, weights, gradient, moments);
      return outputs;
    }
  }

  /** Two learners that see the same: updates of one of them wait. */
  private final class Both {
    final Learner postponing;
    final Learner plain;
    final Matrix z;

    Both(int outputs, int groups, OptimizerSpec optimizer) {
      postponing = new Learner(outputs, groups, optimizer);
      plain = new Learner(outputs, groups, optimizer);
      z = kernels.matrix(1, outputs);
    }

    void step(OptimizerStep step, Matrix x) {
      assertThat(postponing.step(step, x, z, true)).isEqualTo(plain.step(step, x, z, false));
    }

    /** Moments are read first: they, too, make weights take their steps. */
    void assertSame() {
      for (int k = 0; k < plain.moments.length; k++) {
        assertThat(postponing.moments[k].toFloats()).isEqualTo(plain.moments[k].toFloats());
      }
      assertThat(postponing.weights.toFloats()).isEqualTo(plain.weights.toFloats());
    }
  }

  private Matrix sparse(SplittableRandom random, int examples, double share) {
    Matrix x = kernels.matrix(examples, INPUTS);
    float[] values = new float[x.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() < share ? (float) random.nextDouble() : 0;
    }
    x.set(values);
    return x;
  }

  @ParameterizedTest(name = "{0}, {1} outputs in {2} groups, read after each {3} steps")
  @CsvSource({
    "sgd, 200, 1, 1000",
    "momentum(0.9), 200, 1, 1000",
    "adam, 200, 1, 1000",
    "adam, 200, 1, 10",
    "adam, 1400, 1, 100",
    "adam, 300, 2, 90",
    "adamw, 200, 1, 1000",
    "'adam(beta1=0.5, beta2=0.9, epsilon=1e-3)', 200, 1, 100"
  })
  void stepsThatWaitGiveTheSameBits(String optimizer, int outputs, int groups, int interval) {
    OptimizerSpec spec = OptimizerSpec.parse(optimizer);
    SplittableRandom random = new SplittableRandom(3);
    Both both = new Both(outputs, groups, spec);
    for (int t = 1; t <= STEPS; t++) {
      OptimizerStep step = new OptimizerStep(spec, 1e-3 * (1 + t % 7), 0, t);
      // Rare inputs wait for long, and an example may have none.
      Matrix x = sparse(random, 1, t % 50 == 0 ? 0 : 0.2 * random.nextDouble());
      both.step(step, x);
      if (t % interval == 0) {
        both.assertSame();
      }
    }
    both.assertSame();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"adam", "momentum(0.9)"})
  void everyOtherUseOfTheWeightsSeesAllSteps(String optimizer) {
    OptimizerSpec spec = OptimizerSpec.parse(optimizer);
    SplittableRandom random = new SplittableRandom(5);
    int outputs = 200;
    Both both = new Both(outputs, 1, spec);
    for (int t = 1; t <= STEPS; t++) {
      OptimizerStep step = new OptimizerStep(spec, 1e-3, 0, t);
      Matrix x = sparse(random, 1, 0.2);
      both.step(step, x);
      Matrix many = sparse(random, 7, 0.2);
      Matrix full = sparse(random, 1, 1);
      Learner[] learners = {both.postponing, both.plain};
      float[][] seen = new float[learners.length][];
      for (int k = 0; k < learners.length; k++) {
        Learner learner = learners[k];
        switch (t % 40) {
          case 3 -> seen[k] = outputs(learner, many);
          case 9 -> {
            Matrix dx = kernels.matrix(1, INPUTS);
            kernels.affineInputGradient(both.z, learner.weights, 1, dx);
            seen[k] = dx.toFloats();
          }
          case 15 -> learn(learner, many, step);
          case 21 -> learn(learner, full, step);
          case 27 -> learner.newMoments(spec);
          case 33 -> learner.weights.set(learner.weights.toFloats());
          case 34 -> learner.moments[0].fill(0.5);
          case 35 -> seen[k] = learner.weights.array().dup('f').data().asFloat();
          case 37 -> learner.weights.arrayToWrite().assign(0.01);
          default -> {}
        }
      }
      if (seen[0] != null) {
        assertThat(seen[0]).isEqualTo(seen[1]);
      }
    }
    both.assertSame();
  }

  private void learn(Learner learner, Matrix x, OptimizerStep step) {
    Matrix z = kernels.matrix(x.rows(), learner.biases.columns());
    kernels.affine(x, learner.weights, learner.biases, 1, z);
    kernels.affineGradient(x, z, 1, learner.gradient, learner.biasGradient);
    kernels.update(step, learner.weights, learner.gradient, learner.moments);
  }

  private float[] outputs(Learner learner, Matrix x) {
    Matrix z = kernels.matrix(x.rows(), learner.biases.columns());
    kernels.affine(x, learner.weights, learner.biases, learner.groups, z);
    return z.toFloats();
  }

  @Test
  void threadsThatPredictAtOnceSeeTheSame() throws Exception {
    OptimizerSpec spec = OptimizerSpec.parse("adam");
    SplittableRandom random = new SplittableRandom(11);
    Both both = new Both(200, 1, spec);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int t = 1; t <= STEPS; t++) {
        OptimizerStep step = new OptimizerStep(spec, 1e-3, 0, t);
        Matrix x = sparse(random, 1, 0.2);
        both.step(step, x);
        Matrix many = sparse(random, 7, 0.2);
        List<Callable<float[]>> readers = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        for (int r = 0; r < 4; r++) {
          Matrix seen = r == 3 && t % 10 == 0 ? many : sparse(random, 1, 0.3);
          readers.add(() -> outputs(both.postponing, seen));
          expected.add(outputs(both.plain, seen));
        }
        List<Future<float[]>> results = threads.invokeAll(readers);
        for (int r = 0; r < 4; r++) {
          assertThat(results.get(r).get()).isEqualTo(expected.get(r));
        }
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void weightsThatDecayDoNotWait() {
    OptimizerSpec spec = OptimizerSpec.parse("adam");
    SplittableRandom random = new SplittableRandom(7);
    Both both = new Both(200, 1, spec);
    for (int t = 1; t <= 50; t++) {
      // Decay in some steps only: what waits takes its steps before.
      OptimizerStep step = new OptimizerStep(spec, 1e-3, t % 3 == 0 ? 0.1 : 0, t);
      Matrix x = sparse(random, 1, 0.2);
      both.step(step, x);
    }
    both.assertSame();
  }

  @Test
  void aGradientOfOneExampleIsZeroWhereItsInputsAre() {
    SplittableRandom random = new SplittableRandom(9);
    Matrix gradient = kernels.matrix(200, INPUTS);
    Matrix biasGradient = kernels.matrix(1, 200);
    Matrix dz = kernels.matrix(1, 200);
    kernels.drawNormal(1, gradient);
    kernels.drawNormal(2, dz);
    for (int t = 0; t < 20; t++) {
      Matrix x = sparse(random, 1, 0.3);
      if (t == 10) {
        kernels.drawNormal(3, gradient);
      }
      kernels.affineGradient(x, dz, 1, gradient, biasGradient);
      float[] expected = new float[gradient.size()];
      float[] inputs = x.toFloats();
      float[] signals = dz.toFloats();
      for (int i = 0; i < INPUTS; i++) {
        for (int j = 0; j < signals.length; j++) {
          expected[i * signals.length + j] = inputs[i] == 0 ? 0 : signals[j] * inputs[i];
        }
      }
      assertThat(gradient.toFloats()).isEqualTo(expected);
    }
  }

  @Test
  void smallMatricesAndGradientsWithMuchInThemDoNotWait() {
    Matrix x = sparse(new SplittableRandom(1), 1, 0.9);
    Learner learner = new Learner(200, 1, OptimizerSpec.Adam.DEFAULTS);
    Matrix dz = kernels.matrix(1, 200);
    kernels.affineGradient(x, dz, 1, learner.gradient, learner.biasGradient);
    assertThat(learner.weights.postpones(learner.gradient)).isFalse();
    Learner small = new Learner(20, 1, OptimizerSpec.Adam.DEFAULTS);
    Matrix few = sparse(new SplittableRandom(1), 1, 0.1);
    kernels.affineGradient(few, kernels.matrix(1, 20), 1, small.gradient, small.biasGradient);
    assertThat(small.weights.postpones(small.gradient)).isFalse();
  }
}
