package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import lfnn.Tolerances;
import lfnn.data.Augmentation;
import lfnn.data.FeatureEncoder;
import lfnn.data.ImageData;
import lfnn.spec.TrainingSpec;
import lfnn.train.EpochReport;
import lfnn.train.Evaluation;
import lfnn.train.LfnnModel;
import lfnn.train.Score;
import lfnn.train.TrainerState;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import picocli.CommandLine;

class TrainCommandTest {

  private static final String NETWORK = "block(dense(12), heads=4); fc(workers=4)";

  @TempDir private static Path shared;

  private static Path data;

  @TempDir private Path folder;

  @BeforeAll
  static void writeImages() throws IOException {
    data = TinyImages.write(shared.resolve("tiny"), 120, 60, 1);
  }

  /** A small network, few epochs; {@code more} may give other options. */
  private static Ran train(Path out, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("train", "--data=" + data, "--out=" + out, "--threads=1", "--minibatch=8"));
    if (Arrays.stream(more).noneMatch(option -> option.startsWith("--network"))) {
      arguments.add("--network=" + NETWORK);
    }
    if (Arrays.stream(more).noneMatch(option -> option.startsWith("--learning-rate"))) {
      arguments.add("--learning-rate=0.01");
    }
    arguments.addAll(Arrays.asList(more));
    return Ran.command(arguments.toArray(String[]::new));
  }

  private static JsonNode json(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("report.json").toFile());
  }

  private static double number(JsonNode node, String... path) {
    return node(node, path).doubleValue();
  }

  private static JsonNode node(JsonNode node, String... path) {
    JsonNode found = node;
    for (String name : path) {
      found = found.get(name);
    }
    return found;
  }

  private static List<String[]> curves(Path run) throws IOException {
    return Files.readAllLines(run.resolve("curves.csv")).stream()
        .map(line -> line.split(",", -1))
        .toList();
  }

  @Test
  void aRunLeavesModelCurvesAndReport() throws Exception {
    Ran ran = train(folder, "--epochs=4", "--validation=0.25", "--measure-stages", "--seed=3");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err().lines())
        .first()
        .isEqualTo(
            "tiny, LFNN_L: 90 training, 30 validation and 60 test images of 1x6x6 in 3 classes; "
                + "795 parameters");
    assertThat(ran.err().lines().skip(1).limit(4)).allMatch(line -> line.startsWith("epoch "));
    assertThat(ran.err().lines().skip(5)).containsExactly("measuring the model that is kept");
    assertThat(ran.out()).contains("test error  ").contains("stage 2  ").contains("" + folder);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "model", "curves.csv", "curves.png", "report.json", "report.md");
    }
    assertThat(ImageIO.read(folder.resolve("curves.png").toFile()).getWidth()).isEqualTo(2240);

    JsonNode report = json(folder);
    assertThat(node(report, "state").textValue()).isEqualTo("finished");
    assertThat(node(report, "rule").textValue()).isEqualTo("LFNN_L");
    assertThat(number(report, "epochs")).isEqualTo(4);
    assertThat(number(report, "parameters")).isEqualTo(795);
    assertThat(number(report, "seed")).isEqualTo(3);
    assertThat(number(report, "data", "validation_images")).isEqualTo(30);
    assertThat(number(report, "training_seconds")).isPositive();
    assertThat(node(report, "options", "--network").textValue()).isEqualTo(NETWORK);
    assertThat(node(report, "commands").get(0).textValue()).contains("--epochs=4");
    for (String name : List.of("lfnn", "java", "nd4j", "system", "processor")) {
      assertThat(node(report, "environment", name).asText()).isNotEmpty();
    }
    String markdown = Files.readString(folder.resolve("report.md"));
    assertThat(markdown)
        .startsWith("# tiny, LFNN_L\n\nTraining is finished: 4 epochs in ")
        .contains("| test | 60 | ")
        .contains("(curves.png)")
        .contains("795 parameters");
  }

  @Test
  void errorsOfTheReportAreThoseOfTheSavedModel() throws Exception {
    train(folder, "--epochs=3", "--validation=0.25", "--measure-stages");
    SavedRun run = read(folder);
    Evaluation test = run.model().evaluate(ImageData.open(data).test().get().dataset());
    JsonNode report = json(folder);
    assertThat(number(report, "results", "test", "error")).isEqualTo(test.score().error());
    assertThat(number(report, "results", "test", "loss")).isEqualTo(test.score().loss());
    EpochReport best = run.state().reports().get(run.state().bestEpoch() - 1);
    assertThat(number(report, "results", "validation", "loss")).isEqualTo(best.validationLoss());
    assertThat(number(report, "kept_epoch")).isEqualTo(best.epoch());
    assertThat(test.score().error()).isLessThan(0.3);

    Ran evaluated = Ran.command("evaluate", "--model=" + folder, "--data=" + data);
    assertThat(evaluated.exitCode()).isZero();
    assertThat(evaluated.out())
        .startsWith("error " + RunReport.percent(test.score().error()) + ": ")
        .contains("rows: class of the image, columns: predicted class")
        .contains("     0     1     2");
  }

  @Test
  void theModelPredictsRowsOfPixelsAsItPredictsTheImages() throws IOException {
    train(folder, "--epochs=2");
    LfnnModel model = read(folder).model();
    double[][] rows = new double[60][TinyImages.SIDE * TinyImages.SIDE];
    ImageData images = ImageData.open(data);
    byte[] pixels = images.test().get().pixels();
    for (int i = 0; i < rows.length; i++) {
      for (int p = 0; p < rows[i].length; p++) {
        rows[i][p] = pixels[i * rows[i].length + p] & 255;
      }
    }
    int[][] confusion = new int[3][3];
    double loss = 0;
    double[][] predictions = model.predict(rows);
    for (int i = 0; i < rows.length; i++) {
      int label = images.test().get().labels()[i];
      int best = 0;
      for (int c = 1; c < 3; c++) {
        best = predictions[i][c] > predictions[i][best] ? c : best;
      }
      confusion[label][best]++;
      loss -= Math.log(predictions[i][label]) / rows.length;
    }
    Evaluation evaluation = model.evaluate(images.test().get().dataset());
    assertThat(evaluation.confusion()).isDeepEqualTo(confusion);
    assertThat((float) evaluation.score().loss())
        .isCloseTo((float) loss, Tolerances.singlePrecision(1, (float) loss));
  }

  @Test
  void curvesHoldWhatWasMeasuredAndNothingElse() throws IOException {
    train(folder, "--epochs=3");
    List<String[]> lines = curves(folder);
    assertThat(lines.get(0))
        .containsExactly(
            "epoch",
            "output_loss",
            "leader_loss",
            "follower_loss",
            "role_change",
            "training_error",
            "validation_loss",
            "validation_error",
            "test_loss",
            "test_error",
            "seconds");
    assertThat(lines).hasSize(4);
    List<EpochReport> reports = read(folder).state().reports();
    for (int e = 0; e < 3; e++) {
      String[] line = lines.get(e + 1);
      assertThat(line[0]).isEqualTo("" + (e + 1));
      assertThat(Double.parseDouble(line[1])).isEqualTo(reports.get(e).outputLoss());
      assertThat(Double.parseDouble(line[5])).isEqualTo(reports.get(e).trainingError());
      assertThat(Arrays.copyOfRange(line, 6, 10)).containsOnly("");
      assertThat(Double.parseDouble(line[10])).isPositive();
    }
  }

  @Test
  void testImagesAreMeasuredAfterEachEpochOnlyIfAskedFor() throws IOException {
    train(folder.resolve("a"), "--epochs=2", "--validation=0.25");
    train(folder.resolve("b"), "--epochs=2", "--validation=0.25", "--test-each-epoch");
    assertThat(curves(folder.resolve("a")).get(2)[9]).isEmpty();
    String[] last = curves(folder.resolve("b")).get(2);
    SavedRun run = read(folder.resolve("b"));
    assertThat(run.test()).hasSize(2).allMatch(Score::isMeasured);
    assertThat(Double.parseDouble(last[9])).isEqualTo(run.test().get(1).error());
    assertThat(run.state().parameters())
        .isDeepEqualTo(read(folder.resolve("a")).state().parameters());
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "--rule=LFNN_L",
        "--rule=LFNN --scope=EPOCH",
        "--rule=BP --one-vs-all",
        "--network=block(conv(4),max-pool(2),batch-norm,dropout(0.2),heads=2) --augment=shift(1)"
            + " --normalise"
      })
  void trainingThatGoesOnIsTheSameAsTrainingThatGoesThrough(String options) throws IOException {
    String[] more = (options + " --validation=0.25 --test-each-epoch --limit=80").split(" ");
    train(folder.resolve("through"), with(more, "--epochs=5"));
    train(folder.resolve("on"), with(more, "--epochs=2"));
    Path on = folder.resolve("on");
    Ran ran = Ran.command("train", "--resume", on.toString(), "--epochs=5");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    SavedRun expected = read(folder.resolve("through"));
    SavedRun actual = read(on);
    assertSame(actual.state(), expected.state());
    assertThat(actual.model().parameters()).isDeepEqualTo(expected.model().parameters());
    assertThat(actual.test()).isEqualTo(expected.test());
    assertThat(actual.commands()).hasSize(2);
    assertThat(actual.options()).isEqualTo(expected.options());
  }

  static void assertSame(TrainerState actual, TrainerState expected) {
    assertThat(actual.epochs()).isEqualTo(expected.epochs());
    assertThat(actual.steps()).isEqualTo(expected.steps());
    assertThat(actual.parameters()).isDeepEqualTo(expected.parameters());
    assertThat(Arrays.deepEquals(actual.moments(), expected.moments())).isTrue();
    assertThat(actual.leadership()).isDeepEqualTo(expected.leadership());
    assertThat(actual.bestParameters()).isDeepEqualTo(expected.bestParameters());
    assertThat(actual.bestEpoch()).isEqualTo(expected.bestEpoch());
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Arrays.stream(options), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void networksTrainedTogetherAreWhatEachIsByItself() throws Exception {
    String[] more = {
      "--network=block(dense(8),dropout(0.2),heads=1);fc(workers=5)",
      "--validation=0.25",
      "--test-each-epoch"
    };
    Path together = folder.resolve("together");
    Ran first =
        train(together, with(more, "--epochs=2", "--leaders=0.5", "--also-leaders=1.0,0.1"));
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.err()).contains("with it leaders 1.0, in").contains("leaders 0.1: epoch 2/2");
    assertThat(first.out()).contains("leaders 0.5\n").contains("leaders 0.1\n");
    Ran second = Ran.command("train", "--resume", together.toString(), "--epochs=4");
    assertThat(second.exitCode()).as(second.err()).isZero();
    for (String leaders : List.of("0.5", "1.0", "0.1")) {
      Path alone = folder.resolve(leaders);
      train(alone, with(more, "--epochs=4", "--leaders=" + leaders));
      SavedRun expected = read(alone);
      Path place = leaders.equals("0.5") ? together : together.resolve("leaders-" + leaders);
      assertSame(read(place).state(), expected.state());
      assertThat(read(place).test()).isEqualTo(expected.test());
      assertThat(node(json(place), "results")).isEqualTo(node(json(alone), "results"));
    }
  }

  @Test
  void oneOfTheNetworksGoesOnByItself() throws IOException {
    String network = "--network=block(dense(8),heads=1);fc(workers=5)";
    Path together = folder.resolve("together");
    train(together, network, "--epochs=1", "--leaders=0.5", "--also-leaders=1.0");
    Path part = together.resolve("leaders-1.0");
    assertThat(Ran.command("train", "--resume", part.toString(), "--epochs=2").exitCode()).isZero();
    train(folder.resolve("alone"), network, "--epochs=2", "--leaders=1.0");
    assertSame(read(part).state(), read(folder.resolve("alone")).state());

    Ran both = Ran.command("train", "--resume", together.toString(), "--epochs=2");
    assertThat(both.exitCode()).isEqualTo(1);
    assertThat(both.err())
        .contains("the variant has done 30 steps, and what it shares 15")
        .contains("--also-leaders=none");
    Ran other =
        Ran.command("train", "--resume", together.toString(), "--epochs=2", "--also-leaders=none");
    assertThat(other.exitCode()).as(other.err()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--also-leaders=0.5,2|\"2\" is not in (0, 1]",
        "--also-leaders=0.5,x|\"x\" is not in (0, 1]",
        "--also-leaders=0.5,0.50|the share 0.5 is there twice",
        "--also-leaders=0.5 --rule=BP|only with LFNN_L do stages learn by themselves"
      })
  void wrongSharesOfLeadersAreExplained(String options, String message) {
    Ran ran = train(folder, options.split(" "));
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(message);
  }

  @Test
  void aFinishedRunCanBeMeasuredAgain() {
    train(folder, "--epochs=1");
    Ran ran = Ran.command("train", "--resume", folder.toString(), "--measure-stages");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).contains("all epochs are done already; give more with --epochs");
    assertThat(ran.out()).contains("stage 2           test error of the best worker");
  }

  @Test
  void imagesAreNormalisedAndAugmentedOnRequest() throws IOException {
    train(folder.resolve("plain"), "--epochs=3");
    train(folder.resolve("changed"), "--epochs=3", "--normalise", "--augment=shift(1), cutout(2)");
    SavedRun run = read(folder.resolve("changed"));
    assertThat(run.scale().means().get(0)).isBetween(0.2, 0.8);
    assertThat(run.state().parameters()[0])
        .isNotEqualTo(read(folder.resolve("plain")).state().parameters()[0]);
    Ran trained = Ran.command("train", "--resume=" + folder.resolve("changed"));
    Ran evaluated =
        Ran.command("evaluate", "--model=" + folder.resolve("changed"), "--data=" + data);
    String error = evaluated.out().split(":", -1)[0].replace("error ", "test error        ");
    assertThat(trained.out()).startsWith(error);
    assertThat(run.model().encoder().scaling()).isEqualTo(FeatureEncoder.Scaling.CHANNEL);
  }

  @Test
  void imagesInClassFoldersAreScaledToTheGivenSize() throws Exception {
    for (String part : List.of("train", "test")) {
      for (int c = 0; c < 2; c++) {
        Path images = Files.createDirectories(folder.resolve("pictures/" + part + "/class" + c));
        for (int i = 0; i < 6; i++) {
          BufferedImage image = new BufferedImage(8, 8 + i, BufferedImage.TYPE_INT_RGB);
          image.setRGB(i, i, c == 0 ? 0xFF0000 : 0x0000FF);
          ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
        }
      }
    }
    Path run = folder.resolve("run");
    Ran ran =
        Ran.command(
            "train",
            "--data=" + folder.resolve("pictures"),
            "--out=" + run,
            "--size=5x4",
            "--epochs=1",
            "--minibatch=4");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(node(json(run), "data", "shape").textValue()).isEqualTo("3x5x4");
    assertThat(node(json(run), "data", "classes").get(1).textValue()).isEqualTo("class1");
    Ran evaluated =
        Ran.command("evaluate", "--model=" + run, "--data=" + folder.resolve("pictures"));
    assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
    assertThat(evaluated.out()).contains("class0  class1");
  }

  @Test
  void trainingStopsWhenPatienceIsAtAnEnd() throws Exception {
    Ran ran =
        train(folder, "--epochs=300", "--validation=0.25", "--patience=2", "--learning-rate=0.3");
    assertThat(ran.exitCode()).isZero();
    JsonNode report = json(folder);
    assertThat(number(report, "epochs"))
        .isEqualTo(number(report, "kept_epoch") + 2)
        .isLessThan(300);
  }

  @Test
  void testLimitMeasuresOnSoManyImagesThatAreTheSameForEachSeed() throws Exception {
    String[] more = {"--epochs=1", "--learning-rate=1e-12", "--test-limit=20"};
    train(folder.resolve("a"), more);
    train(folder.resolve("b"), with(more, "--limit=40"));
    train(folder.resolve("all"), "--epochs=1", "--learning-rate=1e-12");
    JsonNode report = json(folder.resolve("a"));
    assertThat(number(report, "data", "test_images")).isEqualTo(20);
    assertThat(number(report, "data", "training_images")).isGreaterThan(40);
    // These networks have hardly learned, so that what differs is what they are measured on.
    assertThat(number(json(folder.resolve("b")), "results", "test", "loss"))
        .isCloseTo(number(report, "results", "test", "loss"), within(1e-4));
    assertThat(number(json(folder.resolve("all")), "results", "test", "loss"))
        .isNotEqualTo(number(report, "results", "test", "loss"));
  }

  @Test
  void limitTakesSoManyImagesThatTheSeedDraws() throws Exception {
    train(folder.resolve("a"), "--epochs=1", "--limit=40");
    train(folder.resolve("b"), "--epochs=1", "--limit=40");
    train(folder.resolve("c"), "--epochs=1", "--limit=40", "--seed=2");
    assertThat(number(json(folder.resolve("a")), "data", "training_images")).isEqualTo(40);
    assertThat(curves(folder.resolve("b")).get(1)[1])
        .isEqualTo(curves(folder.resolve("a")).get(1)[1])
        .isNotEqualTo(curves(folder.resolve("c")).get(1)[1]);
  }

  @Test
  void optionsThatAreNotGivenHaveTheDefaultsOfTheSpecification() {
    TrainCommand command = new TrainCommand();
    CommandLine line = new CommandLine(command);
    line.parseArgs();
    assertThat(command.options().training()).isEqualTo(TrainingSpec.DEFAULTS);
    assertThat(TrainingSpec.DEFAULTS.augmentation()).isEqualTo(Augmentation.NONE);
    assertThat(command.options().data.normalise).isFalse();
    String help = Ran.command("train", "--help").out();
    assertThat(help.replaceAll("\\s+", " "))
        .contains(
            "initial learning rate; 0 for that of the rule, which is 0.001 for LFNN_L (default:"
                + " 0.0)")
        .contains(
            "learning rule: LFNN, LFNN_L, BP, FA, FG_W, FG_A, LG_BP, LG_FG_W, LG_FG_A (default:"
                + " LFNN_L)")
        .contains("(default: global,leaders,followers)");
  }

  @Test
  void everyOptionIsTakenOver() {
    TrainCommand command = new TrainCommand();
    String[] arguments = {
      "--rule=bp",
      "--epochs=7",
      "--minibatch=9",
      "--learning-rate=0.5",
      "--schedule=step(every=3)",
      "--optimizer=momentum(0.5)",
      "--weight-decay=0.25",
      "--patience=4",
      "--augment=flip, crop(2)",
      "--seed=-3",
      "--threads=2",
      "--validation=0.125",
      "--leaders=0.75",
      "--scope=sample",
      "--lambda1=2",
      "--lambda2=3",
      "--reference=random",
      "--follow=logits",
      "--loss-terms=leaders"
    };
    new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    TrainingSpec spec = command.options().training();
    assertThat(spec.toString().toLowerCase(Locale.ROOT))
        .contains("algorithm=bp")
        .contains("epochs=7")
        .contains("batchsize=9")
        .contains("learningrate=0.5")
        .contains("schedule=step(every=3, factor=0.5)")
        .contains("optimizer=momentum(0.5)")
        .contains("weightdecay=0.25")
        .contains("patience=4")
        .contains("augmentation=crop(2), flip")
        .contains("seed=-3")
        .contains("threads=2")
        .contains("validationfraction=0.125")
        .contains("leaderfraction=0.75")
        .contains("scope=sample")
        .contains("leaderweight=2.0")
        .contains("followerweight=3.0")
        .contains("reference=random")
        .contains("alignment=logits")
        .contains("terms=[leaders]");
  }

  @Test
  void divergenceIsSaidInALineAndInTheReport() throws Exception {
    Ran ran = train(folder, "--rule=BP", "--optimizer=sgd", "--learning-rate=1e9", "--network=8,8");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err().lines())
        .last()
        .asString()
        .startsWith("training diverged at epoch 1, step");
    assertThat(node(json(folder), "state").textValue()).isEqualTo("diverged");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--network=foo(3) | Invalid value for option '--network': network \"foo(3)\", character 1",
        "--network=fc(workers=3,neurons=4) | stage 1: a worker of 4 neurons cannot predict 3",
        "--rule=X | Invalid value for option '--rule': expected one of [LFNN, LFNN_L, BP, FA, FG_W,"
            + " FG_A, LG_BP, LG_FG_W, LG_FG_A]",
        "--optimizer=adam(beta1=3) | Invalid value for option '--optimizer': optimizer",
        "--schedule=now | Invalid value for option '--schedule': schedule \"now\", character 1",
        "--epochs=1.5 | Invalid value for option '--epochs': '1.5' is not an int",
        "--leaders=2 | the fraction of leaders must be in (0, 1], not 2.0",
        "--loss-terms=all | loss terms are global,leaders,followers separated by commas",
        "--augment=spin | Invalid value for option '--augment': an augmentation is none",
        "--augment=crop(9) | the augmentation \"crop(9)\" needs images of more than 9x9 pixels",
        "--size=9 | Invalid value for option '--size': a size is height x width",
        "--validation=1 | the validation fraction must be in [0, 1), not 1.0",
        "--test-limit=-1 | --test-limit must be at least 0 (0 = all images), not -1",
        "--limit=-1 | --limit must be at least 0 (0 = all images), not -1",
        "--threads=2 | option '--threads' (<number>) should be specified only once",
        "--limt=1 | Unknown option: '--limt=1'",
        "epochs | Unmatched argument at index",
      })
  void aWrongCommandLineIsExplainedInTwoLines(String option, String message) {
    Ran ran = train(folder.resolve("none"), option);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).startsWith(message);
    assertThat(ran.err().lines()).hasSizeLessThanOrEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void whatCannotBeDoneIsExplainedInALine() throws IOException {
    train(folder.resolve("run"), "--epochs=1");
    Path other = TinyImages.write(folder.resolve("other"), 120, 0, 2);
    Path file = Files.createFile(folder.resolve("file"));
    String run = folder.resolve("run").toString();
    String missing = folder.resolve("missing").toString();

    assertFails("missing: no such folder", "train", "--data", missing, "--out", missing);
    assertFails(
        "run: holds a model already; give another folder with --out",
        "train",
        "--data=" + data,
        "--out=" + run);
    assertFails("file: is a file, expected a folder", "train", "--data=" + data, "--out=" + file);
    assertFails("model: there is no such file, expected the model", "train", "--resume=" + other);
    assertFails(
        "other: has other training images than those that training began with",
        "train",
        "--resume=" + run,
        "--epochs=2",
        "--data=" + other);
    assertFails(
        "other: has no test images; choose the training images with --images train",
        "evaluate",
        "--model=" + run,
        "--data=" + other);
    assertFails(
        "examples-arff: has images of 1x28x28 in the classes [0, 1",
        "evaluate",
        "--model=" + run,
        "--data=examples-arff");
    assertFails(
        "README.md: is not a model of this version of LFNN or is damaged",
        "evaluate",
        "--model=README.md",
        "--data=" + data);
    assertFails("missing: there is no such file", "prequential-table", missing);
  }

  private static void assertFails(String message, String... arguments) {
    Ran ran = Ran.command(arguments);
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(1);
    assertThat(ran.err()).contains(message);
    assertThat(ran.err().lines()).hasSize(1);
  }

  @Test
  void goingOnDoesNotMakeItAnotherExperiment() {
    train(folder, "--epochs=2");
    Ran other = Ran.command("train", "--resume", folder.toString(), "--seed=9");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).startsWith("--seed cannot be given anew when training goes on; only");
    Ran fewer = Ran.command("train", "--resume", folder.toString(), "--epochs=1");
    assertThat(fewer.exitCode()).isEqualTo(2);
    assertThat(fewer.err())
        .contains("has been trained for 2 epochs; --epochs is their number all in all")
        .contains("Try 'experiment train --help'.");
  }

  @Test
  void withoutACommandOrFoldersTheUsageIsExplained() {
    assertThat(Ran.command().err()).contains("Missing required subcommand");
    assertThat(Ran.command("train", "--epochs=2").err()).startsWith("--data and --out are needed");
    assertThat(Ran.command("trian").err()).contains("Did you mean: experiment train");
    assertThat(Ran.command("--version").out()).startsWith("LFNN ");
    assertThat(Ran.command("--help").out())
        .contains("train")
        .contains("evaluate")
        .contains("prequential-table");
  }

  private static SavedRun read(Path run) throws IOException {
    return RunFolder.read(run);
  }
}
