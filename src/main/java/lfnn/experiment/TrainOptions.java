package lfnn.experiment;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import lfnn.data.Augmentation;
import lfnn.data.ImageFolder;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * The options of {@link TrainCommand}. Defaults are those of the specifications; for training that
 * goes on they are what the options were before.
 */
final class TrainOptions {

  private static final TrainingSpec DEFAULTS = TrainingSpec.DEFAULTS;

  private static final String DEFAULT = " (default: ${DEFAULT-VALUE})";

  private static final String ONE_OF = ": ${COMPLETION-CANDIDATES}" + DEFAULT;

  /** What may change when training goes on; the rest would make it another experiment. */
  static final Set<String> CHANGEABLE =
      Set.of(
          "--data",
          "--epochs",
          "--patience",
          "--learning-rate",
          "--schedule",
          "--threads",
          "--also-leaders",
          "--test-each-epoch",
          "--measure-stages");

  @Mixin(name = "Data")
  DataOptions data = new DataOptions();

  @Mixin(name = "Output")
  OutputOptions output = new OutputOptions();

  @Mixin(name = "Network and rule")
  NetworkOptions network = new NetworkOptions();

  @Mixin(name = "Training")
  StepOptions steps = new StepOptions();

  @Mixin(name = "Leaders and followers")
  LeadershipOptions leadership = new LeadershipOptions();

  /** What is learned from. */
  static final class DataOptions {
    @Option(
        names = "--data",
        paramLabel = "<folder>",
        description =
            "folder with training and test images: IDX files, CIFAR files, or class folders"
                + " (train/cat/1.png, test/cat/2.png)")
    @Nullable Path folder;

    @Option(
        names = "--limit",
        paramLabel = "<images>",
        description =
            "learn from so many training images only, drawn with the seed; 0 for all" + DEFAULT)
    int limit;

    @Option(
        names = "--test-limit",
        paramLabel = "<images>",
        description =
            "measure on so many test images only, the same for each seed; 0 for all" + DEFAULT)
    int testLimit;

    @Option(
        names = "--validation",
        paramLabel = "<share>",
        description =
            "share of the training images that is set aside to choose the best epoch on, in [0, 1)"
                + DEFAULT)
    double validation = DEFAULTS.validationFraction();

    @Option(
        names = "--augment",
        paramLabel = "<changes>",
        converter = AugmentationConverter.class,
        description =
            "random changes of the images that are learned, such as 'crop(4), flip, shift(2),"
                + " cutout(8)'"
                + DEFAULT)
    Augmentation augmentation = DEFAULTS.augmentation();

    @Option(
        names = "--normalise",
        description = "scale each channel to mean 0 and variance 1 on the training images")
    boolean normalise;

    @Option(
        names = "--size",
        paramLabel = "<height>x<width>",
        converter = SizeConverter.class,
        description = "size to which images in class folders are scaled")
    ImageFolder.@Nullable Size size;
  }

  /** What is written and measured. */
  static final class OutputOptions {
    @Option(
        names = "--out",
        paramLabel = "<folder>",
        description = "folder for the model, the curves and the report")
    @Nullable Path folder;

    @Option(
        names = "--resume",
        paramLabel = "<folder>",
        description =
            "go on with the training in this folder; its options are kept, except that --epochs"
                + " (all in all), --patience, --learning-rate, --schedule, --threads,"
                + " --also-leaders, --test-each-epoch, --measure-stages and --data may be given"
                + " anew")
    @Nullable Path resume;

    @Option(
        names = "--test-each-epoch",
        description = "measure the test images after each epoch too, for the curves only")
    boolean testEachEpoch;

    @Option(
        names = "--measure-stages",
        description = "at the end, measure what the workers of each stage predict by themselves")
    boolean measureStages;
  }

