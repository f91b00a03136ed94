package lfnn.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import lfnn.plot.Axis;
import lfnn.plot.LineChart;
import lfnn.plot.LineChart.Form;
import lfnn.plot.LineChart.Style;
import lfnn.spec.Algorithm;
import lfnn.spec.NetworkSpec;

/** Errors of all learning rules on the same networks, the paper's Table 1. */
final class Table1Study implements Study {

  /** Distance between what stands above each other at one rule, whose own place is whole. */
  private static final double ABOVE = 0.25;

  /** Ratio of the largest to the smallest error above 0 from which the axis is logarithmic. */
  private static final double DECADE = 10;

  /** Largest error in percent below which a linear axis would hardly have whole numbers. */
  private static final double FEW_PERCENT = 10;

  /** How much further than the largest error a linear axis goes. */
  private static final double HEADROOM = 1.05;

  private final TableRuns table;
  private final List<String> networks;
  private final List<Algorithm> rules;
  private final List<StudyRun> runs = new ArrayList<>();

  /**
   * @param networks with names
   * @param leaders share of the workers that lead with LFNN and LFNN-ℓ
   * @throws IllegalArgumentException if a network is unknown or does not fit the images
   */
  Table1Study(TableRuns table, List<String> networks, List<Algorithm> rules, double leaders) {
    this.table = table;
    this.networks = networks.stream().map(Table1Study::known).distinct().toList();
    this.rules = rules.stream().distinct().toList();
    // One seed after the other, so that a part of the runs is a whole table.
    for (long seed : table.seeds()) {
      for (String network : this.networks) {
        for (Algorithm rule : this.rules) {
          Row setting =
              Row.of("network", network)
                  .with("rule", rule)
                  .with("leaders", leaders)
                  .with("seed", seed);
          runs.add(table.run(setting, new Shares(List.of(leaders)), rows -> rows));
        }
      }
    }
  }

  /**
   * A network as tables name it.
   *
   * @throws IllegalArgumentException if it has no name
   */
  static String known(String network) {
    NetworkSpec spec = NetworkSpec.parse(network);
    if (!(spec instanceof NetworkSpec.Named)) {
      throw new IllegalArgumentException(
          "tables are made of networks that have a name, with settings in parentheses if need be,"
              + " such as mnist-438k or mnist-438k(heads=4), not of \""
              + network
              + "\"; see the command networks");
    }
    return spec.toString();
  }

  @Override
  public String name() {
    return "table1";
  }

  @Override
  public String title() {
    return "Table 1: error of the learning rules on the same networks";
  }

  @Override
  public String explanation() {
    return "Every rule trains the same networks from the same initial weights, with its own"
        + " learning rate unless one is given (column learning_rate of the CSV file). Errors"
        + " are shares of the test images, and of the images learned from, that are"
        + " misclassified, in percent, mean ± standard deviation over the seeds. In the"
        + " paper, LFNN, LFNN_L and, it seems, BP are convolutional networks; the other rows are"
        + " LocalMixers of about the same number of parameters, taken from Ren et al. 2022."
        + " The paper's numbers are for MNIST and CIFAR-10.";
  }

  @Override
  public List<StudyRun> runs() {
    return List.copyOf(runs);
  }

  @Override
  public String describe(List<Row> rowsOfRun) {
    return TableRuns.describe(rowsOfRun.get(0));
  }

  @Override
  public String tables(List<Row> rows) {
    StringBuilder text = new StringBuilder("Test error / training error, %:\n\n");
    List<String> header = new ArrayList<>(List.of("rule"));
    for (String network : networks) {
      header.add(network);
      header.add("paper, " + PaperErrors.size(network).orElse("no such network"));
    }
    List<List<String>> lines = new ArrayList<>();
    for (Algorithm rule : rules) {
      List<String> line = new ArrayList<>(List.of(rule.name()));
      for (String network : networks) {
        line.add(TableRuns.cell(of(rows, network, rule)));
        line.add(PaperErrors.table1(network, rule).orElse(""));
      }
      lines.add(line);
    }
    return text.append(ReportText.table(header, lines)).append('\n').append(sizes()).toString();
  }

