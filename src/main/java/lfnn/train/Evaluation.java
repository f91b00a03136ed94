package lfnn.train;

/**
 * How well a model predicts the classes of a data set.
 *
 * @param score loss and error
 * @param confusion number of examples, [class][predicted class]; shared
 */
public record Evaluation(Score score, int[][] confusion) {}
