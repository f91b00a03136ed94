package moa.classifiers.deeplearning;

import com.github.javacliparser.FlagOption;
import com.github.javacliparser.FloatOption;
import com.github.javacliparser.IntOption;
import com.github.javacliparser.MultiChoiceOption;
import com.github.javacliparser.StringOption;
import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lfnn.data.FeatureEncoder;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.NetworkSpec;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.ScheduleSpec;
import lfnn.spec.TrainingSpec;
import lfnn.train.LearnerSpec;
import lfnn.train.ScalingChoice;
import lfnn.train.StepReport;
import lfnn.train.StreamLearner;
import moa.capabilities.Capability;
import moa.capabilities.ImmutableCapabilities;
import moa.classifiers.AbstractClassifier;
import moa.classifiers.MultiClassClassifier;
import moa.classifiers.Regressor;
import moa.core.Measurement;
import moa.core.StringUtils;

/**
 * Leader–follower neural network as a MOA learner, for classification and regression. It turns
 * options into specifications and instances into rows; the learning itself is in {@link
 * StreamLearner}.
 *
 * <p>The network is built when the first instance arrives, and grows when the stream's header does.
 *
 * @see <a href="https://arxiv.org/abs/2310.07885v1">Yin et al. 2023, Leader-Follower Neural
 *     Networks with Local Error Signals Inspired by Complex Collectives</a>
 */
public class LFNN extends AbstractClassifier implements MultiClassClassifier, Regressor {

  private static final long serialVersionUID = 1L;

  private static final TrainingSpec TRAINING = TrainingSpec.DEFAULTS;
  private static final LeadershipSpec LEADERSHIP = LeadershipSpec.DEFAULTS;

  /** What the input option says if rows are not images. */
  private static final String TABLE_INPUT = "table";

  /** The hidden stages. */
  public StringOption networkOption =
      new StringOption(
          "network",
          'H',
          "Hidden stages, for example \"fc(workers=32); fc(workers=32)\", \"block(dense(256),"
              + " heads=8)\", widths such as \"128,64\", or auto.",
          NetworkSpec.DEFAULT.toString());

  /** The learning rule. */
  public MultiChoiceOption ruleOption =
      choice(
          "rule",
          'u',
          "Learning rule.",
          Algorithm.values(),
          Arrays.stream(Algorithm.values()).map(Algorithm::description).toArray(String[]::new),
          TRAINING.algorithm());

  /** δ. */
  public FloatOption leadersOption =
      new FloatOption(
          "leaders",
          'd',
          "Fraction of the workers of a stage that lead, above 0.",
          LEADERSHIP.leaderFraction(),
          0,
          1);

  /** On which errors leaders are chosen. */
  public MultiChoiceOption scopeOption =
      choice(
          "scope",
          's',
          "On which errors leaders are chosen.",
          Scope.values(),
          new String[] {
            "mean error over the mini-batch", "error on each instance", "mean over the last epoch"
          },
          LEADERSHIP.scope());

  /** λ₁. */
  public FloatOption leaderWeightOption =
      new FloatOption(
          "lambda1",
          'a',
          "Weight of the leaders' prediction loss.",
          LEADERSHIP.leaderWeight(),
          0,
          Double.MAX_VALUE);

  /** λ₂. */
  public FloatOption followerWeightOption =
      new FloatOption(
          "lambda2",
          'b',
          "Weight of the followers' distance from the leader that they follow.",
          LEADERSHIP.followerWeight(),
          0,
          Double.MAX_VALUE);

  /** Which leader is followed. */
  public MultiChoiceOption referenceOption =
      choice(
          "reference",
          'e',
          "Which leader the followers follow.",
          Reference.values(),
          new String[] {"the leader with the lowest error", "a leader drawn at random"},
          LEADERSHIP.reference());

  /** What followers align. */
  public MultiChoiceOption followOption =
      choice(
          "follow",
          'f',
          "What followers align with the leader that they follow.",
          Alignment.values(),
          new String[] {"predictions", "logits; known to diverge with scope SAMPLE"},
          LEADERSHIP.alignment());

  /** Terms of the loss. */
  public StringOption lossTermsOption =
      new StringOption(
          "lossTerms",
          't',
          "Terms of the loss that are switched on: global, leaders, followers, with commas.",
          LossTerm.print(LEADERSHIP.terms()));

  /** One network per class. */
  public FlagOption oneVsAllOption =
      new FlagOption("oneVsAll", 'V', "Train a network with one sigmoid output for each class.");

