package weka.classifiers.functions;

import java.beans.BeanInfo;
import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
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
import lfnn.train.EpochReport;
import lfnn.train.LearnerSpec;
import lfnn.train.LfnnModel;
import lfnn.train.ScalingChoice;
import lfnn.train.Table;
import lfnn.train.TableLearner;
import lfnn.train.TrainerState;
import lfnn.train.TrainingReport;
import weka.classifiers.IterativeClassifier;
import weka.classifiers.RandomizableClassifier;
import weka.classifiers.rules.ZeroR;
import weka.core.AdditionalMeasureProducer;
import weka.core.Attribute;
import weka.core.Capabilities;
import weka.core.Capabilities.Capability;
import weka.core.Instance;
import weka.core.Instances;
import weka.core.LogHandler;
import weka.core.Option;
import weka.core.OptionMetadata;
import weka.core.TechnicalInformation;
import weka.core.TechnicalInformationHandler;
import weka.core.Utils;
import weka.core.WeightedInstancesHandler;
import weka.gui.Logger;
import weka.gui.ProgrammaticProperty;

/**
 * Leader–follower neural network as a Weka classifier. It turns options into specifications and
 * instances into rows; the learning itself is in {@link TableLearner}.
 *
 * @see <a href="https://arxiv.org/abs/2310.07885v1">Yin et al. 2023, Leader-Follower Neural
 *     Networks with Local Error Signals Inspired by Complex Collectives</a>
 */
