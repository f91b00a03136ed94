package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The page about tables names the options that differ from those of train, and no others. */
class TablesPageTest {

  private static final Pattern OPTION = Pattern.compile("^\\| `(--[\\w-]+)`", Pattern.MULTILINE);

  private static CommandSpec spec(Object command) {
    return new CommandLine(command).getCommandSpec();
  }

  @Test
  void namesEveryOptionThatTrainHasNot() throws IOException {
    TreeSet<String> named =
        OPTION
            .matcher(Files.readString(Path.of("docs", "tables.md")))
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    TreeSet<String> all = new TreeSet<>();
    TreeSet<String> others = new TreeSet<>();
    CommandSpec train = spec(new TrainCommand());
    for (Object table : List.of(new Table1Command(), new Table2Command(), new Table3Command())) {
      spec(table)
          .options()
          .forEach(
              option -> {
                all.add(option.longestName());
                if (train.findOption(option.longestName()) == null) {
                  others.add(option.longestName());
                }
              });
    }
    assertThat(all).containsAll(named);
    assertThat(named).containsAll(others);
  }
}
