package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import lfnn.spec.PredictionKind;

/**
 * A hidden stage: its output feeds the next stage, and its workers predict the target.
 *
 * <p>Order of calls for one batch: {@link #forward}; {@link #predict} if workers learn; then {@link
 * #takeLocalSignals} or {@link #takeNoLocalSignals}; then {@link #addOutputGradient} if a global
 * loss reaches the stage; then {@link #backward}. A stage holds no activations, so calls with
 * different {@link Activations} may run at the same time as long as nobody updates the parameters
 * they read.
 */
public sealed interface Stage permits NeuronStage, FilterStage, BlockStage {

  /** How workers predict. */
  PredictionKind kind();

  /** K, values that a worker predicts. */
  int outputs();

  /** n, workers of a group. */
  int workers();

  /** G, groups. */
  int groups();

  /**
   * Whether the workers are heads on one body: then leaders and followers each contribute their
   * mean, so that the body's gradient does not grow with their number.
   */
  boolean sharesBody();

  /**
   * Columns of the stage's output that belong to one worker alone, channels for images; 0 if all
   * share the output.
   */
  int columnsPerWorker();

  /** Parameters that the output depends on. */
  List<Parameter> bodyParameters();

  /** Parameters that only the workers' predictions depend on; may be empty. */
  List<Parameter> headParameters();

  /** What is kept with the parameters but not learned by gradients. */
  List<Matrix> statistics();

  /** Draws initial values of all parameters. */
  void initialise(SplittableRandom random);

  /** Matrices for batches of at most {@code examples} examples. */
  Activations activations(int examples);

  /** Computes {@link Activations#output()} from the stage's input x [N, inputs]. */
  void forward(Matrix x, Activations activations);

  /** Computes {@link Activations#logits()} and {@link Activations#predictions()} of the workers. */
  void predict(Activations activations);

  /**
   * Takes {@link Activations#signals()}, dz of the workers, as the gradient so far, with what else
   * the stage learns by itself from the batch's targets.
   */
  void takeLocalSignals(Batch batch, Activations activations);

  /** Takes zero as the gradient so far. */
  void takeNoLocalSignals(Activations activations);

  /** Adds the gradient of a loss with respect to the stage's output, [N, width]. */
  void addOutputGradient(Activations activations, Matrix outputGradient);

  /**
   * Computes {@link Activations#inputGradient()} alone. Uses up the gradient so far: take signals
   * again before {@link #backward}.
   *
   * @param x the stage's input, as in {@link #forward}
   */
  void propagate(Matrix x, Activations activations);

  /**
   * Computes the gradients of the body's parameters, and of the input if asked.
   *
   * @param x the stage's input, as in {@link #forward}
   * @param toInput whether {@link Activations#inputGradient()} is wanted too
   */
  void backward(Matrix x, Activations activations, boolean toInput);
}
