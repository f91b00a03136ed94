package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import lfnn.Tolerances;
import org.junit.jupiter.api.Test;

class FloatMathTest {

  /** As FloatMath states. */
  private static final double RELATIVE_ERROR = 3e-7;

  @Test
  void expHasTheStatedRelativeError() {
    double worst = 0;
    int checked = 0;
    for (float x = -87; x <= 88; x += 0.00037f) {
      double exact = Math.exp(x);
      worst = Math.max(worst, Math.abs(FloatMath.exp(x) - exact) / exact);
      checked++;
    }
    assertThat(checked).isGreaterThan(400_000);
    assertThat(worst).isLessThan(RELATIVE_ERROR);
  }

  @Test
  void expIsLimitedAtBothEnds() {
    assertThat(FloatMath.exp(0)).isEqualTo(1);
    assertThat(FloatMath.exp(Float.NEGATIVE_INFINITY)).isEqualTo(FloatMath.exp(-87));
    assertThat(FloatMath.exp(-1e30f)).isBetween(0f, 2e-38f);
    assertThat(FloatMath.exp(Float.POSITIVE_INFINITY)).isEqualTo(FloatMath.exp(88)).isFinite();
    assertThat(FloatMath.exp(Float.NaN)).isNaN();
  }

  @Test
  void logHasTheStatedError() {
    float[] x = new float[2_000_000];
    for (int i = 0; i < x.length; i++) {
      // Neighbours of 1, numbers of all magnitudes, and both ends.
      x[i] =
          i % 2 == 0
              ? 1 + (i - x.length / 2) * 4.1e-7f
              : (float) Math.exp((i - x.length / 2) * 8.72e-5);
    }
    x[1] = Float.MIN_NORMAL;
    x[3] = Float.MAX_VALUE;
    x[5] = 1;
    float[] logarithms = x.clone();
    FloatMath.log(logarithms, x.length, new float[x.length], new float[x.length]);
    double worst = 0;
    for (int i = 0; i < x.length; i++) {
      double exact = Math.log(x[i]);
      worst = Math.max(worst, Math.abs(logarithms[i] - exact) / (1e-7 + 2e-7 * Math.abs(exact)));
    }
    assertThat(worst).isLessThan(1);
    assertThat(logarithms[5]).isEqualTo(0);
  }

  @Test
  void logOfNoNumberIsNone() {
    float[] x = {Float.NaN, 1};
    FloatMath.log(x, 2, new float[2], new float[2]);
    assertThat(x[0]).isNaN();
    assertThat(x[1]).isEqualTo(0);
  }

  @Test
  void sigmoidStaysWithinItsBounds() {
    for (float x : new float[] {-1e30f, -100, -20, -1, 0, 1, 20, 100, 1e30f}) {
      float exact = (float) (1 / (1 + Math.exp(-x)));
      assertThat(FloatMath.sigmoid(x))
          .isBetween(0f, 1f)
          .isCloseTo(exact, Tolerances.singlePrecision(1, exact));
    }
    assertThat(FloatMath.sigmoid(0)).isEqualTo(0.5f);
    assertThat(FloatMath.sigmoid(Float.NaN)).isNaN();
  }

  @Test
  void arraysGiveTheSameBitsAsSingleValues() {
    float[] x = new float[10_003];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 5_000) * 0.0231f;
    }
    x[0] = Float.NaN;
    x[1] = Float.NEGATIVE_INFINITY;
    x[2] = Float.POSITIVE_INFINITY;
    float[] powers = x.clone();
    FloatMath.exp(powers, x.length, new float[x.length]);
    float[] sigmoids = x.clone();
    FloatMath.sigmoid(sigmoids, x.length, new float[x.length]);
    for (int i = 0; i < x.length; i++) {
      assertThat(powers[i]).as("e to %s", x[i]).isEqualTo(Float.valueOf(FloatMath.exp(x[i])));
      assertThat(sigmoids[i])
          .as("sigmoid of %s", x[i])
          .isEqualTo(Float.valueOf(FloatMath.sigmoid(x[i])));
    }
  }
}
