package lfnn.experiment;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import lfnn.plot.Axis;
import lfnn.plot.LineChart;
import lfnn.plot.LineChart.Form;
import lfnn.plot.LineChart.Style;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.TrainingSpec;
import lfnn.train.Accuracy;
import lfnn.train.Trainer;

/** Accuracy after one pass by number of workers and share of leaders, the paper's Figure 3a. */
final class LeadershipSizeStudy implements Study {

  /** What is seen of the training before its end. */
  private record Nothing() implements Serializable {}

  private static final double PERCENT = 100;

  /** What rows of back-propagation have as their share of leaders. */
  private static final String NOBODY = "none";

  /** Where the figure has back-propagation, right of 100 %. */
  private static final double BP_POSITION = 120;

  private final StudyData data;
  private final StudyOptions options;
  private final Algorithm rule;
  private final List<Integer> workers;
  private final List<Double> leaders;
  private final List<StudyRun> runs = new ArrayList<>();

  /**
   * @param workers of each class
   * @param leaders shares of the workers that lead
   * @throws IllegalArgumentException if a value is out of range
   */
  LeadershipSizeStudy(
      StudyData data,
      StudyOptions options,
      Algorithm rule,
      List<Integer> workers,
      List<Double> leaders) {
    this.data = data;
    this.options = options;
    this.rule = rule;
    this.workers = workers.stream().distinct().sorted().toList();
    this.leaders = leaders.stream().distinct().sorted().toList();
    // One seed after the other, small networks first: then a part of the runs is a whole figure.
    for (long seed : options.seeds()) {
      for (int n : this.workers) {
        add(Algorithm.BP, n, NOBODY, LeadershipSpec.DEFAULTS.leaderFraction(), seed);
        for (double share : this.leaders) {
          add(rule, n, String.valueOf(share), share, seed);
        }
      }
    }
  }

  private void add(Algorithm algorithm, int n, String shownShare, double share, long seed) {
    Architecture architecture = StudyTraining.oneVsAll(data.training(), n);
    TrainingSpec spec =
        options.training(algorithm, share, LeadershipSpec.DEFAULTS.terms(), 1, seed);
    Row setting =
        Row.of("rule", algorithm).with("workers", n).with("leaders", shownShare).with("seed", seed);
    runs.add(
        new StudyRun(
            setting,
            architecture.parameterCount(),
            watch ->
                options
                    .studyTraining(setting, architecture, spec, data.learned(seed), Nothing.class)
                    .run(watch, new Nothing(), (trainer, nothing) -> {})
                    .map(trained -> List.of(measure(trained.trainer())))));
  }

  private Row measure(Trainer trainer) {
    Accuracy accuracy = trainer.accuracy(data.test());
    return Measure.row(accuracy)
        .with("online", 1 - trainer.reports().get(0).trainingError())
        .with("parameters", trainer.architecture().parameterCount());
  }

  @Override
  public String name() {
    return "fig3a";
  }

  @Override
  public String title() {
    return "Figure 3a: accuracy after one pass, by workers and leaders, " + rule;
  }

  @Override
  public String explanation() {
    return "One-vs-all networks with one hidden stage of single sigmoid neurons for each class"
        + " learn from each image once. The same networks learned with back-propagation (BP)"
        + " for comparison. Accuracy is that on the test images after the pass, in percent,"
        + " mean ± standard deviation over the seeds: of the class with the largest of the"
        + " outputs, and of the yes-or-no answers of all outputs, where always no is right"
        + " in "
        + RunReport.percent(1 - 1.0 / data.test().classes())
        + ". *Online* is the first of the two while learning, each image predicted before it is"
        + " learned (with its mini-batch).\n\nThe paper: with 90 % or 100 % leaders LFNN is"
        + " comparable to back-propagation, and with 10 % to 30 % it still is decent. It does not"
        + " say which of the accuracies it shows.";
  }

  @Override
  public List<StudyRun> runs() {
    return List.copyOf(runs);
  }

  @Override
  public String describe(List<Row> rowsOfRun) {
    return Measure.describe(rowsOfRun.get(0));
  }

