package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import lfnn.spec.Algorithm;
import lfnn.spec.InvalidSettingException;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.TrainingSpec;
import lfnn.train.ScalingChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weka.classifiers.AbstractClassifier;
import weka.core.CheckGOE;
import weka.core.CheckOptionHandler;
import weka.core.Option;
import weka.core.OptionMetadata;
import weka.core.Utils;

class LFNNOptionsTest {

  private static final String ALL =
      "-H \"fc(workers=4); block(dense(6), heads=2)\" -L 0.02 -N 7 -V 20.0 -E 3 -S 11 -rule LFNN"
          + " -leaders 0.4 -scope SAMPLE -lambda1 0.5 -lambda2 0.25 -reference RANDOM"
          + " -follow LOGITS -loss-terms global,leaders -one-vs-all -optimizer momentum(0.8)"
          + " -schedule \"step(every=2, factor=0.5)\" -weight-decay 0.001 -minibatch 5"
          + " -input 1x2x2 -scaling RANGE -augment flip -threads 1 -resume -output-debug-info"
          + " -do-not-check-capabilities";

  /** Weka never sets these back, so its own check of resetting refuses them for any classifier. */
  private static final String STICKY = " -num-decimal-places 3 -batch-size 50";

  private static LFNN with(String options) throws Exception {
    LFNN classifier = new LFNN();
    classifier.setOptions(Utils.splitOptions(options));
    return classifier;
  }

  @Test
  void imagesAreNeitherChangedNorNormalisedUnlessAskedFor() {
    assertThat(new LFNN().getAugmentation()).isEqualTo("none");
    assertThat(new LFNN().getScaling()).isEqualTo(ScalingChoice.AUTO);
  }

  @Test
  void allOptionsSurviveTheWayThroughGetOptionsAndSetOptions() throws Exception {
    LFNN first = with(ALL + STICKY);
    LFNN second = new LFNN();
    second.setOptions(first.getOptions());
    assertThat(second.getOptions()).containsExactly(first.getOptions());
    assertThat(sorted(first.getOptions())).isEqualTo(sorted(Utils.splitOptions(ALL + STICKY)));
    assertThat(second.getNetwork()).isEqualTo("fc(workers=4); block(dense(6), heads=2)");
    assertThat(second.getLearningRate()).isEqualTo(0.02);
    assertThat(second.getEpochs()).isEqualTo(7);
    assertThat(second.getValidationPercent()).isEqualTo(20);
    assertThat(second.getPatience()).isEqualTo(3);
    assertThat(second.getSeed()).isEqualTo(11);
    assertThat(second.getRule()).isEqualTo(Algorithm.LFNN);
    assertThat(second.getLeaders()).isEqualTo(0.4);
    assertThat(second.getScope()).isEqualTo(Scope.SAMPLE);
    assertThat(second.getLambda1()).isEqualTo(0.5);
    assertThat(second.getLambda2()).isEqualTo(0.25);
    assertThat(second.getReference()).isEqualTo(Reference.RANDOM);
    assertThat(second.getFollow()).isEqualTo(Alignment.LOGITS);
    assertThat(second.getLossTerms()).isEqualTo("global,leaders");
    assertThat(second.getOneVsAll()).isTrue();
    assertThat(second.getOptimizer()).isEqualTo("momentum(0.8)");
    assertThat(second.getSchedule()).isEqualTo("step(every=2, factor=0.5)");
    assertThat(second.getWeightDecay()).isEqualTo(0.001);
    assertThat(second.getMiniBatch()).isEqualTo(5);
    assertThat(second.getInput()).isEqualTo("1x2x2");
    assertThat(second.getThreads()).isEqualTo(1);
    assertThat(second.getResume()).isTrue();
  }

  private static List<String> sorted(String[] options) {
    return Arrays.stream(options).sorted().toList();
  }

  @Test
  void everyOptionIsAmongThoseThatTheRoundTripCovers() {
    List<String> covered = List.of((ALL + STICKY).split(" "));
    assertThat(Collections.list(new LFNN().listOptions()))
        .allSatisfy(option -> assertThat(covered).contains(option.synopsis().split(" ", 2)[0]));
  }

  @Test
  void aCopyHasTheSameOptions() throws Exception {
    LFNN original = with(ALL + STICKY);
    LFNN copy = (LFNN) AbstractClassifier.makeCopy(original);
    assertThat(copy.getOptions()).containsExactly(original.getOptions());
    assertThat(AbstractClassifier.makeCopies(original, 3)).hasSize(3);
  }

