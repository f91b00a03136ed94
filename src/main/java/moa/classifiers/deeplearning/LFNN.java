package moa.classifiers.deeplearning;

import com.github.javacliparser.FlagOption;
import com.github.javacliparser.StringOption;
import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lfnn.data.Augmentation;
import lfnn.data.FeatureEncoder;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.InvalidSettingException;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.NetworkSpec;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.ScheduleSpec;
import lfnn.spec.TrainingSpec;
import lfnn.train.DivergenceException;
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
import moa.options.Checked;

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
  public Checked.MultiChoiceOption ruleOption =
      choice(
          "rule",
          'u',
          "Learning rule.",
          Algorithm.values(),
          Arrays.stream(Algorithm.values()).map(Algorithm::description).toArray(String[]::new),
          TRAINING.algorithm());

  /** δ. */
  public Checked.FloatOption leadersOption =
      new Checked.FloatOption(
          "leaders",
          'd',
          "Fraction of the workers of a stage that lead, above 0.",
          LEADERSHIP.leaderFraction(),
          0,
          1);

  /** On which errors leaders are chosen. */
  public Checked.MultiChoiceOption scopeOption =
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
  public Checked.FloatOption leaderWeightOption =
      new Checked.FloatOption(
          "lambda1",
          'a',
          "Weight of the leaders' prediction loss.",
          LEADERSHIP.leaderWeight(),
          0,
          Double.POSITIVE_INFINITY);

  /** λ₂. */
  public Checked.FloatOption followerWeightOption =
      new Checked.FloatOption(
          "lambda2",
          'b',
          "Weight of the followers' distance from the leader that they follow.",
          LEADERSHIP.followerWeight(),
          0,
          Double.POSITIVE_INFINITY);

  /** Which leader is followed. */
  public Checked.MultiChoiceOption referenceOption =
      choice(
          "reference",
          'e',
          "Which leader the followers follow.",
          Reference.values(),
          new String[] {"the leader with the lowest error", "a leader drawn at random"},
          LEADERSHIP.reference());

  /** What followers align. */
  public Checked.MultiChoiceOption followOption =
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
  public Checked.FloatOption learningRateOption =
      new Checked.FloatOption(
          "learningRate",
          'L',
          "Learning rate; 0 for that of the rule, which is 0.001 for LFNN_L.",
          TrainingSpec.RATE_OF_RULE,
          0,
          Double.POSITIVE_INFINITY);

  /** The optimizer. */
  public StringOption optimizerOption =
      new StringOption(
          "optimizer",
          'o',
          "Optimizer: sgd, momentum(0.9), adam or adamw, also with parameters as in adam(beta1=0.9,"
              + " beta2=0.999, epsilon=1e-8).",
          TRAINING.optimizer().toString());

  /** L2 penalty. */
  public Checked.FloatOption weightDecayOption =
      new Checked.FloatOption(
          "weightDecay",
          'w',
          "L2 penalty on weights.",
          TRAINING.weightDecay(),
          0,
          Double.POSITIVE_INFINITY);

  /** Instances of a mini-batch. */
  public Checked.IntOption batchOption =
      new Checked.IntOption("miniBatch", 'B', "Instances of a mini-batch.", 1, 1);

  /** Instances of an epoch. */
  public Checked.IntOption epochOption =
      new Checked.IntOption(
          "epoch", 'E', "Instances of what counts as an epoch for scope EPOCH.", 1000, 1);

  /** Scaling of numeric attributes. */
  public Checked.MultiChoiceOption scalingOption =
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
            "each channel of an image to mean 0 and variance 1",
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

  /** Augmentation. */
  public StringOption augmentationOption =
      new StringOption(
          "augmentation",
          'A',
          "How images are changed at random before they are learned: none, or a list such as"
              + " \"crop(4), flip, shift(2), cutout(8)\".",
          TRAINING.augmentation().toString());

  /** Threads. */
  public Checked.IntOption threadsOption =
      new Checked.IntOption(
          "threads",
          'T',
          "Threads that may work on the network, 0 for one per processor; the result does not"
              + " depend on it.",
          TRAINING.threads(),
          0);

  /** The seed, in the place of the inherited option: MOA finds public fields only. */
  public Checked.IntOption seedOption =
      new Checked.IntOption(
          "randomSeed",
          'r',
          "Seed of everything random.",
          (int) TRAINING.seed(),
          Integer.MIN_VALUE);

  private StreamLearner learner;
  private long learnedInstances;
  private long learningNanos;
  private transient Layout layout;

  /** A learner that has not learned. */
  public LFNN() {
    randomSeedOption = seedOption;
  }

  private static Checked.MultiChoiceOption choice(
      String name,
      char letter,
      String purpose,
      Enum<?>[] values,
      String[] texts,
      Enum<?> byDefault) {
    String[] labels = Arrays.stream(values).map(Enum::name).toArray(String[]::new);
    int chosen = Arrays.asList(values).indexOf(byDefault);
    return new Checked.MultiChoiceOption(name, letter, purpose, labels, texts, chosen);
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

  /**
   * Forgets everything.
   *
   * @throws IllegalArgumentException if the value of an option is wrong
   */
  @Override
  public void resetLearningImpl() {
    learner = null;
    layout = null;
    learnedInstances = 0;
    learningNanos = 0;
    try {
      learnerSpec();
    } catch (IllegalArgumentException e) {
      throw forMoa(e);
    }
  }

  /** All options as validated records. */
  private LearnerSpec learnerSpec() {
    LeadershipSpec leadership =
        new LeadershipSpec(
            leadersOption.checkedValue(),
            scopeOption.checkedValue(Scope.class),
            leaderWeightOption.checkedValue(),
            followerWeightOption.checkedValue(),
            referenceOption.checkedValue(Reference.class),
            followOption.checkedValue(Alignment.class),
            LossTerm.parse(lossTermsOption.getValue()));
    seedOption.checkedValue();
    TrainingSpec training =
        new TrainingSpec(
            ruleOption.checkedValue(Algorithm.class),
            leadership,
            OptimizerSpec.parse(optimizerOption.getValue()),
            learningRateOption.checkedValue(),
            new ScheduleSpec.Constant(),
            weightDecayOption.checkedValue(),
            0,
            batchOption.checkedValue(),
            0,
            1,
            Augmentation.parse(augmentationOption.getValue()),
            randomSeed,
            threadsOption.checkedValue());
    epochOption.checkedValue();
    String input = inputOption.getValue().strip();
    return new LearnerSpec(
        NetworkSpec.parse(networkOption.getValue()),
        oneVsAllOption.isSet(),
        input.equals(TABLE_INPUT) ? Optional.empty() : Optional.of(InputShape.parse(input)),
        scalingOption.checkedValue(ScalingChoice.class),
        training);
  }

  /** The exception for MOA, which prints it: the message only, not where it comes from. */
  private static InvalidSettingException forMoa(RuntimeException mistake) {
    return new InvalidSettingException("LFNN: " + mistake.getMessage());
  }

  @Override
  public void setModelContext(InstancesHeader context) {
    super.setModelContext(context);
    // Tasks that only train set the context again at their end: nothing of the stream is lost then.
    if (learner != null) {
      try {
        learner.flush();
      } catch (DivergenceException e) {
        throw forMoa(e);
      }
    }
  }

  /**
   * Learns from an instance, or keeps it until the mini-batch is full.
   *
   * @throws IllegalArgumentException if the instance does not go with those before, or training
   *     diverged
   */
  @Override
  public void trainOnInstanceImpl(Instance instance) {
    long start = System.nanoTime();
    try {
      getReadyFor(instance);
      learner.learn(layout.row(instance), instance.classValue(), instance.weight());
    } catch (IllegalArgumentException | DivergenceException e) {
      throw forMoa(e);
    }
    learnedInstances++;
    learningNanos += System.nanoTime() - start;
  }

  /** Builds the network for the first instance, and lets it grow with the header. */
  private void getReadyFor(Instance instance) {
    int classes = classes(instance);
    if (classes > 0) {
      // A stream may deliver a class that its header does not have.
      classes = (int) Math.max(classes, instance.classValue() + 1);
    }
    if (layout != null
        && layout.fits(instance)
        && layout.isKnown()
        && classes <= learner.classes()) {
      return;
    }
    List<FeatureEncoder.Column> columns = columns(instance);
    if (learner == null) {
      learner = new StreamLearner(learnerSpec(), columns, classes, epochOption.checkedValue());
    }
    learner.grow(columns, classes);
    layout = new Layout(instance, learner, columns, classes);
  }

  /** Number of classes; 0 if the class is numeric. */
  private static int classes(Instance instance) {
    return instance.classAttribute().isNominal() ? Math.max(1, instance.numClasses()) : 0;
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

  /** Where the learner finds its attributes in the instances of one header. */
  private static final class Layout {
    private final Instances header;
    private final int attributes;
    private final int classes;
    private final List<Attribute> nominal = new ArrayList<>();
    private final List<Integer> nominalValues = new ArrayList<>();
    private final boolean known;
    private final int[] places;
    private final double[] values;

    Layout(
        Instance instance,
        StreamLearner learner,
        List<FeatureEncoder.Column> columns,
        int classCount) {
      header = instance.dataset();
      attributes = instance.numAttributes();
      classes = instance.numClasses();
      int classIndex = instance.classIndex();
      for (int a = 0; a < attributes; a++) {
        Attribute attribute = instance.attribute(a);
        if (a != classIndex && attribute.isNominal()) {
          nominal.add(attribute);
          nominalValues.add(attribute.numValues());
        }
      }
      known = learner.knows(columns, classCount);
      places = learner.places(columns);
      for (int c = 0; c < places.length; c++) {
        places[c] += places[c] >= classIndex ? 1 : 0;
      }
      values = learner.nominalValues();
    }

    /** Whether an instance has this header, and the header is as it was. */
    boolean fits(Instance instance) {
      if (instance.dataset() != header
          || instance.numAttributes() != attributes
          || instance.numClasses() != classes) {
        return false;
      }
      for (int i = 0; i < nominal.size(); i++) {
        if (nominal.get(i).numValues() != nominalValues.get(i)) {
          return false;
        }
      }
      return true;
    }

    /** Whether the learner knows all attributes, their values and the classes. */
    boolean isKnown() {
      return known;
    }

    /** The values of the learner's attributes. */
    double[] row(Instance instance) {
      double[] all = instance.toDoubleArray();
      double[] row = new double[places.length];
      for (int c = 0; c < row.length; c++) {
        row[c] = places[c] < 0 ? Double.NaN : all[places[c]];
      }
      return row;
    }

    /** The same with missing in the place of nominal values that the learner does not know. */
    double[] knownRow(Instance instance) {
      double[] row = row(instance);
      if (!known) {
        for (int c = 0; c < row.length; c++) {
          row[c] = row[c] >= values[c] ? Double.NaN : row[c];
        }
      }
      return row;
    }
  }

  /**
   * Predicts, without learning anything: attributes, values and classes of a grown header stay
   * unknown until an instance with them is learned.
   *
   * @return a probability for each class of the instance's header, or the predicted value; a fresh
   *     array. Zeros before the first instance was learned: so MOA's ensembles know that there is
   *     no prediction yet
   */
  @Override
  public double[] getVotesForInstance(Instance instance) {
    int classes = classes(instance);
    if (learner == null) {
      return new double[Math.max(1, classes)];
    }
    try {
      if (layout == null || !layout.fits(instance)) {
        layout = new Layout(instance, learner, columns(instance), classes);
      }
      double[] votes = learner.predict(layout.knownRow(instance));
      return classes == 0 || classes == votes.length ? votes : resized(votes, classes);
    } catch (IllegalArgumentException e) {
      throw forMoa(e);
    }
  }

  /**
   * Classes that the learner does not know get no vote, classes that the header lacks lose theirs.
   */
  private static double[] resized(double[] votes, int classes) {
    double[] resized = Arrays.copyOf(votes, classes);
    double sum = Arrays.stream(resized).sum();
    for (int c = 0; c < classes; c++) {
      resized[c] = sum > 0 ? resized[c] / sum : 1.0 / classes;
    }
    return resized;
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
    String text = learner == null ? "LFNN that has not learned yet" : learner.toString();
    text.lines()
        .forEach(
            line -> {
              StringUtils.appendIndented(out, indent, line);
              StringUtils.appendNewline(out);
            });
  }

  /** Memory of parameters, optimizer and statistics in bytes, with or without MOA's agent. */
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
