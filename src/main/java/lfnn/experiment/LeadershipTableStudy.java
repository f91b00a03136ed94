package lfnn.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import lfnn.plot.Axis;
import lfnn.plot.LineChart;
import lfnn.plot.LineChart.Form;
import lfnn.plot.LineChart.Style;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.StageSpec;

/**
 * Test errors by share of leaders, the paper's Tables 2 and 3.
 *
 * <p>Shares that give the same number of leaders in every stage are one and the same network, which
 * is trained once. Networks of LFNN-ℓ are trained together on the stages that they share.
 */
final class LeadershipTableStudy implements Study {

  private static final double PERCENT = 100;

  /** Shares of the paper's tables, to which its numbers belong. */
  private static final List<Double> PAPER_SHARES =
      List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0);

  /**
   * What is shown.
   *
   * @param name of the table
   * @param title of the table
   * @param source of the paper's errors for a network: its data and size
   * @param paper the paper's errors at {@link #PAPER_SHARES} by network and rule
   */
  record Subject(
      String name,
      String title,
      UnaryOperator<String> source,
      BiFunction<String, Algorithm, Optional<double[]>> paper) {}

  private final Subject subject;
  private final String network;
  private final List<Algorithm> rules;
  private final List<Double> leaders;
  private final int groups;
  private final List<StudyRun> runs = new ArrayList<>();

  /**
   * @param network with a name
   * @param rules LFNN, LFNN_L or both
   * @param leaders shares of the workers that lead
   * @throws IllegalArgumentException if the network is unknown or does not fit the images, a rule
   *     has no leaders, or a share is not in (0, 1]
   */
  LeadershipTableStudy(
      TableRuns table, Subject subject, String network, List<Algorithm> rules, Shares leaders) {
    this.subject = subject;
    this.network = Table1Study.known(network);
    this.rules = rules.stream().distinct().toList();
    this.leaders = leaders.values().stream().sorted().toList();
    for (Algorithm rule : this.rules) {
      if (!rule.hasLeaders()) {
        throw new IllegalArgumentException(
            "shares of leaders can be compared with LFNN and LFNN_L only; " + rule + " has none");
      }
    }
    Architecture architecture = table.architecture(NetworkSpec.parse(this.network));
    List<List<Double>> alike = alike(architecture, this.leaders);
    this.groups = alike.size();
    for (long seed : table.seeds()) {
      for (Algorithm rule : this.rules) {
        if (rule == Algorithm.LFNN_L) {
          together(architecture, alike).forEach(shares -> add(table, rule, seed, shares));
        } else {
          alike.forEach(shares -> add(table, rule, seed, List.of(shares)));
        }
      }
    }
  }

  /**
   * Groups networks that share a stage, which is the first one with its leaders at least. Networks
   * that share nothing gain nothing from being trained together, and need the memory of all.
   *
   * @param alike shares of leaders of each network
   */
  static List<List<List<Double>>> together(Architecture architecture, List<List<Double>> alike) {
    return grouped(alike, shares -> leaders(architecture, shares.get(0)).get(0));
  }

  /** How many workers of each stage lead. */
  private static List<Integer> leaders(Architecture architecture, double share) {
    LeadershipSpec spec = LeadershipSpec.DEFAULTS.withLeaderFraction(share);
    return architecture.stages().stream().map(StageSpec::workers).map(spec::leaders).toList();
  }

  /** Groups shares that give the same number of leaders in every stage. */
  static List<List<Double>> alike(Architecture architecture, List<Double> leaders) {
    return grouped(leaders, share -> leaders(architecture, share));
  }

  /** Groups what has the same key, in the order in which keys are first met. */
  private static <T> List<List<T>> grouped(List<T> all, Function<T, ?> key) {
    return List.copyOf(
        all.stream()
            .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()))
            .values());
  }

  private void add(TableRuns table, Algorithm rule, long seed, List<List<Double>> groups) {
    StudyRun run = run(table, rule, seed, groups);
    if (groups.size() == 1) {
      runs.add(run);
      return;
    }
    List<StudyRun> alone =
        groups.stream().map(shares -> run(table, rule, seed, List.of(shares))).toList();
    runs.add(new StudyRun(run.setting(), run.work(), watch -> train(run, alone, watch)));
  }

  /** A run that trains a network for each group, and gives a row for each share. */
  private StudyRun run(TableRuns table, Algorithm rule, long seed, List<List<Double>> groups) {
    // All shares, so that what is done for some of them is not taken for what others need.
    String shares =
        groups.stream().flatMap(List::stream).map(String::valueOf).collect(Collectors.joining("+"));
    Row setting =
        Row.of("network", network).with("rule", rule).with("leaders", shares).with("seed", seed);
    return table.run(
        setting,
        new Shares(groups.stream().map(group -> group.get(0)).toList()),
        rows -> {
          List<Row> all = new ArrayList<>();
          for (int g = 0; g < groups.size(); g++) {
            for (double share : groups.get(g)) {
              all.add(rows.get(g).with("share", share));
            }
          }
          return all;
        });
  }

  /** Where one of the networks diverges, it stops the others: each is then trained by itself. */
  static Optional<List<Row>> train(StudyRun together, List<StudyRun> alone, StudyRun.Watch watch)
      throws IOException, InterruptedException {
    Optional<List<Row>> rows = together.body().run(watch);
    if (rows.isEmpty() || rows.get().stream().noneMatch(TableRuns::isDiverged)) {
      return rows;
    }
    List<Row> all = new ArrayList<>();
    for (StudyRun run : alone) {
      Optional<List<Row>> own = run.body().run(watch);
      if (own.isEmpty()) {
        return own;
      }
      all.addAll(own.get());
    }
    return Optional.of(all);
  }

  @Override
  public String name() {
    return subject.name();
  }

  @Override
  public String title() {
    return subject.title();
  }

  @Override
  public String explanation() {
    return "Errors are shares of the test images that are misclassified, in percent, mean ±"
        + " standard deviation over the seeds. Shares of leaders that give every stage the"
        + " same number of leaders are the same network. Networks of LFNN_L are trained"
        + " together on the stages that they share, which changes no bit of what each would"
        + " learn by itself.";
  }

  @Override
  public List<StudyRun> runs() {
    return List.copyOf(runs);
  }

  @Override
  public String describe(List<Row> rowsOfRun) {
    // Shares of one and the same network have one and the same error.
    if (rowsOfRun.stream().map(row -> row.text(TableRuns.TEST_ERROR)).distinct().count() == 1) {
      return TableRuns.describe(rowsOfRun.get(0));
    }
    List<Row> finite = rowsOfRun.stream().filter(row -> !TableRuns.isDiverged(row)).toList();
    double smallest = finite.stream().mapToDouble(LeadershipTableStudy::error).min().orElseThrow();
    double largest = finite.stream().mapToDouble(LeadershipTableStudy::error).max().orElseThrow();
    return String.format(
        Locale.ROOT,
        "test errors from %s to %s%s",
        RunReport.percent(smallest),
        RunReport.percent(largest),
        finite.size() < rowsOfRun.size() ? ", others diverged" : "");
  }

  private static double error(Row row) {
    return row.number(TableRuns.TEST_ERROR);
  }

  @Override
  public String tables(List<Row> rows) {
    List<String> header = new ArrayList<>(List.of(network));
    leaders.forEach(share -> header.add(String.format(Locale.ROOT, "%.0f %%", PERCENT * share)));
    List<List<String>> lines = new ArrayList<>();
    for (Algorithm rule : rules) {
      List<String> line = new ArrayList<>(List.of(rule.name()));
      leaders.forEach(share -> line.add(cell(of(rows, rule, share))));
      lines.add(line);
      subject.paper().apply(network, rule).ifPresent(errors -> lines.add(paper(rule, errors)));
    }
    return "Test error, %, by share of the workers that lead:\n\n"
        + ReportText.table(header, lines)
        + (groups == 1 && leaders.size() > 1
            ? "\nAll shares give every stage the same number of leaders: they are one network.\n"
            : "");
  }

  private static String cell(List<Row> rows) {
    Spread spread = TableRuns.spread(rows, TableRuns.TEST_ERROR);
    return rows.isEmpty() ? "" : Double.isNaN(spread.mean()) ? "diverged" : spread.toString();
  }

  private List<String> paper(Algorithm rule, double[] errors) {
    List<String> line = new ArrayList<>(List.of(subject.source().apply(network) + ", " + rule));
    for (double share : leaders) {
      int index = PAPER_SHARES.indexOf(share);
      line.add(index < 0 ? "" : String.format(Locale.ROOT, "%.2f", errors[index]));
    }
    return line;
  }

  private static List<Row> of(List<Row> rows, Algorithm rule, double share) {
    return rows.stream().filter(row -> row.is("rule", rule) && row.is("share", share)).toList();
  }

  @Override
  public Optional<Picture> picture(List<Row> rows) {
    List<LineChart.Line> lines = new ArrayList<>();
    double[] x = leaders.stream().mapToDouble(share -> PERCENT * share).toArray();
    for (int r = 0; r < rules.size(); r++) {
      Algorithm rule = rules.get(r);
      Spread[] spreads =
          leaders.stream()
              .map(share -> TableRuns.spread(of(rows, rule, share), TableRuns.TEST_ERROR))
              .toArray(Spread[]::new);
      lines.add(Measure.line(rule.name(), x, spreads, new Style(Form.LINE, r, true)));
      int look = rules.size() + r;
      subject
          .paper()
          .apply(network, rule)
          .ifPresent(
              errors ->
                  lines.add(
                      new LineChart.Line(
                          subject.source().apply(network) + ", " + rule,
                          PAPER_SHARES.stream().mapToDouble(share -> PERCENT * share).toArray(),
                          errors,
                          new Style(Form.LINE, look, true))));
    }
    boolean any = rows.stream().anyMatch(row -> Double.isFinite(error(row)));
    return any
        ? Optional.of(
            new Picture(
                1,
                List.of(
                    new LineChart(
                        network,
                        Axis.between("workers that lead (%)", 0, PERCENT + 5),
                        Axis.fitted("test error (%)"),
                        lines))))
        : Optional.empty();
  }
}
