package moa.classifiers.deeplearning;

import static moa.classifiers.deeplearning.Tables.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.yahoo.labs.samoa.instances.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import moa.classifiers.Classifier;
import moa.core.Measurement;
import moa.core.Utils;
import moa.evaluation.preview.LearningCurve;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weka.classifiers.Evaluation;
import weka.classifiers.meta.MOA;
import weka.core.converters.ConverterUtils.DataSource;

/** The learner in MOA's tasks, in its ensembles and in the bridges between MOA and Weka. */
class LFNNTasksTest {

  private static final String TRAIN =
      "(IdxFileStream -f examples-arff/mnist-6000-train-images-idx3-ubyte.gz"
          + " -l examples-arff/mnist-6000-train-labels-idx1-ubyte.gz -r 1%s)";
  private static final String TEST =
      "(IdxFileStream -f examples-arff/mnist-2000-test-images-idx3-ubyte.gz"
          + " -l examples-arff/mnist-2000-test-labels-idx1-ubyte.gz)";
  private static final String LEARNER =
      "(deeplearning.LFNN -H (block(dense(32), heads=4)) -i 1x28x28 -L 0.003)";
  private static final String SMALL = "(deeplearning.LFNN -H (fc(workers=4)) -L 0.01)";
  private static final String IRIS = "(ArffFileStream -f examples-arff/iris.arff)";

  private static final String ACCURACY = "classifications correct (percent)";

  @TempDir Path folder;

  private static double last(LearningCurve curve, String measurement) {
    for (int i = 0; i < curve.getMeasurementNameCount(); i++) {
      if (curve.getMeasurementName(i).equals(measurement)) {
        return curve.getMeasurement(curve.numEntries() - 1, i);
      }
    }
    throw new AssertionError("no " + measurement + " in " + curve.headerToString());
  }

  @Test
  void prequentialEvaluationOfPermutedDigits() {
    LearningCurve curve =
        (LearningCurve)
            run(
                "EvaluatePrequential -l %s -s %s -e BasicClassificationPerformanceEvaluator -i 3000 -f 1000"
                    .formatted(LEARNER, TRAIN.formatted(" -p 7")));
    assertThat(curve.numEntries()).isEqualTo(3);
    assertThat(last(curve, ACCURACY)).isGreaterThan(70);
    assertThat(last(curve, "leader loss")).isBetween(0.01, 1.0);
    assertThat(last(curve, "follower loss")).isPositive();
    assertThat(last(curve, "output loss")).isBetween(0.01, 1.0);
    assertThat(last(curve, "share of workers whose role changed")).isBetween(0.01, 0.99);
    assertThat(last(curve, "learning time per instance (wall-clock microseconds)")).isPositive();
    assertThat(last(curve, "model serialized size (bytes)")).isGreaterThan(784 * 32 * 4 * 4);
    assertThat(last(curve, "model cost (RAM-Hours)")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-H (block(conv(6, stride=2), max-pool(2), batch-norm, heads=2); fc(workers=3)) -B 10",
        "-H (filters(batch-norm, relu, max-pool(4), workers=2, stride=2); fc(workers=3)) -B 10",
        "-H (block(conv(4, stride=3), batch-norm, heads=2)) -u LFNN",
      })
  void convolutionsInMiniBatchesAndOneByOne(String network) {
    LearningCurve curve =
        (LearningCurve)
            run(
                ("EvaluatePrequential -l (deeplearning.LFNN %s -i 1x28x28 -L 0.01) -s %s -e"
                        + " BasicClassificationPerformanceEvaluator -i 1000 -f 500")
                    .formatted(network, TRAIN.formatted("")));
    assertThat(curve.numEntries()).isEqualTo(2);
    assertThat(last(curve, ACCURACY)).isGreaterThan(30);
    assertThat(last(curve, "output loss")).isBetween(0.01, 2.2);
    assertThat(last(curve, "leader loss")).isPositive();
  }

  @Test
  void interleavedTestThenTrainWithSeeds() {
    String task =
        "EvaluateInterleavedTestThenTrain -r %d -l " + LEARNER + " -s " + TRAIN + " -i 500 -f 500";
    double first = accuracy(task, 1);
    assertThat(accuracy(task, 1)).isEqualTo(first);
    assertThat(accuracy(task, 2)).isNotEqualTo(first);
  }

