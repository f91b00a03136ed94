package lfnn.experiment;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import lfnn.data.Dataset;
import lfnn.plot.Axis;
import lfnn.plot.LineChart;
import lfnn.plot.LineChart.Form;
import lfnn.plot.LineChart.Line;
import lfnn.plot.LineChart.Style;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.TrainingSpec;
import lfnn.train.StageActivity;
import lfnn.train.Trainer;

/** How leaders and followers move in each step, the paper's Figure 5a. */
final class ActivityStudy implements Study {

  /**
   * What is watched.
   *
   * @param rule with leaders
   * @param twoStages whether the network has two stages, instead of one network for each class
   * @param watched class whose network is watched, if there is one for each
   * @param workers of that class, or of each stage
   * @param leaders share of the workers that lead
   * @param epochs passes, at least 1
   */
  record Subject(
      Algorithm rule, boolean twoStages, int watched, int workers, double leaders, int epochs) {

    private void check(Dataset data) {
      require(
          rule.hasLeaders(),
          "--rule must be LFNN or LFNN_L, not " + rule + ", with which nobody leads");
      require(
          watched >= 0 && watched < data.classes(),
          "--class must be from 0 to " + (data.classes() - 1) + ", not " + watched);
      require(epochs >= 1, "the number of epochs must be at least 1, not " + epochs);
    }

    private static void require(boolean valid, String message) {
      if (!valid) {
        throw new IllegalArgumentException(message);
      }
    }

    private int stages() {
      return twoStages ? 2 : 1;
    }
  }

  /** Most steps at the beginning and at the end for which each worker's movement is kept. */
  private static final int LONGEST_WINDOW = 40;

  /** Parts of the training over which movements are averaged. */
  private static final int PARTS = 60;

  /** Steps after which the paper sees the movements grow smaller. */
  private static final int EARLY = 1_000;

  /** Share of the range of the movements that is left free above and below. */
  private static final double MARGIN = 0.05;

  private static final int FOLLOWERS = 0;

  private static final int LEADERS = 1;

  private static final List<String> ROLES = List.of("followers", "leaders");

  private final StudyOptions options;
  private final Subject subject;
  private final int lastStep;
  private final int window;
  private final List<StudyRun> runs = new ArrayList<>();

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  ActivityStudy(StudyData data, StudyOptions options, Subject subject) {
    subject.check(data.training());
    if (options.following.scope == Scope.SAMPLE) {
      throw new IllegalArgumentException(
          "--scope must be BATCH or EPOCH: with SAMPLE a worker may lead and follow in one step");
    }
    this.options = options;
    this.subject = subject;
    int batch = options.updates.minibatch;
    this.lastStep = subject.epochs() * ((data.learned() + batch - 1) / batch);
    this.window = Math.max(2, Math.min(LONGEST_WINDOW, lastStep / 2));
    Architecture architecture =
        subject.twoStages()
            ? StudyTraining.twoStages(data.training(), subject.workers())
            : StudyTraining.oneVsAll(data.training(), subject.workers());
    for (long seed : options.seeds()) {
      TrainingSpec spec =
          options.training(
              subject.rule(),
              subject.leaders(),
              LeadershipSpec.DEFAULTS.terms(),
              subject.epochs(),
              seed);
      Row setting =
          Row.of("rule", subject.rule())
              .with("workers", subject.workers())
              .with("leaders", subject.leaders())
              .with("epochs", subject.epochs())
              .with("seed", seed);
      runs.add(
          new StudyRun(
              setting,
              1,
              watch ->
                  options
                      .studyTraining(setting, architecture, spec, data.learned(seed), Seen.class)
                      .run(watch, nothingSeen(), this::look)
                      .map(trained -> trained.seen().rows())));
    }
  }

  private Seen nothingSeen() {
    return new Seen(
        new ArrayList<>(),
        IntStream.range(0, subject.stages()).mapToObj(s -> new Movements()).toList());
  }

