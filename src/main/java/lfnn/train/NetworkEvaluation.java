package lfnn.train;

import java.util.List;

/**
 * How well a network predicts, and the workers of its stages by themselves.
 *
 * @param training score on the examples that chose the best worker of each stage
 * @param test score on other examples
 * @param stages errors of the workers on these, for each hidden stage
 */
public record NetworkEvaluation(Score training, Score test, List<StageEvaluation> stages) {

  /** Copies the list. */
  public NetworkEvaluation {
    stages = List.copyOf(stages);
  }
}