  /** α. */
  public FloatOption learningRateOption =
      new FloatOption(
          "learningRate",
          'L',
          "Learning rate, above 0.",
          TRAINING.learningRate(),
          0,
          Double.MAX_VALUE);

  /** The optimizer. */
  public StringOption optimizerOption =
      new StringOption(
          "optimizer",
          'o',
          "Optimizer: sgd, momentum(0.9), adam or adamw, also with parameters as in adam(beta1=0.9,"
              + " beta2=0.999, epsilon=1e-8).",
          TRAINING.optimizer().toString());

  /** L2 penalty. */
  public FloatOption weightDecayOption =
      new FloatOption(
          "weightDecay",
          'w',
          "L2 penalty on weights.",
          TRAINING.weightDecay(),
          0,
          Double.MAX_VALUE);

  /** Instances of a mini-batch. */
  public IntOption batchOption =
      new IntOption("miniBatch", 'B', "Instances of a mini-batch.", 1, 1, Integer.MAX_VALUE);

  /** Instances of an epoch. */
  public IntOption epochOption =
      new IntOption(
          "epoch",
          'E',
          "Instances of what counts as an epoch for scope EPOCH.",
          1000,
          1,
          Integer.MAX_VALUE);

  /** Scaling of numeric attributes. */
  public MultiChoiceOption scalingOption =
      choice(
          "scaling",
          'n',
          "How numeric attributes are scaled, by statistics of the stream so far.",
          ScalingChoice.values(),
          new String[] {
            "IMAGE if the input is an image, else STANDARDIZE",
            "to mean 0 and variance 1",
            "each by its largest absolute value",
            "all by the largest absolute value of any",
            "not at all"
          },
          ScalingChoice.AUTO);

  /** Shape of an instance. */
  public StringOption inputOption =
      new StringOption(
          "input",
          'i',
          "Shape of an instance: table, or channels x height x width of an image, such as 1x28x28.",
          TABLE_INPUT);

  /** Threads. */
  public IntOption threadsOption =
      new IntOption(
          "threads",
          'T',
          "Threads that may work on the network, 0 for one per processor; the result does not"
              + " depend on it.",
          TRAINING.threads(),
          0,
          Integer.MAX_VALUE);

  /** The seed; shown here because the inherited option is not public and thus not found by MOA. */
  public IntOption seedOption = randomSeedOption;

  private LearnerSpec spec;
  private StreamLearner learner;
  private long learnedInstances;
  private long learningNanos;
  private transient Instances lastHeader;

  private static MultiChoiceOption choice(
      String name,
      char letter,
      String purpose,
      Enum<?>[] values,
      String[] texts,
      Enum<?> byDefault) {
    String[] labels = Arrays.stream(values).map(Enum::name).toArray(String[]::new);
    int chosen = Arrays.asList(values).indexOf(byDefault);
    return new MultiChoiceOption(name, letter, purpose, labels, texts, chosen);
  }

  @Override
  public String getPurposeString() {
    return "Leader-follower neural network: workers that predict the target themselves; the best"
        + " lead and learn from the label, the others follow (Yin et al. 2023).";
  }

  @Override
  public ImmutableCapabilities defineImmutableCapabilities() {
    return new ImmutableCapabilities(Capability.VIEW_STANDARD, Capability.VIEW_LITE);
  }

  @Override
  public boolean isRandomizable() {
    return true;
  }

  @Override
  public void resetLearningImpl() {
    spec = learnerSpec();
    learner = null;
    lastHeader = null;
    learnedInstances = 0;
    learningNanos = 0;
  }

  /** All options as validated records. */
  private LearnerSpec learnerSpec() {
    try {
      LeadershipSpec leadership =
          new LeadershipSpec(
              leadersOption.getValue(),
              Scope.valueOf(scopeOption.getChosenLabel()),
              leaderWeightOption.getValue(),
              followerWeightOption.getValue(),
              Reference.valueOf(referenceOption.getChosenLabel()),
              Alignment.valueOf(followOption.getChosenLabel()),
              LossTerm.parse(lossTermsOption.getValue()));
      TrainingSpec training =
          new TrainingSpec(
              Algorithm.valueOf(ruleOption.getChosenLabel()),
              leadership,
              OptimizerSpec.parse(optimizerOption.getValue()),
              learningRateOption.getValue(),
              new ScheduleSpec.Constant(),
              weightDecayOption.getValue(),
              0,
              batchOption.getValue(),
              0,
              1,
              randomSeed,
              threadsOption.getValue());
      String input = inputOption.getValue().strip();
      return new LearnerSpec(
          NetworkSpec.parse(networkOption.getValue()),
          oneVsAllOption.isSet(),
          input.equals(TABLE_INPUT) ? Optional.empty() : Optional.of(InputShape.parse(input)),
          ScalingChoice.valueOf(scalingOption.getChosenLabel()),
          training);
    } catch (IllegalArgumentException e) {
      throw new OptionException(e.getMessage());
    }
  }