  @Override
  public String tables(List<Row> rows) {
    StringBuilder text = new StringBuilder();
    for (Measure measure : Measure.values()) {
      text.append(measure.heading()).append(", % of workers that lead:\n\n");
      text.append(table(rows, measure.column())).append('\n');
    }
    text.append("Online, % of workers that lead:\n\n").append(table(rows, "online")).append('\n');
    return text.append(comparison(rows)).toString();
  }

  private String table(List<Row> rows, String column) {
    List<String> header = new ArrayList<>(List.of("workers"));
    leaders.forEach(share -> header.add(String.format(Locale.ROOT, "%.0f", PERCENT * share)));
    header.add("BP");
    List<List<String>> lines = new ArrayList<>();
    for (int n : workers) {
      List<String> line = new ArrayList<>(List.of(String.valueOf(n)));
      for (double share : leaders) {
        line.add(cell(rows, column, of(rule, n, String.valueOf(share))));
      }
      line.add(cell(rows, column, of(Algorithm.BP, n, NOBODY)));
      lines.add(line);
    }
    return ReportText.table(header, lines);
  }

  private static Predicate<Row> of(Algorithm rule, int n, String share) {
    return row -> row.is("rule", rule) && row.is("workers", n) && row.is("leaders", share);
  }

  private static String cell(List<Row> rows, String column, Predicate<Row> wanted) {
    Spread spread = Measure.spread(rows, column, wanted);
    return spread.count() == 0 ? "" : spread.toString();
  }

  /** How far networks with few and with many leaders are from those that learned with BP. */
  private String comparison(List<Row> rows) {
    StringBuilder text = new StringBuilder("Mean difference from BP, in points:\n\n");
    List<List<String>> lines = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      lines.add(
          List.of(
              measure.heading(),
              difference(rows, measure, share -> share <= 0.3),
              difference(rows, measure, share -> share > 0.3 && share < 0.9),
              difference(rows, measure, share -> share >= 0.9)));
    }
    return text.append(
            ReportText.table(
                List.of("accuracy", "up to 30 % lead", "between", "90 % and more lead"), lines))
        .toString();
  }

  private String difference(List<Row> rows, Measure measure, Predicate<Double> shares) {
    List<Double> differences = new ArrayList<>();
    for (Row row : rows) {
      if (!row.is("leaders", NOBODY) && shares.test(row.number("leaders"))) {
        rows.stream()
            .filter(of(Algorithm.BP, (int) row.number("workers"), NOBODY))
            .filter(other -> other.text("seed").equals(row.text("seed")))
            .findFirst()
            .ifPresent(
                bp ->
                    differences.add(
                        PERCENT * (row.number(measure.column()) - bp.number(measure.column()))));
      }
    }
    return differences.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "%+.2f",
            Spread.of(differences.stream().mapToDouble(Double::doubleValue).toArray()).mean());
  }

  @Override
  public Optional<Picture> picture(List<Row> rows) {
    List<LineChart> charts = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      List<LineChart.Line> lines = new ArrayList<>();
      for (int i = 0; i < workers.size(); i++) {
        lines.add(line(rows, measure, i));
        lines.add(reference(rows, measure, i));
      }
      charts.add(
          new LineChart(
              String.format(Locale.ROOT, "%s, n workers per class, one pass", rule),
              Axis.between("workers that lead (%)", 0, BP_POSITION + 10)
                  .named(Map.of(BP_POSITION, "BP")),
              measure.axis(),
              lines));
    }
    return Optional.of(new Picture(2, charts));
  }

  private LineChart.Line line(List<Row> rows, Measure measure, int index) {
    int n = workers.get(index);
    double[] x = leaders.stream().mapToDouble(share -> PERCENT * share).toArray();
    Spread[] spreads =
        leaders.stream()
            .map(
                share -> Measure.spread(rows, measure.column(), of(rule, n, String.valueOf(share))))
            .toArray(Spread[]::new);
    return Measure.line("n = " + n, x, spreads, new Style(Form.LINE, index, true));
  }

  private LineChart.Line reference(List<Row> rows, Measure measure, int index) {
    int n = workers.get(index);
    Spread spread = Measure.spread(rows, measure.column(), of(Algorithm.BP, n, NOBODY));
    return Measure.line(
        "n = " + n + ", BP",
        new double[] {BP_POSITION},
        new Spread[] {spread},
        new Style(Form.POINTS, index, false));
  }
}
