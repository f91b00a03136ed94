package lfnn.nn;

/**
 * What moves while a derivative is taken along a direction (<a
 * href="https://arxiv.org/abs/2202.08587">Baydin et al. 2022</a>, <a
 * href="https://arxiv.org/abs/2210.03310">Ren et al. 2022</a>).
 */
public enum Perturbation {
  /** Nothing of the layers themselves: a direction passes through them. */
  NONE,
  /** Parameters, alike for all examples. */
  WEIGHTS,
  /**
   * What each layer with parameters gives before its activation, for each example on its own:
   * logits of neurons and maps of filters, and what a normalisation gives after gain and shift.
   */
  ACTIVITIES
}
