package lfnn.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import lfnn.data.Dataset;
import lfnn.data.Seeds;
import lfnn.leadership.Leadership;
import lfnn.nn.Batch;
import lfnn.nn.Growth;
import lfnn.nn.Kernels;
import lfnn.nn.Matrix;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Workspace;
import lfnn.rule.LearningRule;
import lfnn.rule.Resources;
import lfnn.rule.StageTasks;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.TrainingSpec;

/**
 * Trains a network, epoch by epoch on a data set or step by step on a stream; both go through the
 * same {@link #step}.
 *
 * <p>Everything random comes from the seed and the numbers of the epoch and the step, so that
 * training that stops and is continued from its {@link #state()} gives the same network, bit for
 * bit, as training that goes through. The number of threads does not change the result. A trainer
 * is used by one thread at a time.
 */
public final class Trainer {

  /** Multiplications per step from which handing a stage to another thread pays off. */
  private static final long PARALLEL_WORK = 8_000_000;

  private final Architecture architecture;
  private final TrainingSpec spec;
  private final Network network;
  private final List<Parameter> parameters;
  private final Optimizer optimizer;
  private final Predictor predictor;
  private final ActivityMeter activityMeter;
  private final List<EpochReport> reports = new ArrayList<>();

  /** Whose lower stages this trainer's network shares; null if none. */
  private final Trainer base;

  private final int shared;
  private final List<Trainer> variants = new ArrayList<>();
  private Workspace workspace;
  private Batch batch;
  private LearningRule rule;
  private StageTasks tasks;
  private int epochs;
  private float[][] bestParameters = {};
  private float[] predictions = {};
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int bestEpoch;
  private EpochProgress unfinished = EpochProgress.NONE;
  private StepReport lastStep = StepReport.NONE;

  /** A trainer of a new network, on the kernels of this machine. */
  public Trainer(Architecture architecture, TrainingSpec spec) {
    this(architecture, spec, Network.kernelsFor(architecture, spec.threads()));
  }

  /**
   * A trainer of a new network, on given kernels.
   *
   * @throws IllegalArgumentException if the input is too small for the augmentation, or no image;
   *     if mini-batches of one example are to be normalised
   */
  public Trainer(Architecture architecture, TrainingSpec spec, Kernels kernels) {
    this(
        architecture,
        requireFitting(spec, architecture),
        new Network(architecture, kernels),
        null,
        0);
  }

  /**
   * @param base whose stages the network shares; null if none
   * @param shared number of these stages
   */
  private Trainer(
      Architecture architecture, TrainingSpec spec, Network network, Trainer base, int shared) {
    this.architecture = architecture;
    this.spec = spec;
    this.base = base;
    this.shared = shared;
    this.network = network;
    this.parameters = network.parameters();
    this.optimizer =
        base == null
            ? new Optimizer(network.kernels(), spec.optimizer(), spec.weightDecay(), parameters)
            : new Optimizer(base.optimizer, parameters);
    this.predictor = new Predictor(network);
    this.activityMeter = new ActivityMeter(network);
    network.initialise(new SplittableRandom(spec.seed()));
    // The first step makes room for its own batch, which may be smaller than the largest asked for.
    allocate(base == null ? 1 : base.workspace.capacity());
  }

  private static TrainingSpec requireFitting(TrainingSpec spec, Architecture architecture) {
    spec.augmentation().requireFitting(architecture.input());
    if (spec.batchSize() == 1 && architecture.needsSeveralExamples()) {
      throw new IllegalArgumentException(
          "batch-norm of values compares the examples of a mini-batch, and there is only one:"
              + " choose larger mini-batches, or layer-norm");
    }
    return spec;
  }

  /**
   * Continues training.
   *
   * @param spec may differ from the one before, except that moments are kept only for the same kind
   *     of optimizer
   */
  public Trainer(Architecture architecture, TrainingSpec spec, TrainerState state) {
    this(architecture, spec);
    restore(state);
  }

