package moa.classifiers.deeplearning;

import static moa.classifiers.deeplearning.Tables.learner;
import static moa.classifiers.deeplearning.Tables.read;
import static moa.classifiers.deeplearning.Tables.trained;
import static moa.classifiers.deeplearning.Tables.votes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.javacliparser.Option;
import com.github.javacliparser.gui.OptionEditComponent;
import com.github.javacliparser.gui.OptionsConfigurationPanel;
import com.yahoo.labs.samoa.instances.Instance;
import java.util.Arrays;
import java.util.List;
import javax.swing.JComboBox;
import lfnn.spec.Algorithm;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.TrainingSpec;
import moa.DoTask;
import moa.capabilities.Capability;
import moa.capabilities.CapabilityRequirement;
import moa.classifiers.Classifier;
import moa.classifiers.MultiClassClassifier;
import moa.classifiers.Regressor;
import moa.core.AutoClassDiscovery;
import moa.gui.ClassOptionSelectionPanel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The learner's options on the command line and in MOA's user interface. */
class LFNNOptionsTest {

  @Test
  void imagesAreNeitherChangedNorNormalisedUnlessAskedFor() {
    assertThat(learner("").augmentationOption.getValue()).isEqualTo("none");
    assertThat(learner("").scalingOption.getChosenLabel()).isEqualTo("AUTO");
  }

  @Test
  void isListedInTheDefaultViewOfTheUserInterface() {
    for (Class<?> type : List.of(Classifier.class, MultiClassClassifier.class, Regressor.class)) {
      assertThat(AutoClassDiscovery.findClassesOfType("moa", type)).contains(LFNN.class);
    }
    assertThat(CapabilityRequirement.has(Capability.VIEW_LITE).isMetBy(new LFNN())).isTrue();
    assertThat(CapabilityRequirement.has(Capability.VIEW_STANDARD).isMetBy(new LFNN())).isTrue();
  }

  @Test
  void canBeChosenInTheDialogOfTheDefaultView() {
    ClassOptionSelectionPanel.setRequiredCapabilities(
        CapabilityRequirement.has(Capability.VIEW_LITE));
    try {
      ClassOptionSelectionPanel panel =
          new ClassOptionSelectionPanel(
              MultiClassClassifier.class, "deeplearning.LFNN -H (8, 4) -d 0.4", null);
      JComboBox<?> classes = (JComboBox<?>) panel.getComponent(0);
      assertThat(classes.getSelectedItem()).isEqualTo(LFNN.class);
      assertThat(panel.getChosenObjectCLIString(Classifier.class))
          .isEqualTo("deeplearning.LFNN -H (8, 4) -d 0.4");
    } finally {
      ClassOptionSelectionPanel.setRequiredCapabilities(null);
    }
  }

  @Test
  void everyOptionHasAnEditorThatKeepsItsValue() {
    LFNN learner = learner("-H (fc(workers=3); fc(workers=2)) -u BP -d 0.3 -B 4 -V -r 9");
    String before = learner.getOptions().getAsCLIString();
    String printed =
        Tables.silently(
            () -> {
              for (Option option : learner.getOptions().getOptionArray()) {
                OptionEditComponent editor =
                    (OptionEditComponent) OptionsConfigurationPanel.getEditComponent(option);
                assertThat(editor).describedAs(option.getName()).isNotNull();
                editor.applyState();
              }
              OptionsConfigurationPanel panel =
                  new OptionsConfigurationPanel(learner.getPurposeString(), learner.getOptions());
              panel.applyChanges();
            });
    assertThat(printed).isEmpty();
    assertThat(learner.getOptions().getAsCLIString()).isEqualTo(before);
  }

  @Test
  void editorChangesTheValue() {
    LFNN learner = learner("");
    for (Option option : learner.getOptions().getOptionArray()) {
      OptionEditComponent editor =
          (OptionEditComponent) OptionsConfigurationPanel.getEditComponent(option);
      switch (option.getName()) {
        case "leaders" -> editor.setEditState("0.25");
        case "miniBatch" -> editor.setEditState("12");
        case "rule" -> editor.setEditState("BP");
        case "network" -> editor.setEditState("fc(workers=2); fc(workers=3)");
        default -> {}
      }
      editor.applyState();
    }
    assertThat(learner.getOptions().getAsCLIString())
        .isEqualTo("-H (fc(workers=2); fc(workers=3)) -u BP -d 0.25 -B 12");
  }

