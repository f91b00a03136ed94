package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of the paper's figures, on tiny images. */
class StudyCommandTest {

  @TempDir private static Path shared;

  private static Path data;

  @TempDir private Path folder;

  @BeforeAll
  static void writeImages() throws IOException {
    data = TinyImages.write(shared.resolve("tiny"), 120, 60, 1);
  }

  private Ran run(String figure, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of(figure, "--data=" + data, "--out=" + folder.resolve("out")));
    arguments.addAll(Arrays.asList(more));
    return Ran.command(arguments.toArray(String[]::new));
  }

  private Path out(String name) {
    return folder.resolve("out").resolve(name);
  }

  private List<Row> rows(String figure) throws IOException {
    return Row.parse(Files.readAllLines(out(figure + ".csv")));
  }

  /** Rows without the time that they took. */
  static List<Row> withoutSeconds(Path csv) throws IOException {
    return Row.parse(Files.readAllLines(csv)).stream().map(row -> row.with("seconds", "")).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "fig3a, --workers=4, 33, 2240, 800",
    "fig3b, --workers=4, 12, 2240, 800",
    "fig5, --workers=4, 3, 2240, 1600",
    "fig6, --workers=8, 3, 2240, 800",
  })
  void leavesATableATextAndAPicture(String figure, String option, int runs, int width, int height)
      throws IOException {
    Ran ran = run(figure, option);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err().lines())
        .hasSize(runs + 1)
        .first()
        .asString()
        .startsWith(figure + ": Figure " + figure.substring(3))
        .endsWith(
            "120 training and 60 test images of 1x6x6 in 3 classes, pixels permuted with seed 1: "
                + runs
                + " runs");
    assertThat(ran.err().lines().skip(1)).allMatch(line -> line.startsWith("run "));
    assertThat(ran.out()).contains("|---|").contains("written to " + folder.resolve("out"));
    assertThat(rows(figure).stream().map(row -> row.text("seed")).distinct())
        .containsExactlyInAnyOrder("1", "2", "3");
    var picture = ImageIO.read(out(figure + ".png").toFile());
    assertThat(List.of(picture.getWidth(), picture.getHeight())).containsExactly(width, height);
    assertThat(Files.readString(out(figure + ".md")))
        .contains(runs + " of " + runs + " runs are done")
        .contains("The paper: ")
        .contains("](" + figure + ".png)")
        .contains("\n" + figure + " --data=")
        .contains("| `--learning-rate`".replace("`", "") + " | `0.005` |")
        .contains("| processor | `")
        .doesNotContain("Shortened");
  }

  @Test
  void quickSaysWhatIsShorter() throws IOException {
    Ran ran = run("fig3b", "--quick", "--limit=60", "--workers=4");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("shortened: 60 of the 120 training images, one seed");
    assertThat(Files.readString(out("fig3b.md")))
        .contains("**Shortened:** 60 of the 120 training images, one seed.");
    assertThat(rows("fig3b").stream().mapToDouble(row -> row.number("step")).max()).hasValue(60);
  }

  @Test
  void bothAccuraciesAreSharesOfTheTestImagesAndAnswers() throws IOException {
    run("fig3a", "--workers=4", "--leaders=0.5", "--seeds=1");
    assertThat(rows("fig3a"))
        .hasSize(2)
        .allSatisfy(
            row -> {
              assertThat(row.number("accuracy") * 60)
                  .isEqualTo(Math.rint(row.number("accuracy") * 60));
              assertThat(row.number("binary_accuracy")).isBetween(0.6, 1.0);
              assertThat(row.number("online")).isBetween(0.2, 1.0);
            });
  }

  @Test
  void runsThatAreDoneAreNotDoneAgainAndMoreCanBeAdded() throws IOException {
    run("fig3a", "--workers=4", "--leaders=0.5", "--seeds=1");
    Path run = out("runs/rule-LFNN_workers-4_leaders-0.5_seed-1.csv");
    FileTime written = FileTime.fromMillis(1_000);
    Files.setLastModifiedTime(run, written);
    Ran more = run("fig3a", "--workers=4", "--leaders=0.5,1.0", "--seeds=2,1");
    assertThat(more.exitCode()).as(more.err()).isZero();
    assertThat(more.err()).contains("6 runs, 2 of which are done already");
    assertThat(Files.getLastModifiedTime(run)).isEqualTo(written);
    assertThat(rows("fig3a")).hasSize(6);
    assertThat(Files.readString(out("fig3a.md")))
        .contains("--leaders=0.5 --seeds=1\n")
        .contains("--leaders=0.5,1.0 --seeds=2,1\n");
  }

  @Test
  void runsUnderOtherConditionsAreNotMixed() {
    run("fig3a", "--workers=4", "--leaders=0.5", "--seeds=1");
    Ran other = run("fig3a", "--workers=4", "--leaders=0.5", "--minibatch=2");
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err())
        .contains("holds runs with --minibatch 1 (now 2); give the same as before to go on");
    Ran figure = run("fig3b", "--workers=4");
    assertThat(figure.exitCode()).isEqualTo(1);
    assertThat(figure.err()).contains("holds runs with command fig3a (now fig3b)");
  }

  @Test
  void foldersAndFilesOfOthersAreNotTouched() throws IOException {
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(out("notes.txt"), "mine");
    Ran ran = run("fig6");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("is not empty and holds no results of this command");
    Ran file = Ran.command("fig6", "--data=" + data, "--out=" + out("notes.txt"));
    assertThat(file.err()).contains("is a file, expected a folder");
  }

  @Test
  void aDamagedRunIsNamed() throws IOException {
    run("fig3a", "--workers=4", "--leaders=0.5", "--seeds=1");
    Files.writeString(out("runs/rule-BP_workers-4_leaders-none_seed-1.csv"), "a,b\n1\n");
    Ran ran = run("fig3a", "--workers=4", "--leaders=0.5", "--seeds=1");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .contains("rule-BP_workers-4_leaders-none_seed-1.csv: line 2 has 1 values, expected 2")
        .contains("remove the file, and the run is done again");
  }

  @Test
  void imagesToTestOnAreNeeded() throws IOException {
    Path untested = TinyImages.write(folder.resolve("untested"), 30, 0, 1);
    Ran ran = Ran.command("fig3a", "--data=" + untested, "--out=" + out(""));
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("has no test images, which networks are measured on");
    Ran nothing = Ran.command("fig3a", "--data=" + out("missing"), "--out=" + out(""));
    assertThat(nothing.exitCode()).isEqualTo(1);
    assertThat(nothing.err().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fig3a | --rule=BP      | --rule must be LFNN or LFNN_L, not BP",
        "fig3a | --rule=FG_W    | --rule must be LFNN or LFNN_L, not FG_W",
        "fig5  | --rule=FA      | --rule must be LFNN or LFNN_L, not FA",
        "fig5  | --rule=LG_BP   | --rule must be LFNN or LFNN_L, not LG_BP",
        "fig3a | --leaders=1.5  | the fraction of leaders must be in (0, 1], not 1.5",
        "fig3a | --workers=0    | workers must be between 1 and",
        "fig3b | --minibatch=0  | the mini-batch size must be at least 1, not 0",
        "fig3b | --limit=-1     | --limit must be at least 0 (0 = all images), not -1",
        "fig5  | --class=3      | --class must be from 0 to 2, not 3",
        "fig5  | --scope=SAMPLE | --scope must be BATCH or EPOCH",
        "fig5  | --threads=-1   | --threads must be at least 0",
        "fig6  | --epochs=0     | the number of epochs must be at least 1, not 0",
      })
  void wrongValuesAreExplained(String figure, String option, String message) {
    Ran ran = run(figure, option);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(message).contains("Try 'experiment " + figure + " --help'.");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aRunThatDivergesIsNamed() {
    Ran ran =
        run("fig3a", "--workers=4", "--leaders=0.5", "--optimizer=sgd", "--learning-rate=1e38");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(1);
    assertThat(ran.err()).containsPattern("rule \\w+, workers 4, leaders .*: training diverged");
  }

  @Test
  void activityOfTwoStagesHasARowForEachWorkerStepAndStage() throws IOException {
    Ran ran =
        run(
            "fig5",
            "--two-stages",
            "--rule=LFNN_L",
            "--leaders=0.25",
            "--minibatch=10",
            "--workers=8",
            "--seeds=1");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    List<Row> workers = rows("fig5").stream().filter(row -> row.is("what", "worker")).toList();
    assertThat(workers).hasSize(12 * 2 * 8);
    for (int step = 1; step <= 12; step++) {
      int number = step;
      assertThat(
              workers.stream()
                  .filter(row -> row.is("step", number) && row.is("stage", 2))
                  .mapToDouble(row -> row.number("led"))
                  .sum())
          .isEqualTo(2);
    }
  }

  @Test
  void sharesOfLeadingAddUpToTheLeadersOfEachStage() throws IOException {
    run("fig6", "--workers=8", "--leaders=0.25", "--epochs=2", "--minibatch=20", "--seeds=1");
    List<Row> rows = rows("fig6");
    assertThat(rows).hasSize(2 * 2 * 8);
    for (String epoch : List.of("0", "1")) {
      for (String stage : List.of("1", "2")) {
        double sum =
            rows.stream()
                .filter(row -> row.is("epoch", epoch) && row.is("stage", stage))
                .mapToDouble(row -> row.number("led"))
                .sum();
        assertThat(Math.round(sum * 6)).isEqualTo(12);
      }
    }
  }
}