  @Test
  void anAbsentOptionKeepsItsValueAndAnAbsentFlagIsOff() throws Exception {
    LFNN classifier = with(ALL);
    classifier.setOptions(new String[] {"-N", "8"});
    assertThat(classifier.getEpochs()).isEqualTo(8);
    assertThat(classifier.getSeed()).isEqualTo(11);
    assertThat(classifier.getRule()).isEqualTo(Algorithm.LFNN);
    assertThat(classifier.getOneVsAll()).isFalse();
    assertThat(classifier.getResume()).isFalse();
  }

  @Test
  void optionsAreTakenOutOfTheArray() throws Exception {
    String[] options = {"", "-N", "8", "", "-resume"};
    new LFNN().setOptions(options);
    assertThat(options).containsOnly("");
  }

  @ParameterizedTest
  @CsvSource({"lfnn_l, LFNN_L", "LFNN-L, LFNN_L", "Lfnn, LFNN", "bp, BP"})
  void namesAreReadInAnyCase(String written, Algorithm rule) throws Exception {
    assertThat(with("-rule " + written).getRule()).isEqualTo(rule);
  }

  static Stream<Arguments> wrongOptions() {
    return Stream.of(
        Arguments.of(
            "-rule ADABOOST",
            "option -rule must be one of LFNN, LFNN_L, BP, FA, FG_W, FG_A, LG_BP, LG_FG_W,"
                + " LG_FG_A, not \"ADABOOST\""),
        Arguments.of(
            "-scope ALL", "option -scope must be one of BATCH, SAMPLE, EPOCH, not \"ALL\""),
        Arguments.of(
            "-reference WORST", "option -reference must be one of BEST, RANDOM, not \"WORST\""),
        Arguments.of(
            "-follow NONE", "option -follow must be one of PREDICTIONS, LOGITS, not \"NONE\""),
        Arguments.of("-scaling LOG", "option -scaling must be one of AUTO, STANDARDIZE"),
        Arguments.of("-L fast", "option -L must be a number, not \"fast\""),
        Arguments.of(
            "-L NaN",
            "option -L: the learning rate must be above 0 and finite, or 0 for that of the rule,"
                + " not NaN"),
        Arguments.of("-L -1", "option -L: the learning rate must be above 0"),
        Arguments.of("-N 1e3", "option -N must be a whole number, not \"1e3\""),
        Arguments.of("-N 2.5", "option -N must be a whole number, not \"2.5\""),
        Arguments.of("-N 99999999999", "option -N must be a whole number"),
        Arguments.of("-N -1", "option -N: the number of epochs must be at least 0, not -1"),
        Arguments.of("-V 100", "option -V: the percentage of rows for validation must be at least"),
        Arguments.of("-V -1", "option -V: the percentage of rows for validation must be at least"),
        Arguments.of("-E 0", "option -E: patience must be at least 1 epoch, not 0"),
        Arguments.of("-S x", "option -S must be a whole number, not \"x\""),
        Arguments.of("-leaders 0", "option -leaders: the fraction of leaders must be in (0, 1]"),
        Arguments.of("-leaders 1.5", "option -leaders: the fraction of leaders must be in (0, 1]"),
        Arguments.of("-lambda1 -1", "option -lambda1: lambda1, the weight of the leaders' loss"),
        Arguments.of("-lambda2 -1", "option -lambda2: lambda2, the weight of the followers' loss"),
        Arguments.of(
            "-loss-terms global,mine", "option -loss-terms: loss terms are global,leaders"),
        Arguments.of("-optimizer rmsprop", "option -optimizer: optimizer \"rmsprop\", character 1"),
        Arguments.of("-optimizer momentum(2)", "option -optimizer: optimizer \"momentum(2)\""),
        Arguments.of("-schedule linear", "option -schedule: schedule \"linear\", character 1"),
        Arguments.of("-weight-decay -1", "option -weight-decay: weight decay must be at least 0"),
        Arguments.of("-minibatch 0", "option -minibatch: the mini-batch size must be at least 1"),
        Arguments.of("-input 28x28", "option -input: "),
        Arguments.of("-threads -2", "option -threads: threads must be at least 0"),
        Arguments.of("-batch-size many", "option -batch-size must be a whole number"),
        Arguments.of("-num-decimal-places x", "option -num-decimal-places must be a whole number"),
        Arguments.of(
            "-H fc(workers=)", "option -H: network \"fc(workers=)\", character 12: expected"),
        Arguments.of("-H fc(workers=0)", "option -H: network \"fc(workers=0)\", character "),
        Arguments.of("-H fc(wrokers=3)", "unknown setting 'wrokers' of fc, expected workers"),
        Arguments.of("-H \"fc(workers=3); gc\"", "character 16: 'gc' is not a stage"),
        Arguments.of("-H \" \"", "option -H: "),
        Arguments.of("-N", "option -N needs a value, as in -N <number>"),
        Arguments.of("-L -N", "option -L must be a number, not \"-N\""),
        Arguments.of("-rate 0.1", "unknown option -rate, expected one of -"),
        Arguments.of("-N 5 iris.arff", "unknown option iris.arff, expected one of -"),
        Arguments.of("-augment flop -input 1x28x28", "option -augment: an augmentation is none"),
        Arguments.of(
            "-augment flip",
            "option -augment: the augmentation \"flip\" needs images: give the shape of the input"),
        Arguments.of(
            "-augment crop(4) -input 1x4x4", "the augmentation \"crop(4)\" needs images of more"),
        Arguments.of("-augment flip -input 1x28x28 -N -1", "option -N: the number of epochs"),
        Arguments.of("-scaling CHANNEL", "option -scaling: scaling by channels needs images"),
        Arguments.of("-V 100 -N -1", "option -V: the percentage of rows for validation must be"),
        Arguments.of("-N 5 -L 0.1 -N 6", "option -N is given twice"));
  }

