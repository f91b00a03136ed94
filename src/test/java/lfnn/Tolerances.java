package lfnn;

import org.assertj.core.data.Offset;

/** How far two results may differ, and why: the only place in the tests that says so. */
public final class Tolerances {

  /** Two ways of writing one formula in double precision. */
  public static final Offset<Double> CLOSED_FORM_DOUBLE = Offset.offset(1e-12);

  private Tolerances() {}
}
