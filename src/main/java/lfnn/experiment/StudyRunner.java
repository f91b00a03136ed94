package lfnn.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import lfnn.plot.Figure;
import lfnn.train.DivergenceException;
import picocli.CommandLine.ExitCode;

/**
 * Does the runs of a study that are not done yet, several at a time, and writes the results after
 * each.
 */
final class StudyRunner {

  private static final double NANOSECOND = 1e-9;
  private static final double PERCENT = 100;

  /** Pictures take a part of a second each, which may be more than a run. */
  private static final long NANOSECONDS_BETWEEN_RESULTS = 20_000_000_000L;

  /**
   * What the results say about how they came about.
   *
   * @param data the images, in a few words
   * @param shortened what is shorter than in the paper; empty if nothing is
   * @param options of this command line, defaults included
   */
  record Notes(String data, String shortened, Map<String, String> options) {}

  /** What came of a run: its rows with its setting; nothing if it was stopped. */
  private record Done(StudyRun run, Optional<List<Row>> rows, double seconds) {}

  private final Study study;
  private final StudyFolder folder;
  private final Notes notes;
  private final int threads;
  private final StatusLine status;
  private final PrintWriter out;
  private final List<StudyRun> runs;
  private final Map<StudyRun, List<Row>> done = new ConcurrentHashMap<>();
  private final Map<StudyRun, Double> shares = new ConcurrentHashMap<>();
  private final Optional<String> obstacleToFigures = Figure.obstacle();
  private final long start = System.nanoTime();
  private long counted = start;
  private long written = start;
  private volatile boolean ended;

  /**
   * @param threads runs at a time
   */
  StudyRunner(
      Study study,
      StudyFolder folder,
      Notes notes,
      int threads,
      StatusLine status,
      PrintWriter out) {
    this.study = study;
    this.folder = folder;
    this.notes = notes;
    this.threads = threads;
    this.status = status;
    this.out = out;
    this.runs = study.runs();
  }

  /** Does what is to be done; returns the exit code. */
  int run() throws IOException, InterruptedException {
    readDone();
    status.line(summary());
    if (!notes.shortened().isEmpty()) {
      status.line("shortened: " + notes.shortened());
    }
    obstacleToFigures.ifPresent(
        obstacle ->
            status.line(
                "no picture can be drawn here ("
                    + obstacle
                    + "); install fonts if you want one. The tables have the numbers."));
    // A folder that cannot be written to should not be found out after the first run.
    folder.writeConditions();
    try (StopRequest stop = new StopRequest()) {
      doRuns(stop);
      countTime();
      writeResults();
      if (done.size() < runs.size()) {
        status.line(
            String.format(
                Locale.ROOT,
                "stopped after %d of %d runs, which are kept; the same command goes on",
                done.size(),
                runs.size()));
        return StopRequest.EXIT_CODE;
      }
    }
    out.println(study.tables(rows()));
    out.println("written to " + folder.path());
    return ExitCode.OK;
  }

  private void readDone() throws IOException {
    for (StudyRun run : runs) {
      folder.read(run).ifPresent(rows -> done.put(run, rows));
    }
  }

  private String summary() {
    return String.format(
        Locale.ROOT,
        "%s: %s; %s: %d runs%s",
        study.name(),
        study.title(),
        notes.data(),
        runs.size(),
        done.isEmpty() ? "" : ", " + done.size() + " of which are done already");
  }

  private void doRuns(StopRequest stop) throws IOException, InterruptedException {
    List<StudyRun> open = runs.stream().filter(run -> !done.containsKey(run)).toList();
    double work = open.stream().mapToDouble(StudyRun::work).sum();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    CompletionService<Done> results = new ExecutorCompletionService<>(executor);
    List<Throwable> failures = new ArrayList<>();
    try {
      open.forEach(run -> results.submit(() -> doRun(run, stop, work)));
      // If one fails, the others end after the step they are at and keep what they have done.
      for (int i = 0; i < open.size(); i++) {
        try {
          take(results.take().get());
        } catch (ExecutionException e) {
          failures.add(e.getCause());
        } catch (IOException | RuntimeException | Error e) {
          failures.add(e);
        }
        ended = !failures.isEmpty();
      }
    } finally {
      ended = true;
      executor.shutdown();
      executor.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      status.clear();
    }
    if (!failures.isEmpty()) {
      throw failure(failures);
    }
  }

