package moa.classifiers.deeplearning;

import static moa.classifiers.deeplearning.Tables.accuracy;
import static moa.classifiers.deeplearning.Tables.attributes;
import static moa.classifiers.deeplearning.Tables.header;
import static moa.classifiers.deeplearning.Tables.learner;
import static moa.classifiers.deeplearning.Tables.read;
import static moa.classifiers.deeplearning.Tables.row;
import static moa.classifiers.deeplearning.Tables.trained;
import static moa.classifiers.deeplearning.Tables.votes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import moa.classifiers.AbstractClassifier;
import moa.streams.IdxFileStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that grow while a learner learns. */
class LFNNGrowthTest {

  static final List<String> NETWORKS =
      List.of(
          "-H 0",
          "-H auto",
          "-H (fc(workers=6); fc(workers=4))",
          "-H (block(dense(16), heads=4); fc(workers=4)) -u LFNN -o momentum(0.9)",
          "-H (block(dense(16), heads=4, split); block(dense(8), heads=2))",
          "-H (fc(workers=4); block(dense(8), heads=4, split)) -V -u LFNN",
          "-H (block(dense(16), heads=4)) -V -s EPOCH -E 40",
          "-H 12 -u BP -B 4 -o sgd");

  private static final String FAST = " -L 0.01";

  /** The rows without attribute {@code index}. */
  private static List<Instance> without(int index, List<Instance> rows) {
    List<Attribute> attributes = attributes(rows.get(0));
    attributes.remove(index);
    InstancesHeader header = header(attributes, attributes.size() - 1);
    List<Instance> narrower = new ArrayList<>();
    for (Instance row : rows) {
      double[] values = new double[attributes.size()];
      for (int a = 0; a < values.length; a++) {
        values[a] = row.value(a < index ? a : a + 1);
      }
      narrower.add(row(header, values));
    }
    return narrower;
  }

  /** The same values under another header. */
  private static List<Instance> under(InstancesHeader header, List<Instance> rows) {
    return rows.stream().map(row -> row(header, row.toDoubleArray())).toList();
  }

  private static void assertVotes(LFNN learner, List<Instance> rows) {
    for (Instance row : rows) {
      double[] votes = learner.getVotesForInstance(row);
      assertThat(votes).hasSize(row.numClasses());
      assertThat(Arrays.stream(votes).boxed()).allMatch(vote -> vote >= 0 && vote <= 1);
      assertThat(Arrays.stream(votes).sum()).isCloseTo(1, within(1e-9));
    }
  }

  @ParameterizedTest
  @FieldSource("NETWORKS")
  void newAttributesDoNotDisturbWhatWasLearned(String network) {
    // Wherever a column is new: first, in the middle, last.
    for (int index : new int[] {0, 2, 3}) {
      List<Instance> rows = read("iris");
      List<Instance> narrow = without(index, rows);
      assertThat(
              AbstractClassifier.contextIsCompatible(
                  new InstancesHeader(narrow.get(0).dataset()),
                  new InstancesHeader(rows.get(0).dataset())))
          .isTrue();
      LFNN learner = learner(network + FAST);
      for (int pass = 0; pass < 5; pass++) {
        trained(learner, narrow);
      }
      double before = accuracy(learner, narrow);
      double[][] votes = votes(learner, narrow);
      // Votes for wide rows come from the attributes that are known.
      assertThat(votes(learner, rows)).isDeepEqualTo(votes);
      assertThat(votes(learner, narrow)).isDeepEqualTo(votes);

      long size = learner.measureByteSize();
      learner.trainOnInstance(rows.get(0));
      assertThat(learner.measureByteSize()).isGreaterThan(size);
      assertVotes(learner, rows);
      assertVotes(learner, narrow);
      assertThat(accuracy(learner, narrow)).isGreaterThan(before - 0.03);
      for (int pass = 0; pass < 5; pass++) {
        trained(learner, rows);
      }
      assertThat(accuracy(learner, rows)).isGreaterThan(before - 0.05).isGreaterThan(0.8);
    }
  }