  /**
   * A user's mistake: MOA prints exceptions with their stack trace, which would bury the message.
   */
  private static final class OptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    OptionException(String message) {
      super("LFNN: " + message);
      setStackTrace(new StackTraceElement[0]);
    }
  }

  @Override
  public void setModelContext(InstancesHeader context) {
    super.setModelContext(context);
    // Tasks that only train set the context again at their end: nothing of the stream is lost then.
    if (learner != null) {
      learner.flush();
    }
  }

  @Override
  public void trainOnInstanceImpl(Instance instance) {
    long start = System.nanoTime();
    adapt(instance);
    double target = instance.classValue();
    if (learner.classes() > 0 && target >= learner.classes()) {
      learner.grow(columns(instance), (int) target + 1);
    }
    learner.learn(row(instance), target, instance.weight());
    learnedInstances++;
    learningNanos += System.nanoTime() - start;
  }

  /** Builds the network for the first instance, and lets it grow with the header. */
  private void adapt(Instance instance) {
    if (learner != null && instance.dataset() == lastHeader) {
      return;
    }
    int classes = instance.classAttribute().isNominal() ? Math.max(1, instance.numClasses()) : 0;
    List<FeatureEncoder.Column> columns = columns(instance);
    if (learner == null) {
      try {
        learner = new StreamLearner(spec, columns, classes, epochOption.getValue());
      } catch (IllegalArgumentException e) {
        throw new OptionException(e.getMessage());
      }
    } else if (!columns.equals(learner.encoder().columns()) || classes > learner.classes()) {
      learner.grow(columns, Math.max(classes, learner.classes()));
    }
    lastHeader = instance.dataset();
  }

  private static List<FeatureEncoder.Column> columns(Instance instance) {
    List<FeatureEncoder.Column> columns = new ArrayList<>();
    for (int a = 0; a < instance.numAttributes(); a++) {
      if (a != instance.classIndex()) {
        Attribute attribute = instance.attribute(a);
        columns.add(
            attribute.isNominal()
                ? new FeatureEncoder.Nominal(attribute.name(), attribute.numValues())
                : new FeatureEncoder.Numeric(attribute.name()));
      }
    }
    return columns;
  }

  /** The attributes without the class, possibly followed by it. */
  private static double[] row(Instance instance) {
    double[] values = instance.toDoubleArray();
    int classIndex = instance.classIndex();
    if (classIndex < values.length - 1) {
      System.arraycopy(values, classIndex + 1, values, classIndex, values.length - classIndex - 1);
    }
    return values;
  }

  @Override
  public double[] getVotesForInstance(Instance instance) {
    if (learner == null) {
      boolean nominal = instance.classAttribute().isNominal();
      double[] votes = new double[nominal ? Math.max(1, instance.numClasses()) : 1];
      Arrays.fill(votes, nominal ? 1.0 / votes.length : 0);
      return votes;
    }
    adapt(instance);
    return learner.predict(row(instance));
  }

  @Override
  protected Measurement[] getModelMeasurementsImpl() {
    StepReport report = learner == null ? StepReport.NONE : learner.report();
    return new Measurement[] {
      new Measurement("leader loss", report.leaderLoss()),
      new Measurement("follower loss", report.followerLoss()),
      new Measurement("output loss", report.outputLoss()),
      new Measurement("share of workers whose role changed", report.roleChange()),
      new Measurement(
          "learning time per instance (wall-clock microseconds)",
          learnedInstances == 0 ? 0 : learningNanos / 1e3 / learnedInstances)
    };
  }

  @Override
  public void getModelDescription(StringBuilder out, int indent) {
    StringUtils.appendIndented(
        out, indent, learner == null ? "LFNN that has not learned yet" : learner.toString());
    StringUtils.appendNewline(out);
  }

  @Override
  public long measureByteSize() {
    return learner == null ? 0 : learner.bytes();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    getModelDescription(text, 0);
    return text.toString().strip();
  }
}
