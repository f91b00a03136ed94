package lfnn.plot;

import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import lfnn.train.EpochReport;
import lfnn.train.Score;

/** The figure of one training: its loss and its error after each epoch. */
public final class TrainingCurves {

  private static final double PERCENT = 100;

  private TrainingCurves() {}

  /**
   * Draws the curves of a training on classes as a PNG picture.
   *
   * @param title for example the data and the rule
   * @param epochs at least one
   * @param test on the test set after each of the epochs; {@link Score#NONE} where not measured
   * @param bestEpoch epoch that is marked; 0 for none
   * @throws IOException if the picture cannot be encoded
   */
  public static byte[] png(String title, List<EpochReport> epochs, List<Score> test, int bestEpoch)
      throws IOException {
    double[] x = epochs.stream().mapToDouble(EpochReport::epoch).toArray();
    OptionalDouble mark = bestEpoch > 0 ? OptionalDouble.of(bestEpoch) : OptionalDouble.empty();
    String xLabel = bestEpoch > 0 ? "epoch (" + bestEpoch + " is kept)" : "epoch";
    return Figure.png(
        List.of(
            new LineChart(
                title + ": loss",
                Axis.fromZero(xLabel),
                Axis.fromZero("loss of the output layer (nats)"),
                List.of(
                    line("training", 0, x, epochs, EpochReport::outputLoss),
                    line("validation", 1, x, epochs, EpochReport::validationLoss),
                    line("test", 2, x, test, Score::loss)),
                mark),
            new LineChart(
                title + ": error",
                Axis.fromZero(xLabel),
                Axis.fromZero("images misclassified (%)"),
                List.of(
                    line(
                        "training, while learning", 0, x, epochs, e -> PERCENT * e.trainingError()),
                    line("validation", 1, x, epochs, e -> PERCENT * e.validationError()),
                    line("test", 2, x, test, score -> PERCENT * score.error())),
                mark)));
  }

  private static <T> LineChart.Line line(
      String name, int look, double[] x, List<T> values, ToDoubleFunction<T> value) {
    return new LineChart.Line(
        name,
        x,
        values.stream().mapToDouble(value).toArray(),
        new LineChart.Style(LineChart.Form.LINE, look, true));
  }
}