  private static double accuracy(String task, int seed) {
    return last((LearningCurve) run(task.formatted(seed, "")), ACCURACY);
  }

  @Test
  void periodicHeldOutTest() {
    LearningCurve curve =
        (LearningCurve)
            run(
                "EvaluatePeriodicHeldOutTest -l %s -s %s -n 500 -i 1500 -f 500 -c"
                    .formatted(LEARNER, TRAIN.formatted("")));
    assertThat(curve.numEntries()).isEqualTo(3);
    assertThat(last(curve, ACCURACY)).isGreaterThan(65);
  }

  @Test
  void delayedLabels() {
    LearningCurve curve =
        (LearningCurve)
            run(
                "EvaluatePrequentialDelayed -l %s -s %s -k 200 -p 100 -i 1500 -f 500"
                    .formatted(LEARNER, TRAIN.formatted("")));
    assertThat(last(curve, ACCURACY)).isGreaterThan(55);
  }

  @Test
  void crossValidationWithCopies() {
    LearningCurve curve =
        (LearningCurve)
            run(
                "EvaluatePrequentialCV -l %s -s %s -w 3 -a Bootstrap-Validation -r 1 -i 600 -f 600"
                    .formatted(LEARNER, TRAIN.formatted("")));
    assertThat(last(curve, "[avg] " + ACCURACY)).isGreaterThan(25);
  }

