package lfnn.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import lfnn.plot.Axis;
import lfnn.plot.LineChart;
import lfnn.train.Accuracy;

/** The two accuracies of one-vs-all networks, as studies keep and show them. */
enum Measure {
  /** Of the class with the largest output. */
  ARGMAX("accuracy", "Accuracy of the largest output"),
  /** Of the yes-or-no answers of all outputs. */
  BINARY("binary_accuracy", "Accuracy of the yes-or-no answers");

  private static final double PERCENT = 100;

  private final String column;
  private final String heading;

  Measure(String column, String heading) {
    this.column = column;
    this.heading = heading;
  }

  /** Column of the rows that has it, as a share. */
  String column() {
    return column;
  }

  /** Heading of a table. */
  String heading() {
    return heading;
  }

  /** The vertical axis of a chart. */
  Axis axis() {
    return Axis.fitted(heading.toLowerCase(Locale.ROOT) + " (%)");
  }

  /** A row of both. */
  static Row row(Accuracy accuracy) {
    return Row.of(ARGMAX.column, accuracy.argmax()).with(BINARY.column, accuracy.binary());
  }

  /** Both of a row, in a few words. */
  static String describe(Row row) {
    return "accuracy "
        + RunReport.percent(row.number(ARGMAX.column))
        + ", of the answers "
        + RunReport.percent(row.number(BINARY.column));
  }

  /** The percentages in a column of the rows that are wanted. */
  static Spread spread(List<Row> rows, String column, Predicate<Row> wanted) {
    return Spread.of(
        rows.stream().filter(wanted).mapToDouble(row -> PERCENT * row.number(column)).toArray());
  }

  /** A line of means with their deviations, which are left out if no value has one. */
  static LineChart.Line line(String name, double[] x, Spread[] spreads, LineChart.Style style) {
    double[] y = Arrays.stream(spreads).mapToDouble(Spread::mean).toArray();
    double[] deviations = Arrays.stream(spreads).mapToDouble(Spread::deviation).toArray();
    boolean several = Arrays.stream(spreads).anyMatch(spread -> spread.count() > 1);
    return new LineChart.Line(name, x, y, several ? deviations : new double[0], style);
  }
}
