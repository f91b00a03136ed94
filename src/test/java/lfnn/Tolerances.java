package lfnn;

import org.assertj.core.data.Offset;

/** How far two results may differ, and why: the only place in the tests that says so. */
public final class Tolerances {

  /** Two ways of writing one formula in double precision. */
  public static final Offset<Double> CLOSED_FORM_DOUBLE = Offset.offset(1e-12);

  /**
   * Adam's first step of 0.1 for gradients of at least 1e-3: ε = 1e-8 shortens it by a hundred
   * thousandth, and single precision rounds it.
   */
  public static final Offset<Double> EPSILON_OF_ADAM = Offset.offset(1.1e-6);

  /** A mean or deviation of about 1 of numbers that have been rounded to single precision. */
  public static final Offset<Double> OF_FLOATS = Offset.offset(3e-7);

  /** Values of up to 6 divided by a deviation of at least 1, to whose square 1e-5 was added. */
  public static final Offset<Float> EPSILON_OF_NORMALISATION = Offset.offset(3.1e-5f);

  /** Two sums of up to a few hundred numbers of about 1 that have been rounded once or twice. */
  public static final Offset<Double> OF_FLOAT_SUMS = Offset.offset(3e-5);

  private Tolerances() {}

  /**
   * Two orders of summing {@code terms} numbers in single precision, or two ways of computing one
   * elementary function, where a result of the size of {@code expected} is made of terms of about
   * 1.
   */
  public static Offset<Float> singlePrecision(int terms, float expected) {
    return Offset.offset(4e-7f * (float) (2 + Math.sqrt(terms)) * (1 + Math.abs(expected)));
  }

  /**
   * A convolution of {@code terms} products of numbers of about 1 in single precision, with the
   * minimal filtering of Lavin and Gray 2015, whose rounding is some ten times that of a sum.
   */
  public static Offset<Double> convolution(int terms, double expected) {
    return Offset.offset(10 * 4e-7 * (2 + Math.sqrt(terms)) * (1 + Math.abs(expected)));
  }

  /** Predictions that another kind of processor made: it sums in another order. */
  public static Offset<Double> otherProcessor(double expected) {
    return Offset.offset(1e-6 * (1 + Math.abs(expected)));
  }

  /**
   * A probability that a network of a few layers gives to an example alone and in a batch, where
   * each layer sums up to a hundred products in another order.
   */
  public static Offset<Float> convolved(float expected) {
    return Offset.offset(4 * singlePrecision(100, expected).value);
  }

  /**
   * A gradient and a central difference of step 1e-6 in double precision: losses of about 1 are
   * rounded at 1e-16, which the step magnifies to 1e-10; the losses of several stages and groups
   * add up, and each passes through a dozen roundings.
   */
  public static Offset<Double> ofDifference(double difference) {
    return Offset.offset(3e-8 + 1e-6 * Math.abs(difference));
  }

  /**
   * A derivative along a direction in double precision, once taken forward and once as the product
   * with the gradient: sums of up to a few hundred terms of about 1, in another order.
   */
  public static Offset<Double> derivative(double expected) {
    return Offset.offset(1e-11 * (1 + Math.abs(expected)));
  }
}
