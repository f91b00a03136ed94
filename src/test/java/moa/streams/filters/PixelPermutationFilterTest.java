package moa.streams.filters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.javacliparser.Option;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstanceImpl;
import com.yahoo.labs.samoa.instances.SparseInstance;
import moa.capabilities.Capability;
import moa.capabilities.CapabilityRequirement;
import moa.core.AutoClassDiscovery;
import moa.evaluation.preview.LearningCurve;
import moa.options.ClassOption;
import moa.streams.ExampleStream;
import moa.streams.IdxFileStream;
import moa.streams.generators.RandomTreeGenerator;
import moa.tasks.MainTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PixelPermutationFilterTest {

  private static final String FILES =
      "-f examples-arff/mnist-2000-test-images-idx3-ubyte.gz"
          + " -l examples-arff/mnist-2000-test-labels-idx1-ubyte.gz";

  @ParameterizedTest
  @ValueSource(strings = {"-p 1", "-p 3 -i 70", "-p 3 -i 70 -k"})
  void doesWhatTheImageStreamDoes(String options) {
    IdxFileStream expected = images(options);
    PixelPermutationFilter filter = filter(images(""), options);
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < 300; i++) {
        Instance instance = filter.nextInstance().getData();
        assertThat(instance.toDoubleArray())
            .isEqualTo(expected.nextInstance().getData().toDoubleArray());
        assertThat(instance.dataset()).isSameAs(filter.getHeader());
      }
      filter.restart();
      expected.restart();
    }
  }

  @Test
  void nominalAttributesAndTheClassKeepTheirPlaces() {
    RandomTreeGenerator plain = new RandomTreeGenerator();
    plain.prepareForUse();
    RandomTreeGenerator input = new RandomTreeGenerator();
    PixelPermutationFilter filter = filter(input, "-p 2");
    boolean moved = false;
    for (int i = 0; i < 50; i++) {
      Instance before = plain.nextInstance().getData();
      Instance after = filter.nextInstance().getData();
      for (int a = 0; a < before.numAttributes(); a++) {
        if (before.attribute(a).isNominal()) {
          assertThat(after.value(a)).isEqualTo(before.value(a));
        } else {
          moved |= after.value(a) != before.value(a);
        }
      }
    }
    assertThat(moved).isTrue();
  }

  @Test
  void readsSparseInstances() {
    IdxFileStream stream = images("");
    Instance dense = stream.nextInstance().getData();
    SparseInstance sparse = new SparseInstance((InstanceImpl) dense);
    sparse.setDataset(dense.dataset());
    assertThat(filter(images(""), "-p 1").filterInstance(sparse).toDoubleArray())
        .isEqualTo(filter(images(""), "-p 1").filterInstance(dense).toDoubleArray());
  }

  @Test
  void refusesToKeepTheFirstOrderForEver() {
    IdxFileStream input = images("");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> filter(input, "-k"))
        .withMessageContaining("keepFirst (-k) needs instancesPerPermutation (-i)");
  }

  @ParameterizedTest
  @CsvSource({"-p 0, option -p (permutationSeed)", "-i -1, option -i (instancesPerPermutation)"})
  void refusesNumbersOutOfRange(String options, String message) {
    IdxFileStream input = images("");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> filter(input, options))
        .withMessageStartingWith("PixelPermutationFilter: " + message + " must be a whole number");
  }

  @Test
  void isListedInTheDefaultView() {
    assertThat(AutoClassDiscovery.findClassesOfType("moa", StreamFilter.class))
        .contains(PixelPermutationFilter.class);
    assertThat(
            CapabilityRequirement.has(Capability.VIEW_LITE).isMetBy(new PixelPermutationFilter()))
        .isTrue();
  }

  @Test
  void runsInEvaluatePrequential() throws Exception {
    MainTask task =
        (MainTask)
            ClassOption.cliStringToObject(
                ("EvaluatePrequential -l bayes.NaiveBayes -s (FilteredStream -s (IdxFileStream %s)"
                        + " -f (PixelPermutationFilter -i 500)) -f 1000")
                    .formatted(FILES),
                MainTask.class,
                new Option[0]);
    task.prepareForUse();
    assertThat(((LearningCurve) task.doTask()).numEntries()).isEqualTo(2);
  }

  private static IdxFileStream images(String options) {
    IdxFileStream stream = new IdxFileStream();
    stream.getOptions().setViaCLIString(FILES + " " + options);
    stream.prepareForUse();
    return stream;
  }

  private static PixelPermutationFilter filter(ExampleStream<?> input, String options) {
    PixelPermutationFilter filter = new PixelPermutationFilter();
    filter.getOptions().setViaCLIString(options);
    if (input instanceof RandomTreeGenerator generator) {
      generator.prepareForUse();
    }
    filter.setInputStream(input);
    return filter;
  }
}