  @ParameterizedTest
  @MethodSource("wrongOptions")
  void aWrongOptionFailsWithOneLineThatNamesIt(String options, String message) {
    assertThatThrownBy(() -> with(options))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(message)
        .hasMessageMatching("[^\\n\\r]+")
        .satisfies(problem -> assertThat(problem.getStackTrace()).isEmpty())
        .hasNoCause();
  }

  @Test
  void anEmptyValueIsAMissingOne() {
    assertThatThrownBy(() -> new LFNN().setOptions(new String[] {"-L", "", "-N", "3"}))
        .hasMessage("option -L needs a value, as in -L <rate>");
  }

  static Stream<Arguments> wrongSettings() {
    return Stream.of(
        Arguments.of("-H", (Consumer<LFNN>) lfnn -> lfnn.setNetwork("fc(workers=")),
        Arguments.of("-H", (Consumer<LFNN>) lfnn -> lfnn.setNetwork(null)),
        Arguments.of("-L", (Consumer<LFNN>) lfnn -> lfnn.setLearningRate(Double.NaN)),
        Arguments.of("-N", (Consumer<LFNN>) lfnn -> lfnn.setEpochs(-1)),
        Arguments.of("-V", (Consumer<LFNN>) lfnn -> lfnn.setValidationPercent(100)),
        Arguments.of("-E", (Consumer<LFNN>) lfnn -> lfnn.setPatience(0)),
        Arguments.of("-rule", (Consumer<LFNN>) lfnn -> lfnn.setRule(null)),
        Arguments.of("-leaders", (Consumer<LFNN>) lfnn -> lfnn.setLeaders(0)),
        Arguments.of("-scope", (Consumer<LFNN>) lfnn -> lfnn.setScope(null)),
        Arguments.of("-lambda1", (Consumer<LFNN>) lfnn -> lfnn.setLambda1(-1)),
        Arguments.of("-lambda2", (Consumer<LFNN>) lfnn -> lfnn.setLambda2(-1)),
        Arguments.of("-reference", (Consumer<LFNN>) lfnn -> lfnn.setReference(null)),
        Arguments.of("-follow", (Consumer<LFNN>) lfnn -> lfnn.setFollow(null)),
        Arguments.of("-loss-terms", (Consumer<LFNN>) lfnn -> lfnn.setLossTerms("")),
        Arguments.of("-optimizer", (Consumer<LFNN>) lfnn -> lfnn.setOptimizer("")),
        Arguments.of("-schedule", (Consumer<LFNN>) lfnn -> lfnn.setSchedule("step(")),
        Arguments.of("-weight-decay", (Consumer<LFNN>) lfnn -> lfnn.setWeightDecay(-1)),
        Arguments.of("-minibatch", (Consumer<LFNN>) lfnn -> lfnn.setMiniBatch(0)),
        Arguments.of("-input", (Consumer<LFNN>) lfnn -> lfnn.setInput("square")),
        Arguments.of("-scaling", (Consumer<LFNN>) lfnn -> lfnn.setScaling(null)),
        Arguments.of("-threads", (Consumer<LFNN>) lfnn -> lfnn.setThreads(-1)));
  }

