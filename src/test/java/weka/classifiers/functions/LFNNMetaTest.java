package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weka.classifiers.Classifier;
import weka.classifiers.CostMatrix;
import weka.classifiers.evaluation.Evaluation;
import weka.classifiers.meta.AdaBoostM1;
import weka.classifiers.meta.Bagging;
import weka.classifiers.meta.CostSensitiveClassifier;
import weka.classifiers.meta.FilteredClassifier;
import weka.classifiers.meta.IterativeClassifierOptimizer;
import weka.core.AdditionalMeasureProducer;
import weka.core.Instances;
import weka.core.Utils;
import weka.filters.unsupervised.attribute.Discretize;

/** Weka's classifiers that work with others do so with LFNN. */
class LFNNMetaTest {

  private static final String OPTIONS = "-N 15 -minibatch 16";

  private interface Factory {
    Classifier create() throws Exception;
  }

  private static Arguments named(String name, Factory factory) {
    return Arguments.of(Named.of(name, factory));
  }

  static Stream<Arguments> classifiers() {
    return Stream.of(
        named("LFNN", () -> Tables.classifier(OPTIONS)),
        named("LFNN with all processors", () -> Tables.classifier(OPTIONS + " -threads 0")),
        named(
            "AdaBoostM1",
            () -> {
              AdaBoostM1 boosting = new AdaBoostM1();
              boosting.setNumIterations(5);
              boosting.setClassifier(Tables.classifier(OPTIONS));
              return boosting;
            }),
        named(
            "Bagging with 8 slots",
            () -> {
              Bagging bagging = new Bagging();
              bagging.setNumIterations(8);
              bagging.setNumExecutionSlots(8);
              bagging.setClassifier(Tables.classifier(OPTIONS + " -threads 2"));
              return bagging;
            }),
        named(
            "FilteredClassifier",
            () -> {
              FilteredClassifier filtered = new FilteredClassifier();
              filtered.setFilter(new Discretize());
              filtered.setClassifier(Tables.classifier(OPTIONS));
              return filtered;
            }),
        named(
            "CostSensitiveClassifier",
            () -> {
              CostSensitiveClassifier costs = new CostSensitiveClassifier();
              costs.setOptions(Utils.splitOptions("-cost-matrix \"[0 1 5; 1 0 5; 1 1 0]\" -S 1"));
              costs.setClassifier(Tables.classifier(OPTIONS));
              return costs;
            }),
        named(
            "IterativeClassifierOptimizer",
            () -> {
              IterativeClassifierOptimizer optimizer = new IterativeClassifierOptimizer();
              optimizer.setNumFolds(3);
              optimizer.setPoolSize(4);
              optimizer.setNumThreads(4);
              optimizer.setIterativeClassifier(Tables.classifier(OPTIONS));
              return optimizer;
            }));
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void twoRunsLearnTheSameAndWell(Factory factory) throws Exception {
    Instances iris = Tables.load("iris");
    Classifier first = factory.create();
    first.buildClassifier(iris);
    Classifier second = factory.create();
    second.buildClassifier(iris);
    assertThat(Tables.predictions(second, iris)).isDeepEqualTo(Tables.predictions(first, iris));
    assertThat(Tables.accuracy(first, iris)).isGreaterThan(0.85);
  }

  @Test
  void theNumberOfThreadsDoesNotChangeTheModel() throws Exception {
    Instances iris = Tables.load("iris");
    LFNN one = Tables.classifier("-threads 1 -minibatch 150");
    LFNN four = Tables.classifier("-threads 4 -minibatch 150");
    for (LFNN classifier : new LFNN[] {one, four}) {
      // Large enough that the stages learn on several threads.
      classifier.setNetwork("fc(workers=100); fc(workers=100)");
      classifier.setEpochs(2);
      classifier.buildClassifier(iris);
    }
    assertThat(Tables.predictions(four, iris)).isDeepEqualTo(Tables.predictions(one, iris));
  }

  @Test
  void boostingGivesWeightsInsteadOfResampling() throws Exception {
    Instances glass = Tables.load("glass");
    AdaBoostM1 boosting = new AdaBoostM1();
    boosting.setNumIterations(3);
    boosting.setClassifier(Tables.classifier("-N 10"));
    boosting.buildClassifier(glass);
    assertThat(boosting.toString()).contains("Weight: ");
  }

  @Test
  void costsMoveThePredictions() throws Exception {
    Instances iris = Tables.load("iris");
    CostSensitiveClassifier costs = new CostSensitiveClassifier();
    CostMatrix matrix = new CostMatrix(3);
    // Overlooking the second class is a hundred times as bad.
    matrix.setCell(1, 2, 100.0);
    costs.setCostMatrix(matrix);
    costs.setClassifier(Tables.classifier(OPTIONS));
    costs.buildClassifier(iris);
    Evaluation evaluation = new Evaluation(iris);
    evaluation.evaluateModel(costs, iris);
    assertThat(evaluation.confusionMatrix()[1][2]).isZero();
  }

  @Test
  void theOptimizerFindsANumberOfEpochs() throws Exception {
    Instances iris = Tables.load("iris");
    IterativeClassifierOptimizer optimizer = new IterativeClassifierOptimizer();
    optimizer.setNumFolds(3);
    optimizer.setIterativeClassifier(Tables.classifier(OPTIONS));
    optimizer.buildClassifier(iris);
    double epochs =
        ((AdditionalMeasureProducer) optimizer.getIterativeClassifier())
            .getMeasure("measureEpochs");
    assertThat(epochs).isBetween(1.0, 15.0);
    assertThat(optimizer.toString()).contains("Leader-follower neural network");
  }

  @Test
  void crossValidationIsDeterministic() throws Exception {
    Instances labor = Tables.load("labor");
    double[] errors = new double[2];
    for (int run = 0; run < errors.length; run++) {
      Evaluation evaluation = new Evaluation(labor);
      evaluation.crossValidateModel(Tables.classifier("-N 20"), labor, 3, new Random(1));
      errors[run] = evaluation.rootMeanSquaredError();
    }
    assertThat(errors[1]).isEqualTo(errors[0]);
  }
}