  /** What learns. */
  static final class NetworkOptions {
    @Option(
        names = "--network",
        paramLabel = "<stages>",
        converter = NetworkConverter.class,
        description =
            "hidden stages, such as 'block(dense(256), heads=8); fc(workers=32)', or a name, see"
                + " the command networks"
                + DEFAULT)
    NetworkSpec stages = NetworkSpec.DEFAULT;

    @Option(names = "--rule", paramLabel = "<rule>", description = "learning rule" + ONE_OF)
    Algorithm rule = DEFAULTS.algorithm();

    @Option(names = "--one-vs-all", description = "one network per class, with a sigmoid output")
    boolean oneVsAll;
  }

  /** How it learns. */
  static final class StepOptions {
    @Option(
        names = "--epochs",
        paramLabel = "<number>",
        description = "passes over the training images" + DEFAULT)
    int epochs = DEFAULTS.epochs();

    @Mixin
    UpdateOptions updates = new UpdateOptions(DEFAULTS.batchSize(), TrainingSpec.RATE_OF_RULE);

    @Option(
        names = "--patience",
        paramLabel = "<epochs>",
        description = "epochs without a lower validation loss before training stops" + DEFAULT)
    int patience = DEFAULTS.patience();

    @Option(
        names = "--seed",
        paramLabel = "<number>",
        description = "seed of everything random" + DEFAULT)
    long seed = DEFAULTS.seed();

    @Option(
        names = "--threads",
        paramLabel = "<number>",
        description =
            "threads that may work on the network, 0 for all processors; the result does not"
                + " depend on it"
                + DEFAULT)
    int threads = DEFAULTS.threads();
  }

  /** How a mini-batch changes the network. */
  static final class UpdateOptions {
    @Option(
        names = "--minibatch",
        paramLabel = "<images>",
        description = "images of a mini-batch" + DEFAULT)
    int minibatch;

    @Option(
        names = "--learning-rate",
        paramLabel = "<rate>",
        description =
            "initial learning rate; 0 for that of the rule, which is 0.001 for LFNN_L" + DEFAULT)
    double learningRate;

    @Option(
        names = "--schedule",
        paramLabel = "<schedule>",
        converter = ScheduleConverter.class,
        description =
            "learning rate over the epochs: constant, step(every=10, factor=0.5), cosine or"
                + " cosine(epochs=50)"
                + DEFAULT)
    ScheduleSpec schedule = DEFAULTS.schedule();

    @Option(
        names = "--optimizer",
        paramLabel = "<optimizer>",
        converter = OptimizerConverter.class,
        description =
            "sgd, momentum(0.9), adam, adamw, or as adam(beta1=0.9, beta2=0.999, epsilon=1e-8)"
                + DEFAULT)
    OptimizerSpec optimizer = DEFAULTS.optimizer();

    @Option(
        names = "--weight-decay",
        paramLabel = "<penalty>",
        description = "L2 penalty on weights" + DEFAULT)
    double weightDecay = DEFAULTS.weightDecay();

    UpdateOptions(int minibatch, double learningRate) {
      this.minibatch = minibatch;
      this.learningRate = learningRate;
    }
  }

  /** Who leads. */
  static final class LeadershipOptions {
    private static final LeadershipSpec DEFAULT_LEADERSHIP = DEFAULTS.leadership();

    @Option(
        names = "--leaders",
        paramLabel = "<share>",
        description = "share of the workers that lead, in (0, 1]" + DEFAULT)
    double leaders = DEFAULT_LEADERSHIP.leaderFraction();

    @Option(
        names = "--also-leaders",
        paramLabel = "<shares>",
        converter = SharesConverter.class,
        description =
            "shares of leaders, such as 0.1,1, for which further networks are trained at the same"
                + " time, each in a folder leaders-… inside of the other; they share the stages to"
                + " which the share of leaders makes no difference (LFNN_L only)"
                + DEFAULT)
    Shares alsoLeaders = Shares.NONE;

    @Mixin FollowingOptions following = new FollowingOptions();

    @Option(
        names = "--loss-terms",
        paramLabel = "<terms>",
        description = "terms of the loss that are switched on" + DEFAULT)
    String terms = LossTerm.print(DEFAULT_LEADERSHIP.terms());
  }

