package lfnn.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lfnn.data.Dataset;
import lfnn.nn.Network;
import lfnn.nn.Stage;
import lfnn.nn.Workspace;
import lfnn.spec.PredictionKind;
import lfnn.spec.Task;

/** Counts the mistakes of every worker of every hidden stage. */
final class StageEvaluator {

  /**
   * Mistakes on one data set: of each worker, and of all together, {@code stages} long; and the
   * score of the network.
   */
  private record Mistakes(long[][] workers, long[] together, Predictor.Scoring scoring) {}

  private final Network network;
  private final Task task;

  /**
   * @throws IllegalArgumentException if the network predicts a number
   */
  StageEvaluator(Network network) {
    this.network = network;
    this.task = network.architecture().task();
    if (!task.isClassification()) {
      throw new IllegalArgumentException(
          "stages are evaluated by the mistakes of their workers, which need classes; this network"
              + " predicts a number");
    }
  }

  /**
   * Evaluates the stages.
   *
   * @param training chooses the best worker
   * @param test gives the errors; at least one example
   */
  NetworkEvaluation evaluate(Dataset training, Dataset test) {
    Mistakes onTraining = count(training);
    Mistakes onTest = count(test);
    List<StageEvaluation> evaluations = new ArrayList<>();
    double size = test.size();
    for (int s = 0; s < network.stages().size(); s++) {
      long[] mistakes = onTest.workers()[s];
      int best = 0;
      long all = 0;
      for (int w = 0; w < mistakes.length; w++) {
        all += mistakes[w];
        if (onTraining.workers()[s][w] < onTraining.workers()[s][best]) {
          best = w;
        }
      }
      evaluations.add(
          new StageEvaluation(
              s + 1,
              mistakes.length,
              best + 1,
              mistakes[best] / size,
              all / size / mistakes.length,
              onTest.together()[s] / size));
    }
    return new NetworkEvaluation(
        onTraining.scoring().score(), onTest.scoring().score(), evaluations);
  }

  private Mistakes count(Dataset dataset) {
    List<Stage> stages = network.stages();
    Mistakes mistakes =
        new Mistakes(
            stages.stream().map(stage -> new long[stage.workers()]).toArray(long[][]::new),
            new long[stages.size()],
            new Predictor.Scoring(dataset, task));
    new Predictor(network, true)
        .predict(
            dataset,
            (from, examples, predictions, workspace) -> {
              mistakes.scoring().add(from, examples, predictions);
              for (int s = 0; s < stages.size(); s++) {
                count(s, stages.get(s), workspace, dataset, from, examples, mistakes);
              }
            });
    return mistakes;
  }

  private void count(
      int s,
      Stage stage,
      Workspace workspace,
      Dataset dataset,
      int from,
      int examples,
      Mistakes mistakes) {
    stage.predict(workspace.stage(s));
    float[] p = workspace.stage(s).predictions().toFloats();
    int workers = stage.workers();
    double[] scores = new double[task.classes()];
    double[] sums = new double[task.classes()];
    for (int e = 0; e < examples; e++) {
      int label = (int) dataset.target(from + e);
      Arrays.fill(sums, 0);
      for (int w = 0; w < workers; w++) {
        for (int c = 0; c < scores.length; c++) {
          scores[c] = score(stage, p, w, c, e, examples);
          sums[c] += scores[c];
        }
        mistakes.workers()[s][w] += largest(scores) == label ? 0 : 1;
      }
      mistakes.together()[s] += largest(sums) == label ? 0 : 1;
    }
  }

  /** What worker {@code w} says for class {@code c}; p is column-major [N, G·n·K]. */
  private static double score(Stage stage, float[] p, int w, int c, int example, int examples) {
    if (stage.kind() == PredictionKind.SOFTMAX) {
      return p[(w * stage.outputs() + c) * examples + example];
    }
    if (stage.groups() > 1) {
      return p[(c * stage.workers() + w) * examples + example];
    }
    double second = p[w * examples + example];
    return c == 1 ? second : 1 - second;
  }

  private static int largest(double[] scores) {
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      if (scores[c] > scores[best]) {
        best = c;
      }
    }
    return best;
  }
}