  @ParameterizedTest
  @MethodSource("wrongSettings")
  void aWrongSettingFailsTheBuildWithTheNameOfItsOption(String option, Consumer<LFNN> setting)
      throws Exception {
    LFNN classifier = new LFNN();
    setting.accept(classifier);
    assertThatThrownBy(() -> classifier.buildClassifier(Tables.load("weather.numeric")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("option " + option)
        .hasMessageMatching("[^\\n\\r]+");
  }

  @Test
  void anInputShapeThatDoesNotFitTheTableFailsTheBuild() throws Exception {
    LFNN classifier = with("-input 1x28x28");
    assertThatThrownBy(() -> classifier.buildClassifier(Tables.load("iris")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("an input of 1x28x28 has 784 values, but a row has 4");
  }

  @Test
  void oneVsAllRefusesANumericClass() throws Exception {
    LFNN classifier = with("-one-vs-all");
    assertThatThrownBy(() -> classifier.buildClassifier(Tables.load("cpu")))
        .hasMessageContaining("Cannot handle numeric class");
    classifier.setDoNotCheckCapabilities(true);
    assertThatThrownBy(() -> classifier.buildClassifier(Tables.load("cpu")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("switch one-vs-all off");
  }

  @Test
  void helpTellsEveryDefault() {
    LFNN fresh = new LFNN();
    for (Option option : Collections.list(fresh.listOptions())) {
      assertThat(option.description()).isNotBlank().doesNotContain("@");
      assertThat(option.synopsis()).startsWith("-").contains(option.name());
    }
    assertThat(description("L")).contains("(default: " + TrainingSpec.RATE_OF_RULE + ")");
    assertThat(description("rule"))
        .contains("(default: " + TrainingSpec.DEFAULTS.algorithm() + ")");
    assertThat(description("H")).contains("(default: " + fresh.getNetwork() + ")");
  }

  private static String description(String name) {
    return Collections.list(new LFNN().listOptions()).stream()
        .filter(option -> option.name().equals(name))
        .findFirst()
        .orElseThrow()
        .description();
  }

  @Test
  void everydayOptionsStandFirstAndTheOthersInGroups() throws Exception {
    Set<String> ungrouped = new TreeSet<>();
    Set<String> groups = new TreeSet<>();
    for (PropertyDescriptor property :
        Introspector.getBeanInfo(LFNN.class).getPropertyDescriptors()) {
      OptionMetadata option =
          property.getReadMethod() == null
              ? null
              : property.getReadMethod().getAnnotation(OptionMetadata.class);
      if (option == null) {
        continue;
      }
      if (option.category().isEmpty()) {
        ungrouped.add(option.commandLineParamName());
      } else {
        groups.add(option.category());
      }
      assertThat(property.getWriteMethod()).as(property.getName()).isNotNull();
      assertThat(option.displayName()).as(property.getName()).isNotBlank();
      assertThat(option.description()).as(property.getName()).contains(".");
    }
    assertThat(ungrouped).containsExactlyInAnyOrder("H", "L", "N", "V", "E", "rule", "one-vs-all");
    assertThat(groups).containsExactlyInAnyOrder("Leadership", "Optimization", "Data and machine");
  }

  @Test
  void theEditorCanSetATextThatIsNotFinished() {
    LFNN classifier = new LFNN();
    for (String part : List.of("f", "fc", "fc(", "fc(workers=3")) {
      classifier.setNetwork(part);
      assertThat(classifier.getNetwork()).isEqualTo(part);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ALL})
  void passesWekasChecksOfOptionHandlersAndEditors(String options) throws Exception {
    CheckOptionHandler handler = new CheckOptionHandler();
    handler.setSilent(true);
    handler.setOptionHandler(with(options));
    handler.setUserOptions(Utils.splitOptions(options));
    handler.doTests();
    assertThat(handler.getSuccess()).isTrue();
    CheckGOE editor = new CheckGOE();
    editor.setSilent(true);
    editor.setObject(with(options));
    editor.doTests();
    assertThat(editor.getSuccess()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void everyRuleOfTheListLearns(Algorithm rule) throws Exception {
    LFNN classifier = Tables.classifier("-N 20 -rule " + rule);
    classifier.buildClassifier(Tables.load("iris"));
    assertThat(Tables.accuracy(classifier, Tables.load("iris"))).isGreaterThan(0.8);
  }
}