  private String sizes() {
    List<List<String>> lines = new ArrayList<>();
    for (String network : networks) {
      lines.add(
          List.of(
              network,
              String.format(
                  Locale.ROOT,
                  "%,d",
                  table.architecture(NetworkSpec.parse(network)).parameterCount())));
    }
    return ReportText.table(List.of("network", "parameters"), lines);
  }

  private static List<Row> of(List<Row> rows, String network, Algorithm rule) {
    return rows.stream().filter(row -> row.is("network", network) && row.is("rule", rule)).toList();
  }

  /**
   * A chart for each network, with a row for each rule: its errors with each seed, and the paper's.
   * Where they differ by factors the axis is logarithmic, on which a 0 has no place.
   */
  @Override
  public Optional<Picture> picture(List<Row> rows) {
    Map<Double, String> names = new HashMap<>();
    for (int r = 0; r < rules.size(); r++) {
      names.put(place(r), rules.get(r).name());
    }
    List<LineChart> charts = new ArrayList<>();
    for (String network : networks) {
      Function<Algorithm, DoubleStream> test = errors(rows, network, TableRuns.TEST_ERROR);
      Function<Algorithm, DoubleStream> training = errors(rows, network, TableRuns.TRAINING_ERROR);
      Function<Algorithm, DoubleStream> paper =
          rule -> PaperErrors.table1Test(network, rule).stream();
      Axis axis =
          errorAxis(
              Stream.of(test, training, paper)
                  .flatMapToDouble(errors -> rules.stream().flatMapToDouble(errors))
                  .toArray());
      LineChart.Line measured = points("test", test, axis, ABOVE, 0);
      if (measured.x().length > 0) {
        charts.add(
            new LineChart(
                network,
                axis,
                Axis.between("", -1, rules.size()).named(names),
                List.of(
                    measured,
                    points("training", training, axis, 0, 1),
                    points("test, the paper's networks", paper, axis, -ABOVE, 3))));
      }
    }
    return charts.isEmpty() ? Optional.empty() : Optional.of(new Picture(1, charts));
  }

  /**
   * Within a decade a logarithmic axis would have one label between its ends at most.
   *
   * @param errors in percent
   */
  static Axis errorAxis(double... errors) {
    String label = "error (%)";
    DoubleSummaryStatistics positive =
        Arrays.stream(errors).filter(error -> error > 0).summaryStatistics();
    if (positive.getCount() == 0) {
      return Axis.between(label, 0, 1);
    }
    return positive.getMax() >= FEW_PERCENT && positive.getMax() < DECADE * positive.getMin()
        ? Axis.between(label, 0, HEADROOM * positive.getMax())
        : Axis.logarithmic(label, Arrays.stream(errors));
  }

  /** Where a rule stands, the first one at the top. */
  private double place(int rule) {
    return rules.size() - 1.0 - rule;
  }

  private static Function<Algorithm, DoubleStream> errors(
      List<Row> rows, String network, String column) {
    return rule ->
        of(rows, network, rule).stream().mapToDouble(row -> TableRuns.percent(row, column));
  }

  private LineChart.Line points(
      String name, Function<Algorithm, DoubleStream> errors, Axis axis, double shift, int look) {
    DoubleStream.Builder x = DoubleStream.builder();
    DoubleStream.Builder y = DoubleStream.builder();
    for (int r = 0; r < rules.size(); r++) {
      double place = place(r) + shift;
      errors
          .apply(rules.get(r))
          .filter(axis::hasPlaceFor)
          .forEach(
              error -> {
                x.add(error);
                y.add(place);
              });
    }
    return new LineChart.Line(
        name, x.build().toArray(), y.build().toArray(), new Style(Form.POINTS, look, true));
  }
}
