package lfnn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import lfnn.spec.Algorithm;
import org.junit.jupiter.api.Test;

/** The page about the rules has each with its learning rate. */
class RulesPageTest {

  @Test
  void namesEveryRuleWithItsLearningRate() throws IOException {
    TreeMap<String, Double> described = new TreeMap<>();
    Files.readAllLines(Path.of("docs", "rules.md")).stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .filter(cells -> cells.size() == 6 && cells.get(4).startsWith("0."))
        .forEach(
            cells ->
                described.put(cells.get(1).replace("`", ""), Double.parseDouble(cells.get(4))));
    TreeMap<String, Double> actual = new TreeMap<>();
    for (Algorithm algorithm : Algorithm.values()) {
      actual.put(algorithm.name(), algorithm.learningRate());
    }
    assertThat(described).isEqualTo(actual);
  }
}