  private void look(Trainer trainer, Seen seen) {
    List<Row> rows = seen.rows();
    int step = (int) trainer.steps();
    List<StageActivity> activity = trainer.activity();
    for (int s = 0; s < subject.stages(); s++) {
      Movements movements = seen.movements().get(s);
      int first = subject.twoStages() ? 0 : subject.watched() * subject.workers();
      int end = first + subject.workers();
      double[] change = Arrays.copyOfRange(activity.get(s).change(), first, end);
      double[] led = Arrays.copyOfRange(activity.get(s).led(), first, end);
      movements.add(change, led);
      if (step <= window || step > lastStep - window) {
        for (int w = 0; w < change.length; w++) {
          rows.add(
              Row.of("what", "worker")
                  .with("step", step)
                  .with("stage", s + 1)
                  .with("worker", w + 1)
                  .with("led", (int) led[w])
                  .with("change", change[w]));
        }
      }
      if (endsPart(step)) {
        rows.add(movements.row(Row.of("what", "part").with("step", step).with("stage", s + 1)));
        movements.clear();
      }
    }
  }

  /** Whether a step is the last one of a part of the training, or of the early steps. */
  private boolean endsPart(int step) {
    return part(step) != part(step - 1) || step == EARLY;
  }

  private long part(int step) {
    return (long) step * PARTS / lastStep;
  }

  /**
   * What is seen of the training.
   *
   * @param movements of each stage
   */
  private record Seen(List<Row> rows, List<Movements> movements) implements Serializable {}

  /** Sums over the steps of a part, for followers and for leaders. */
  private static final class Movements implements Serializable {

    private static final long serialVersionUID = 1L;

    private final double[] sizes = new double[ROLES.size()];
    private final double[] orders = new double[ROLES.size()];
    private final int[] ordered = new int[ROLES.size()];
    private int steps;

    void add(double[] change, double[] led) {
      steps++;
      for (int role = 0; role < sizes.length; role++) {
        double sum = 0;
        double size = 0;
        int count = 0;
        for (int w = 0; w < change.length; w++) {
          if ((int) led[w] == role) {
            sum += change[w];
            size += Math.abs(change[w]);
            count++;
          }
        }
        sizes[role] += count == 0 ? 0 : size / count;
        if (size > 0) {
          orders[role] += Math.abs(sum) / size;
          ordered[role]++;
        }
      }
    }

    Row row(Row place) {
      Row row = place.with("steps", steps);
      for (int role = 0; role < sizes.length; role++) {
        row =
            row.with(size(role), sizes[role] / steps)
                .with(order(role), ordered[role] == 0 ? Double.NaN : orders[role] / ordered[role]);
      }
      return row;
    }

    void clear() {
      steps = 0;
      Arrays.fill(sizes, 0);
      Arrays.fill(orders, 0);
      Arrays.fill(ordered, 0);
    }
  }

  private static String size(int role) {
    return ROLES.get(role) + "_activity";
  }

  private static String order(int role) {
    return ROLES.get(role) + "_order";
  }

  @Override
  public String name() {
    return "fig5";
  }

  @Override
  public String title() {
    return "Figure 5a: how leaders and followers move in each step, " + subject.rule();
  }

  @Override
  public String explanation() {
    String what =
        subject.twoStages()
            ? String.format(
                Locale.ROOT,
                "A network with two fully connected stages of %d workers learns; %.0f %% of a stage"
                    + " lead. The activity of a worker is the probability that it gives to the"
                    + " class of an image",
                subject.workers(),
                100 * subject.leaders())
            : String.format(
                Locale.ROOT,
                "One-vs-all networks with %d sigmoid workers for each class learn; %.0f %% of a"
                    + " class lead, and class %d is watched. The activity of a worker is its"
                    + " output",
                subject.workers(),
                100 * subject.leaders(),
                subject.watched());
    return what
        + " after a step less that before it, on the images of the step ("
        + options.updates.minibatch
        + "), mean over them. *Activity* is its mean size over the workers of a role and over"
        + " steps; *order* is |Σ activity| / Σ |activity| over these workers, the order parameter"
        + " of Vicsek's model in one dimension: 1 if all move the same way"
        + orderAtRandom()
        + ". The upper charts show each worker of the first"
        + " stage in the first and the last "
        + window
        + " steps of the first seed; the part of a line that leads to a step has the colour of the"
        + " role in that step.\n\nThe paper: followers move in unison to align themselves with the"
        + " leaders; until step 1000 leaders and followers move much, later less.";
  }

