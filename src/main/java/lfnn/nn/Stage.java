package lfnn.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import lfnn.spec.PredictionKind;
import org.jspecify.annotations.Nullable;

/**
 * A hidden stage: its output feeds the next stage, and its workers predict the target.
 *
 * <p>Order of calls for one batch: {@link #forward}; {@link #predict} if workers learn; then {@link
 * #takeLocalSignals} or {@link #takeNoLocalSignals}; then {@link #addOutputGradient} if a global
 * loss reaches the stage; then {@link #backward}. A stage holds no activations, so calls with
 * different {@link Activations} may run at the same time as long as nobody updates the parameters
 * they read.
 *
 * <p>For forward gradients: {@link #forward}; {@link #perturb}; then {@link #tangent} and, once the
 * derivatives of the loss are known, {@link #learnFromDirection}; or for the loss of the stage's
 * own workers {@link #predict}, {@link #localSlopes} with their signals, and {@link
 * #learnFromDirection}.
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

  /** All parameters: those of the body, then those of the heads. */
  default List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(bodyParameters());
    all.addAll(headParameters());
    return all;
  }

  /** What is kept with the parameters but not learned by gradients. */
  List<Matrix> statistics();

  /** Draws initial values of all parameters. */
  void initialise(SplittableRandom random);

  /**
   * From now on errors go down through fixed random matrices instead of the weights of the body,
   * see {@link Network#fixFeedback}.
   */
  void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed);

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

  /**
   * Draws a direction from N(0, 1) for what moves in the body. Heads do not move: they are one
   * layer away from their loss and get its exact gradient.
   */
  void perturb(Activations activations, Perturbation perturbation, SplittableRandom random);

  /**
   * Computes the derivative of the stage's output along the direction that was drawn and that of
   * the input.
   *
   * @param x the stage's input, as in {@link #forward}
   * @param xTangent direction of the input; null if it stays
   * @return [N, width], valid until the activations are used again; null if the output stays
   */
  @Nullable Matrix tangent(
      Matrix x, @Nullable Matrix xTangent, Activations activations, Perturbation perturbation);

  /**
   * Computes the derivatives of the stage's own loss along the direction that was drawn, with a
   * constant input, and the exact gradients of the heads. The loss is that of {@link
   * Activations#signals()} and what else the stage learns by itself.
   *
   * @param x the stage's input, as in {@link #forward}
   * @return by example and worker that has the weights to itself; null if nothing moves
   */
  @Nullable Slopes localSlopes(
      Batch batch, Matrix x, Activations activations, Perturbation perturbation);

  /**
   * Makes gradients of the body's parameters of the direction that was drawn.
   *
   * @param x the stage's input, as in {@link #forward}
   * @param slopes of the loss along the direction
   */
  void learnFromDirection(
      Matrix x, Activations activations, Perturbation perturbation, Slopes slopes);
}
