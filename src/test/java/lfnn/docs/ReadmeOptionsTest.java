package lfnn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javacliparser.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of options in the README names every option of both hosts, with its default. */
class ReadmeOptionsTest {

  private static final Pattern DEFAULT =
      Pattern.compile("\\(default:\\s+(.*?)\\)$", Pattern.DOTALL);

  private static final List<String> INHERITED_FROM_WEKA =
      List.of(
          "output-debug-info", "-do-not-check-capabilities", "num-decimal-places", "batch-size");

  private static List<String[]> rows() throws IOException {
    return Files.readAllLines(Path.of("README.md")).stream()
        .dropWhile(line -> !line.startsWith("| Weka | MOA |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toArray(String[]::new))
        .toList();
  }

  private static String code(String cell) {
    return cell.replace("`", "");
  }

  @Test
  void namesEveryOptionOfWekaWithItsDefault() throws IOException {
    TreeMap<String, String> described = new TreeMap<>();
    for (String[] row : rows()) {
      if (!row[1].isEmpty()) {
        described.put(code(row[1]), code(row[4]).replaceFirst(";.*", ""));
      }
    }
    TreeMap<String, String> actual = new TreeMap<>();
    for (weka.core.Option option :
        Collections.list(new weka.classifiers.functions.LFNN().listOptions())) {
      if (!INHERITED_FROM_WEKA.contains(option.name()) && !option.name().isEmpty()) {
        Matcher value = DEFAULT.matcher(option.description().strip());
        String byDefault = value.find() ? value.group(1).replaceAll("\\s+", " ") : "off";
        actual.put("-" + option.name(), byDefault.replaceFirst("\\.0$", ""));
      }
    }
    // Weka's own text of this option has no default in our form
    actual.put("-S", "1");
    assertThat(described).isEqualTo(actual);
  }

  @Test
  void namesEveryOptionOfMoa() throws IOException {
    TreeSet<String> described = new TreeSet<>();
    for (String[] row : rows()) {
      if (!row[2].isEmpty()) {
        described.add(code(row[2]));
      }
    }
    TreeSet<String> actual = new TreeSet<>();
    for (Option option : new moa.classifiers.deeplearning.LFNN().getOptions().getOptionArray()) {
      actual.add("-" + option.getCLIChar());
    }
    assertThat(described).isEqualTo(actual);
  }
}
