package lfnn.experiment;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import lfnn.data.Dataset;
import lfnn.plot.Axis;
import lfnn.plot.LineChart;
import lfnn.plot.LineChart.Form;
import lfnn.plot.LineChart.Style;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.TrainingSpec;
import lfnn.train.Trainer;

/** How often each worker leads in each epoch, the paper's Figure 6. */
final class LeadershipHistoryStudy implements Study {

  /**
   * What is seen of the training.
   *
   * @param rows of the epochs that are done
   * @param led in how many steps of this epoch each worker led, [stage][worker]
   */
  private record History(List<Row> rows, double[][] led) implements Serializable {}

  private static final int STAGES = 2;

  /** Shares of the steps up to which dots have the same shade; above the last one, the darkest. */
  private static final double[] LEVELS = {0, 0.25, 0.5, 0.75};

  private static final List<String> LEVEL_NAMES =
      List.of("never", "up to 25 %", "25–50 %", "50–75 %", "75–100 %");

  /** Share of the steps from which a worker counts as a constant leader. */
  private static final double ALMOST_ALWAYS = 0.9;

  private final StudyOptions options;
  private final int workers;
  private final double leaders;
  private final int leading;
  private final int epochs;
  private final int stepsPerEpoch;
  private final List<StudyRun> runs = new ArrayList<>();