  /** What leaders and followers learn. */
  static final class FollowingOptions {
    @Option(
        names = "--scope",
        paramLabel = "<scope>",
        description = "errors on which leaders are chosen" + ONE_OF)
    Scope scope = LeadershipSpec.DEFAULTS.scope();

    @Option(
        names = "--lambda1",
        paramLabel = "<weight>",
        description = "weight of the leaders' loss" + DEFAULT)
    double lambda1 = LeadershipSpec.DEFAULTS.leaderWeight();

    @Option(
        names = "--lambda2",
        paramLabel = "<weight>",
        description = "weight of the followers' loss" + DEFAULT)
    double lambda2 = LeadershipSpec.DEFAULTS.followerWeight();

    @Option(
        names = "--reference",
        paramLabel = "<leader>",
        description = "leader that is followed" + ONE_OF)
    Reference reference = LeadershipSpec.DEFAULTS.reference();

    @Option(
        names = "--follow",
        paramLabel = "<what>",
        description = "what followers align" + ONE_OF)
    Alignment alignment = LeadershipSpec.DEFAULTS.alignment();

    /** The choices with what else says who leads. */
    LeadershipSpec leadership(double leaders, Set<LossTerm> terms) {
      return new LeadershipSpec(leaders, scope, lambda1, lambda2, reference, alignment, terms);
    }
  }

  /** How the network is trained; {@link IllegalArgumentException} if a value is out of range. */
  TrainingSpec training() {
    return new TrainingSpec(
        network.rule,
        leadership.following.leadership(leadership.leaders, LossTerm.parse(leadership.terms)),
        steps.updates.optimizer,
        steps.updates.learningRate,
        steps.updates.schedule,
        steps.updates.weightDecay,
        steps.epochs,
        steps.updates.minibatch,
        data.validation,
        steps.patience,
        data.augmentation,
        steps.seed,
        steps.threads);
  }

  /** All choices, for images of a shape. */
  LearnerSpec learner(InputShape shape) {
    return new LearnerSpec(
        network.stages,
        network.oneVsAll,
        Optional.of(shape),
        data.normalise ? ScalingChoice.CHANNEL : ScalingChoice.IMAGE,
        training());
  }

  /** Reads a network. */
  static final class NetworkConverter implements ITypeConverter<NetworkSpec> {
    @Override
    public NetworkSpec convert(String text) {
      return understood(() -> NetworkSpec.parse(text));
    }
  }

  /** Reads an augmentation. */
  static final class AugmentationConverter implements ITypeConverter<Augmentation> {
    @Override
    public Augmentation convert(String text) {
      return understood(() -> Augmentation.parse(text));
    }
  }

  /** Reads the size of an image. */
  static final class SizeConverter implements ITypeConverter<ImageFolder.Size> {
    @Override
    public ImageFolder.Size convert(String text) {
      return understood(() -> ImageFolder.Size.parse(text));
    }
  }

  /** Reads the shape of an image. */
  static final class ShapeConverter implements ITypeConverter<InputShape> {
    @Override
    public InputShape convert(String text) {
      return understood(() -> InputShape.parse(text));
    }
  }

  /** Reads shares of leaders. */
  static final class SharesConverter implements ITypeConverter<Shares> {
    @Override
    public Shares convert(String text) {
      return understood(() -> Shares.parse(text));
    }
  }

  /** Reads an optimizer. */
  static final class OptimizerConverter implements ITypeConverter<OptimizerSpec> {
    @Override
    public OptimizerSpec convert(String text) {
      return understood(() -> OptimizerSpec.parse(text));
    }
  }

  /** Reads a schedule. */
  static final class ScheduleConverter implements ITypeConverter<ScheduleSpec> {
    @Override
    public ScheduleSpec convert(String text) {
      return understood(() -> ScheduleSpec.parse(text));
    }
  }

  private static <T> T understood(Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
