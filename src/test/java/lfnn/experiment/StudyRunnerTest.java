package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import lfnn.train.DivergenceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the runs of a study if one of them fails. */
class StudyRunnerTest {

  @TempDir private Path folder;

  @Test
  void whereARunDivergesTheOthersHaveEndedAfterTheirStepOnceTheFailureIsKnown() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean kept = new AtomicBoolean();
    StudyRun diverging =
        new StudyRun(
            Row.of("seed", 1),
            1,
            watch -> {
              begun.await();
              throw new DivergenceException("training diverged");
            });
    StudyRun other =
        new StudyRun(
            Row.of("seed", 2),
            1,
            watch -> {
              begun.countDown();
              while (watch.step(0.5)) {
                Thread.onSpinWait();
              }
              // As long as writing a file may take; an interrupt would end it.
              Thread.sleep(200);
              kept.set(true);
              return Optional.empty();
            });
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    StudyRunner runner =
        new StudyRunner(
            new Runs(List.of(diverging, other)),
            StudyFolder.open(folder.resolve("out"), Map.of(), "figure"),
            new StudyRunner.Notes("", "", Map.of()),
            2,
            new StatusLine(nowhere, false),
            nowhere);
    assertThatThrownBy(runner::run)
        .isInstanceOf(DivergenceException.class)
        .hasMessage("seed 1: training diverged");
    assertThat(kept).isTrue();
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
