package lfnn.rule;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lfnn.data.InputShape;
import lfnn.rule.ReferenceLoss.Examples;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;

/** Small networks that together have every kind of stage, layer and task. */
record KindOfNetwork(Task task, String input, String stages) {

  private static final Task CLASSES = Task.classification(3);

  private static final List<KindOfNetwork> ALL =
      List.of(
          new KindOfNetwork(CLASSES, "4x1x1", "fc(workers=3); fc(workers=2)"),
          new KindOfNetwork(
              Task.classification(2), "4x1x1", "fc(workers=4, neurons=1); fc(workers=2)"),
          new KindOfNetwork(Task.oneVsAll(3), "3x1x1", "fc(workers=2); fc(workers=2)"),
          new KindOfNetwork(
              Task.oneVsAll(2),
              "3x1x1",
              "block(dense(4, activation=tanh), batch-norm, dropout(0.2), heads=2, split);"
                  + " block(dense(3), heads=2)"),
          new KindOfNetwork(
              Task.regression(),
              "4x1x1",
              "block(dense(4, activation=sigmoid), layer-norm, heads=2); fc(workers=3)"),
          new KindOfNetwork(
              CLASSES,
              "4x1x1",
              "block(dense(4), heads=2, similarity=0.4); block(dense(6, groups=2,"
                  + " activation=leaky-relu), tanh, heads=2, split)"),
          new KindOfNetwork(
              CLASSES,
              "1x4x4",
              "filters(batch-norm, relu, max-pool(2), workers=2); block(conv(4, kernel=2,"
                  + " groups=2), heads=2, split)"),
          new KindOfNetwork(
              Task.regression(),
              "1x4x4",
              "filters(average-pool(2), workers=2, kernel=2);"
                  + " block(residual(conv(2, kernel=2, stride=2), batch-norm, activation=relu),"
                  + " flatten, dense(3, activation=tanh), heads=3, split)"),
          new KindOfNetwork(
              CLASSES,
              "1x4x4",
              "block(conv(4, kernel=2, padding=valid), batch-norm, heads=2, split, pool=1);"
                  + " filters(tanh, workers=1, kernel=1); fc(workers=2)"),
          new KindOfNetwork(
              CLASSES,
              "1x4x4",
              "block(conv(4, kernel=2, stride=2), conv(4, kernel=1, groups=2), heads=2, pool=1);"
                  + " block(residual(layer-norm(plain), mix-pixels, layer-norm(plain), conv(4,"
                  + " kernel=1), conv(4, kernel=1, groups=2, activation=identity)),"
                  + " global-average, heads=2, pool=1)"));

  static Stream<KindOfNetwork> all() {
    return ALL.stream();
  }

  Architecture architecture() {
    return Architecture.of(InputShape.parse(input), task, NetworkSpec.parse(stages));
  }

  /** Whether a stage learns from similarities, whatever its workers do. */
  boolean hasSimilarity() {
    return stages.contains("similarity");
  }

  /** Examples of different weights. */
  Examples examples(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] features = new double[size][architecture().input().size()];
    double[] targets = new double[size];
    double[] weights = new double[size];
    for (int b = 0; b < size; b++) {
      Arrays.setAll(features[b], i -> (float) (2 * random.nextDouble() - 1));
      targets[b] =
          task.isClassification()
              ? random.nextInt(task.classes())
              : (float) (2 * random.nextDouble() - 1);
      weights[b] = (float) (0.5 + random.nextDouble());
    }
    return new Examples(features, targets, weights);
  }

  @Override
  public String toString() {
    return task.kind()
        + " "
        + task.groups()
        + "x"
        + task.outputs()
        + " of "
        + input
        + ": "
        + stages;
  }
}
