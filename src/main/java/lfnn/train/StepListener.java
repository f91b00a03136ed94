package lfnn.train;

/** Follows training step by step, on the thread that trains. */
@FunctionalInterface
public interface StepListener {

  /**
   * Called after each step.
   *
   * @param step number of the step in its epoch, from 1
   * @param steps steps of the epoch
   * @param report what happened in the step
   * @return whether to go on; if not, the epoch can be finished later
   */
  boolean step(int step, int steps, StepReport report);
}
