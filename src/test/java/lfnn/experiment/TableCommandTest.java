package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import lfnn.data.ImageData;
import lfnn.data.InputShape;
import lfnn.experiment.LeadershipTableStudy.Subject;
import lfnn.plot.Axis;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The commands for the paper's tables, on tiny images. */
class TableCommandTest {

  private static final String NETWORK = "mnist-275k(pool=1)";

  @TempDir private static Path shared;

  private static Path data;

  @TempDir private Path folder;

  @BeforeAll
  static void writeImages() throws IOException {
    data = TinyImages.write(shared.resolve("tiny"), 60, 30, 1);
  }

  private static Ran table(String name, Path out, String... more) {
    return table(name, data, out, more);
  }

  private static Ran table(String name, Path images, Path out, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(name, "--data=" + images, "--out=" + out, "--minibatch=10", "--threads=1"));
    arguments.addAll(Arrays.asList(more));
    return Ran.command(arguments.toArray(String[]::new));
  }

  private static List<Row> rows(Path file) throws IOException {
    return Row.parse(Files.readAllLines(file));
  }

  @Test
  void table1HasTheErrorsOfEveryRuleAndOfThePaper() throws Exception {
    String[] more = {"--networks=" + NETWORK, "--epochs=1", "--seeds=1,2"};
    Ran first = table("table1", folder, with(more, "--rules=LFNN_L,BP"));
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.err()).contains("run 4/4").contains("shortened: 1 epoch instead of 50");
    assertThat(first.out()).contains("| rule | " + NETWORK + " | paper, MNIST 275K |");
    assertThat(first.out()).containsPattern("\\| BP \\| [\\d.]+ ± .* \\| 2\\.01 / 0\\.00 \\|");

    Ran more2 = table("table1", folder, with(more, "--rules=LFNN_L,BP,FG_A"));
    assertThat(more2.exitCode()).as(more2.err()).isZero();
    assertThat(more2.err()).contains("6 runs, 4 of which are done already");
    List<Row> rows = rows(folder.resolve("table1.csv"));
    assertThat(rows).hasSize(6);
    assertThat(rows).allMatch(row -> row.number(TableRuns.TEST_ERROR) <= 1);
    assertThat(ImageIO.read(folder.resolve("table1.png").toFile()).getWidth()).isPositive();
    assertThat(Files.readString(folder.resolve("table1.md")))
        .startsWith("# Table 1: error of the learning rules on the same networks")
        .contains("![Table 1: error of the learning rules on the same networks](table1.png)")
        .contains("--rules=LFNN_L,BP,FG_A");
  }

  private static String[] with(String[] options, String more) {
    List<String> all = new ArrayList<>(Arrays.asList(options));
    all.add(more);
    return all.toArray(String[]::new);
  }

  @Test
  void aRunIsWhatTrainDoesWithTheCommandThatItKeeps() throws Exception {
    Ran ran =
        table(
            "table1",
            folder,
            "--networks=" + NETWORK,
            "--rules=LFNN",
            "--epochs=2",
            "--seeds=3",
            "--leaders=0.3",
            "--augment=shift(1)");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    Path kept = folder.resolve("networks/network-" + NETWORK + "_rule-LFNN_leaders-0.3_seed-3");
    SavedRun run = RunFolder.read(kept);
    List<String> arguments = new ArrayList<>(List.of("train", "--out=" + folder.resolve("again")));
    for (Map.Entry<String, String> option : run.options().entrySet()) {
      arguments.add(option.getKey() + "=" + option.getValue());
    }
    arguments.removeIf(argument -> argument.endsWith("=false"));
    Ran again = Ran.command(arguments.toArray(String[]::new));
    assertThat(again.exitCode()).as(again.err()).isZero();
    TrainCommandTest.assertSame(RunFolder.read(folder.resolve("again")).state(), run.state());
    assertThat(run.commands().get(0))
        .startsWith("train ")
        .contains("--rule=LFNN", "--leaders=0.3", "--augment=");
    assertThat(Ran.command("train", "--resume", kept.toString(), "--epochs=3").exitCode()).isZero();
  }

  @Test
  void networksMayHaveSeveralSettings() throws Exception {
    String other = "mnist-275k(pool=1, similarity=0.9)";
    String[] arguments = {
      "--networks=" + other + "," + NETWORK, "--rules=BP", "--epochs=1", "--seeds=1"
    };
    Ran ran = table("table1", folder, arguments);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(rows(folder.resolve("table1.csv")))
        .extracting(row -> row.text("network"))
        .containsExactly(other, NETWORK);
    Ran again = table("table1", folder, arguments);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).contains("2 runs, 2 of which are done already");
    assertThat(Ran.command("table1", "--help").out()).contains("--networks=<name>[,<name>...]");
  }

  @Test
  void sharesOfLeadersThatAreTheSameNetworkAreTrainedOnce() throws Exception {
    Ran ran =
        table(
            "table2",
            folder,
            "--network=" + NETWORK,
            "--epochs=1",
            "--seeds=1",
            "--leaders=0.1,0.2,0.5,1");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    // One run trains all networks of LFNN-ℓ, and three those of LFNN.
    assertThat(ran.err()).contains("4 runs");
    List<Row> rows = rows(folder.resolve("table2.csv"));
    assertThat(rows).hasSize(8);
    for (Algorithm rule : List.of(Algorithm.LFNN_L, Algorithm.LFNN)) {
      List<Row> own = rows.stream().filter(row -> row.is("rule", rule)).toList();
      assertThat(own.stream().map(row -> row.text("share")))
          .containsExactly("0.1", "0.2", "0.5", "1.0");
      assertThat(own.get(0).text(TableRuns.TEST_ERROR))
          .isEqualTo(own.get(1).text(TableRuns.TEST_ERROR));
    }
    assertThat(ran.out()).contains("| paper, MNIST 275K, LFNN_L | 1.96 | 1.67 | 1.49 | 1.57 |");
  }

  @Test
  void sharesAreAlikeIfAllStagesHaveAsManyLeaders() {
    Architecture network =
        Architecture.of(
            InputShape.parse("1x28x28"), Task.classification(10), NetworkSpec.parse("mnist-438k"));
    assertThat(
            LeadershipTableStudy.alike(
                network, List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)))
        .containsExactly(
            List.of(0.1, 0.2, 0.3), List.of(0.4, 0.5, 0.6), List.of(0.7, 0.8), List.of(0.9, 1.0));
  }

  @Test
  void sharesThatAreAskedForLaterAreTrained() throws Exception {
    String[] more = {"--network=" + NETWORK, "--epochs=1", "--seeds=1"};
    assertThat(table("table2", folder, with(more, "--leaders=0.7,1")).exitCode()).isZero();
    Ran later = table("table2", folder, with(more, "--leaders=0.7,0.8,0.9,1"));
    assertThat(later.exitCode()).as(later.err()).isZero();
    List<Row> rows = rows(folder.resolve("table2.csv"));
    for (Algorithm rule : List.of(Algorithm.LFNN_L, Algorithm.LFNN)) {
      assertThat(rows.stream().filter(row -> row.is("rule", rule)).map(row -> row.text("share")))
          .containsExactly("0.7", "0.8", "0.9", "1.0");
    }
    assertThat(Files.readString(folder.resolve("table2.md"))).doesNotContain("|  |");
  }

  @Test
  void networksOfWhichOneDivergesAreTrainedOneByOne() throws Exception {
    Ran ran =
        table(
            "table2",
            folder,
            "--network=" + NETWORK,
            "--rules=LFNN_L",
            "--epochs=1",
            "--seeds=1",
            "--leaders=0.1,1",
            "--optimizer=sgd",
            "--learning-rate=1e30");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("| LFNN_L | diverged | diverged |");
    for (String leaders : List.of("0.1+1.0", "0.1", "1.0")) {
      assertThat(
              folder.resolve(
                  "networks/network-" + NETWORK + "_rule-LFNN_L_leaders-" + leaders + "_seed-1"))
          .isDirectory();
    }
  }

  @Test
  void aNetworkThatDivergesDoesNotTakeOthersWithIt() throws Exception {
    List<Row> first = List.of(row(0.1, 0.25), row(0.2, 0.25));
    List<Row> second = List.of(row(1, Double.NaN));
    StudyRun together = runThatGives(List.of(row(0.1, Double.NaN), row(1, Double.NaN)));
    Optional<List<Row>> rows =
        LeadershipTableStudy.train(
            together, List.of(runThatGives(first), runThatGives(second)), share -> true);
    assertThat(rows.orElseThrow()).containsExactly(first.get(0), first.get(1), second.get(0));
    StudyRun stopped = new StudyRun(Row.of("run", 1), 1, watch -> Optional.empty());
    assertThat(
            LeadershipTableStudy.train(
                together, List.of(runThatGives(first), stopped), share -> true))
        .isEmpty();
    assertThat(LeadershipTableStudy.train(runThatGives(first), List.of(stopped), share -> true))
        .contains(first);
  }

  private static Row row(double share, double error) {
    return Row.of("share", share).with(TableRuns.TEST_ERROR, error);
  }

  private static StudyRun runThatGives(List<Row> rows) {
    return new StudyRun(Row.of("run", 1), 1, watch -> Optional.of(rows));
  }

  @Test
  void errorsThatDifferByADecadeAreOnALogarithmicAxis() {
    assertThat(Table1Study.errorAxis(2, 25))
        .isEqualTo(Axis.logarithmic("error (%)", DoubleStream.of(2, 25)));
    assertThat(Table1Study.errorAxis(0, 0.5, 70).logarithmic()).isTrue();
    assertThat(Table1Study.errorAxis(20, 80)).isEqualTo(Axis.between("error (%)", 0, 84));
    assertThat(Table1Study.errorAxis(0, 20, 80)).isEqualTo(Axis.between("error (%)", 0, 84));
    assertThat(Table1Study.errorAxis(0.2, 0.8).logarithmic()).isTrue();
    assertThat(Table1Study.errorAxis(0, 0)).isEqualTo(Axis.between("error (%)", 0, 1));
  }

  @Test
  void anErrorOfZeroIsDrawnOnALinearAxisOnlyAndADivergedRunOnNone() throws Exception {
    Table1Study study =
        new Table1Study(
            tableRuns(new Table1Command(), folder),
            List.of(NETWORK),
            List.of(Algorithm.BP, Algorithm.FA),
            0.7);
    List<Row> rows =
        List.of(
            errors("BP", 0.1, 0), errors("BP", 0.12, 0.11), errors("FA", Double.NaN, Double.NaN));
    assertThat(drawn(study, rows, "test")).containsExactly(10, 12);
    assertThat(drawn(study, rows, "training")).containsExactly(0, 11);
    assertThat(drawn(study, List.of(errors("BP", 0.9, 0), errors("BP", 0.01, 0.02)), "training"))
        .containsExactly(2);
    assertThat(study.picture(List.of(errors("FA", Double.NaN, Double.NaN)))).isEmpty();
  }

  private static Row errors(String rule, double test, double training) {
    return Row.of("network", NETWORK)
        .with("rule", rule)
        .with(TableRuns.TEST_ERROR, test)
        .with(TableRuns.TRAINING_ERROR, training);
  }

  private static double[] drawn(Table1Study study, List<Row> rows, String line) {
    return study.picture(rows).orElseThrow().charts().get(0).lines().stream()
        .filter(drawn -> drawn.name().equals(line))
        .findFirst()
        .orElseThrow()
        .x();
  }

  @Test
  void networksThatShareNoStageAreTrainedOneByOne() {
    List<Double> shares = List.of(0.1, 0.5, 1.0);
    assertThat(together("mnist-438k", shares))
        .containsExactly(List.of(List.of(0.1), List.of(0.5), List.of(1.0)));
    assertThat(together("resnet-18", shares))
        .containsExactly(List.of(List.of(0.1)), List.of(List.of(0.5)), List.of(List.of(1.0)));
    assertThat(together("fc(workers=2); fc(workers=4)", List.of(0.3, 0.6, 1.0)))
        .containsExactly(List.of(List.of(0.3), List.of(0.6)), List.of(List.of(1.0)));
  }

  private static List<List<List<Double>>> together(String stages, List<Double> shares) {
    Architecture network =
        Architecture.of(
            InputShape.parse("1x28x28"), Task.classification(10), NetworkSpec.parse(stages));
    return LeadershipTableStudy.together(network, LeadershipTableStudy.alike(network, shares));
  }

  @Test
  void aRunThatIsStoppedGoesOnWhereItWas() throws Exception {
    List<Row> through = run(folder.resolve("through"), share -> true).orElseThrow();
    int[] steps = new int[1];
    assertThat(run(folder.resolve("on"), share -> ++steps[0] < 4)).isEmpty();
    assertThat(run(folder.resolve("on"), share -> ++steps[0] < 9)).isEmpty();
    List<Double> shares = new ArrayList<>();
    List<Row> rows =
        run(
                folder.resolve("on"),
                share -> {
                  shares.add(share);
                  return true;
                })
            .orElseThrow();
    assertThat(rows).isEqualTo(through);
    assertThat(shares.get(0)).isGreaterThan(0.5);
    assertThat(shares.get(shares.size() - 1)).isEqualTo(1);
  }

  private static Optional<List<Row>> run(Path out, StudyRun.Watch watch) throws Exception {
    TableRuns table = tableRuns(new Table2Command(), out);
    Subject subject = new Subject("table2", "title", network -> network, PaperErrors::table2);
    List<StudyRun> runs =
        new LeadershipTableStudy(
                table, subject, NETWORK, List.of(Algorithm.LFNN_L), Shares.parse("0.1,0.5,1"))
            .runs();
    assertThat(runs).hasSize(1);
    return runs.get(0).body().run(watch);
  }

  private static TableRuns tableRuns(Object table, Path out) throws IOException {
    CommandLine command = new CommandLine(table);
    command.setErr(new PrintWriter(new StringWriter()));
    return new TableRuns(
        command,
        ImageData.open(data),
        Map.of(
            "--data", data.toString(),
            "--epochs", "3",
            "--minibatch", "10",
            "--validation", "0.2",
            "--threads", "1"),
        out,
        List.of(1L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "table1|--networks=nothing|'nothing' is not a stage",
        "table1|--networks=block(dense(4))|tables are made of networks that have a name",
        "table1|--networks=vgg8b|stage ",
        "table1|--leaders=2 --networks=mnist-275k|must be in (0, 1]",
        "table2|--rules=BP --network=mnist-275k|shares of leaders can be compared with LFNN",
        "table2|--leaders=0.1,x|\"x\" is not in (0, 1]",
        "table3|--network=mnist-275k --seeds=a|--seeds"
      })
  void whatIsWrongIsExplained(String name, String options, String message) {
    Ran ran = table(name, folder.resolve("out"), options.split(" "));
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).contains(message);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private Ran quickTable(String... more) throws IOException {
    Path images = TinyImages.write(folder.resolve("many"), 240, 510, 1);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "table3",
                "--quick",
                "--data=" + images,
                "--out=" + folder.resolve("out"),
                "--network=" + NETWORK,
                "--rules=LFNN_L",
                "--leaders=0.5"));
    arguments.addAll(Arrays.asList(more));
    return Ran.command(arguments.toArray(String[]::new));
  }

  @Test
  void aQuickTableSaysHowItWasShortened() throws IOException {
    Ran ran = quickTable();
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err())
        .contains("100 training and 100 test images")
        .contains(
            "shortened: 100 of the 240 training images, 100 of the 510 test images, 1 epoch"
                + " instead of 50 to 100, mini-batches of 10 instead of 50, one seed");
  }

  @Test
  void whatIsGivenToAQuickTableIsNotShortened() throws IOException {
    Ran ran =
        quickTable("--limit=0", "--test-limit=0", "--epochs=2", "--minibatch=40", "--seeds=1,2,3");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err())
        .contains("240 training and 510 test images")
        .contains("shortened: 2 epochs instead of 50 to 100" + System.lineSeparator());
  }

  @Test
  void otherTestImagesAreOtherConditions() throws IOException {
    String[] more = {"--networks=" + NETWORK, "--epochs=1", "--seeds=1"};
    assertThat(table("table1", folder, with(more, "--rules=BP")).exitCode()).isZero();
    Path other = TinyImages.write(folder.resolveSibling("other"), 60, 20, 1);
    Ran ran = table("table1", other, folder, with(more, "--rules=BP"));
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("holds runs with checksums");
  }

  @Test
  void aFolderOfOtherConditionsIsLeftAlone() {
    table("table1", folder, "--networks=" + NETWORK, "--rules=BP", "--epochs=1", "--seeds=1");
    Ran ran =
        table("table1", folder, "--networks=" + NETWORK, "--rules=BP", "--epochs=2", "--seeds=1");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("holds runs with").contains("--epochs 1 (now 2)");
  }

  @Test
  void thePaperIsReadAtItsShares() {
    assertThat(PaperErrors.table1("localmixer-919k", Algorithm.LG_FG_A)).contains("30.68 / 19.39");
    assertThat(PaperErrors.table1("vgg8b", Algorithm.BP)).isEmpty();
    assertThat(PaperErrors.table2("mnist-438k(heads=4)", Algorithm.LFNN).orElseThrow())
        .hasSize(10)
        .startsWith(1.89)
        .endsWith(2.67);
    assertThat(PaperErrors.table2("mnist-438k", Algorithm.BP)).isEmpty();
    assertThat(PaperErrors.table3("resnet-18", Algorithm.LFNN_L).orElseThrow()).contains(37.17);
    assertThatThrownBy(() -> Table1Study.known("fc(workers=3);fc(workers=3)"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
