package lfnn.nn;

/** Elementary functions in single precision, several times faster than {@link Math} in doubles. */
final class FloatMath {

  private static final float LOG2_E = 1.442695f;

  /** ln 2 in two parts, so that n·ln 2 is exact for the n that occur. */
  private static final float LN2_HIGH = 0.6933594f;

  private static final float LN2_LOW = -2.1219444e-4f;

  /** Beyond these, the result would not be a normal float. */
  private static final float LARGEST = 88f;

  private static final float SMALLEST = -87f;

  private FloatMath() {}

  /**
   * eˣ with a relative error below 3e-7; x is limited to [−87, 88], NaN gives NaN.
   *
   * <p>x = n·ln 2 + r with |r| ≤ ½ ln 2; eʳ is a polynomial with the coefficients of Cephes' expf.
   */
  static float exp(float x) {
    float limited = x > LARGEST ? LARGEST : x < SMALLEST ? SMALLEST : x;
    float scaled = limited * LOG2_E;
    int n = (int) (scaled + (scaled < 0 ? -0.5f : 0.5f));
    float r = limited - n * LN2_HIGH - n * LN2_LOW;
    float polynomial = 1.9875691e-4f;
    polynomial = polynomial * r + 0.0013981999f;
    polynomial = polynomial * r + 0.008333452f;
    polynomial = polynomial * r + 0.041665796f;
    polynomial = polynomial * r + 0.16666666f;
    polynomial = polynomial * r + 0.5f;
    float power = polynomial * r * r + r + 1f;
    return power * Float.intBitsToFloat((n + 127) << 23);
  }

  /** 1 / (1 + e⁻ˣ). */
  static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }
}
