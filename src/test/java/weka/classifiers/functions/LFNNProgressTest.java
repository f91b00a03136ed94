package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weka.classifiers.AbstractClassifier;
import weka.core.Instances;
import weka.core.TechnicalInformation;
import weka.gui.Logger;

class LFNNProgressTest {

  private static final String NUMBER = "[0-9]+\\.[0-9]+";

  @Test
  void statusLinesTellEpochLossesErrorAndTimeLeft() throws Exception {
    LFNN classifier = Tables.classifier("-N 400 -V 20 -E 400");
    RecordingLogger log = new RecordingLogger();
    classifier.setLog(log);
    assertThat(classifier.getLog()).isSameAs(log);
    classifier.buildClassifier(Tables.load("iris"));
    assertThat(log.messages()).isEmpty();
    assertThat(log.statuses())
        .hasSizeBetween(2, 200)
        .allMatch(
            line ->
                line.matches(
                    "LFNN: epoch [0-9]+/400, output loss #, leaders #, followers #,"
                            .replace("#", NUMBER)
                        + " training error # %, validation error # %, [0-9]+ s left"
                            .replace("#", NUMBER)));
    assertThat(log.statuses().get(0)).startsWith("LFNN: epoch 1/400,");
    assertThat(log.statuses().get(log.statuses().size() - 1))
        .startsWith("LFNN: epoch 400/400,")
        .endsWith(", 0 s left");
  }

  @Test
  void statusLinesOfBackpropagationNameNoLeaders() throws Exception {
    LFNN classifier = Tables.classifier("-rule BP");
    RecordingLogger log = new RecordingLogger();
    classifier.setLog(log);
    classifier.buildClassifier(Tables.load("cpu"));
    assertThat(log.statuses().get(0)).doesNotContain("leaders").doesNotContain("%");
  }

  @Test
  void theLogDoesNotTravelWithACopy() throws Exception {
    LFNN classifier = Tables.classifier("");
    classifier.setLog(new RecordingLogger());
    assertThat(((LFNN) AbstractClassifier.makeCopy(classifier)).getLog()).isNull();
  }

