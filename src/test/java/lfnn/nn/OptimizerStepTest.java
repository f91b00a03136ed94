package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lfnn.Tolerances;
import lfnn.spec.OptimizerSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of each optimizer by its formula: the first two in all kernels, thousands on the heap. */
class OptimizerStepTest {

  private static final double RATE = 0.1;
  private static final double DECAY = 0.02;
  private static final double THETA = 1.5;
  private static final double[] GRADIENTS = {0.3, -0.7};

  static Stream<Kernels> kernels() {
    return Stream.of(
        new HeapKernels(), Nd4jKernels.singlePrecision(), Nd4jKernels.doublePrecision());
  }

  /** The moments that an optimizer keeps for a parameter, before the first step. */
  static Matrix[] moments(Kernels kernels, OptimizerSpec spec, Matrix parameter) {
    return Stream.generate(() -> parameter.alike(kernels))
        .limit(OptimizerStep.moments(spec))
        .toArray(Matrix[]::new);
  }

  /** The parameter after two steps. */
  private static float run(Kernels kernels, String optimizer) {
    OptimizerSpec spec = OptimizerSpec.parse(optimizer);
    Matrix theta = kernels.matrix(1, 1);
    theta.fill(THETA);
    Matrix[] moments = moments(kernels, spec, theta);
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

  @ParameterizedTest
  @ValueSource(strings = {"momentum(0.9)", "adam", "adamw"})
  void whatHasNoGradientAnyLongerKeepsNoNumbersThatProcessorsAreSlowWith(String optimizer) {
    OptimizerSpec spec = OptimizerSpec.parse(optimizer);
    HeapKernels kernels = new HeapKernels();
    float[] gradients = {1, -1, 1e-10f, -1e-17f, 1e-19f, -1e-30f, 1e-40f, 0};
    int size = gradients.length;
    Matrix theta = kernels.matrix(1, size);
    Matrix gradient = kernels.matrix(1, size);
    Matrix[] moments = moments(kernels, spec, theta);
    for (int t = 1; t <= 2_000; t++) {
      if (t <= 2) {
        gradient.set(gradients);
      } else {
        gradient.fill(0);
      }
      kernels.update(new OptimizerStep(spec, RATE, 0, t), theta, gradient, moments);
      for (Matrix moment : moments) {
        for (float value : moment.toFloats()) {
          assertThat(value == 0 || Math.abs(value) >= Float.MIN_NORMAL)
              .as("%s is zero or a normal number, step %d", value, t)
              .isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "momentum(0.9)",
        "adam",
        "adamw",
        "adam(beta1=0.5, beta2=0.9, epsilon=1e-12)",
        "adam(beta1=0.99, beta2=0.9999, epsilon=1e-6)"
      })
  void theRoundingOfMomentsDoesNotReachTheParameters(String optimizer) {
    OptimizerSpec spec = OptimizerSpec.parse(optimizer);
    HeapKernels kernels = new HeapKernels();
    int size = 64;
    Matrix theta = kernels.matrix(1, size);
    theta.fill(THETA);
    Matrix gradient = kernels.matrix(1, size);
    Matrix[] moments = moments(kernels, spec, theta);
    float[] expected = theta.toFloats();
    float[][] plain = new float[moments.length][size];
    float[] g = new float[size];
    SplittableRandom random = new SplittableRandom(1);
    for (int t = 1; t <= 3_000; t++) {
      for (int i = 0; i < size; i++) {
        // Of every size that occurs, and often zero.
        boolean some = random.nextInt(20) == 0;
        g[i] = some ? (float) (random.nextGaussian() * Math.pow(10, -random.nextInt(45))) : 0;
      }
      gradient.set(g);
      OptimizerStep step = new OptimizerStep(spec, RATE, 0, t);
      kernels.update(step, theta, gradient, moments);
      plainStep(step, g, expected, plain);
    }
    assertThat(theta.toFloats()).containsExactly(expected);
  }

  /** The formulas in single precision, moments as they come. */
  private static void plainStep(
      OptimizerStep step, float[] gradient, float[] theta, float[][] moments) {
    float rate = (float) step.learningRate();
    for (int i = 0; i < theta.length; i++) {
      float g = gradient[i];
      if (step.optimizer() instanceof OptimizerSpec.Adam adam) {
        float m = (float) adam.beta1() * moments[0][i] + (float) (1 - adam.beta1()) * g;
        float v = (float) adam.beta2() * moments[1][i] + (float) (1 - adam.beta2()) * g * g;
        moments[0][i] = m;
        moments[1][i] = v;
        float epsilon = (float) (adam.epsilon() * step.adamRoot(adam));
        theta[i] -= (float) step.adamRate(adam) * m / ((float) Math.sqrt(v) + epsilon);
      } else {
        float momentum = (float) ((OptimizerSpec.Momentum) step.optimizer()).momentum();
        moments[0][i] = momentum * moments[0][i] + g;
        theta[i] -= rate * moments[0][i];
      }
    }
  }
}