  /** How many stages, from the first on, learn the same under another leadership. */
  private int stagesInCommon(LeadershipSpec other) {
    int count = 0;
    while (count < architecture.stages().size()
        && spec.leadership().isSameFor(architecture.stages().get(count).workers(), other)) {
      count++;
    }
    return count;
  }

  /**
   * Adds a network that differs from this one in its leadership alone and from now on learns with
   * it: in each step, from the same mini-batch. The stages below the first to which the difference
   * matters are trained once for both. The result is that of a trainer by itself, bit for bit.
   *
   * @return its trainer, which is to be asked, not to be told to learn
   * @throws IllegalArgumentException if stages are not independent of those above: with rules other
   *     than LFNN_L
   * @throws IllegalStateException if this trainer has learned already
   */
  public Trainer variant(LeadershipSpec leadership) {
    if (steps() > 0) {
      throw new IllegalStateException(
          "a variant begins with the training that it shares, which has done "
              + steps()
              + " steps");
    }
    return addVariant(leadership);
  }

  /**
   * The same for training that goes on.
   *
   * @param state of the variant, as many steps old as this trainer
   * @throws IllegalArgumentException as {@link #variant(LeadershipSpec)}; if the variant has done
   *     another number of steps
   */
  public Trainer variant(LeadershipSpec leadership, TrainerState state) {
    if (steps() != state.steps()) {
      throw new IllegalArgumentException(
          "the variant has done " + state.steps() + " steps, and what it shares " + steps());
    }
    Trainer variant = addVariant(leadership);
    variant.restore(state);
    return variant;
  }

  private Trainer addVariant(LeadershipSpec leadership) {
    if (spec.algorithm() != Algorithm.LFNN_L) {
      throw new IllegalArgumentException(
          "only with LFNN_L do stages learn by themselves, so that networks can share them; the"
              + " rule is "
              + spec.algorithm());
    }
    int common = stagesInCommon(leadership);
    Trainer variant =
        new Trainer(
            architecture, spec.withLeadership(leadership), network.sharing(common), this, common);
    variants.add(variant);
    if (!workspace.keepsAll()) {
      // The variant goes on from activations of lower stages.
      allocate(workspace.capacity());
    }
    return variant;
  }

  private void restore(TrainerState state) {
    setParameters(state.parameters());
    optimizer.restore(state.steps(), state.moments());
    for (int s = 0; s < Math.min(rule.leadership().size(), state.leadership().length); s++) {
      rule.leadership().get(s).restore(state.leadership()[s]);
    }
    epochs = state.epochs();
    bestParameters = state.bestParameters();
    bestLoss = state.bestLoss();
    bestEpoch = state.bestEpoch();
    unfinished = state.unfinished();
    reports.addAll(state.reports());
  }

  /**
   * Continues the training of a network whose data have grown; see {@link Growth} for what is new.
   *
   * @param featureOrigins for each input, the input that it was before; {@code -2 - i} for the
   *     negative of input i; −1 if it is new
   */
  public Trainer grown(Architecture grownArchitecture, int[] featureOrigins) {
    Trainer grown = new Trainer(grownArchitecture, spec, network.kernels());
    Growth growth = new Growth(architecture, grownArchitecture, featureOrigins);
    float[][] values = grown.parameters();
    float[][] oldValues = parameters();
    float[][][] moments = grown.optimizer.moments();
    float[][][] oldMoments = optimizer.moments();
    for (int i = 0; i < values.length; i++) {
      for (int k = 0; i < moments.length && k < moments[i].length; k++) {
        moments[i][k] = growth.moments(i, k, oldMoments[i][k], values[i].length);
      }
      values[i] = growth.values(i, oldValues[i], values[i]);
    }
    grown.setParameters(values);
    grown.optimizer.restore(optimizer.steps(), moments);
    // With one network per class, a new class has workers without a past: then all start anew.
    if (architecture.task().groups() == grownArchitecture.task().groups()) {
      for (int s = 0; s < rule.leadership().size(); s++) {
        grown.rule.leadership().get(s).restore(rule.leadership().get(s).state());
      }
    }
    return grown;
  }