public class LFNN extends RandomizableClassifier
    implements WeightedInstancesHandler,
        IterativeClassifier,
        TechnicalInformationHandler,
        AdditionalMeasureProducer,
        LogHandler {

  private static final long serialVersionUID = 1L;

  private static final TrainingSpec TRAINING = TrainingSpec.DEFAULTS;
  private static final LeadershipSpec LEADERSHIP = LeadershipSpec.DEFAULTS;
  private static final String LEADERSHIP_GROUP = "Leadership";
  private static final String OPTIMIZATION_GROUP = "Optimization";
  private static final String DATA_GROUP = "Data and machine";

  /** Nanoseconds between two status lines. */
  private static final long STATUS_INTERVAL = 250_000_000L;

  /** Types of the options that {@link RandomizableClassifier} brings. */
  private static final Map<String, Class<?>> INHERITED_TYPES =
      Map.of("-S", int.class, "-num-decimal-places", int.class, "-batch-size", int.class);

  /** As many words as fit into a line of the help. */
  private static final String HELP_LINE = "(.{1,72})(?:\\s+|$)";

  /** What {@code -input} says if rows are not images. */
  private static final String TABLE_INPUT = "table";

  private static final Map<String, ToDoubleFunction<TrainingReport>> MEASURES = measures();

  /** The properties that are options of this class itself. */
  private static final List<PropertyDescriptor> OPTION_PROPERTIES = optionProperties();

  private String network = NetworkSpec.DEFAULT.toString();
  private double learningRate = TrainingSpec.RATE_OF_RULE;
  private int epochs = TRAINING.epochs();
  private double validationPercent = 100 * TRAINING.validationFraction();
  private int patience = TRAINING.patience();
  private Algorithm rule = TRAINING.algorithm();
  private double leaders = LEADERSHIP.leaderFraction();
  private Scope scope = LEADERSHIP.scope();
  private double lambda1 = LEADERSHIP.leaderWeight();
  private double lambda2 = LEADERSHIP.followerWeight();
  private Reference reference = LEADERSHIP.reference();
  private Alignment follow = LEADERSHIP.alignment();
  private String lossTerms = LossTerm.print(LEADERSHIP.terms());
  private boolean oneVsAll;
  private String optimizer = TRAINING.optimizer().toString();
  private String schedule = TRAINING.schedule().toString();
  private double weightDecay = TRAINING.weightDecay();
  private int miniBatch = TRAINING.batchSize();
  private String input = TABLE_INPUT;
  private ScalingChoice scaling = ScalingChoice.AUTO;
  private String augmentation = TRAINING.augmentation().toString();
  private int threads = TRAINING.threads();
  private boolean resume;

  private Instances header;
  private ZeroR zeroR;
  private LfnnModel model;
  private TrainingReport report;
  private TrainerState state;
  private transient TableLearner learner;
  private transient Logger log;
  private transient long lastStatus;

  private static Map<String, ToDoubleFunction<TrainingReport>> measures() {
    Map<String, ToDoubleFunction<TrainingReport>> measures = new LinkedHashMap<>();
    measures.put("measureEpochs", report -> report.epochs().size());
    measures.put("measureParameters", TrainingReport::parameters);
    measures.put("measureTrainingSeconds", TrainingReport::seconds);
    measures.put("measureOutputLoss", report -> report.last().outputLoss());
    measures.put("measureLeaderLoss", report -> report.last().leaderLoss());
    measures.put("measureFollowerLoss", report -> report.last().followerLoss());
    measures.put("measureRoleChange", report -> report.last().roleChange());
    measures.put("measureTrainingError", report -> report.last().trainingError());
    measures.put("measureValidationLoss", report -> report.last().validationLoss());
    measures.put("measureValidationError", report -> report.last().validationError());
    return measures;
  }

  /** What the classifier is, for the object editor. */
  public String globalInfo() {
    return "A leader-follower neural network (LFNN). Each hidden stage consists of workers that"
        + " predict the class themselves; those with the lowest error lead and learn from the"
        + " class, the others follow the best leader. With the rule LFNN_L the stages learn from"
        + " these local signals alone, without back-propagation; LFNN adds the back-propagated"
        + " output loss for leaders, and BP is plain back-propagation. Other rules are feedback"
        + " alignment (FA), forward gradients (FG) and local greedy learning (LG). Nominal and"
        + " numeric"
        + " classes; missing values and instance weights are handled; numeric attributes are"
        + " scaled, nominal ones become 0/1 inputs.\n\nFor more information, see:\n\n"
        + getTechnicalInformation();
  }

  @Override
  public TechnicalInformation getTechnicalInformation() {
    TechnicalInformation information = new TechnicalInformation(TechnicalInformation.Type.MISC);
    information.setValue(
        TechnicalInformation.Field.AUTHOR,
        "Chenzhong Yin and Mingxi Cheng and Xiongye Xiao and Xinghe Chen and Shahin Nazarian and"
            + " Andrei Irimia and Paul Bogdan");
    information.setValue(TechnicalInformation.Field.YEAR, "2023");
    information.setValue(
        TechnicalInformation.Field.TITLE,
        "Leader-Follower Neural Networks with Local Error Signals Inspired by Complex Collectives");
    information.setValue(TechnicalInformation.Field.HOWPUBLISHED, "arXiv:2310.07885v1");
    information.setValue(TechnicalInformation.Field.URL, "https://arxiv.org/abs/2310.07885v1");
    return information;
  }

  @Override
  public Capabilities getCapabilities() {
    Capabilities capabilities = super.getCapabilities();
    capabilities.disableAll();
    capabilities.enable(Capability.NOMINAL_ATTRIBUTES);
    capabilities.enable(Capability.NUMERIC_ATTRIBUTES);
    capabilities.enable(Capability.DATE_ATTRIBUTES);
    capabilities.enable(Capability.MISSING_VALUES);
    capabilities.enable(Capability.NOMINAL_CLASS);
    capabilities.enable(Capability.UNARY_CLASS);
    if (!oneVsAll) {
      capabilities.enable(Capability.NUMERIC_CLASS);
      capabilities.enable(Capability.DATE_CLASS);
    }
    capabilities.enable(Capability.MISSING_CLASS_VALUES);
    return capabilities;
  }

  /**
   * Sets options; unlike Weka's own option code, it refuses what is wrong. Options that are not
   * given keep their values, the seed included; flags that are not given are switched off.
   *
   * @param options in Weka's manner; emptied
   * @throws InvalidSettingException if an option is unknown, given twice or lacks its value, or if
   *     a value is not of the kind or in the range that its option needs
   */
  @Override
  public void setOptions(String[] options) throws Exception {
    Map<String, Option> known = new LinkedHashMap<>();
    for (Option option : Collections.list(listOptions())) {
      // Weka itself writes one of its own options with the hyphen.
      known.put(option.name().startsWith("-") ? option.name() : "-" + option.name(), option);
    }
    Map<String, Class<?>> types = new HashMap<>(INHERITED_TYPES);
    for (PropertyDescriptor property : OPTION_PROPERTIES) {
      types.put(optionName(property), property.getPropertyType());
    }
    Set<String> given = new HashSet<>();
    for (int i = 0; i < options.length; i++) {
      String name = options[i];
      if (name.isEmpty()) {
        continue;
      }
      Option option = known.get(name);
      if (option == null) {
        throw new InvalidSettingException(
            "unknown option " + name + ", expected one of " + String.join(", ", known.keySet()));
      }
      if (!given.add(name)) {
        throw new InvalidSettingException("option " + name + " is given twice");
      }
      if (option.numArguments() > 0) {
        i++;
        if (i == options.length || options[i].isEmpty()) {
          throw new InvalidSettingException(
              "option " + name + " needs a value, as in " + option.synopsis());
        }
        options[i] = canonical(name, types.get(name), options[i]);
      }
    }
    int seed = getSeed();
    super.setOptions(options);
    if (!given.contains("-S")) {
      setSeed(seed);
    }
    learnerSpec();
  }

  @Override
  public Enumeration<Option> listOptions() {
    Map<String, Object> defaults = new HashMap<>();
    LFNN fresh = new LFNN();
    for (PropertyDescriptor property : OPTION_PROPERTIES) {
      defaults.put(optionName(property), value(property, fresh));
    }
    List<Option> options = new ArrayList<>();
    for (Option option : Collections.list(super.listOptions())) {
      Object value = defaults.get("-" + option.name());
      if (value == null) {
        options.add(option);
        continue;
      }
      String text = option.description().strip();
      if (option.numArguments() > 0) {
        text += " (default: " + value + ")";
      }
      options.add(
          new Option(
              text.replaceAll(HELP_LINE, "\t$1\n").stripTrailing(),
              option.name(),
              option.numArguments(),
              option.synopsis()));
    }
    return Collections.enumeration(options);
  }

  private static List<PropertyDescriptor> optionProperties() {
    try {
      BeanInfo bean = Introspector.getBeanInfo(LFNN.class, RandomizableClassifier.class);
      return Arrays.stream(bean.getPropertyDescriptors())
          .filter(property -> property.getReadMethod() != null)
          .filter(property -> property.getReadMethod().isAnnotationPresent(OptionMetadata.class))
          .toList();
    } catch (IntrospectionException e) {
      throw new IllegalStateException("the options of LFNN cannot be found", e);
    }
  }

  private static String optionName(PropertyDescriptor property) {
    OptionMetadata option = property.getReadMethod().getAnnotation(OptionMetadata.class);
    return "-" + option.commandLineParamName();
  }

  private static Object value(PropertyDescriptor property, LFNN classifier) {
    try {
      return property.getReadMethod().invoke(classifier);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("option " + optionName(property) + " cannot be read", e);
    }
  }

  /** The value of an option in the one spelling that Weka's option code reads. */
  private static String canonical(String option, Class<?> type, String value) {
    if (type == int.class) {
      try {
        return Integer.toString(Integer.parseInt(value.strip()));
      } catch (NumberFormatException e) {
        throw mistyped(option, "a whole number", value);
      }
    }
    if (type == double.class) {
      try {
        return Double.toString(Double.parseDouble(value.strip()));
      } catch (NumberFormatException e) {
        throw mistyped(option, "a number", value);
      }
    }
    if (type != null && type.isEnum()) {
      String wanted = value.strip().replace('-', '_');
      List<String> names = new ArrayList<>();
      for (Object constant : type.getEnumConstants()) {
        String name = ((Enum<?>) constant).name();
        if (name.equalsIgnoreCase(wanted)) {
          return name;
        }
        names.add(name);
      }
      throw mistyped(option, "one of " + String.join(", ", names), value);
    }
    return value;
  }

  private static InvalidSettingException mistyped(String option, String expected, String value) {
    return new InvalidSettingException(
        "option " + option + " must be " + expected + ", not \"" + value + "\"");
  }

  /**
   * All options as validated records.
   *
   * @throws InvalidSettingException if a value is wrong, with the name of its option
   */
  private LearnerSpec learnerSpec() {
    for (PropertyDescriptor property : OPTION_PROPERTIES) {
      if (value(property, this) == null) {
        throw new InvalidSettingException("option " + optionName(property) + " has no value");
      }
    }
    try {
      return unnamedLearnerSpec();
    } catch (IllegalArgumentException e) {
      throw named(e);
    }
  }

  /** The same problem with the name of the option that has it even with defaults for all others. */
  private InvalidSettingException named(IllegalArgumentException problem) {
    for (PropertyDescriptor property : OPTION_PROPERTIES) {
      LFNN suspect = new LFNN();
      try {
        property.getWriteMethod().invoke(suspect, value(property, this));
        suspect.unnamedLearnerSpec();
      } catch (IllegalArgumentException e) {
        // An option may need another one that has a default here.
        if (Objects.equals(e.getMessage(), problem.getMessage())) {
          return new InvalidSettingException(
              "option " + optionName(property) + ": " + e.getMessage());
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("option " + optionName(property) + " cannot be set", e);
      }
    }
    return new InvalidSettingException(problem.getMessage());
  }

  private LearnerSpec unnamedLearnerSpec() {
    if (!(validationPercent >= 0 && validationPercent < 100)) {
      throw new IllegalArgumentException(
          "the percentage of rows for validation must be at least 0 and below 100, not "
              + validationPercent);
    }
    LeadershipSpec leadership =
        new LeadershipSpec(
            leaders, scope, lambda1, lambda2, reference, follow, LossTerm.parse(lossTerms));
    TrainingSpec training =
        new TrainingSpec(
            rule,
            leadership,
            OptimizerSpec.parse(optimizer),
            learningRate,
            ScheduleSpec.parse(schedule),
            weightDecay,
            epochs,
            miniBatch,
            validationPercent / 100,
            patience,
            Augmentation.parse(augmentation),
            getSeed(),
            threads);
    Optional<InputShape> shape =
        input.strip().equalsIgnoreCase(TABLE_INPUT)
            ? Optional.empty()
            : Optional.of(InputShape.parse(input));
    return new LearnerSpec(NetworkSpec.parse(network), oneVsAll, shape, scaling, training);
  }

  @Override
  public void buildClassifier(Instances data) throws Exception {
    forget();
    initializeClassifier(data);
    while (next()) {
      // each call is one epoch
    }
    done();
  }

  private void forget() {
    header = null;
    zeroR = null;
    model = null;
    report = null;
    state = null;
    learner = null;
  }

  /**
   * Begins to train. A model that was kept for it by {@code resume} learns on; else training starts
   * anew.
   *
   * @param data not modified; rows whose class is missing are left out
   * @throws InvalidSettingException if an option does not fit the data, or if the model to continue
   *     from has other attributes or another network
   */
  @Override
  public void initializeClassifier(Instances data) throws Exception {
    LearnerSpec spec = learnerSpec();
    getCapabilities().testWithFail(data);
    Instances rows = new Instances(data);
    rows.deleteWithMissingClass();
    lastStatus = System.nanoTime() - STATUS_INTERVAL;
    if (state != null) {
      resumeFrom(rows, spec);
      return;
    }
    forget();
    header = new Instances(rows, 0);
    if (hasInputs(rows)) {
      learner = learner(() -> new TableLearner(spec, columns(rows), classes(rows), table(rows)));
    } else {
      zeroR = new ZeroR();
      zeroR.buildClassifier(rows);
    }
  }

  private void resumeFrom(Instances rows, LearnerSpec spec) {
    try {
      if (!header.equalHeaders(rows)) {
        throw new InvalidSettingException(
            "training cannot continue on another table, start a new model for it: "
                + header.equalHeadersMsg(rows).strip().replaceAll("\\s*\\R\\s*", "; "));
      }
      learner = learner(() -> new TableLearner(spec, model, state, classes(rows), table(rows)));
    } catch (InvalidSettingException e) {
      // The Explorer shows nothing of what goes wrong while a model learns on.
      if (log != null) {
        log.logMessage("LFNN: " + e.getMessage());
        log.statusMessage("LFNN: " + e.getMessage());
      }
      throw e;
    }
  }

  private static TableLearner learner(Supplier<TableLearner> learner) {
    try {
      return learner.get();
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(e.getMessage());
    } catch (LinkageError e) {
      throw unusable(e);
    }
  }

  private static IllegalStateException unusable(LinkageError error) {
    return new IllegalStateException(
        "LFNN cannot compute here (" + error + "): install its package again, then restart", error);
  }

  private static int classes(Instances rows) {
    return rows.classAttribute().isNominal() ? rows.numClasses() : 0;
  }

  /** Whether any attribute besides the class can tell rows apart. */
  private static boolean hasInputs(Instances rows) {
    for (int a = 0; a < rows.numAttributes(); a++) {
      Attribute attribute = rows.attribute(a);
      if (a != rows.classIndex() && (!attribute.isNominal() || attribute.numValues() > 0)) {
        return true;
      }
    }
    return false;
  }

  private static List<FeatureEncoder.Column> columns(Instances rows) {
    List<FeatureEncoder.Column> columns = new ArrayList<>();
    for (int a = 0; a < rows.numAttributes(); a++) {
      if (a != rows.classIndex()) {
        Attribute attribute = rows.attribute(a);
        columns.add(
            attribute.isNominal()
                ? new FeatureEncoder.Nominal(attribute.name(), attribute.numValues())
                : new FeatureEncoder.Numeric(attribute.name()));
      }
    }
    return columns;
  }

  private static Table table(Instances rows) {
    return new Table() {
      @Override
      public int size() {
        return rows.numInstances();
      }

      @Override
      public double[] row(int index) {
        return LFNN.row(rows.instance(index), rows.classIndex());
      }

      @Override
      public double target(int index) {
        return rows.instance(index).classValue();
      }

      @Override
      public double weight(int index) {
        double weight = rows.instance(index).weight();
        if (!(weight >= 0 && Double.isFinite(weight))) {
          throw new IllegalArgumentException(
              "the weight of an instance must be finite and at least 0, not " + weight);
        }
        return weight;
      }
    };
  }

  /** The attributes of an instance without the class. */
  private static double[] row(Instance instance, int classIndex) {
    double[] row = new double[instance.numAttributes() - 1];
    // Reads what is stored: sparse instances go the same way as dense ones, and nothing is copied.
    for (int v = 0; v < instance.numValues(); v++) {
      int attribute = instance.index(v);
      if (attribute != classIndex) {
        row[attribute < classIndex ? attribute : attribute - 1] = instance.valueSparse(v);
      }
    }
    return row;
  }

  /**
   * Learns for one epoch.
   *
   * @return whether there is more to do
   * @throws InterruptedException if the thread was interrupted; what this run of training learned
   *     is then dropped
   */
  @Override
  public boolean next() throws Exception {
    if (learner == null || learner.isFinished()) {
      return false;
    }
    TableLearner current = learner;
    learner = null;
    EpochReport epoch = current.epoch();
    learner = current;
    boolean more = !current.isFinished();
    status(epoch, more);
    return more;
  }

  private void status(EpochReport epoch, boolean more) {
    long now = System.nanoTime();
    if ((log == null && !getDebug()) || (more && now - lastStatus < STATUS_INTERVAL)) {
      return;
    }
    lastStatus = now;
    String line = "LFNN: " + learner.progress(epoch);
    if (log != null) {
      log.statusMessage(line);
    }
    if (getDebug()) {
      System.err.println(line);
    }
  }

  @Override
  public void done() throws Exception {
    if (learner == null) {
      if (!resume) {
        state = null;
      }
      return;
    }
    model = learner.model();
    report = learner.report();
    state = resume ? learner.trainer().state() : null;
    learner = null;
  }

  @Override
  public double[] distributionForInstance(Instance instance) throws Exception {
    if (zeroR != null) {
      return zeroR.distributionForInstance(instance);
    }
    double[] row = row(instance, classIndex(instance.numAttributes()));
    return predict(1, index -> row)[0];
  }

  @Override
  public double[][] distributionsForInstances(Instances batch) throws Exception {
    if (zeroR != null) {
      return super.distributionsForInstances(batch);
    }
    int classIndex = classIndex(batch.numAttributes());
    return predict(batch.numInstances(), index -> row(batch.instance(index), classIndex));
  }

  @Override
  public boolean implementsMoreEfficientBatchPrediction() {
    return true;
  }

  private int classIndex(int attributes) {
    if (header == null) {
      throw new IllegalStateException("this LFNN has not been trained: build it first");
    }
    if (attributes != header.numAttributes()) {
      throw new IllegalArgumentException(
          "an instance must have the "
              + header.numAttributes()
              + " attributes that the model was trained on, not "
              + attributes);
    }
    return header.classIndex();
  }

  private double[][] predict(int count, IntFunction<double[]> rows) {
    LfnnModel current = learner != null ? learner.model() : model;
    if (current == null) {
      throw new IllegalStateException(
          "this LFNN has not been trained: its training failed or was interrupted");
    }
    try {
      // A value that training would refuse does not matter here.
      current.useThreads(Math.max(0, threads));
      return current.predict(count, rows);
    } catch (LinkageError e) {
      throw unusable(e);
    }
  }

  @Override
  public Enumeration<String> enumerateMeasures() {
    return Collections.enumeration(MEASURES.keySet());
  }

  @Override
  public double getMeasure(String name) {
    ToDoubleFunction<TrainingReport> measure = MEASURES.get(name);
    if (measure == null) {
      throw new IllegalArgumentException(
          name + " is not a measure of LFNN, expected one of " + MEASURES.keySet());
    }
    return report == null ? Utils.missingValue() : measure.applyAsDouble(report);
  }

  @Override
  public String toString() {
    if (zeroR != null) {
      return "LFNN: no attribute besides the class, so the classifier is\n\n" + zeroR;
    }
    return report == null ? "LFNN: no model built yet." : report.toString();
  }

  /** The hidden stages of the network. */
  @OptionMetadata(
      displayName = "Network",
      description =
          "The hidden stages of the network. Written as fc(workers=32); "
              + "fc(workers=32) or as block(dense(256), heads=8); block(dense(256), "
              + "heads=8), as widths such as 128,64 or a (MultilayerPerceptron's habit), "
              + "or auto to choose from the data.",
      commandLineParamName = "H",
      commandLineParamSynopsis = "-H <network>",
      displayOrder = 1)
  public String getNetwork() {
    return network;
  }

  /** Sets what {@link #getNetwork} says; checked before training. */
  public void setNetwork(String value) {
    network = value;
  }

  /** The initial learning rate; 0 stands for that of the rule. */
  @OptionMetadata(
      displayName = "Learning rate",
      description = "The initial learning rate; 0 for that of the rule, which is 0.001 for LFNN_L.",
      commandLineParamName = "L",
      commandLineParamSynopsis = "-L <rate>",
      displayOrder = 2)
  public double getLearningRate() {
    return learningRate;
  }

  /** Sets what {@link #getLearningRate} says; checked before training. */
  public void setLearningRate(double value) {
    learningRate = value;
  }

  /** The number of passes over the training rows. */
  @OptionMetadata(
      displayName = "Epochs",
      description = "The number of passes over the training rows.",
      commandLineParamName = "N",
      commandLineParamSynopsis = "-N <number>",
      displayOrder = 3)
  public int getEpochs() {
    return epochs;
  }

  /** Sets what {@link #getEpochs} says; checked before training. */
  public void setEpochs(int value) {
    epochs = value;
  }

  /** The percentage of the training rows set aside to choose the best epoch on. */
  @OptionMetadata(
      displayName = "Validation percentage",
      description =
          "The percentage of the training rows set aside to choose the best epoch "
              + "on. With 0 all rows are trained on and the last epoch counts.",
      commandLineParamName = "V",
      commandLineParamSynopsis = "-V <percent>",
      displayOrder = 4)
  public double getValidationPercent() {
    return validationPercent;
  }

  /** Sets what {@link #getValidationPercent} says; checked before training. */
  public void setValidationPercent(double value) {
    validationPercent = value;
  }

  /** The number of epochs without a lower validation loss before training stops. */
  @OptionMetadata(
      displayName = "Patience",
      description = "The number of epochs without a lower validation loss before training stops.",
      commandLineParamName = "E",
      commandLineParamSynopsis = "-E <epochs>",
      displayOrder = 5)
  public int getPatience() {
    return patience;
  }

  /** Sets what {@link #getPatience} says; checked before training. */
  public void setPatience(int value) {
    patience = value;
  }

  /** The learning rule. */
  @OptionMetadata(
      displayName = "Learning rule",
      description =
          "The learning rule. LFNN_L learns from local signals alone, LFNN adds the "
              + "back-propagated output loss for leaders, BP is plain back-propagation, FA is "
              + "feedback alignment, FG_W and FG_A are forward gradients with weights or "
              + "activities perturbed, LG_ with any of these is local greedy: each stage learns "
              + "from the errors of its own workers. Rules other than LFNN and LFNN_L have no "
              + "leaders.",
      commandLineParamName = "rule",
      commandLineParamSynopsis =
          "-rule <LFNN_L | LFNN | BP | FA | FG_W | FG_A | LG_BP | LG_FG_W | LG_FG_A>",
      displayOrder = 6)
  public Algorithm getRule() {
    return rule;
  }

  /** Sets what {@link #getRule} says; checked before training. */
  public void setRule(Algorithm value) {
    rule = value;
  }

  /** Whether each class gets a network of its own, with one sigmoid output. */
  @OptionMetadata(
      displayName = "One-vs-all",
      description = "Whether each class gets a network of its own, with one sigmoid output.",
      commandLineParamName = "one-vs-all",
      commandLineParamIsFlag = true,
      commandLineParamSynopsis = "-one-vs-all",
      displayOrder = 7)
  public boolean getOneVsAll() {
    return oneVsAll;
  }

  /** Sets what {@link #getOneVsAll} says; checked before training. */
  public void setOneVsAll(boolean value) {
    oneVsAll = value;
  }

  /** The fraction of the workers of a stage that lead, in (0, 1]; at least one worker leads. */
  @OptionMetadata(
      displayName = "Fraction of leaders",
      description =
          "The fraction of the workers of a stage that lead, in (0, 1]; at least "
              + "one worker leads.",
      category = LEADERSHIP_GROUP,
      commandLineParamName = "leaders",
      commandLineParamSynopsis = "-leaders <fraction>",
      displayOrder = 8)
  public double getLeaders() {
    return leaders;
  }

  /** Sets what {@link #getLeaders} says; checked before training. */
  public void setLeaders(double value) {
    leaders = value;
  }

  /** On which errors leaders are chosen. */
  @OptionMetadata(
      displayName = "Selection scope",
      description =
          "On which errors leaders are chosen. BATCH takes the mean over the "
              + "mini-batch, SAMPLE each row by itself, EPOCH the previous epoch.",
      category = LEADERSHIP_GROUP,
      commandLineParamName = "scope",
      commandLineParamSynopsis = "-scope <BATCH | SAMPLE | EPOCH>",
      displayOrder = 9)
  public Scope getScope() {
    return scope;
  }

  /** Sets what {@link #getScope} says; checked before training. */
  public void setScope(Scope value) {
    scope = value;
  }

  /** The weight of the leaders' prediction loss. */
  @OptionMetadata(
      displayName = "Lambda 1",
      description = "The weight of the leaders' prediction loss.",
      category = LEADERSHIP_GROUP,
      commandLineParamName = "lambda1",
      commandLineParamSynopsis = "-lambda1 <weight>",
      displayOrder = 10)
  public double getLambda1() {
    return lambda1;
  }

  /** Sets what {@link #getLambda1} says; checked before training. */
  public void setLambda1(double value) {
    lambda1 = value;
  }

  /** The weight of the followers' distance from the leader that they follow. */
  @OptionMetadata(
      displayName = "Lambda 2",
      description = "The weight of the followers' distance from the leader that they follow.",
      category = LEADERSHIP_GROUP,
      commandLineParamName = "lambda2",
      commandLineParamSynopsis = "-lambda2 <weight>",
      displayOrder = 11)
  public double getLambda2() {
    return lambda2;
  }

  /** Sets what {@link #getLambda2} says; checked before training. */
  public void setLambda2(double value) {
    lambda2 = value;
  }

  /** Which leader the followers follow. */
  @OptionMetadata(
      displayName = "Reference leader",
      description = "Which leader the followers follow.",
      category = LEADERSHIP_GROUP,
      commandLineParamName = "reference",
      commandLineParamSynopsis = "-reference <BEST | RANDOM>",
      displayOrder = 12)
  public Reference getReference() {
    return reference;
  }

  /** Sets what {@link #getReference} says; checked before training. */
  public void setReference(Reference value) {
    reference = value;
  }

  /** What followers align with their leader, the predictions or the logits. */
  @OptionMetadata(
      displayName = "Followers align",
      description =
          "What followers align with their leader, the predictions or the logits. "
              + "LOGITS is known to diverge with scope SAMPLE.",
      category = LEADERSHIP_GROUP,
      commandLineParamName = "follow",
      commandLineParamSynopsis = "-follow <PREDICTIONS | LOGITS>",
      displayOrder = 13)
  public Alignment getFollow() {
    return follow;
  }

  /** Sets what {@link #getFollow} says; checked before training. */
  public void setFollow(Alignment value) {
    follow = value;
  }

  /** The terms of the loss that are switched on, separated by commas. */
  @OptionMetadata(
      displayName = "Loss terms",
      description =
          "The terms of the loss that are switched on, separated by commas. The "
              + "terms are global, leaders, followers.",
      category = LEADERSHIP_GROUP,
      commandLineParamName = "loss-terms",
      commandLineParamSynopsis = "-loss-terms <terms>",
      displayOrder = 14)
  public String getLossTerms() {
    return lossTerms;
  }

  /** Sets what {@link #getLossTerms} says; checked before training. */
  public void setLossTerms(String value) {
    lossTerms = value;
  }

  /** The optimizer. */
  @OptionMetadata(
      displayName = "Optimizer",
      description =
          "The optimizer. Written as sgd, momentum(0.9), adam, adamw or with "
              + "parameters as in adam(beta1=0.9, beta2=0.999, epsilon=1e-8).",
      category = OPTIMIZATION_GROUP,
      commandLineParamName = "optimizer",
      commandLineParamSynopsis = "-optimizer <optimizer>",
      displayOrder = 15)
  public String getOptimizer() {
    return optimizer;
  }

  /** Sets what {@link #getOptimizer} says; checked before training. */
  public void setOptimizer(String value) {
    optimizer = value;
  }

  /** How the learning rate changes. */
  @OptionMetadata(
      displayName = "Learning-rate schedule",
      description =
          "How the learning rate changes. Written as constant, step(every=10, "
              + "factor=0.5), cosine or cosine(epochs=50).",
      category = OPTIMIZATION_GROUP,
      commandLineParamName = "schedule",
      commandLineParamSynopsis = "-schedule <schedule>",
      displayOrder = 16)
  public String getSchedule() {
    return schedule;
  }

  /** Sets what {@link #getSchedule} says; checked before training. */
  public void setSchedule(String value) {
    schedule = value;
  }

  /** The L2 penalty on weights, at least 0. */
  @OptionMetadata(
      displayName = "Weight decay",
      description = "The L2 penalty on weights, at least 0.",
      category = OPTIMIZATION_GROUP,
      commandLineParamName = "weight-decay",
      commandLineParamSynopsis = "-weight-decay <penalty>",
      displayOrder = 17)
  public double getWeightDecay() {
    return weightDecay;
  }

  /** Sets what {@link #getWeightDecay} says; checked before training. */
  public void setWeightDecay(double value) {
    weightDecay = value;
  }

  /** The number of rows of a mini-batch. */
  @OptionMetadata(
      displayName = "Mini-batch",
      description = "The number of rows of a mini-batch.",
      category = OPTIMIZATION_GROUP,
      commandLineParamName = "minibatch",
      commandLineParamSynopsis = "-minibatch <rows>",
      displayOrder = 18)
  public int getMiniBatch() {
    return miniBatch;
  }

  /** Sets what {@link #getMiniBatch} says; checked before training. */
  public void setMiniBatch(int value) {
    miniBatch = value;
  }

  /** The shape of a row. */
  @OptionMetadata(
      displayName = "Input",
      description =
          "The shape of a row. Either table, or channels x height x width such as "
              + "3x32x32 if the attributes are the pixels of an image.",
      category = DATA_GROUP,
      commandLineParamName = "input",
      commandLineParamSynopsis = "-input <table | CxHxW>",
      displayOrder = 19)
  public String getInput() {
    return input;
  }

  /** Sets what {@link #getInput} says; checked before training. */
  public void setInput(String value) {
    input = value;
  }

  /** How numeric attributes are scaled. */
  @OptionMetadata(
      displayName = "Scaling",
      description =
          "How numeric attributes are scaled. STANDARDIZE to mean 0 and variance 1, "
              + "RANGE by the largest absolute value of each attribute, IMAGE by that of "
              + "all attributes, CHANNEL each channel of an image to mean 0 and variance 1, "
              + "NONE not at all; AUTO is IMAGE if the input is an image and STANDARDIZE "
              + "otherwise.",
      category = DATA_GROUP,
      commandLineParamName = "scaling",
      commandLineParamSynopsis = "-scaling <AUTO | STANDARDIZE | RANGE | IMAGE | CHANNEL | NONE>",
      displayOrder = 20)
  public ScalingChoice getScaling() {
    return scaling;
  }

  /** Sets what {@link #getScaling} says; checked before training. */
  public void setScaling(ScalingChoice value) {
    scaling = value;
  }

  /** How images are changed at random each time that they are learned. */
  @OptionMetadata(
      displayName = "Augmentation",
      description =
          "How images are changed at random each time that they are learned. Either none, "
              + "or a list such as crop(4), flip, shift(2), cutout(8); only for an input of "
              + "images.",
      category = DATA_GROUP,
      commandLineParamName = "augment",
      commandLineParamSynopsis = "-augment <augmentation>",
      displayOrder = 21)
  public String getAugmentation() {
    return augmentation;
  }

  /** Sets what {@link #getAugmentation} says; checked before training. */
  public void setAugmentation(String value) {
    augmentation = value;
  }

  /** The number of threads that may work on one model, 0 for one per processor. */
  @OptionMetadata(
      displayName = "Threads",
      description =
          "The number of threads that may work on one model, 0 for one per "
              + "processor. The result does not depend on it.",
      category = DATA_GROUP,
      commandLineParamName = "threads",
      commandLineParamSynopsis = "-threads <number>",
      displayOrder = 22)
  public int getThreads() {
    return threads;
  }

  /** Sets what {@link #getThreads} says; checked before training. */
  public void setThreads(int value) {
    threads = value;
  }

  /**
   * Whether training can be continued from a built model, which then keeps the optimizer's state.
   */
  @Override
  @OptionMetadata(
      displayName = "Resume",
      description =
          "Whether training can be continued from a built model, which then keeps "
              + "the optimizer's state.",
      category = DATA_GROUP,
      commandLineParamName = "resume",
      commandLineParamIsFlag = true,
      commandLineParamSynopsis = "-resume",
      displayOrder = 23)
  public boolean getResume() {
    return resume;
  }

  /** Sets what {@link #getResume} says; checked before training. */
  @Override
  public void setResume(boolean value) {
    resume = value;
  }

  @Override
  @ProgrammaticProperty
  public void setLog(Logger logger) {
    log = logger;
  }

  @Override
  @ProgrammaticProperty
  public Logger getLog() {
    return log;
  }

  @Override
  public String getRevision() {
    return "0.1.0";
  }

  /** Runs the classifier from the command line; see {@code -h} for options. */
  public static void main(String[] options) {
    runClassifier(new LFNN(), options);
  }
}
