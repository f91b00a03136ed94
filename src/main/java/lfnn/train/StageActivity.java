package lfnn.train;

/**
 * How the workers of one stage moved in one step.
 *
 * @param change what each worker of all groups predicts for the mini-batch after the step, less
 *     what it predicted before, mean over the examples: its output if it is one neuron, else the
 *     probability of the example's class; shared
 * @param led share of the examples in which each worker led: 0 or 1 if leaders are chosen for the
 *     whole mini-batch; shared
 */
public record StageActivity(double[] change, double[] led) {}