  /** Sums of n random numbers grow with √n, those of their sizes with n. */
  private String orderAtRandom() {
    int leaders =
        LeadershipSpec.DEFAULTS.withLeaderFraction(subject.leaders()).leaders(subject.workers());
    int followers = subject.workers() - leaders;
    return String.format(Locale.ROOT, "; at random, about %.1f for leaders", 1 / Math.sqrt(leaders))
        + (followers == 0
            ? ""
            : String.format(Locale.ROOT, ", %.1f for followers", 1 / Math.sqrt(followers)));
  }

  @Override
  public List<StudyRun> runs() {
    return List.copyOf(runs);
  }

  @Override
  public String describe(List<Row> rowsOfRun) {
    Row last = rowsOfRun.get(rowsOfRun.size() - 1);
    return String.format(
        Locale.ROOT,
        "order of the followers at the end %.2f, of the leaders %.2f",
        last.number(order(FOLLOWERS)),
        last.number(order(LEADERS)));
  }

  @Override
  public String tables(List<Row> rows) {
    List<List<String>> lines = new ArrayList<>();
    for (int stage = 1; stage <= subject.stages(); stage++) {
      int shown = stage;
      Predicate<Row> parts = row -> row.is("what", "part") && row.is("stage", shown);
      for (int[] span : spans()) {
        List<String> line = new ArrayList<>();
        line.add(String.valueOf(stage));
        line.add(String.format(Locale.ROOT, "%,d–%,d", span[0] + 1, span[1]));
        for (int role = 0; role < ROLES.size(); role++) {
          line.add(mean(rows, parts, span, size(role), "%.5f"));
          line.add(mean(rows, parts, span, order(role), "%.3f"));
        }
        lines.add(line);
      }
    }
    return ReportText.table(
        List.of(
            "stage",
            "steps",
            "activity of followers",
            "order of followers",
            "activity of leaders",
            "order of leaders"),
        lines);
  }

  /** The early steps and the rest, or all if there are no others. */
  private List<int[]> spans() {
    return lastStep <= EARLY
        ? halves()
        : List.of(new int[] {0, EARLY}, new int[] {EARLY, lastStep});
  }

  private List<int[]> halves() {
    int middle = (int) (((long) PARTS / 2 * lastStep + PARTS - 1) / PARTS);
    return lastStep < 2
        ? List.of(new int[] {0, lastStep})
        : List.of(new int[] {0, middle}, new int[] {middle, lastStep});
  }

  /** Mean over the steps of a span, and over seeds. */
  private static String mean(
      List<Row> rows, Predicate<Row> parts, int[] span, String column, String format) {
    double sum = 0;
    double steps = 0;
    for (Row row : rows) {
      if (parts.test(row)
          && row.number("step") > span[0]
          && row.number("step") <= span[1]
          && Double.isFinite(row.number(column))) {
        sum += row.number("steps") * row.number(column);
        steps += row.number("steps");
      }
    }
    return steps == 0 ? "" : String.format(Locale.ROOT, format, sum / steps);
  }