  @ParameterizedTest
  @FieldSource("NETWORKS")
  void newClassesAreLearnedAndOldOnesKept(String network) {
    List<Instance> rows = read("iris");
    List<Attribute> attributes = attributes(rows.get(0));
    List<String> labels = attributes.get(4).getAttributeValues();
    attributes.set(4, new Attribute("class", labels.subList(0, 2)));
    List<Instance> two =
        under(
            header(attributes, 4),
            rows.stream().filter(instance -> instance.classValue() < 2).toList());
    List<Instance> old = rows.stream().filter(instance -> instance.classValue() < 2).toList();
    LFNN learner = learner(network + FAST);
    for (int pass = 0; pass < 10; pass++) {
      trained(learner, two);
    }
    assertThat(accuracy(learner, two)).isGreaterThan(0.95);
    // A class that the learner has not seen has no vote yet.
    double[] votes = learner.getVotesForInstance(two.get(0));
    assertThat(learner.getVotesForInstance(old.get(0))).containsExactly(votes[0], votes[1], 0);

    learner.trainOnInstance(old.get(0));
    assertVotes(learner, rows);
    assertVotes(learner, two);
    assertThat(accuracy(learner, old)).isGreaterThan(0.95);
    for (int pass = 0; pass < 10; pass++) {
      trained(learner, rows);
    }
    assertThat(accuracy(learner, rows)).isGreaterThan(0.8);
  }

  @ParameterizedTest
  @FieldSource("NETWORKS")
  void newNominalValuesAreLearnedAndOldOnesKept(String network) {
    // From one value to two, from two to three, from three to four.
    for (int known = 1; known <= 3; known++) {
      List<Instance> rows = read("vote");
      List<Attribute> attributes = attributes(rows.get(0));
      List<String> labels = List.of("n", "y", "abstained", "absent");
      attributes.set(3, new Attribute("physician-fee-freeze", labels.subList(0, known)));
      int least = known;
      List<Instance> narrow =
          under(
              header(attributes, 16),
              rows.stream().filter(row -> row.isMissing(3) || row.value(3) < least).toList());
      attributes.set(3, new Attribute("physician-fee-freeze", labels.subList(0, known + 1)));
      List<Instance> wide = under(header(attributes, 16), rows.subList(0, 100));
      for (int i = 0; i < 50; i++) {
        wide.get(i).setValue(3, known);
      }
      LFNN learner = learner(network + FAST);
      trained(learner, narrow);
      double before = accuracy(learner, narrow);
      assertVotes(learner, wide);
      trained(learner, wide.subList(0, 1));
      assertVotes(learner, wide);
      assertVotes(learner, narrow);
      assertThat(accuracy(learner, narrow)).isGreaterThan(before - 0.03);
      trained(learner, wide);
      assertVotes(learner, wide);
    }
  }

  @Test
  void headerMayGrowInPlace() {
    List<Instance> rows = read("vote");
    List<Attribute> attributes = attributes(rows.get(0));
    List<String> answers = new ArrayList<>(List.of("n", "y"));
    List<String> parties = new ArrayList<>(List.of("democrat", "republican"));
    attributes.set(3, new Attribute("physician-fee-freeze", answers));
    attributes.set(16, new Attribute("Class", parties));
    InstancesHeader header = header(attributes, 16);
    List<Instance> mine = under(header, rows);
    LFNN learner = trained(learner("-H 8" + FAST), mine);
    double before = accuracy(learner, mine);

    answers.add("abstained");
    parties.add("independent");
    Instance grown = row(header, rows.get(0).toDoubleArray());
    grown.setValue(3, 2);
    grown.setClassValue(2);
    assertVotes(learner, List.of(grown));
    learner.trainOnInstance(grown);
    assertVotes(learner, mine);
    assertThat(accuracy(learner, mine)).isGreaterThan(before - 0.03);
  }

  @Test
  void classBeyondTheHeaderMakesTheNetworkGrow() {
    List<Instance> rows = read("iris");
    List<Attribute> attributes = attributes(rows.get(0));
    attributes.set(4, new Attribute("class", List.of("setosa", "versicolor")));
    List<Instance> lying = under(header(attributes, 4), rows);
    LFNN learner = learner("-H 8" + FAST);
    for (int pass = 0; pass < 5; pass++) {
      trained(learner, lying);
    }
    // Votes are for the classes of the header, the learner knows better.
    assertVotes(learner, lying);
    assertThat(accuracy(learner, rows)).isGreaterThan(0.8);
  }

  @Test
  void attributesOfNewNamesKeepTheirOrder() {
    List<Instance> rows = read("iris");
    List<Attribute> attributes = attributes(rows.get(0));
    attributes.set(0, new Attribute("a"));
    attributes.set(1, new Attribute("b"));
    attributes.add(4, new Attribute("fifth"));
    InstancesHeader header = header(attributes, 5);
    LFNN learner = trained(learner("-H 8" + FAST), rows);
    for (Instance row : rows) {
      double[] values = row.toDoubleArray();
      Instance renamed =
          row(header, values[0], values[1], values[2], values[3], Double.NaN, values[4]);
      assertThat(learner.getVotesForInstance(renamed)).isEqualTo(learner.getVotesForInstance(row));
    }
  }