  private void allocate(int examples) {
    List<double[]> leadership = new ArrayList<>();
    if (rule != null) {
      rule.leadership().forEach(stage -> leadership.add(stage.state()));
    }
    tasks = base == null ? tasks(examples) : base.tasks;
    if (base == null) {
      // Where stages learn by themselves no error comes back down: only stages that are at work
      // need their activations, unless variants go on from them.
      boolean keepsAll = !spec.algorithm().isLocal() || !variants.isEmpty();
      workspace =
          keepsAll
              ? network.workspace(examples)
              : network.workspace(examples, keptStages(tasks.threads()));
      batch = new Batch(architecture, network.kernels(), examples);
      rule = LearningRule.of(spec, resources());
    } else {
      workspace = network.workspace(base.workspace);
      batch = base.batch;
      rule = LearningRule.of(spec, resources(), base.rule.leadership().subList(0, shared));
    }
    for (int s = shared; s < leadership.size(); s++) {
      rule.leadership().get(s).restore(leadership.get(s));
    }
    variants.forEach(variant -> variant.allocate(examples));
  }

  private Resources resources() {
    return new Resources(network, workspace, batch, tasks, optimizer::update);
  }

  /**
   * Stages whose activations are kept at a time where no error comes back down: the one that is
   * read and the one that is written. With several threads, as many stages more may be learning or
   * wait for it as there are threads, one for each other thread and one for the next that is free,
   * before going forward waits for them.
   */
  private static int keptStages(int threads) {
    return threads == 1 ? 2 : threads + 2;
  }