  @Test
  void chunks() {
    LearningCurve curve =
        (LearningCurve)
            run(
                "EvaluateInterleavedChunks -l %s -s %s -c 500 -i 2000 -f 1000"
                    .formatted(
                        LEARNER.replace("(deep", "(moa.classifiers.deep"), TRAIN.formatted("")));
    assertThat(last(curve, ACCURACY)).isGreaterThan(60);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " -B 7", " -H (fc(workers=8)) -u LFNN -L 0.01"})
  void regression(String settings) {
    LearningCurve curve =
        (LearningCurve)
            run(
                ("EvaluatePrequentialRegression -l (deeplearning.LFNN%s) -s (ArffFileStream -f"
                        + " examples-arff/cpu.arff) -e BasicRegressionPerformanceEvaluator -f 209")
                    .formatted(settings));
    assertThat(last(curve, "mean absolute error")).isBetween(1.0, 120.0);
  }

  @Test
  void modelIsTrainedThenTestedOnAnotherFile() {
    LearningCurve curve =
        (LearningCurve)
            run(
                "EvaluateModel -m (LearnModel -l %s -s %s -m 2000 -p 2) -s %s -i 2000 -f 2000"
                    .formatted(LEARNER, TRAIN.formatted(""), TEST));
    assertThat(last(curve, ACCURACY)).isGreaterThan(84);
  }

  @Test
  void savedModelIsTestedInAnotherTask() {
    Path model = folder.resolve("model.moa");
    String learn = "LearnModel -l %s -s %s -m 1000".formatted(LEARNER, TRAIN.formatted(""));
    run(learn + " -O " + model);
    assertThat(Files.exists(model)).isTrue();
    String test = "EvaluateModel -m %s -s " + TEST + " -i 500 -f 500";
    double loaded = last((LearningCurve) run(test.formatted("file:" + model)), ACCURACY);
    double direct = last((LearningCurve) run(test.formatted("(" + learn + ")")), ACCURACY);
    assertThat(loaded).isEqualTo(direct).isGreaterThan(60);
  }

  @Test
  void restOfTheMiniBatchIsLearnedBeforeTheModelIsUsed() {
    // 150 rows are two mini-batches of 64 and a rest of 22.
    Classifier model =
        (Classifier) run("LearnModel -l (deeplearning.LFNN -H 8 -B 64) -s %s".formatted(IRIS));
    assertThat(model.toString()).contains("150 rows");
    List<Instance> rows = Tables.read("iris");
    double[][] votes = Tables.votes(model, rows);
    model.setModelContext(model.getModelContext());
    assertThat(Tables.votes(model, rows)).isDeepEqualTo(votes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "meta.OzaBag -s 3 -l ",
        "meta.OzaBagAdwin -s 3 -l ",
        "meta.OzaBoost -s 3 -l ",
        "meta.LeveragingBag -s 3 -l ",
        "meta.StreamingRandomPatches -s 3 -l ",
        "drift.DriftDetectionMethodClassifier -l ",
        "drift.SingleClassifierDrift -l ",
      })
  void ensemblesUseIt(String ensemble) {
    LearningCurve curve =
        (LearningCurve)
            run(
                ("EvaluatePrequential -l (%s(deeplearning.LFNN -H 16 -L 0.01)) -s (ArffFileStream"
                     + " -f examples-arff/vote.arff) -e BasicClassificationPerformanceEvaluator -f"
                     + " 435")
                    .formatted(ensemble));
    assertThat(last(curve, ACCURACY)).isGreaterThan(85);
    String prefix = ensemble.contains("-s 3") ? "[avg] " : "";
    if (!ensemble.contains("SingleClassifierDrift")) {
      assertThat(last(curve, prefix + "leader loss")).isPositive();
    }
  }

  @Test
  void driftDetectionResetsTheNetwork() {
    Classifier learner =
        Tables.classifier("drift.DriftDetectionMethodClassifier -d (DDM -n 30) -l " + LEARNER);
    learner.prepareForUse();
    moa.streams.IdxFileStream stream = new moa.streams.IdxFileStream();
    stream
        .getOptions()
        .setViaCLIString(
            "-f examples-arff/mnist-2000-test-images-idx3-ubyte.gz -l"
                + " examples-arff/mnist-2000-test-labels-idx1-ubyte.gz -p 1 -i 700");
    stream.prepareForUse();
    double changes = 0;
    while (stream.hasMoreInstances()) {
      Instance instance = stream.nextInstance().getData();
      double[] votes = learner.getVotesForInstance(instance);
      assertThat(Arrays.stream(votes).allMatch(Double::isFinite)).isTrue();
      learner.trainOnInstance(instance);
    }
    for (Measurement measurement : learner.getModelMeasurements()) {
      if (measurement.getName().equals("Change detected")) {
        changes = measurement.getValue();
      }
    }
    assertThat(changes).isPositive();
  }

  @Test
  void wekaTrainsIt() throws Exception {
    MOA bridge = new MOA();
    bridge.setOptions(
        new String[] {"-B", "moa.classifiers.deeplearning.LFNN -H (fc(workers=4)) -L 0.02"});
    weka.core.Instances iris = DataSource.read("examples-arff/iris.arff");
    iris.setClassIndex(4);
    weka.core.Instances often = new weka.core.Instances(iris);
    for (int i = 0; i < 4; i++) {
      often.addAll(iris);
    }
    Evaluation evaluation = new Evaluation(often);
    evaluation.crossValidateModel(bridge, often, 3, new Random(1));
    assertThat(evaluation.pctCorrect()).isGreaterThan(85);
    bridge.buildClassifier(often);
    assertThat(bridge.toString()).contains("network fc(workers=4)");
    assertThat(Utils.sum(bridge.distributionForInstance(iris.instance(0)))).isBetween(0.999, 1.001);
  }

  @Test
  void moaTrainsTheWekaClassifierOnAWindow() {
    // Weka's LFNN is not incremental: MOA trains it once, on the first instances of the stream.
    LearningCurve curve =
        (LearningCurve)
            run(
                ("EvaluatePrequential -l (meta.WEKAClassifier -l (weka.classifiers.functions.LFNN"
                    + " -N 20) -i 100) -s (ArffFileStream -f examples-arff/vote.arff) -e"
                    + " BasicClassificationPerformanceEvaluator -f 435"));
    assertThat(last(curve, ACCURACY)).isGreaterThan(80);
  }

  @Test
  void smallNetworksToo() {
    LearningCurve curve =
        (LearningCurve) run("EvaluatePrequential -l %s -s %s -f 150".formatted(SMALL, IRIS));
    assertThat(curve.numEntries()).isEqualTo(1);
  }
}