  @Test
  void lettersAreThoseOfTheDocumentation() {
    assertThat(Arrays.stream(new LFNN().getOptions().getOptionArray()).map(Option::getCLIChar))
        .containsExactly(
            'H', 'u', 'd', 's', 'a', 'b', 'e', 'f', 't', 'V', 'L', 'o', 'w', 'B', 'E', 'n', 'i',
            'A', 'T', 'r');
    for (Option option : new LFNN().getOptions().getOptionArray()) {
      assertThat(option.getPurpose()).isNotBlank();
    }
  }

  @Test
  void defaultsAreThoseOfTheSpecifications() {
    LFNN learner = new LFNN();
    assertThat(learner.networkOption.getValue()).isEqualTo(NetworkSpec.DEFAULT.toString());
    assertThat(learner.ruleOption.checkedValue(Algorithm.class))
        .isEqualTo(TrainingSpec.DEFAULTS.algorithm());
    assertThat(learner.leadersOption.checkedValue())
        .isEqualTo(LeadershipSpec.DEFAULTS.leaderFraction());
    assertThat(learner.learningRateOption.checkedValue()).isEqualTo(TrainingSpec.RATE_OF_RULE);
    assertThat(learner.optimizerOption.getValue())
        .isEqualTo(TrainingSpec.DEFAULTS.optimizer().toString());
    assertThat(learner.batchOption.checkedValue()).isEqualTo(1);
    assertThat(learner.getOptions().getAsCLIString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-H (fc(workers=32); fc(workers=32, neurons=3))",
        "-H (block(dense(16), dense(8, activation=tanh), heads=4, split); block(dense(8),"
            + " heads=2))",
        "-H fc(workers=3);fc(workers=4)",
        "-H 128,64",
        "-H (64, 32) -u LFNN -d 0.3 -s SAMPLE -a 0.5 -b 2.0 -e RANDOM -f LOGITS -t global,leaders",
        "-H 0 -V -L 0.02 -o (adamw(beta1=0.8, beta2=0.99, epsilon=1e-7)) -w 0.001",
        "-B 16 -E 500 -n RANGE -i 1x2x2 -T 1 -r -5",
        "-o momentum(0.5)"
      })
  void commandLineIsPrintedAndReadBack(String options) {
    LFNN learner = learner(options);
    String printed = learner.getCLICreationString(Classifier.class);
    LFNN again = (LFNN) Tables.classifier(printed);
    assertThat(again.getCLICreationString(Classifier.class)).isEqualTo(printed);
    assertThat(again.networkOption.getValue()).isEqualTo(learner.networkOption.getValue());
    assertThat(again.optimizerOption.getValue()).isEqualTo(learner.optimizerOption.getValue());
    List<Instance> rows = read("iris");
    again.prepareForUse();
    assertThat(votes(trained(again, rows), rows))
        .isDeepEqualTo(votes(trained(learner, rows), rows));
  }

