package lfnn.spec;

/**
 * How the outputs of one predictor (the output layer, or one worker) become a prediction, and which
 * loss compares it with the target t. In all three cases the gradient of the loss with respect to
 * the logits z is p − t.
 */
public enum PredictionKind {
  /** p = softmax(z) over the predictor's outputs; cross-entropy −Σ t log p. */
  SOFTMAX,
  /** p = sigmoid(z), elementwise; binary cross-entropy. */
  SIGMOID,
  /** p = z; half the squared error ½(p − t)². */
  IDENTITY
}
