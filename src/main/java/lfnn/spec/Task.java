package lfnn.spec;

/**
 * What is predicted.
 *
 * @param kind how outputs become predictions
 * @param groups number of independent networks on the same input: 1, or the number of classes for
 *     one-vs-all
 * @param outputs C, outputs of the output layer and of each worker within a group: the number of
 *     classes, or 1 for regression and for one-vs-all
 */
public record Task(PredictionKind kind, int groups, int outputs) {

  /** Largest supported number of classes. */
  public static final int MAX_CLASSES = 1_000;

  public Task {
    Require.that(groups >= 1, "groups must be at least 1, not %d", groups);
    Require.that(outputs >= 1, "outputs must be at least 1, not %d", outputs);
    Require.that(
        kind == PredictionKind.SOFTMAX || outputs == 1,
        "%s predictors have 1 output, not %d",
        kind,
        outputs);
    Require.that(
        kind == PredictionKind.SIGMOID || groups == 1,
        "only one-vs-all networks have several groups, not %s with %d",
        kind,
        groups);
  }

  /** Softmax over {@code classes} classes; 1 class is allowed (every prediction is that class). */
  public static Task classification(int classes) {
    checkClasses(classes);
    return new Task(PredictionKind.SOFTMAX, 1, classes);
  }

  /** One sigmoid network per class; the predicted class is the argmax of the outputs. */
  public static Task oneVsAll(int classes) {
    checkClasses(classes);
    return new Task(PredictionKind.SIGMOID, classes, 1);
  }

  /**
   * The task of a class attribute.
   *
   * @param classes number of classes, 0 for a numeric class
   * @param oneVsAll whether each class gets a network of its own
   * @throws IllegalArgumentException if one-vs-all is asked for without classes, or there are too
   *     many classes
   */
  public static Task of(int classes, boolean oneVsAll) {
    Require.that(
        classes > 0 || !oneVsAll,
        "one-vs-all needs classes, but the class attribute is numeric: switch one-vs-all off");
    if (classes == 0) {
      return regression();
    }
    return oneVsAll ? oneVsAll(classes) : classification(classes);
  }

  /** One real-valued target. */
  public static Task regression() {
    return new Task(PredictionKind.IDENTITY, 1, 1);
  }

  private static void checkClasses(int classes) {
    Require.that(
        classes >= 1 && classes <= MAX_CLASSES,
        "the number of classes must be between 1 and %d, not %d",
        MAX_CLASSES,
        classes);
  }

  /** Whether the target is a class. */
  public boolean isClassification() {
    return kind != PredictionKind.IDENTITY;
  }

  /** Number of classes; 0 for regression. */
  public int classes() {
    return isClassification() ? groups * outputs : 0;
  }

  /** Columns of the output layer and of the target matrix: groups × outputs. */
  public int width() {
    return groups * outputs;
  }
}