  /** The first failure; what the others say is shown before. */
  private RuntimeException failure(List<Throwable> failures)
      throws IOException, InterruptedException {
    Throwable first = failures.get(0);
    for (Throwable other : failures.subList(1, failures.size())) {
      if (other != first) {
        first.addSuppressed(other);
        status.line(
            other instanceof DivergenceException
                ? String.valueOf(other.getMessage())
                : other.toString());
      }
    }
    if (first instanceof IOException broken) {
      throw broken;
    }
    if (first instanceof Error error) {
      throw error;
    }
    if (first instanceof InterruptedException interrupted) {
      throw interrupted;
    }
    return first instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(first);
  }

  private Done doRun(StudyRun run, StopRequest stop, double work)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    if (ended || stop.isRequested()) {
      return new Done(run, Optional.empty(), 0);
    }
    try {
      Optional<List<Row>> rows =
          run.body()
              .run(
                  share -> {
                    shares.put(run, share);
                    status.show(() -> bar(work));
                    return !ended && !stop.isRequested();
                  });
      return new Done(run, rows, (System.nanoTime() - begin) * NANOSECOND);
    } catch (DivergenceException e) {
      throw new DivergenceException(run.label() + ": " + e.getMessage());
    }
  }

  private void take(Done result) throws IOException {
    if (result.rows().isEmpty()) {
      return;
    }
    StudyRun run = result.run();
    String seconds = String.format(Locale.ROOT, "%.1f", result.seconds());
    List<Row> rows =
        result.rows().get().stream()
            .map(row -> row.after(run.setting()).with("seconds", seconds))
            .toList();
    folder.write(run, rows);
    done.put(run, rows);
    status.line(
        String.format(
            Locale.ROOT,
            "run %d/%d, %s: %s, %s",
            done.size(),
            runs.size(),
            run.label(),
            study.describe(rows),
            Progress.duration(result.seconds())));
    countTime();
    long now = System.nanoTime();
    if (now - written > NANOSECONDS_BETWEEN_RESULTS) {
      written = now;
      writeResults();
    }
  }

  private void countTime() throws IOException {
    long now = System.nanoTime();
    folder.addSeconds((now - counted) * NANOSECOND);
    counted = now;
    folder.writeConditions();
  }

  private String bar(double work) {
    double share = 0;
    for (Map.Entry<StudyRun, Double> begun : shares.entrySet()) {
      share += begun.getKey().work() * begun.getValue() / work;
    }
    double seconds = (System.nanoTime() - start) * NANOSECOND;
    return String.format(
        Locale.ROOT,
        "run %d/%d %s %.0f %%, %s left",
        Math.min(runs.size(), done.size() + 1),
        runs.size(),
        StatusLine.bar(Math.min(1, share)),
        PERCENT * share,
        share > 0 ? Progress.duration(seconds * (1 - share) / share) : "?");
  }

  /** Rows of all runs that are done, in the order of the runs. */
  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    runs.forEach(run -> rows.addAll(done.getOrDefault(run, List.of())));
    return rows;
  }

  private void writeResults() throws IOException {
    List<Row> rows = rows();
    if (rows.isEmpty()) {
      return;
    }
    folder.write(study.name() + ".csv", Row.print(rows));
    Optional<Study.Picture> picture =
        obstacleToFigures.isPresent() ? Optional.empty() : study.picture(rows);
    if (picture.isPresent()) {
      folder.write(
          study.name() + ".png", Figure.png(picture.get().charts(), picture.get().columns()));
    }
    folder.write(study.name() + ".md", markdown(rows, picture.isPresent()));
  }

  private String markdown(List<Row> rows, boolean picture) throws IOException {
    StringBuilder text = new StringBuilder("# ").append(study.title()).append("\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %d of %d runs are done; they took %s, with %d at a time.%n",
            notes.data(),
            done.size(),
            runs.size(),
            Progress.duration(folder.seconds()),
            threads));
    if (!notes.shortened().isEmpty()) {
      text.append("\n**Shortened:** ").append(notes.shortened()).append(".\n");
    }
    text.append('\n').append(study.explanation()).append("\n\n");
    if (picture) {
      text.append("![").append(study.title()).append("](").append(study.name()).append(".png)\n\n");
    }
    text.append(study.tables(rows));
    text.append("\nAll rows are in [").append(study.name()).append(".csv](");
    text.append(study.name()).append(".csv).\n");
    ReportText.commands(text, folder.commands());
    ReportText.options(text, notes.options());
    ReportText.environment(text);
    return text.toString();
  }
}
