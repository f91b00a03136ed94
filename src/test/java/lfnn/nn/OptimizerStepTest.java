package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import lfnn.Tolerances;
import lfnn.spec.OptimizerSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The first two steps of each optimizer, by its formula, in every form of the kernels. */
class OptimizerStepTest {

  private static final double RATE = 0.1;
  private static final double DECAY = 0.02;
  private static final double THETA = 1.5;
  private static final double[] GRADIENTS = {0.3, -0.7};

  static Stream<Kernels> kernels() {
    return Stream.of(
        new HeapKernels(), Nd4jKernels.singlePrecision(), Nd4jKernels.doublePrecision());
  }

  /** The parameter after two steps. */
  private static float run(Kernels kernels, String optimizer) {
    OptimizerSpec spec = OptimizerSpec.parse(optimizer);
    Matrix theta = kernels.matrix(1, 1);
    theta.fill(THETA);
    Matrix[] moments =
        Stream.generate(() -> kernels.matrix(1, 1))
            .limit(OptimizerStep.moments(spec))
            .toArray(Matrix[]::new);
    Matrix gradient = kernels.matrix(1, 1);
    for (int t = 1; t <= 2; t++) {
      gradient.fill(GRADIENTS[t - 1]);
      kernels.update(new OptimizerStep(spec, RATE, DECAY, t), theta, gradient, moments);
      assertThat(gradient.toFloats()).containsExactly((float) GRADIENTS[t - 1]);
    }
    return theta.toFloats()[0];
  }

  private static void assertReaches(float actual, double expected) {
    assertThat(actual).isCloseTo((float) expected, Tolerances.singlePrecision(1, (float) expected));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sgd(Kernels kernels) {
    double theta = THETA;
    for (double g : GRADIENTS) {
      theta -= RATE * (g + DECAY * theta);
    }
    assertReaches(run(kernels, "sgd"), theta);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void momentum(Kernels kernels) {
    double theta = THETA;
    double v = 0;
    for (double g : GRADIENTS) {
      v = 0.8 * v + g + DECAY * theta;
      theta -= RATE * v;
    }
    assertReaches(run(kernels, "momentum(0.8)"), theta);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void adam(Kernels kernels) {
    assertReaches(run(kernels, "adam"), adam(0.9, 0.999, 1e-8, false));
    assertReaches(
        run(kernels, "adam(beta1=0.5, beta2=0.9, epsilon=0.1)"), adam(0.5, 0.9, 0.1, false));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void adamW(Kernels kernels) {
    assertReaches(run(kernels, "adamw"), adam(0.9, 0.999, 1e-8, true));
    assertReaches(
        run(kernels, "adamw(beta1=0.5, beta2=0.9, epsilon=0.1)"), adam(0.5, 0.9, 0.1, true));
  }

  private static double adam(double beta1, double beta2, double epsilon, boolean decoupled) {
    double theta = THETA;
    double m = 0;
    double v = 0;
    int t = 0;
    for (double given : GRADIENTS) {
      t++;
      double g = given + (decoupled ? 0 : DECAY * theta);
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      double corrected = m / (1 - Math.pow(beta1, t));
      double root = Math.sqrt(v / (1 - Math.pow(beta2, t)));
      theta -= RATE * (corrected / (root + epsilon) + (decoupled ? DECAY * theta : 0));
    }
    return theta;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void adamsFirstStepIsTheLearningRate(Kernels kernels) {
    for (double g : List.of(1e-3, -5.0, 1e3)) {
      Matrix theta = kernels.matrix(1, 1);
      Matrix gradient = kernels.matrix(1, 1);
      gradient.fill(g);
      OptimizerStep step = new OptimizerStep(OptimizerSpec.Adam.DEFAULTS, RATE, 0, 1);
      kernels.update(step, theta, gradient, kernels.matrix(1, 1), kernels.matrix(1, 1));
      assertThat(theta.toDoubles()[0])
          .isCloseTo(-Math.signum(g) * RATE, Tolerances.EPSILON_OF_ADAM);
    }
  }
}
