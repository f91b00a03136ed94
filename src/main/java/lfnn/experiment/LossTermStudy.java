package lfnn.experiment;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import lfnn.plot.Axis;
import lfnn.plot.LineChart;
import lfnn.plot.LineChart.Form;
import lfnn.plot.LineChart.Style;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.TrainingSpec;

/** Accuracy during one pass with four choices of loss terms, the paper's Figure 3b. */
final class LossTermStudy implements Study {

  /** A loss by its terms, with its formula and a short name for the legend. */
  private record Variant(String formula, String name, Set<LossTerm> terms) {
    String text() {
      return LossTerm.print(terms).replace(',', '+');
    }
  }

  /** What is seen of the training: a row for each step after which the network was measured. */
  private record Curve(List<Row> rows) implements Serializable {}

  /** The four losses of the paper's Figure 4, in its order. */
  private static final List<Variant> VARIANTS =
      List.of(
          new Variant("L_g + L_leaders + L_followers", "all terms", EnumSet.allOf(LossTerm.class)),
          new Variant(
              "L_g + L_leaders", "global + leaders", EnumSet.of(LossTerm.GLOBAL, LossTerm.LEADERS)),
          new Variant(
              "L_g + L_followers",
              "global + followers",
              EnumSet.of(LossTerm.GLOBAL, LossTerm.FOLLOWERS)),
          new Variant("L_g", "global", EnumSet.of(LossTerm.GLOBAL)));

  /** First digits of the steps after which networks are measured. */
  private static final int[] FIRST_DIGITS = {1, 2, 3, 5, 7};

  private static final int TEN = 10;

  /** Steps that have columns in the tables; the last step has one, too. */
  private static final List<Integer> SHOWN = List.of(10, 100, 1_000, 10_000);

  private final StudyData data;
  private final StudyOptions options;
  private final int workers;
  private final double leaders;
  private final int lastStep;
  private final Set<Integer> measured;
  private final List<StudyRun> runs = new ArrayList<>();

  /**
   * @param workers of each class
   * @param leaders share of the workers that lead
   * @throws IllegalArgumentException if a value is out of range
   */
  LossTermStudy(StudyData data, StudyOptions options, int workers, double leaders) {
    this.data = data;
    this.options = options;
    this.workers = workers;
    this.leaders = leaders;
    int batch = options.updates.minibatch;
    Architecture architecture = StudyTraining.oneVsAll(data.training(), workers);
    for (long seed : options.seeds()) {
      for (Variant variant : VARIANTS) {
        TrainingSpec spec = options.training(Algorithm.LFNN, leaders, variant.terms(), 1, seed);
        Row setting =
            Row.of("terms", variant.text())
                .with("workers", workers)
                .with("leaders", leaders)
                .with("seed", seed);
        runs.add(
            new StudyRun(
                setting,
                1,
                watch ->
                    run(
                        options.studyTraining(
                            setting, architecture, spec, data.learned(seed), Curve.class),
                        watch)));
      }
    }
    this.lastStep = (data.learned() + batch - 1) / batch;
    this.measured = steps(lastStep);
  }

  /** 1, 2, 3, 5, 7, 10, 20, … and the last one. */
  static Set<Integer> steps(int last) {
    Set<Integer> steps = new TreeSet<>();
    for (long decade = 1; decade <= last; decade *= TEN) {
      for (int digit : FIRST_DIGITS) {
        if (digit * decade <= last) {
          steps.add((int) (digit * decade));
        }
      }
    }
    steps.add(last);
    return steps;
  }

  private Optional<List<Row>> run(StudyTraining<Curve> training, StudyRun.Watch watch)
      throws IOException, InterruptedException {
    return training
        .run(
            watch,
            new Curve(new ArrayList<>()),
            (trainer, curve) -> {
              int step = (int) trainer.steps();
              if (measured.contains(step)) {
                curve
                    .rows()
                    .add(Measure.row(trainer.accuracy(data.test())).after(Row.of("step", step)));
              }
            })
        .map(trained -> trained.seen().rows());
  }