  private StageTasks tasks(int examples) {
    int threads = spec.threads() == 0 ? Runtime.getRuntime().availableProcessors() : spec.threads();
    boolean worthwhile =
        spec.algorithm().isLocal()
            && !Network.splitsPasses(architecture)
            && architecture.parameterCount() * examples >= PARALLEL_WORK;
    if (threads == 1 || !worthwhile) {
      return StageTasks.inline();
    }
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads - 1,
            threads - 1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "lfnn-stage");
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return StageTasks.on(executor, threads);
  }

  /**
   * Learns from one mini-batch.
   *
   * @param examples N, at least 1
   * @param features [N, inputs] in the network's input layout; modified if the spec asks for
   *     augmentation
   * @param targets class indices, or values for regression; N long
   * @param weights ω, N long; a gradient is the mean over the batch of ω_b times that of example b
   * @throws DivergenceException if a loss is not a finite number; the network is then unusable
   */
  public StepReport step(int examples, float[] features, float[] targets, float[] weights) {
    return step(examples, features, targets, weights, epochs);
  }

  private StepReport step(
      int examples, float[] features, float[] targets, float[] weights, double progress) {
    if (examples > workspace.capacity()) {
      allocate(examples);
    }
    long changes = Seeds.derive(Seeds.derive(spec.seed(), -1), optimizer.steps());
    spec.augmentation()
        .apply(features, architecture.inputLayout(), architecture.input(), examples, changes);
    batch.set(examples, features, targets, weights);
    StepReport report = learn(progress);
    // By index, as in all that a step goes through: it makes no iterator.
    for (int v = 0; v < variants.size(); v++) {
      Trainer variant = variants.get(v);
      variant.lastStep = variant.learn(progress);
    }
    return report;
  }

  private StepReport learn(double progress) {
    optimizer.begin(spec.learningRate() * spec.schedule().factor(progress, spec.epochs()));
    double loss;
    try {
      loss = rule.learn(Seeds.derive(spec.seed(), optimizer.steps()));
    } catch (ArithmeticException e) {
      throw diverged(e.getMessage());
    }
    if (!Double.isFinite(loss)) {
      throw diverged("the output loss is " + loss);
    }
    List<Leadership> leadership = rule.leadership();
    double leaderLoss = 0;
    double followerLoss = 0;
    double roleChange = 0;
    for (int s = 0; s < leadership.size(); s++) {
      leaderLoss += leadership.get(s).leaderLoss();
      followerLoss += leadership.get(s).followerLoss();
      roleChange += leadership.get(s).roleChange();
    }
    int stages = Math.max(1, leadership.size());
    return new StepReport(loss, leaderLoss / stages, followerLoss / stages, roleChange / stages);
  }

  private DivergenceException diverged(String what) {
    return new DivergenceException(
        String.format(
            "training diverged at epoch %d, step %d (learning rate %s): %s; try a smaller learning"
                + " rate",
            epochs + 1, optimizer.steps(), spec.learningRate(), what));
  }

  /**
   * Learns from every example of a data set once, in a random order.
   *
   * @param validation examples to choose the best epoch on
   * @throws InterruptedException if the thread is interrupted, at the latest after one mini-batch;
   *     the epoch is then unfinished
   * @throws DivergenceException if a loss is not a finite number
   */
  public EpochReport epoch(Dataset training, Optional<Dataset> validation)
      throws InterruptedException {
    return epoch(training, validation, (step, steps, report) -> true).orElseThrow();
  }

  /**
   * Learns from every example of a data set once, in a random order, unless the listener stops it.
   * An epoch that was not finished, by this trainer or by the one whose state it continues, is
   * finished first, and then is the same as one that nobody stopped.
   *
   * @param validation examples to choose the best epoch on
   * @param listener is told of each step, and says whether to go on
   * @return what happened in the epoch; nothing if the listener stopped it before its last step
   * @throws InterruptedException if the thread is interrupted, at the latest after one mini-batch;
   *     the epoch is then unfinished
   * @throws DivergenceException if a loss is not a finite number
   * @throws IllegalArgumentException if the unfinished epoch had another number of examples
   */
  public Optional<EpochReport> epoch(
      Dataset training, Optional<Dataset> validation, StepListener listener)
      throws InterruptedException {
    int size = training.size();
    EpochProgress before = unfinishedOr(size);
    long began = System.nanoTime() - (long) (before.seconds() * 1e9);
    if (before.size() != size) {
      throw new IllegalArgumentException(
          "the unfinished epoch has "
              + before.size()
              + " examples, not "
              + size
              + ": continue it with the data it began with");
    }
    int[] rows =
        MiniBatches.shuffled(size, new SplittableRandom(Seeds.derive(~spec.seed(), epochs)));
    int batchSize = Math.max(1, Math.min(spec.batchSize(), size));
    float[] features = new float[batchSize * training.features()];
    float[] targets = new float[batchSize];
    float[] weights = new float[batchSize];
    EpochProgress progress = before;
    int steps = before.steps() + (size - before.examples() + batchSize - 1) / batchSize;
    while (progress.examples() < size) {
      if (Thread.interrupted()) {
        throw new InterruptedException("training was interrupted in epoch " + (epochs + 1));
      }
      int from = progress.examples();
      int count = Math.min(batchSize, size - from);
      training.gather(rows, from, count, architecture.inputLayout(), features);
      for (int e = 0; e < count; e++) {
        targets[e] = training.target(rows[from + e]);
        weights[e] = training.weight(rows[from + e]);
      }
      StepReport report = step(count, features, targets, weights, epochs + (double) from / size);
      progress = progress.after(count, report, errors(count, targets));
      double seconds = secondsSince(began);
      unfinished = progress.lasting(seconds);
      variants.forEach(variant -> variant.follow(size, count, targets, seconds));
      if (!listener.step(progress.steps(), steps, report) && progress.examples() < size) {
        return Optional.empty();
      }
    }
    EpochReport report = finish(progress, validation, began);
    for (Trainer variant : variants) {
      variant.finish(variant.unfinished, validation, began);
    }
    return Optional.of(report);
  }

  private EpochProgress unfinishedOr(int size) {
    return unfinished.examples() > 0 ? unfinished : EpochProgress.start(size);
  }

  private static double secondsSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) * 1e-9;
  }

  /** Notes a step of the epoch that the trainer with the shared stages goes through. */
  private void follow(int size, int count, float[] targets, double seconds) {
    unfinished = unfinishedOr(size).after(count, lastStep, errors(count, targets)).lasting(seconds);
  }

  private EpochReport finish(EpochProgress progress, Optional<Dataset> validation, long began) {
    endEpoch();
    epochs++;
    unfinished = EpochProgress.NONE;
    Score score = validation.map(predictor::score).orElse(Score.NONE);
    if (score.loss() < bestLoss) {
      bestLoss = score.loss();
      bestEpoch = epochs;
      bestParameters = parameters();
    }
    EpochReport report =
        progress.report(epochs, architecture.task().isClassification(), score, secondsSince(began));
    reports.add(report);
    return report;
  }

  private double errors(int count, float[] targets) {
    Matrix predicted = workspace.output().predictions();
    if (predictions.length < predicted.size()) {
      predictions = new float[predicted.size()];
    }
    predicted.copyTo(predictions);
    double wrong = 0;
    for (int e = 0; e < count; e++) {
      wrong += Losses.error(architecture.task(), predictions, e, count, targets[e]);
    }
    return wrong;
  }

  /** Ends an epoch of a stream, on which leaders are chosen in scope EPOCH. */
  public void endEpoch() {
    List<Leadership> stages = rule.leadership();
    stages.subList(Math.min(shared, stages.size()), stages.size()).forEach(Leadership::endEpoch);
  }

  /** Whether the validation loss has not fallen for as many epochs as patience allows. */
  public boolean outOfPatience() {
    return bestEpoch > 0 && epochs - bestEpoch >= spec.patience();
  }

  /** Predictions of the network as it is now; see {@link Predictor#predict}. */
  public float[] predict(int examples, float[] features) {
    return predictor.predict(examples, features);
  }

  /** Loss and error of the network as it is now. */
  public Score score(Dataset dataset) {
    return predictor.score(dataset);
  }

  /**
   * Both accuracies of the network as it is now on a data set, whose weights do not count.
   *
   * @throws IllegalStateException if the network is not one-vs-all
   */
  public Accuracy accuracy(Dataset dataset) {
    if (architecture.task().groups() == 1) {
      throw new IllegalStateException("binary accuracies need a one-vs-all network");
    }
    return predictor.accuracy(dataset);
  }

  /**
   * How the workers of each stage moved in the last step; empty for rules without leaders. It takes
   * another forward pass, in which nothing is dropped at random.
   *
   * @throws IllegalStateException if stages share their memory, as stages of LFNN_L that are alike
   *     may
   */
  public List<StageActivity> activity() {
    if (rule.leadership().isEmpty()) {
      return List.of();
    }
    if (!workspace.keepsAll()) {
      throw new IllegalStateException(
          "the activity of stages needs what each predicted before, but some of the "
              + architecture.stages().size()
              + " stages use the same memory in turn");
    }
    return activityMeter.measure(batch, workspace, rule.leadership());
  }

  /** Epochs done. */
  public int epochs() {
    return epochs;
  }

  /** Optimizer steps done. */
  public long steps() {
    return optimizer.steps();
  }

  /** Reports of all epochs, earlier training included. */
  public List<EpochReport> reports() {
    return List.copyOf(reports);
  }

  /** The epoch with the lowest validation loss; 0 without validation. */
  public int bestEpoch() {
    return bestEpoch;
  }

  /** Leadership of each stage; empty for rules without leaders. */
  public List<Leadership> leadership() {
    return rule.leadership();
  }

  /** Sizes of the network. */
  public Architecture architecture() {
    return architecture;
  }

  /** A copy of {@link Network#state()} as it is now, [matrix][element]. */
  public float[][] parameters() {
    return network.state().stream().map(Matrix::toFloats).toArray(float[][]::new);
  }

  /** The parameters to predict with: of the best epoch if there was validation, else the last. */
  public float[][] bestParameters() {
    return bestEpoch > 0 ? bestParameters : parameters();
  }

  private void setParameters(float[][] values) {
    network.setState(values);
  }

  /** Everything that further training depends on. */
  public TrainerState state() {
    return new TrainerState(
        epochs,
        optimizer.steps(),
        parameters(),
        optimizer.moments(),
        rule.leadership().stream().map(Leadership::state).toArray(double[][]::new),
        bestParameters,
        bestLoss,
        bestEpoch,
        List.copyOf(reports),
        unfinished);
  }
}
