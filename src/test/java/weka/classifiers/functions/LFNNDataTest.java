package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import lfnn.spec.Algorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import weka.classifiers.Evaluation;
import weka.classifiers.rules.ZeroR;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.Instance;
import weka.core.Instances;
import weka.core.SparseInstance;
import weka.core.Utils;

class LFNNDataTest {

  private static double[][] trained(String options, Instances training, Instances test)
      throws Exception {
    LFNN classifier = Tables.classifier(options);
    classifier.buildClassifier(training);
    return Tables.predictions(classifier, test);
  }

  private static void assertDistributions(double[][] predictions) {
    for (double[] distribution : predictions) {
      assertThat(Utils.sum(distribution)).isCloseTo(1, within(1e-9));
      assertThat(distribution).doesNotContain(Double.NaN);
      assertThat(Arrays.stream(distribution).boxed())
          .allSatisfy(share -> assertThat(share).isBetween(0.0, 1.0));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "iris, '', 0.9",
    "iris, -one-vs-all, 0.9",
    "labor, '', 0.9",
    "vote, '', 0.95",
    "glass, '', 0.6",
    "glass, -one-vs-all, 0.6",
    "weather.numeric, '', 0.8"
  })
  void learnsNominalClassesFromTablesOfAllKinds(String table, String options, double accuracy)
      throws Exception {
    Instances data = Tables.load(table);
    LFNN classifier = Tables.classifier("-N 40 -minibatch 8 " + options);
    classifier.buildClassifier(data);
    assertThat(Tables.accuracy(classifier, data)).isGreaterThanOrEqualTo(accuracy);
    assertDistributions(Tables.predictions(classifier, data));
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void learnsANumericClass(Algorithm rule) throws Exception {
    Instances data = Tables.load("cpu");
    LFNN classifier = Tables.classifier("-N 40 -minibatch 8 -rule " + rule);
    classifier.buildClassifier(data);
    Evaluation evaluation = new Evaluation(data);
    evaluation.evaluateModel(classifier, data);
    assertThat(evaluation.correlationCoefficient()).isGreaterThan(0.85);
  }

  /** The table with a numeric attribute replaced by a date, a value becoming so many days. */
  private static Instances withDate(Instances data, int index) {
    ArrayList<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < data.numAttributes(); a++) {
      Attribute attribute = data.attribute(a);
      attributes.add(
          a == index
              ? new Attribute(attribute.name(), "yyyy-MM-dd HH:mm")
              : (Attribute) attribute.copy());
    }
    Instances dated = new Instances(data.relationName(), attributes, data.numInstances());
    dated.setClassIndex(data.classIndex());
    for (Instance row : data) {
      double[] values = row.toDoubleArray();
      values[index] = 1.7e12 + values[index] * 86_400_000.0;
      dated.add(new DenseInstance(1, values));
    }
    return dated;
  }

