package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lfnn.spec.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weka.classifiers.evaluation.Evaluation;
import weka.core.Instances;
import weka.core.SerializationHelper;
import weka.core.Utils;

class LFNNResumeTest {

  @TempDir Path folder;

  private static LFNN resumable(String options, int epochs) throws Exception {
    LFNN classifier = Tables.classifier(options + " -resume");
    classifier.setEpochs(epochs);
    return classifier;
  }

  private static void learnOn(LFNN classifier, Instances data) throws Exception {
    classifier.initializeClassifier(data);
    while (classifier.next()) {
      assertThat(classifier.distributionForInstance(data.instance(0))).isNotEmpty();
    }
    classifier.done();
  }

  /** The training curve without the seconds. */
  private static String curve(LFNN classifier) {
    return classifier.toString().replaceAll("[0-9.]+ seconds", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-optimizer sgd",
        "-optimizer momentum(0.9)",
        "-optimizer adam",
        "-optimizer adamw -weight-decay 0.01",
        "-schedule \"step(every=2, factor=0.5)\"",
        "-schedule cosine(epochs=7)",
        "-scope SAMPLE",
        "-scope EPOCH",
        "-scope EPOCH -reference RANDOM -rule LFNN",
        "-scope SAMPLE -reference RANDOM",
        "-rule BP",
        "-rule FA",
        "-rule FG_W",
        "-rule LG_FG_A -minibatch 7",
        "-rule LFNN -minibatch 7",
        "-one-vs-all -leaders 0.3",
        "-H \"block(dense(8), heads=4); block(dense(8), heads=4)\"",
        "-V 30",
        "-V 30 -E 2 -L 0.3",
        "-threads 1"
      })
  void threeAndFourEpochsAreSeven(String options) throws Exception {
    for (String table : List.of("iris", "cpu")) {
      if (table.equals("cpu") && options.contains("-one-vs-all")) {
        continue;
      }
      Instances data = Tables.load(table);
      LFNN straight = resumable(options, 7);
      straight.buildClassifier(data);

      LFNN resumed = resumable(options, 3);
      resumed.buildClassifier(data);
      String file = folder.resolve(table + ".model").toString();
      SerializationHelper.write(file, resumed);
      LFNN loaded = (LFNN) SerializationHelper.read(file);
      for (LFNN classifier : List.of(resumed, loaded)) {
        classifier.setEpochs(4);
        learnOn(classifier, data);
        assertThat(Tables.predictions(classifier, data))
            .isDeepEqualTo(Tables.predictions(straight, data));
        assertThat(curve(classifier)).isEqualTo(curve(straight));
      }
    }
  }

  @Test
  void buildingStartsAnewEvenIfTheModelCouldLearnOn() throws Exception {
    Instances data = Tables.load("iris");
    LFNN classifier = resumable("", 3);
    classifier.buildClassifier(data);
    double[][] first = Tables.predictions(classifier, data);
    classifier.buildClassifier(data);
    assertThat(Tables.predictions(classifier, data)).isDeepEqualTo(first);
    assertThat(classifier.getMeasure("measureEpochs")).isEqualTo(3);
  }

  @Test
  void withoutResumeTrainingStartsAnew() throws Exception {
    Instances data = Tables.load("iris");
    LFNN classifier = Tables.classifier("-N 3");
    classifier.buildClassifier(data);
    double[][] first = Tables.predictions(classifier, data);
    learnOn(classifier, data);
    assertThat(Tables.predictions(classifier, data)).isDeepEqualTo(first);
    assertThat(classifier.getMeasure("measureEpochs")).isEqualTo(3);
  }

  @Test
  void cleaningUpDropsTheStateButNotTheModel() throws Exception {
    Instances data = Tables.load("iris");
    LFNN classifier = resumable("", 3);
    classifier.buildClassifier(data);
    double[][] predictions = Tables.predictions(classifier, data);
    Path before = folder.resolve("before.model");
    Path after = folder.resolve("after.model");
    SerializationHelper.write(before.toString(), classifier);
    classifier.setResume(false);
    classifier.done();
    SerializationHelper.write(after.toString(), classifier);
    assertThat(Files.size(after)).isLessThan(Files.size(before));
    assertThat(Tables.predictions(classifier, data)).isDeepEqualTo(predictions);
    learnOn(classifier, data);
    assertThat(classifier.getMeasure("measureEpochs")).isEqualTo(3);
  }

