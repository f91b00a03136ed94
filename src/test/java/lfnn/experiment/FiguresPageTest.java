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

/** The page for users names the options that the commands of figures have. */
class FiguresPageTest {

  @Test
  void namesEveryOptionOfEveryFigure() throws IOException {
    String page = Files.readString(Path.of("docs", "figures.md"));
    TreeSet<String> named =
        Pattern.compile("^\\| `(--[\\w-]+)`", Pattern.MULTILINE)
            .matcher(page)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    TreeSet<String> actual = new TreeSet<>();
    for (Object figure :
        List.of(new Fig3aCommand(), new Fig3bCommand(), new Fig5Command(), new Fig6Command())) {
      new CommandLine(figure)
          .getCommandSpec()
          .options()
          .forEach(option -> actual.add(option.longestName()));
    }
    assertThat(named).isEqualTo(actual);
  }
}