  @Test
  void learnsFromDatesAsFromNumbers() throws Exception {
    Instances data = Tables.load("iris");
    Instances dated = withDate(data, 2);
    assertThat(dated.attribute(2).isDate()).isTrue();
    double[][] expected = trained("", data, data);
    double[][] actual = trained("", dated, dated);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).containsExactly(expected[i], within(1e-3));
    }
  }

  @Test
  void predictsDates() throws Exception {
    Instances data = Tables.load("cpu");
    Instances dated = withDate(data, data.classIndex());
    double[][] numbers = trained("-N 20", data, data);
    double[][] dates = trained("-N 20", dated, dated);
    for (int i = 0; i < dates.length; i++) {
      assertThat((dates[i][0] - 1.7e12) / 86_400_000).isCloseTo(numbers[i][0], within(1.0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"iris", "cpu"})
  void rowsWithAMissingClassAreLeftOut(String table) throws Exception {
    Instances complete = Tables.load(table);
    Instances some = new Instances(complete);
    Instances rest = new Instances(complete, 0);
    for (int i = 0; i < some.numInstances(); i++) {
      if (i % 3 == 0) {
        some.instance(i).setClassMissing();
      } else {
        rest.add(complete.instance(i));
      }
    }
    assertThat(trained("", some, complete)).isDeepEqualTo(trained("", rest, complete));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void theClassMayBeAnywhere(int index) throws Exception {
    Instances last = Tables.load("iris");
    ArrayList<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < last.numAttributes(); a++) {
      attributes.add((Attribute) last.attribute(source(a, index)).copy());
    }
    Instances moved = new Instances("moved", attributes, last.numInstances());
    moved.setClassIndex(index);
    for (Instance row : last) {
      double[] values = new double[last.numAttributes()];
      for (int a = 0; a < values.length; a++) {
        values[a] = row.value(source(a, index));
      }
      moved.add(new DenseInstance(1, values));
    }
    assertThat(trained("", moved, moved)).isDeepEqualTo(trained("", last, last));
  }

  /** Where attribute {@code a} of the table with the moved class was before. */
  private static int source(int a, int classIndex) {
    return a == classIndex ? 4 : a < classIndex ? a : a - 1;
  }

  @ParameterizedTest
  @ValueSource(strings = {"iris", "labor", "cpu"})
  void theTableAndItsRowsAreNotModified(String table) throws Exception {
    Instances data = Tables.load(table);
    String before = data.toString();
    LFNN classifier = Tables.classifier("-V 20");
    classifier.buildClassifier(data);
    Tables.predictions(classifier, data);
    classifier.distributionsForInstances(data);
    assertThat(data.toString()).isEqualTo(before);
  }

  private static Instances weighted(Instances data, UnaryOperator<Double> weightOfClass) {
    Instances weighted = new Instances(data);
    for (Instance row : weighted) {
      row.setWeight(weightOfClass.apply(row.classValue()));
    }
    return weighted;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 3, 1000})
  void aFactorOnAllWeightsHasNoEffect(double factor) throws Exception {
    Instances data = Tables.load("iris");
    double[][] expected = trained("", data, data);
    double[][] actual = trained("", weighted(data, c -> factor), data);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).containsExactly(expected[i], within(1e-4));
    }
  }

  /** With one batch for all rows, weight 2 and a copy of the row are the same sum. */
  // A copy has a direction of its own where activities are perturbed.
  @ParameterizedTest
  @EnumSource(
      value = Algorithm.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FG_A", "LG_FG_A"})
  void weightTwoIsLikeACopyOfTheRow(Algorithm rule) throws Exception {
    Instances data = Tables.load("iris");
    Instances copied = new Instances(data);
    for (Instance row : data) {
      if (row.classValue() == 1) {
        copied.add(row);
      }
    }
    String options = "-N 20 -L 0.05 -optimizer sgd -minibatch 1000 -rule " + rule;
    double[][] unweighted = trained(options, data, data);
    double[][] expected = trained(options, copied, data);
    double[][] actual = trained(options, weighted(data, c -> c == 1 ? 2.0 : 1.0), data);
    double effect = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).containsExactly(expected[i], within(1e-3));
      effect = Math.max(effect, Math.abs(expected[i][1] - unweighted[i][1]));
    }
    assertThat(effect).isGreaterThan(0.01);
  }

  @Test
  void aNegativeWeightIsRefused() throws Exception {
    Instances data = Tables.load("iris");
    data.instance(7).setWeight(-1);
    assertThatThrownBy(() -> Tables.classifier("").buildClassifier(data))
        .hasMessage("the weight of an instance must be finite and at least 0, not -1.0");
  }

  @Test
  void aClassWithoutRowsIsHardlyEverPredicted() throws Exception {
    Instances glass = Tables.load("glass");
    int[] counts = glass.attributeStats(glass.classIndex()).nominalCounts;
    int empty = Utils.minIndex(counts);
    assertThat(counts[empty]).isZero();
    for (double[] distribution : trained("-N 40 -minibatch 8", glass, glass)) {
      assertThat(distribution).hasSize(counts.length);
      assertThat(distribution[empty]).isLessThan(0.05);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-one-vs-all", "-rule BP", "-rule LFNN"})
  void aClassOfOneValueIsAlwaysPredicted(String options) throws Exception {
    Instances data = withOneClass(Tables.load("iris"));
    for (double[] distribution : trained(options, data, data)) {
      assertThat(distribution).containsExactly(1.0);
    }
  }

  private static Instances withOneClass(Instances data) {
    ArrayList<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < data.classIndex(); a++) {
      attributes.add((Attribute) data.attribute(a).copy());
    }
    attributes.add(new Attribute("class", List.of("flower")));
    Instances one = new Instances("one class", attributes, data.numInstances());
    one.setClassIndex(data.classIndex());
    for (Instance row : data) {
      double[] values = row.toDoubleArray();
      values[data.classIndex()] = 0;
      one.add(new DenseInstance(1, values));
    }
    return one;
  }

  @Test
  void attributesThatTellNothingAreHarmless() throws Exception {
    Instances data = Tables.load("iris");
    data.insertAttributeAt(new Attribute("constant"), 0);
    data.insertAttributeAt(new Attribute("all missing"), 2);
    data.insertAttributeAt(new Attribute("one value", List.of("x")), 3);
    data.insertAttributeAt(new Attribute("no value", List.of()), 4);
    for (Instance row : data) {
      row.setValue(0, 1e6);
      row.setValue(3, 0);
    }
    LFNN classifier = Tables.classifier("-N 40 -minibatch 8");
    classifier.buildClassifier(data);
    assertDistributions(Tables.predictions(classifier, data));
    assertThat(Tables.accuracy(classifier, data)).isGreaterThan(0.85);
  }

  @Test
  void valuesThatAreMissingOnlyInTheTestAreHandled() throws Exception {
    Instances data = Tables.load("iris");
    Instances holes = new Instances(data);
    for (int i = 0; i < holes.numInstances(); i++) {
      holes.instance(i).setMissing(i % 4);
    }
    assertDistributions(trained("", data, holes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"iris", "cpu"})
  void aTableOfTheClassAloneIsLearnedByZeroR(String table) throws Exception {
    Instances data = Tables.load(table);
    while (data.numAttributes() > 1) {
      data.deleteAttributeAt(0);
    }
    ZeroR zeroR = new ZeroR();
    zeroR.buildClassifier(data);
    LFNN classifier = Tables.classifier("");
    classifier.buildClassifier(data);
    assertThat(Tables.predictions(classifier, data)).isDeepEqualTo(Tables.predictions(zeroR, data));
    assertThat(classifier.distributionsForInstances(data))
        .isDeepEqualTo(Tables.predictions(zeroR, data));
    assertThat(classifier.toString()).contains("ZeroR");
    assertThat(classifier.getMeasure("measureEpochs")).isNaN();
  }

  @Test
  void sparseRowsAreLikeDenseOnes() throws Exception {
    Instances dense = Tables.load("vote");
    Instances sparse = new Instances(dense, 0);
    dense.forEach(row -> sparse.add(new SparseInstance(row)));
    assertThat(trained("", sparse, sparse)).isDeepEqualTo(trained("", dense, dense));
  }

  @Test
  void rowsOfAnotherTableAreRefused() throws Exception {
    LFNN classifier = Tables.classifier("");
    classifier.buildClassifier(Tables.load("iris"));
    Instances cpu = Tables.load("cpu");
    assertThatThrownBy(() -> classifier.distributionForInstance(cpu.instance(0)))
        .hasMessage("an instance must have the 5 attributes that the model was trained on, not 7");
    assertThatThrownBy(() -> classifier.distributionsForInstances(cpu))
        .hasMessage("an instance must have the 5 attributes that the model was trained on, not 7");
  }

  @Test
  void anInfiniteValueIsReportedWithItsAttribute() throws Exception {
    Instances data = Tables.load("iris");
    data.instance(3).setValue(1, Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> Tables.classifier("").buildClassifier(data))
        .hasMessageContaining("attribute \"sepalwidth\"")
        .hasMessageContaining("Infinity");
  }

  @Test
  void textIsRefused() throws Exception {
    Instances data = Tables.load("iris");
    data.insertAttributeAt(new Attribute("note", (List<String>) null), 0);
    assertThatThrownBy(() -> Tables.classifier("").buildClassifier(data))
        .hasMessageContaining("Cannot handle string attributes");
  }

  @Test
  void aTableWithoutRowsIsRefused() throws Exception {
    Instances data = new Instances(Tables.load("iris"), 0);
    assertThatThrownBy(() -> Tables.classifier("").buildClassifier(data))
        .hasMessageContaining("Not enough training instances");
  }

  @Test
  void zeroEpochsLeaveANetworkThatPredicts() throws Exception {
    Instances data = Tables.load("iris");
    assertDistributions(trained("-N 0", data, data));
  }

  @Test
  void aValidationPartThatTakesAllRowsIsRefused() throws Exception {
    Instances data = new Instances(Tables.load("iris"), 0, 1);
    assertThatThrownBy(() -> Tables.classifier("-V 90").buildClassifier(data))
        .hasMessageContaining("the validation part takes all 1 rows");
  }

  @Test
  void divergenceIsOneClearLine() throws Exception {
    assertThatThrownBy(
            () ->
                Tables.classifier("-L 1e30 -optimizer sgd -rule BP -H 8,8")
                    .buildClassifier(Tables.load("cpu")))
        .hasMessageContaining("training diverged at epoch 1")
        .hasMessageContaining("try a smaller learning rate")
        .satisfies(problem -> assertThat(problem.getStackTrace()).isEmpty());
  }
}