  @Test
  void networkStringsPassThroughTasksAndEnsembles() {
    String network = "block(dense(16), dense(8, activation=leaky-relu), heads=2); fc(workers=3)";
    moa.tasks.EvaluatePrequential task = new moa.tasks.EvaluatePrequential();
    task.learnerOption.setValueViaCLIString(
        "meta.OzaBag -l (deeplearning.LFNN -H (" + network + ") -B 2) -s 3");
    String printed = task.getCLICreationString(moa.tasks.Task.class);
    assertThat(printed).contains("(deeplearning.LFNN -H (" + network + ") -B 2)");
    moa.tasks.EvaluatePrequential again = new moa.tasks.EvaluatePrequential();
    again.getOptions().setViaCLIString(printed.substring("EvaluatePrequential ".length()));
    assertThat(again.getCLICreationString(moa.tasks.Task.class)).isEqualTo(printed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
"""
-H (fc(wrokers=3)) | network "fc(wrokers=3)", character 4: unknown setting 'wrokers' of fc, expected workers or neurons
-H 12,x | network "12,x", character 4: 'x' is not a width, expected a whole number, a, i, o or t
-u LFN | option -u (rule) must be one of LFNN, LFNN_L, BP, FA, FG_W, FG_A, LG_BP, LG_FG_W, LG_FG_A, not "LFN"
-u 9 | option -u (rule) must be one of LFNN, LFNN_L, BP, FA, FG_W, FG_A, LG_BP, LG_FG_W, LG_FG_A, not "9"
-d 0 | the fraction of leaders must be in (0, 1], not 0.0
-d 1.5 | option -d (leaders) must be a number from 0.0 to 1.0, not "1.5"
-d many | option -d (leaders) must be a number from 0.0 to 1.0, not "many"
-s ALL | option -s (scope) must be one of BATCH, SAMPLE, EPOCH, not "ALL"
-a -1 | option -a (lambda1) must be a number of at least 0.0, not "-1"
-b NaN | lambda2, the weight of the followers' loss, must be at least 0 and finite, not NaN
-e WORST | option -e (reference) must be one of BEST, RANDOM, not "WORST"
-f ALL | option -f (follow) must be one of PREDICTIONS, LOGITS, not "ALL"
-t globe | loss terms are global,leaders,followers separated by commas; "globe" is none of them
-L -1 | option -L
-L Infinity | the learning rate must be above 0 and finite, or 0 for that of the rule, not Infinity
-o sdg | optimizer "sdg", character 1: 'sdg' is not an optimizer, expected sgd, momentum, adam or adamw
-w -0.1 | option -w (weightDecay) must be a number of at least 0.0, not "-0.1"
-B 0 | option -B (miniBatch) must be a whole number of at least 1, not "0"
-B 2.5 | option -B (miniBatch) must be a whole number of at least 1, not "2.5"
-E 0 | option -E (epoch) must be a whole number of at least 1, not "0"
-n LOG | option -n (scaling) must be one of AUTO, STANDARDIZE, RANGE, IMAGE, CHANNEL, NONE, not "LOG"
-n CHANNEL | scaling by channels needs images: give the shape of the input, channels x height x width, for example 3x32x32
-A flip | the augmentation "flip" needs images: give the shape of the input, channels x height x width, for example 3x32x32
-A flop -i 1x2x2 | an augmentation is none, or a list of crop(pixels), flip, shift(pixels) and cutout(pixels), for example "crop(4), flip", not "flop": "flop" is none of them
-A crop(2) -i 1x2x2 | the augmentation "crop(2)" needs images of more than 2x2 pixels, not 1x2x2: give the shape of the images, or a smaller augmentation
-i 28x28 | an input shape
-T -1 | option -T (threads) must be a whole number of at least 0, not "-1"
-r seven | option -r (randomSeed) must be a whole number, not "seven"
-i 1x28x28 | an input of 1x28x28 has 784 values, but a row has 4 (nominal attributes counted by their values): correct the input shape or leave it out
-H (fc(workers=3, neurons=1)) | stage 1: a worker of 1 neurons cannot predict 3 classes
-t leaders -u BP | BP trains the output layer with the global loss, which is switched off
-t leaders -u LG_FG_A | LG_FG_A trains the output layer with the global loss, which is switched off
-H (block(dense(10), heads=4, split)) | split heads need the body's 10 units to be a multiple of the 4 heads
""")
  void mistakesAreReportedInOneLine(String options, String message) {
    String task =
        "EvaluatePrequential -l (deeplearning.LFNN %s) -s (ArffFileStream -f"
            + " examples-arff/iris.arff)";
    for (String quiet : List.of(" -S", " -F 10")) {
      String printed =
          Tables.silently(() -> DoTask.main(new String[] {task.formatted(options) + quiet}));
      List<String> lines = printed.lines().filter(line -> line.contains("LFNN: ")).toList();
      assertThat(lines).describedAs(printed).hasSize(1);
      assertThat(lines.get(0)).contains("LFNN: ").contains(message);
      assertThat(printed).doesNotContain("\tat ").doesNotContain("Caused by");
    }
  }

  @Test
  void oneVsAllNeedsClasses() {
    LFNN learner = learner("-V");
    List<Instance> rows = read("cpu");
    assertThat(learner.getVotesForInstance(rows.get(0))).containsExactly(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.trainOnInstance(rows.get(0)))
        .withMessage(
            "LFNN: one-vs-all needs classes, but the class attribute is numeric: switch one-vs-all"
                + " off");
  }

  @Test
  void wrongValueCanBeCorrected() {
    LFNN learner = new LFNN();
    learner.getOptions().setViaCLIString("-d many -B x -u y -r z");
    assertThat(learner.getOptions().getAsCLIString()).isEqualTo("-u y -d many -B x -r z");
    assertThatIllegalArgumentException().isThrownBy(learner::prepareForUse);
    learner.leadersOption.setValue(0.5);
    learner.batchOption.setValue(2);
    learner.ruleOption.setChosenLabel("BP");
    learner.seedOption.setValueViaCLIString("3");
    learner.prepareForUse();
    assertThat(learner.getOptions().getAsCLIString()).isEqualTo("-u BP -d 0.5 -B 2 -r 3");
    learner.ruleOption.setChosenIndex(0);
    assertThat(learner.ruleOption.getValueAsCLIString()).isEqualTo("LFNN");
  }
}
