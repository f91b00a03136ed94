package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {

  @Test
  void rowsAreReadAsTheyWereWritten() throws IOException {
    List<Row> rows =
        List.of(
            Row.of("rule", "BP").with("error", 0.25), Row.of("rule", "LFNN").with("error", 1e-9));
    String text = Row.print(rows);
    assertThat(text).isEqualTo("rule,error\nBP,0.25\nLFNN,1.0E-9\n");
    assertThat(Row.parse(text.lines().toList())).isEqualTo(rows);
  }

  @Test
  void cellsThatARowHasNotAreEmpty() {
    assertThat(Row.print(List.of(Row.of("a", 1), Row.of("b", 2)))).isEqualTo("a,b\n1,\n,2\n");
  }

  @Test
  void valuesMayHaveCommasAndQuotes() throws IOException {
    List<Row> rows =
        List.of(
            Row.of("network", "mixer(heads=16, split)").with("a,b", "\"a\", b").with("c", ""),
            Row.of("network", "\"").with("a,b", ",").with("c", "\",\""),
            Row.of("network", "a\u2028,b")
                .with("a,b", "\"" + "x".repeat(9999))
                .with("c", "\u2028"));
    String text = Row.print(rows);
    assertThat(text)
        .startsWith("network,\"a,b\",c\n\"mixer(heads=16, split)\",\"\"\"a\"\", b\",\n");
    assertThat(Row.parse(List.of(text.split("\n")))).isEqualTo(rows);
  }

  @Test
  void whatCouldNotBeReadAgainIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Row.of("terms", "global\nleaders"))
        .withMessage("column terms has \"global\nleaders\", which is more than one line");
    for (String broken : List.of("\"a", "a\"b", "\"a\"b", "a,\"b", "a,\"")) {
      assertThatIOException()
          .as(broken)
          .isThrownBy(() -> Row.parse(List.of(broken)))
          .withMessage("\"" + broken + "\" has a quote without end, or within a value");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Row.of("a", 1).number("b"))
        .withMessage("no column b in [a]");
    assertThatIOException()
        .isThrownBy(() -> Row.parse(List.of()))
        .withMessageStartingWith("has no line");
  }

  @Test
  void spreadIsMeanAndSampleDeviation() {
    assertThat(Spread.of(1, 2, 3)).isEqualTo(new Spread(2, 1, 3)).hasToString("2.00 ± 1.00");
    assertThat(Spread.of(4.5)).hasToString("4.50");
    assertThat(Spread.of(4.5).text(0)).isEqualTo("5");
    assertThat(Spread.of().mean()).isNaN();
  }

  @Test
  void measuredStepsAreDenseAtTheBeginning() {
    assertThat(LossTermStudy.steps(25)).containsExactly(1, 2, 3, 5, 7, 10, 20, 25);
    assertThat(LossTermStudy.steps(1)).containsExactly(1);
  }
}