  @Override
  public Optional<Picture> picture(List<Row> rows) {
    String seed = rows.get(0).text("seed");
    List<Row> run = rows.stream().filter(row -> row.is("seed", seed)).toList();
    List<Row> movements = run.stream().filter(row -> row.is("what", "worker")).toList();
    DoubleSummaryStatistics range =
        movements.stream()
            .filter(row -> row.is("stage", 1))
            .mapToDouble(row -> row.number("change"))
            .summaryStatistics();
    List<LineChart> charts = new ArrayList<>();
    charts.add(workers("first steps", movements, 1, range));
    charts.add(workers("last steps", movements, Math.max(1, lastStep - window + 1), range));
    charts.add(
        new LineChart(
            "size of the movements" + ofStages(),
            Axis.fromZero("step"),
            Axis.fromZero("mean size of the activity" + unit()),
            parts(run, "_activity")));
    charts.add(
        new LineChart(
            "how far they move the same way" + ofStages(),
            Axis.fromZero("step"),
            Axis.between("order, |Σ activity| / Σ |activity|", 0, 1.05),
            parts(run, "_order")));
    return Optional.of(new Picture(2, charts));
  }

  /** A line for each worker of the first stage, in the colours of its roles. */
  private LineChart workers(
      String title, List<Row> movements, int from, DoubleSummaryStatistics range) {
    List<Line> lines = new ArrayList<>();
    for (int role : new int[] {FOLLOWERS, LEADERS}) {
      for (int w = 1; w <= subject.workers(); w++) {
        int worker = w;
        List<Row> steps =
            movements.stream()
                .filter(row -> row.is("stage", 1) && row.is("worker", worker))
                .filter(row -> row.number("step") >= from && row.number("step") < from + window)
                .toList();
        lines.add(pieces(role, worker, steps));
      }
    }
    double margin = Math.max(MARGIN * (range.getMax() - range.getMin()), Double.MIN_NORMAL);
    return new LineChart(
        title,
        Axis.between("step", from - 1, from + window - 1),
        Axis.between(
            "activity of each worker" + unit(), range.getMin() - margin, range.getMax() + margin),
        named(lines));
  }

  private String ofStages() {
    return subject.twoStages() ? ", stages 1 and 2" : "";
  }

  private String unit() {
    return subject.twoStages() ? " (change of probability)" : " (change of output)";
  }

  private static Line pieces(int role, int worker, List<Row> steps) {
    DoubleStream.Builder x = DoubleStream.builder();
    DoubleStream.Builder y = DoubleStream.builder();
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i).is("led", role)) {
        for (Row row : List.of(steps.get(i - 1), steps.get(i))) {
          x.add(row.number("step"));
          y.add(row.number("change"));
        }
        x.add(steps.get(i).number("step"));
        y.add(Double.NaN);
      }
    }
    return new Line(
        ROLES.get(role) + worker,
        x.build().toArray(),
        y.build().toArray(),
        new Style(Form.THIN_LINE, role, false));
  }

  /** The same lines, of which one of each role has the role's name in the legend. */
  private static List<Line> named(List<Line> lines) {
    List<Line> named = new ArrayList<>();
    for (Line line : lines) {
      int role = line.style().look();
      boolean first =
          line.x().length > 0
              && named.stream().noneMatch(other -> other.name().equals(ROLES.get(role)));
      named.add(
          first
              ? new Line(ROLES.get(role), line.x(), line.y(), new Style(Form.THIN_LINE, role, true))
              : line);
    }
    return named;
  }

  private List<Line> parts(List<Row> run, String suffix) {
    List<Line> lines = new ArrayList<>();
    for (int stage = 1; stage <= subject.stages(); stage++) {
      int shown = stage;
      List<Row> parts =
          run.stream().filter(row -> row.is("what", "part") && row.is("stage", shown)).toList();
      for (int role = 0; role < ROLES.size(); role++) {
        String column = ROLES.get(role) + suffix;
        lines.add(
            new Line(
                ROLES.get(role) + (subject.twoStages() ? " " + stage : ""),
                parts.stream().mapToDouble(row -> row.number("step")).toArray(),
                parts.stream().mapToDouble(row -> row.number(column)).toArray(),
                new Style(Form.LINE, role + ROLES.size() * (stage - 1), true)));
      }
    }
    return lines;
  }
}
