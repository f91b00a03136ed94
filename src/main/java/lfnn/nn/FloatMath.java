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

  /** 1.5 · 2²³: added to a small float and subtracted again, it rounds to the next integer. */
  private static final float ROUND = 12_582_912f;

  /** Exponent of 1 in the bits of a float. */
  private static final int BIAS = 127;

  private static final int SIGNIFICAND_BITS = 23;

  /** Bits of √½, the smallest significand of a logarithm. */
  private static final int ROOT_OF_HALF = 0x3f3504f3;

  private FloatMath() {}

  /**
   * eˣ with a relative error below 3e-7; x is limited to [−87, 88], NaN gives NaN.
   *
   * <p>x = n·ln 2 + r with |r| ≤ ½ ln 2; eʳ is a polynomial with the coefficients of Cephes' expf.
   */
  static float exp(float x) {
    float limited = limit(x);
    float rounded = limited * LOG2_E + ROUND;
    return expOfRest(limited, rounded - ROUND) * powerOfTwo(rounded);
  }

  /**
   * x ← eˣ for the first elements, with the same results.
   *
   * <p>The compiler has vector instructions for arithmetic, not for taking the bits of a float, so
   * that these two are separate loops: several times faster than one.
   *
   * @param rounded at least {@code length} long; overwritten
   */
  static void exp(float[] x, int length, float[] rounded) {
    for (int i = 0; i < length; i++) {
      float limited = limit(x[i]);
      float n = limited * LOG2_E + ROUND;
      rounded[i] = n;
      x[i] = expOfRest(limited, n - ROUND);
    }
    for (int i = 0; i < length; i++) {
      x[i] *= powerOfTwo(rounded[i]);
    }
  }

  /**
   * x ← ln x for the first elements, with an error below 1e-7 + 2e-7 · |ln x|; NaN gives NaN.
   *
   * <p>x = 2ⁿ·(1 + r) with √½ ≤ 1 + r &lt; √2; ln(1 + r) is a polynomial with the coefficients of
   * Cephes' logf. Separate loops as for {@link #exp(float[], int, float[])}.
   *
   * @param x at least {@link Float#MIN_NORMAL}, finite
   * @param rests at least {@code length} long; overwritten
   * @param exponents at least {@code length} long; overwritten
   */
  static void log(float[] x, int length, float[] rests, float[] exponents) {
    for (int i = 0; i < length; i++) {
      int bits = Float.floatToRawIntBits(x[i]) - ROOT_OF_HALF;
      exponents[i] = bits >> SIGNIFICAND_BITS;
      rests[i] = Float.intBitsToFloat((bits & ((1 << SIGNIFICAND_BITS) - 1)) + ROOT_OF_HALF) - 1;
    }
    for (int i = 0; i < length; i++) {
      float n = exponents[i];
      float r = rests[i];
      float polynomial = 0.070376836f;
      polynomial = polynomial * r - 0.1151461f;
      polynomial = polynomial * r + 0.116769987f;
      polynomial = polynomial * r - 0.12420141f;
      polynomial = polynomial * r + 0.14249323f;
      polynomial = polynomial * r - 0.16668057f;
      polynomial = polynomial * r + 0.20000714f;
      polynomial = polynomial * r - 0.24999994f;
      polynomial = polynomial * r + 0.33333331f;
      float square = r * r;
      float low = polynomial * r * square + n * LN2_LOW - 0.5f * square;
      // Nothing is added, except where x is no number.
      x[i] = low + r + n * LN2_HIGH + 0 * x[i];
    }
  }

  private static float limit(float x) {
    return Math.max(SMALLEST, Math.min(LARGEST, x));
  }

  /** e to the power of what x is above n·ln 2. */
  private static float expOfRest(float x, float n) {
    float r = x - n * LN2_HIGH - n * LN2_LOW;
    float polynomial = 1.9875691e-4f;
    polynomial = polynomial * r + 0.0013981999f;
    polynomial = polynomial * r + 0.008333452f;
    polynomial = polynomial * r + 0.041665796f;
    polynomial = polynomial * r + 0.16666666f;
    polynomial = polynomial * r + 0.5f;
    return polynomial * r * r + r + 1f;
  }

  /** 2ⁿ, where the last bits of {@code rounded} = n + {@link #ROUND} are those of n. */
  private static float powerOfTwo(float rounded) {
    return Float.intBitsToFloat((Float.floatToRawIntBits(rounded) + BIAS) << SIGNIFICAND_BITS);
  }

  /** 1 / (1 + e⁻ˣ). */
  static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  /** x ← 1 / (1 + e⁻ˣ) for the first elements; see {@link #exp(float[], int, float[])}. */
  static void sigmoid(float[] x, int length, float[] rounded) {
    for (int i = 0; i < length; i++) {
      x[i] = -x[i];
    }
    exp(x, length, rounded);
    for (int i = 0; i < length; i++) {
      x[i] = 1f / (1f + x[i]);
    }
  }
}