  @Test
  void aLastRunWithoutResumeStillLearnsOn() throws Exception {
    Instances data = Tables.load("iris");
    LFNN straight = resumable("", 7);
    straight.buildClassifier(data);
    LFNN classifier = resumable("", 3);
    classifier.buildClassifier(data);
    classifier.setResume(false);
    classifier.setEpochs(4);
    learnOn(classifier, data);
    assertThat(Tables.predictions(classifier, data))
        .isDeepEqualTo(Tables.predictions(straight, data));
  }

  @Test
  void anotherTableIsRefusedAndLogged() throws Exception {
    LFNN classifier = resumable("", 3);
    classifier.buildClassifier(Tables.load("iris"));
    RecordingLogger log = new RecordingLogger();
    classifier.setLog(log);
    assertThatThrownBy(() -> classifier.initializeClassifier(Tables.load("glass")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("training cannot continue on another table")
        .hasMessageContaining("Class index differ")
        .hasMessageMatching("[^\\n\\r]+");
    assertThat(log.statuses()).singleElement().asString().contains("cannot continue");
    assertThat(log.messages()).singleElement().asString().contains("cannot continue");
    assertThat(classifier.next()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-H fc(workers=9)", "-one-vs-all"})
  void anotherNetworkIsRefused(String options) throws Exception {
    Instances data = Tables.load("iris");
    LFNN classifier = resumable("", 3);
    classifier.buildClassifier(data);
    classifier.setOptions(Utils.splitOptions(options + " -resume"));
    assertThatThrownBy(() -> classifier.initializeClassifier(data))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("training cannot continue with another network")
        .hasMessageContaining("fc(workers=8)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-optimizer sgd", "-optimizer adam", "-rule BP", "-scope EPOCH", "-V 20"})
  void otherOptionsMayChange(String options) throws Exception {
    Instances data = Tables.load("iris");
    LFNN classifier = resumable("-optimizer momentum(0.9)", 3);
    classifier.buildClassifier(data);
    classifier.setOptions(Utils.splitOptions(options + " -resume"));
    learnOn(classifier, data);
    assertThat(classifier.getMeasure("measureEpochs")).isEqualTo(6);
    assertThat(classifier.distributionForInstance(data.instance(0))).doesNotContain(Double.NaN);
  }

  @Test
  void theCommandLineGoesOnFromASavedModel() throws Exception {
    Instances data = Tables.load("iris");
    String iris = Tables.file("iris");
    String first = folder.resolve("first.model").toString();
    String second = folder.resolve("second.model").toString();
    String scheme = " -H fc(workers=8) -L 0.01 -rule LFNN_L -S 5";
    evaluate("-t " + iris + " -no-cv -d " + first + " -resume -N 3" + scheme);
    String output =
        evaluate(
            "-l "
                + first
                + " -t "
                + iris
                + " -T "
                + iris
                + " -continue-iterating -N 4 -d "
                + second);
    assertThat(output).contains("Correctly Classified Instances");
    LFNN straight = Tables.classifier("-N 7 -S 5 -resume");
    straight.buildClassifier(data);
    LFNN resumed = (LFNN) SerializationHelper.readAll(second)[0];
    assertThat(Tables.predictions(resumed, data)).isDeepEqualTo(Tables.predictions(straight, data));
    assertThat(resumed.getResume()).isTrue();

    String third = folder.resolve("third.model").toString();
    evaluate(
        "-l "
            + first
            + " -t "
            + iris
            + " -T "
            + iris
            + " -continue-iterating -clean-up -N 4 -d "
            + third);
    LFNN cleaned = (LFNN) SerializationHelper.readAll(third)[0];
    assertThat(Tables.predictions(cleaned, data)).isDeepEqualTo(Tables.predictions(straight, data));
    assertThat(cleaned.getResume()).isFalse();
    assertThat(Files.size(Path.of(third))).isLessThan(Files.size(Path.of(second)));
  }

  @Test
  void theCommandLineMayContinueWithoutAModel() throws Exception {
    String iris = Tables.file("iris");
    assertThat(evaluate("-t " + iris + " -T " + iris + " -continue-iterating -N 3"))
        .contains("Correctly Classified Instances");
  }

  private static String evaluate(String options) throws Exception {
    return Evaluation.evaluateModel(new LFNN(), Utils.splitOptions(options));
  }
}