  /**
   * @param workers of each stage
   * @param leaders share of the workers that lead
   * @param epochs passes, at least 1
   * @throws IllegalArgumentException if a value is out of range
   */
  LeadershipHistoryStudy(
      StudyData data, StudyOptions options, int workers, double leaders, int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("the number of epochs must be at least 1, not " + epochs);
    }
    this.options = options;
    this.workers = workers;
    this.leaders = leaders;
    this.epochs = epochs;
    int batch = options.updates.minibatch;
    this.stepsPerEpoch = (data.learned() + batch - 1) / batch;
    Architecture architecture = StudyTraining.twoStages(data.training(), workers);
    TrainingSpec first = spec(0);
    this.leading = first.leadership().leaders(workers);
    for (long seed : options.seeds()) {
      TrainingSpec spec = spec(seed);
      Row setting =
          Row.of("workers", workers)
              .with("leaders", leaders)
              .with("epochs", epochs)
              .with("seed", seed);
      runs.add(
          new StudyRun(
              setting,
              1,
              watch ->
                  run(
                      options.studyTraining(
                          setting, architecture, spec, data.learned(seed), History.class),
                      data.test(),
                      watch)));
    }
  }

  private TrainingSpec spec(long seed) {
    return options.training(
        Algorithm.LFNN_L, leaders, LeadershipSpec.DEFAULTS.terms(), epochs, seed);
  }

  private Optional<List<Row>> run(
      StudyTraining<History> training, Dataset test, StudyRun.Watch watch)
      throws IOException, InterruptedException {
    return training
        .run(
            watch,
            new History(new ArrayList<>(), new double[STAGES][workers]),
            (trainer, history) -> {
              count(trainer, history.led());
              if (trainer.steps() % stepsPerEpoch == 0) {
                add(
                    history.rows(),
                    (int) (trainer.steps() / stepsPerEpoch) - 1,
                    history.led(),
                    trainer.score(test).error());
              }
            })
        .map(trained -> trained.seen().rows());
  }

  private static void count(Trainer trainer, double[][] led) {
    for (int s = 0; s < led.length; s++) {
      double[] share = trainer.leadership().get(s).shareOfLastBatch();
      for (int w = 0; w < share.length; w++) {
        led[s][w] += share[w];
      }
    }
  }

  private void add(List<Row> rows, int epoch, double[][] led, double error) {
    for (int s = 0; s < led.length; s++) {
      for (int w = 0; w < workers; w++) {
        rows.add(
            Row.of("epoch", epoch)
                .with("stage", s + 1)
                .with("worker", w + 1)
                .with("led", led[s][w] / stepsPerEpoch)
                .with("test_error", error));
      }
      Arrays.fill(led[s], 0);
    }
  }

  @Override
  public String name() {
    return "fig6";
  }

  @Override
  public String title() {
    return "Figure 6: how often each worker leads in the first epochs, LFNN_L";
  }

  @Override
  public String explanation() {
    return String.format(
        Locale.ROOT,
        "Networks with two fully connected stages of %d workers learn by local losses alone; in"
            + " each step the %d workers of a stage with the lowest loss lead (%.0f %%). An epoch"
            + " has %d steps of %d images. The figure shows the first seed; epochs are counted from"
            + " 0, as in the paper.%n%nThe paper: in epoch 0 several workers lead most of the time;"
            + " later exactly six workers in each layer lead all the time, and the others are not"
            + " chosen any more; by the fifth epoch this is nearly fixed.",
        workers,
        leading,
        100 * leaders,
        stepsPerEpoch,
        options.updates.minibatch);
  }

  @Override
  public List<StudyRun> runs() {
    return List.copyOf(runs);
  }

  @Override
  public String describe(List<Row> rowsOfRun) {
    Row last = rowsOfRun.get(rowsOfRun.size() - 1);
    return "test error "
        + RunReport.percent(last.number("test_error"))
        + ", constant leaders "
        + constant(shares(rowsOfRun, epochs - 1, 1))
        + " and "
        + constant(shares(rowsOfRun, epochs - 1, STAGES));
  }

  @Override
  public String tables(List<Row> rows) {
    StringBuilder text = new StringBuilder();
    for (int stage = 1; stage <= STAGES; stage++) {
      text.append("Stage ").append(stage).append(":\n\n").append(table(rows, stage)).append('\n');
    }
    return text.toString();
  }

  private String table(List<Row> rows, int stage) {
    List<List<String>> lines = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      List<Double> ever = new ArrayList<>();
      List<Double> constant = new ArrayList<>();
      List<Double> top = new ArrayList<>();
      List<Double> kept = new ArrayList<>();
      for (List<Row> run : bySeed(rows).values()) {
        double[] shares = shares(run, epoch, stage);
        ever.add((double) Arrays.stream(shares).filter(share -> share > 0).count());
        constant.add((double) constant(shares));
        top.add(100 * top(shares).stream().mapToDouble(w -> shares[w]).sum() / leading);
        if (epoch > 0) {
          Set<Integer> both = new HashSet<>(top(shares));
          both.retainAll(top(shares(run, epoch - 1, stage)));
          kept.add((double) both.size());
        }
      }
      lines.add(
          List.of(
              String.valueOf(epoch),
              text(ever),
              text(constant),
              text(top),
              kept.isEmpty() ? "" : text(kept)));
    }
    return ReportText.table(
        List.of(
            "epoch",
            "workers that ever led",
            "workers that led in 90 % of the steps or more",
            "share of all leading by the " + leading + " most frequent (%)",
            "of these, also among them in the epoch before"),
        lines);
  }

  private static String text(List<Double> values) {
    return Spread.of(values.stream().mapToDouble(Double::doubleValue).toArray()).text(1);
  }

  private static Map<String, List<Row>> bySeed(List<Row> rows) {
    Map<String, List<Row>> runs = new LinkedHashMap<>();
    rows.forEach(row -> runs.computeIfAbsent(row.text("seed"), s -> new ArrayList<>()).add(row));
    return runs;
  }

  /** Share of the steps of an epoch in which each worker led. */
  private static double[] shares(List<Row> run, int epoch, int stage) {
    return run.stream()
        .filter(row -> row.is("epoch", epoch) && row.is("stage", stage))
        .mapToDouble(row -> row.number("led"))
        .toArray();
  }

  private static long constant(double[] shares) {
    return Arrays.stream(shares).filter(share -> share >= ALMOST_ALWAYS).count();
  }

  /** The workers that led most often, as many as lead at a time. */
  private List<Integer> top(double[] shares) {
    return IntStream.range(0, shares.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer w) -> -shares[w]))
        .limit(leading)
        .toList();
  }

  @Override
  public Optional<Picture> picture(List<Row> rows) {
    String seed = rows.get(0).text("seed");
    List<Row> first = rows.stream().filter(row -> row.is("seed", seed)).toList();
    return Optional.of(
        new Picture(
            STAGES,
            IntStream.rangeClosed(1, STAGES).mapToObj(stage -> chart(first, stage)).toList()));
  }

  private LineChart chart(List<Row> run, int stage) {
    List<LineChart.Line> lines = new ArrayList<>();
    for (int level = 0; level < LEVEL_NAMES.size(); level++) {
      int shade = level;
      List<Row> dots =
          run.stream()
              .filter(row -> row.is("stage", stage) && level(row.number("led")) == shade)
              .toList();
      lines.add(
          new LineChart.Line(
              LEVEL_NAMES.get(level),
              dots.stream().mapToDouble(row -> row.number("worker")).toArray(),
              dots.stream().mapToDouble(row -> row.number("epoch")).toArray(),
              new Style(Form.DOTS, level, true)));
    }
    Map<Double, String> names = new HashMap<>();
    IntStream.range(0, epochs).forEach(epoch -> names.put((double) epoch, String.valueOf(epoch)));
    return new LineChart(
        "stage " + stage + ": share of the steps led",
        Axis.between("worker", 0, workers + 1),
        Axis.between("epoch", -1, epochs).named(names),
        lines);
  }

  private static int level(double share) {
    int level = 0;
    while (level < LEVELS.length && share > LEVELS[level]) {
      level++;
    }
    return level;
  }
}