  @Override
  public String name() {
    return "fig3b";
  }

  @Override
  public String title() {
    return "Figure 3b: accuracy during one pass, by terms of the loss, LFNN";
  }

  @Override
  public String explanation() {
    return String.format(
        Locale.ROOT,
        "One-vs-all networks with %d sigmoid workers for each class, of which %.0f %% lead, learn"
            + " from each image once, in mini-batches of %d. Accuracy is that on all test images"
            + " after so many steps, in percent, mean ± standard deviation over the seeds: of the"
            + " class with the largest of the outputs, and of the yes-or-no answers of all outputs,"
            + " where always no is right in %s.%n%n"
            + "The paper: the global loss alone (L_g) is worst, L_g + L_followers hardly better;"
            + " with L_leaders the accuracy rises after 100 steps, and with all terms it is best.",
        workers,
        100 * leaders,
        options.updates.minibatch,
        RunReport.percent(1 - 1.0 / data.test().classes()));
  }

  @Override
  public List<StudyRun> runs() {
    return List.copyOf(runs);
  }

  @Override
  public String describe(List<Row> rowsOfRun) {
    return Measure.describe(rowsOfRun.get(rowsOfRun.size() - 1));
  }

  @Override
  public String tables(List<Row> rows) {
    StringBuilder text = new StringBuilder();
    for (Measure measure : Measure.values()) {
      text.append(measure.heading()).append(", after steps:\n\n");
      text.append(table(rows, measure)).append('\n');
      text.append(ranking(rows, measure)).append("\n\n");
    }
    return text.toString();
  }

  private String table(List<Row> rows, Measure measure) {
    List<Integer> steps = new ArrayList<>(SHOWN.stream().filter(s -> s < lastStep).toList());
    steps.add(lastStep);
    List<String> header = new ArrayList<>(List.of("loss"));
    steps.forEach(step -> header.add(String.format(Locale.ROOT, "%,d", step)));
    List<List<String>> lines = new ArrayList<>();
    for (Variant variant : VARIANTS) {
      List<String> line = new ArrayList<>(List.of(variant.formula()));
      for (int step : steps) {
        Spread spread = Measure.spread(rows, measure.column(), of(variant, step));
        line.add(spread.count() == 0 ? "" : spread.toString());
      }
      lines.add(line);
    }
    return ReportText.table(header, lines);
  }

  private static Predicate<Row> of(Variant variant, int step) {
    return row -> row.is("terms", variant.text()) && row.is("step", step);
  }

  /** The variants after the last step, the best one first. */
  private String ranking(List<Row> rows, Measure measure) {
    return "After the last step, the best one first: "
        + VARIANTS.stream()
            .filter(v -> rows.stream().anyMatch(of(v, lastStep)))
            .sorted(
                Comparator.comparingDouble(
                    v -> -Measure.spread(rows, measure.column(), of(v, lastStep)).mean()))
            .map(Variant::formula)
            .collect(Collectors.joining("; "))
        + ".";
  }

  @Override
  public Optional<Picture> picture(List<Row> rows) {
    List<LineChart> charts = new ArrayList<>();
    int batch = options.updates.minibatch;
    double[] x = measured.stream().mapToDouble(Integer::doubleValue).toArray();
    for (Measure measure : Measure.values()) {
      List<LineChart.Line> lines = new ArrayList<>();
      for (int v = 0; v < VARIANTS.size(); v++) {
        Variant variant = VARIANTS.get(v);
        Spread[] spreads =
            measured.stream()
                .map(step -> Measure.spread(rows, measure.column(), of(variant, step)))
                .toArray(Spread[]::new);
        lines.add(Measure.line(variant.name(), x, spreads, new Style(Form.LINE, v, true)));
      }
      charts.add(
          new LineChart(
              String.format(Locale.ROOT, "LFNN, %d workers, %.0f %% lead", workers, 100 * leaders),
              Axis.logarithmic(
                  "training step (" + batch + (batch == 1 ? " image" : " images") + " each)"),
              measure.axis(),
              lines));
    }
    return Optional.of(new Picture(2, charts));
  }
}