  @Test
  void measuresAreKnownBeforeTraining() {
    LFNN classifier = new LFNN();
    List<String> measures = Collections.list(classifier.enumerateMeasures());
    assertThat(measures)
        .isNotEmpty()
        .doesNotHaveDuplicates()
        .allMatch(name -> name.startsWith("measure"))
        .allSatisfy(name -> assertThat(classifier.getMeasure(name)).isNaN());
    assertThatThrownBy(() -> classifier.getMeasure("measureLuck"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("measureLuck is not a measure of LFNN, expected one of [measure");
  }

  @Test
  void measuresTellHowTrainingWent() throws Exception {
    LFNN classifier = Tables.classifier("-V 20 -N 6");
    classifier.buildClassifier(Tables.load("iris"));
    assertThat(Collections.list(classifier.enumerateMeasures()))
        .allSatisfy(name -> assertThat(classifier.getMeasure(name)).isNotNaN().isNotNegative());
    assertThat(classifier.getMeasure("measureEpochs")).isEqualTo(6);
    // 4 attributes to 8 workers of 3 neurons, these to 3 outputs, all with biases.
    assertThat(classifier.getMeasure("measureParameters"))
        .isEqualTo((4 + 1) * 8 * 3 + (8 * 3 + 1) * 3);
    assertThat(classifier.getMeasure("measureTrainingSeconds")).isPositive();
  }

  @Test
  void theSourceOfTheMethodIsNamed() {
    TechnicalInformation source = new LFNN().getTechnicalInformation();
    assertThat(source.toString()).contains("Leader-Follower Neural Networks");
    assertThat(source.toBibTex()).contains("2310.07885").contains("Chenzhong Yin");
    assertThat(new LFNN().globalInfo()).contains("2310.07885");
  }

  @Test
  void theTextOfAModelTellsNetworkLeadersAndCurve() throws Exception {
    LFNN classifier = Tables.classifier("-N 30 -H \"fc(workers=8); fc(workers=6)\" -V 20 -E 100");
    assertThat(classifier.toString()).isEqualTo("LFNN: no model built yet.");
    classifier.buildClassifier(Tables.load("iris"));
    String text = classifier.toString();
    assertThat(text)
        .contains("rule LFNN_L")
        .contains("fc(workers=8); fc(workers=6)")
        .contains("stage 1: fc(workers=8), 4 inputs, 24 outputs")
        .contains("stage 2: fc(workers=6), 24 inputs, 18 outputs")
        .contains("parameters")
        .containsPattern("Leaders of stage 1: [1-8] of 8 workers ever led; most often worker \\d")
        .containsPattern("Leaders of stage 2: [1-6] of 6 workers ever led; most often worker \\d")
        .containsPattern("epoch +output loss +leader loss +follower loss +training error")
        .containsPattern("(?m)^ +1 +" + NUMBER)
        .containsPattern("(?m)^ +30 +" + NUMBER)
        .contains("it had the lowest validation loss");
  }

  @Test
  void aModelThatWasNotBuiltSaysSo() throws Exception {
    Instances data = Tables.load("iris");
    assertThatThrownBy(() -> new LFNN().distributionForInstance(data.instance(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this LFNN has not been trained: build it first");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-rule LFNN_L", "-rule BP", "-rule LFNN -V 30 -E 1000000", "-threads 2"})
  @Timeout(60)
  void anInterruptEndsTrainingWithinASecondAndLeavesNoModel(String options) throws Exception {
    Instances data = Tables.load("vote");
    LFNN classifier = Tables.classifier(options + " -N 1000000");
    classifier.setNetwork("fc(workers=64); fc(workers=64)");
    CountDownLatch started = new CountDownLatch(1);
    classifier.setLog(new LatchLogger(started));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread training =
        new Thread(
            () -> {
              try {
                classifier.buildClassifier(data);
              } catch (Throwable problem) {
                failure.set(problem);
              }
            });
    training.start();
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    long interrupted = System.nanoTime();
    training.interrupt();
    training.join();
    assertThat(System.nanoTime() - interrupted).isLessThan(1_000_000_000L);
    assertThat(failure.get())
        .isInstanceOf(InterruptedException.class)
        .hasMessageContaining("training was interrupted in epoch");

    assertThatThrownBy(() -> classifier.distributionForInstance(data.instance(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this LFNN has not been trained: its training failed or was interrupted");
    assertThat(classifier.toString()).isEqualTo("LFNN: no model built yet.");
    assertThat(classifier.next()).isFalse();

    classifier.setEpochs(2);
    classifier.buildClassifier(data);
    assertThat(classifier.distributionForInstance(data.instance(0))).hasSize(2);
  }

  @Test
  void anInterruptWhileAModelLearnsOnKeepsTheModel() throws Exception {
    Instances data = Tables.load("iris");
    LFNN classifier = Tables.classifier("-resume");
    classifier.buildClassifier(data);
    double[][] before = Tables.predictions(classifier, data);
    classifier.initializeClassifier(data);
    Thread.currentThread().interrupt();
    assertThatThrownBy(classifier::next).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    classifier.done();
    assertThat(Tables.predictions(classifier, data)).isDeepEqualTo(before);
    classifier.initializeClassifier(data);
    assertThat(classifier.next()).isTrue();
    classifier.done();
    assertThat(classifier.getMeasure("measureEpochs")).isEqualTo(6);
  }

  @Test
  void trainingThatDivergesLeavesNoModel() throws Exception {
    Instances data = Tables.load("cpu");
    LFNN classifier = Tables.classifier("");
    classifier.buildClassifier(data);
    classifier.setRule(lfnn.spec.Algorithm.BP);
    classifier.setNetwork("8,8");
    classifier.setOptimizer("sgd");
    classifier.setLearningRate(1e30);
    assertThatThrownBy(() -> classifier.buildClassifier(data)).hasMessageContaining("diverged");
    assertThatThrownBy(() -> classifier.distributionForInstance(data.instance(0)))
        .hasMessageContaining("its training failed or was interrupted");
  }

  /** Opens a latch at the first status line. */
  private record LatchLogger(CountDownLatch started) implements Logger {
    @Override
    public void logMessage(String message) {}

    @Override
    public void statusMessage(String message) {
      started.countDown();
    }
  }
}
