package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import lfnn.train.DivergenceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the runs of a study if one of them fails. */
@Timeout(60)
class StudyRunnerTest {

  @TempDir private Path folder;

  @Test
  void whereARunDivergesTheOthersHaveEndedAfterTheirStepOnceTheFailureIsKnown() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean kept = new AtomicBoolean();
    StudyRun diverging = diverging(begun);
    StudyRun other =
        stopped(
            2,
            begun,
            watch -> {
              // As long as writing a file may take; an interrupt would end it.
              Thread.sleep(200);
              kept.set(true);
              return Optional.empty();
            });
    StudyRunner runner = runner(new StringWriter(), diverging, other);
    assertThatThrownBy(runner::run)
        .isInstanceOf(DivergenceException.class)
        .hasMessage("seed 1: training diverged");
    assertThat(kept).isTrue();
  }

  /** A run that has gone to its end keeps nothing but its rows. */
  @Test
  void aRunThatEndsAfterAnotherHasDivergedIsKept() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    StudyRun diverging = diverging(begun);
    StudyRun ending = stopped(2, begun, watch -> Optional.of(List.of(Row.of("accuracy", 0.5))));
    StudyRun failing =
        stopped(
            3,
            begun,
            watch -> {
              throw new IOException("the disk is full");
            });
    StringWriter printed = new StringWriter();
    StudyRunner runner = runner(printed, diverging, ending, failing);
    Path unfinished = folder.resolve("out/runs/seed-2.unfinished");
    Files.createDirectories(unfinished.getParent());
    Files.createFile(unfinished);
    assertThatThrownBy(runner::run)
        .isInstanceOf(DivergenceException.class)
        .hasMessage("seed 1: training diverged");
    assertThat(printed.toString())
        .contains("run 1/3, seed 2: ")
        .contains("java.io.IOException: the disk is full");
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .contains("seed-2.csv")
          .doesNotContain("seed-2.unfinished", "seed-1.csv", "seed-3.csv");
    }
  }

  /** The run with seed 1, which fails as soon as those with other seeds have begun. */
  private static StudyRun diverging(CountDownLatch begun) {
    return new StudyRun(
        Row.of("seed", 1),
        1,
        watch -> {
          begun.await();
          throw new DivergenceException("training diverged");
        });
  }

  /** A run that goes on until it is stopped, and then ends in some way. */
  private static StudyRun stopped(int seed, CountDownLatch begun, StudyRun.Body end) {
    return new StudyRun(
        Row.of("seed", seed),
        1,
        watch -> {
          begun.countDown();
          while (watch.step(0.5)) {
            Thread.onSpinWait();
          }
          return end.run(watch);
        });
  }

  private StudyRunner runner(StringWriter printed, StudyRun... runs) throws IOException {
    PrintWriter out = new PrintWriter(printed);
    return new StudyRunner(
        new Runs(List.of(runs)),
        StudyFolder.open(folder.resolve("out"), Map.of(), "figure"),
        new StudyRunner.Notes("", "", Map.of()),
        runs.length,
        new StatusLine(out, false),
        out);
  }

  private record Runs(List<StudyRun> runs) implements Study {

    @Override
    public String name() {
      return "figure";
    }

    @Override
    public String title() {
      return "Figure";
    }

    @Override
    public String explanation() {
      return "";
    }

    @Override
    public String describe(List<Row> rowsOfRun) {
      return "";
    }

    @Override
    public String tables(List<Row> rows) {
      return "";
    }

    @Override
    public Optional<Picture> picture(List<Row> rows) {
      return Optional.empty();
    }
  }
}