  @Test
  void attributesAreFoundByTheirNamesWhereverTheyAre() {
    List<Instance> rows = read("iris");
    List<Attribute> attributes = attributes(rows.get(0));
    Attribute first = attributes.remove(0);
    attributes.add(3, first);
    InstancesHeader header = header(attributes, 4);
    LFNN learner = trained(learner("-H 8"), rows);
    LFNN same = learner("-H 8");
    for (int i = 0; i < rows.size(); i++) {
      double[] values = rows.get(i).toDoubleArray();
      Instance moved = row(header, values[1], values[2], values[3], values[0], values[4]);
      same.trainOnInstance(i == 0 ? rows.get(0) : moved);
    }
    assertThat(votes(same, rows)).isDeepEqualTo(votes(learner, rows));
  }

  @Test
  void anotherTableIsRefusedAndTheLearnerStaysAsItWas() {
    List<Instance> rows = read("vote");
    LFNN learner = trained(learner("-H 8"), rows);
    double[][] votes = votes(learner, rows);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.trainOnInstance(read("iris").get(0)))
        .withMessage(
            "LFNN: the network has learned from rows of 16 attributes, and only 0 of these 4 are"
                + " among them: start anew for another table");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.getVotesForInstance(read("cpu").get(0)))
        .withMessage(
            "LFNN: the class was nominal and is now numeric: start anew for another table");
    List<Attribute> attributes = attributes(rows.get(0));
    attributes.set(2, new Attribute(attributes.get(2).name()));
    Instance other = under(header(attributes, 16), rows).get(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.trainOnInstance(other))
        .withMessage(
            "LFNN: attribute \"adoption-of-the-budget-resolution\" was nominal and is now numeric:"
                + " start anew for another table");
    assertThat(votes(learner, rows)).isDeepEqualTo(votes);
    trained(learner, rows);
  }

  @Test
  void regressionGrowsInAttributes() {
    List<Instance> rows = read("cpu");
    List<Instance> narrow = without(1, rows);
    LFNN learner = learner("" + FAST);
    for (int pass = 0; pass < 5; pass++) {
      trained(learner, narrow);
    }
    double[][] before = votes(learner, narrow);
    assertThat(votes(learner, rows)).isDeepEqualTo(before);
    trained(learner, rows);
    for (Instance row : rows) {
      assertThat(learner.getVotesForInstance(row)[0]).isFinite();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " -V"})
  void newDigitsAreLearnedAndOldOnesKept(String task) {
    List<Instance> digits = digits(700);
    List<Instance> old = digits.stream().filter(digit -> digit.classValue() < 8).toList();
    List<Attribute> attributes = attributes(digits.get(0));
    attributes.set(784, new Attribute("class", List.of("0", "1", "2", "3", "4", "5", "6", "7")));
    List<Instance> eight = under(header(attributes, 784), old);
    LFNN learner = trained(learner("-H (block(dense(32), heads=4)) -i 1x28x28" + task), eight);
    double before = accuracy(learner, eight);
    assertThat(before).isGreaterThan(0.8);
    learner.trainOnInstance(old.get(0));
    assertThat(accuracy(learner, old)).isGreaterThan(before - 0.03);
    Instance wider = header785(digits.get(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.trainOnInstance(wider))
        .withMessage(
            "LFNN: rows of an image cannot grow from 784 to 785 values: leave the input shape out");
  }

  private static Instance header785(Instance digit) {
    List<Attribute> attributes = attributes(digit);
    attributes.add(0, new Attribute("pixel0"));
    InstancesHeader header = header(attributes, 785);
    double[] values = new double[786];
    System.arraycopy(digit.toDoubleArray(), 0, values, 1, 785);
    return row(header, values);
  }

  private static List<Instance> digits(int count) {
    IdxFileStream stream = new IdxFileStream();
    stream
        .getOptions()
        .setViaCLIString(
            "-f examples-arff/mnist-2000-test-images-idx3-ubyte.gz"
                + " -l examples-arff/mnist-2000-test-labels-idx1-ubyte.gz");
    stream.prepareForUse();
    List<Instance> digits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      digits.add(stream.nextInstance().getData());
    }
    return digits;
  }
}
