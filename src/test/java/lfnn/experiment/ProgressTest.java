package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import lfnn.train.StepReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {

  private static final StepReport STEP = new StepReport(0.5, 0, 0, 0);

  @Test
  void onATerminalTheBarIsReplacedByTheLineOfTheEpoch() {
    StringWriter text = new StringWriter();
    Progress progress = new Progress(new PrintWriter(text), true, 4);
    progress.step(2, 6, 12, STEP);
    assertThat(text.toString())
        .matches("\repoch 2/4 \\[={12} {12}\\] 6/12, loss 0\\.5000, .* left");
    int bar = text.toString().length() - 1;
    progress.line("epoch 2/4, done");
    assertThat(text.toString())
        .endsWith("\r" + " ".repeat(bar) + "\repoch 2/4, done" + System.lineSeparator());
    progress.line("next");
    assertThat(text.toString()).endsWith("done%nnext%n".formatted());
  }

  @Test
  void theBarIsNotDrawnMoreOftenThanItCanBeRead() {
    StringWriter text = new StringWriter();
    Progress progress = new Progress(new PrintWriter(text), true, 1);
    for (int step = 1; step <= 20; step++) {
      progress.step(1, step, 1000, STEP);
    }
    assertThat(text.toString()).containsOnlyOnce("\r");
  }

  @Test
  void withoutATerminalThereAreLinesOnly() {
    StringWriter text = new StringWriter();
    Progress progress = new Progress(new PrintWriter(text), false, 4);
    progress.step(2, 6, 12, STEP);
    progress.line("epoch 2/4, done");
    assertThat(text.toString()).isEqualTo("epoch 2/4, done%n".formatted());
  }

  @ParameterizedTest
  @CsvSource({
    "0.04, 0.0 s",
    "9.94, 9.9 s",
    "9.96, 10 s",
    "59.4, 59 s",
    "59.6, 1:00 min",
    "425, 7:05 min",
    "3599.6, 1:00:00 h",
    "36125, 10:02:05 h",
  })
  void durationsAreShownInTheUnitThatFits(double seconds, String text) {
    assertThat(Progress.duration(seconds)).isEqualTo(text);
  }
}
