package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The page for users says what the command does. */
class ExperimentsPageTest {

  @Test
  void namesEveryOptionOfTrainWithItsDefault() throws IOException {
    Map<String, String> described = new TreeMap<>();
    Files.readAllLines(Path.of("docs", "experiments.md")).stream()
        .filter(line -> line.startsWith("| `--"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .forEach(
            cells ->
                described.put(
                    cells.get(1).replace("`", ""),
                    cells.get(3).replace("`", "").replace("off", "false")));
    Map<String, String> actual = new TreeMap<>();
    CommandLine command = new CommandLine(new TrainCommand());
    for (OptionSpec option : command.getCommandSpec().options()) {
      Object value = option.getValue();
      actual.put(option.longestName(), value == null ? "" : value.toString());
    }
    assertThat(described).isEqualTo(actual);
  }
}
