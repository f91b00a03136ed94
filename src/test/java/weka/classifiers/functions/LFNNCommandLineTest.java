package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weka.classifiers.CheckClassifier;
import weka.core.Utils;

@Isolated("it reads what goes to the standard streams")
class LFNNCommandLineTest {

  private record Printed(String out, String err) {}

  @TempDir Path folder;

  private interface Main {
    void run(String[] arguments) throws Exception;
  }

  private static Printed run(String options) throws Exception {
    return run(LFNN::main, options);
  }

  private static Printed run(Main main, String options) throws Exception {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream newOut = new ByteArrayOutputStream();
    ByteArrayOutputStream newErr = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
      main.run(Utils.splitOptions(options));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    return new Printed(
        newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
  }

  @Test
  void evaluatesByCrossValidation() throws Exception {
    Printed printed = run("-t " + Tables.file("iris") + " -x 3 " + Tables.SMALL);
    assertThat(printed.err()).isEmpty();
    assertThat(printed.out())
        .contains("Leader-follower neural network")
        .contains("=== Stratified cross-validation ===");
  }

  @Test
  void predictsWithASavedModel() throws Exception {
    String model = folder.resolve("lfnn.model").toString();
    String iris = Tables.file("iris");
    assertThat(run("-t " + iris + " -no-cv -d " + model + " " + Tables.SMALL).err()).isEmpty();
    Printed printed = run("-l " + model + " -T " + iris);
    assertThat(printed.err()).isEmpty();
    assertThat(printed.out()).contains("=== Error on test data ===");
  }

  @Test
  void aWrongOptionIsNamedInTheFirstLine() throws Exception {
    Printed printed = run("-t " + Tables.file("iris") + " -H fc(workers=x)");
    assertThat(printed.out()).isEmpty();
    assertThat(printed.err().strip())
        .startsWith("Weka exception: option -H: network \"fc(workers=x)\", character 12:")
        .doesNotContain("\tat ");
  }

  @Test
  void whatDoesNotFitTheTableIsOneLine() throws Exception {
    Printed printed = run("-t " + Tables.file("iris") + " -input 3x32x32");
    assertThat(printed.err().strip().lines())
        .singleElement()
        .asString()
        .contains("an input of 3x32x32 has 3072 values, but a row has 4");
  }

  @Test
  void divergenceIsOneLine() throws Exception {
    Printed printed =
        run("-t " + Tables.file("cpu") + " -no-cv -H 8,8 -rule BP -optimizer sgd -L 1e30");
    assertThat(printed.err().strip().lines())
        .singleElement()
        .asString()
        .contains("training diverged at epoch 1");
  }

  /** The lines that say no are those on what LFNN does not claim to learn from. */
  @ParameterizedTest
  @ValueSource(strings = {"", "-one-vs-all", "-rule BP"})
  void passesWekasCheckOfClassifiers(String options) throws Exception {
    Printed printed =
        run(
            CheckClassifier::main,
            "-W weka.classifiers.functions.LFNN -- -H fc(workers=4) -N 2 " + options);
    assertThat(printed.err()).isEmpty();
    assertThat(printed.out().lines().filter(line -> line.contains("...")))
        .hasSizeGreaterThan(40)
        .allMatch(
            line ->
                line.contains("...yes")
                    || line.endsWith("...warning: performs worse than ZeroR")
                    || line.endsWith("...no (OK error message)")
                    || line.equals("updateable classifier...no")
                    || line.equals("multi-instance classifier...no"));
  }

  @Test
  void helpListsAllOptions() throws Exception {
    Printed printed = run("-h");
    assertThat(printed.err() + printed.out())
        .contains("-H <network>")
        .contains("(default: ")
        .contains("-resume");
  }

  @Test
  void debugPrintsProgress() throws Exception {
    Printed printed =
        run("-t " + Tables.file("iris") + " -no-cv -output-debug-info " + Tables.SMALL);
    assertThat(printed.err()).contains("LFNN: epoch 5/5, output loss");
  }
}
