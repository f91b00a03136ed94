package lfnn.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LayerShape;
import lfnn.spec.LayerSpec;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;
import lfnn.spec.PredictionKind;
import lfnn.spec.StageSpec;

/**
 * The losses of the learning rules, written example by example in plain doubles, for checking
 * gradients by differences. Images are stored channel by channel, see {@link ReferenceLayers}.
 *
 * <p>What a rule holds constant is computed once ({@link #freeze}) and given to every evaluation:
 * who leads, what the reference leader predicts, for LFNN-ℓ and local greedy learning the input of
 * each stage, and for LFNN what followers put out on the path of the output loss. The gradient of
 * {@link #loss} with these held constant is the gradient that the rule must compute.
 */
final class ReferenceLoss {

  /** Examples of a batch: features and one target and weight each. */
  record Examples(double[][] features, double[] targets, double[] weights) {
    int size() {
      return features.length;
    }
  }

  /** What a stage, or the output layer, computes for one example: [worker][output]. */
  private record Run(double[] output, double[][] logits, double[][] predictions) {}

  /**
   * What is held constant, for one stage.
   *
   * @param inputs [example][input]
   * @param outputs [example][column]
   * @param leads [example][worker]
   * @param followed [example][group], index of the reference leader in its group
   * @param chased [example][group][output], what the reference leader predicts, or its logits
   * @param meanErrors [worker], weighted mean over the examples
   */
  record FrozenStage(
      double[][] inputs,
      double[][] outputs,
      boolean[][] leads,
      int[][] followed,
      double[][][] chased,
      double[] meanErrors) {}

  /** What is held constant: stages, then the input of the output layer. */
  record Frozen(List<FrozenStage> stages, double[][] outputInputs) {}

  /** Local greedy learning: every worker counts with its own error, and nobody follows. */
  private static final LeadershipSpec ALL_LEAD =
      new LeadershipSpec(
          1,
          Scope.BATCH,
          1,
          0,
          Reference.BEST,
          Alignment.PREDICTIONS,
          EnumSet.of(LossTerm.GLOBAL, LossTerm.LEADERS));

  private final Architecture architecture;
  private final Algorithm algorithm;
  private final LeadershipSpec spec;
  private final int groups;
  private final ReferenceLayers layers = new ReferenceLayers();

  ReferenceLoss(Architecture architecture, Algorithm algorithm, LeadershipSpec spec) {
    this.architecture = architecture;
    this.algorithm = algorithm;
    this.spec = algorithm == Algorithm.LG_BP ? ALL_LEAD : spec;
    this.groups = architecture.task().groups();
  }

  /** Distance of the nearest kink since the last {@link #freeze} began. */
  double nearestKink() {
    return layers.nearestKink();
  }

  /**
   * What is held constant for a batch.
   *
   * @param previousErrors mean errors of the epoch before for {@link Scope#EPOCH}, [stage][worker];
   *     empty in the first epoch
   * @param followed [stage][example][group]: who is followed where that is drawn at random; empty
   *     for {@link Reference#BEST}
   */
  Frozen freeze(
      double[][] theta, Examples examples, double[][] previousErrors, int[][][] followed) {
    layers.forget();
    List<FrozenStage> stages = new ArrayList<>();
    double[][] inputs = examples.features();
    for (int s = 0; s < architecture.stages().size(); s++) {
      int stage = s;
      double[][] stageInputs = inputs;
      List<Run> runs = runStage(theta, s, inputs);
      double[][] errors =
          IntStream.range(0, examples.size())
              .mapToObj(b -> errors(stage, runs.get(b), examples.targets()[b]))
              .toArray(double[][]::new);
      double[] mean = weightedMean(errors, examples.weights());
      double[][] outputs = runs.stream().map(Run::output).toArray(double[][]::new);
      boolean[][] leads = new boolean[examples.size()][];
      int[][] chosen = new int[examples.size()][groups];
      double[][][] chased = new double[examples.size()][groups][];
      for (int b = 0; b < examples.size(); b++) {
        double[] deciding =
            switch (spec.scope()) {
              case SAMPLE -> errors[b];
              case BATCH -> mean;
              case EPOCH -> previousErrors.length == 0 ? mean : previousErrors[s];
            };
        leads[b] = new boolean[mean.length];
        int workers = mean.length / groups;
        for (int g = 0; g < groups; g++) {
          List<Integer> order = bestFirst(deciding, g * workers, workers);
          for (int w : order.subList(0, spec.leaders(workers))) {
            leads[b][g * workers + w] = true;
          }
          chosen[b][g] = spec.reference() == Reference.BEST ? order.get(0) : followed[s][b][g];
          Run run = runs.get(b);
          chased[b][g] = chased(run)[g * workers + chosen[b][g]];
        }
      }
      stages.add(new FrozenStage(stageInputs, outputs, leads, chosen, chased, mean));
      inputs = outputs;
    }
    return new Frozen(stages, inputs);
  }

  private static List<Integer> bestFirst(double[] errors, int from, int workers) {
    return IntStream.range(0, workers)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer w) -> errors[from + w]).thenComparing(w -> w))
        .toList();
  }

  private static double[] weightedMean(double[][] rows, double[] weights) {
    double[] mean = new double[rows[0].length];
    double total = Arrays.stream(weights).sum();
    for (int b = 0; b < rows.length; b++) {
      for (int w = 0; w < mean.length; w++) {
        mean[w] += weights[b] * rows[b][w] / total;
      }
    }
    return mean;
  }

  private double[][] chased(Run run) {
    return spec.alignment() == Alignment.LOGITS ? run.logits() : run.predictions();
  }

  /** The loss whose gradient the rule computes: ω_b times each example's, divided by N. */
  double loss(double[][] theta, Examples examples, Frozen frozen) {
    double[] losses = new double[examples.size()];
    if (spec.uses(LossTerm.GLOBAL)) {
      losses = outputLosses(theta, examples, frozen);
    }
    double similarity = 0;
    if (algorithm != Algorithm.BP) {
      for (int s = 0; s < architecture.stages().size(); s++) {
        FrozenStage stage = frozen.stages().get(s);
        List<Run> runs = runStage(theta, s, stage.inputs());
        for (int b = 0; b < losses.length; b++) {
          losses[b] += localLoss(runs.get(b), s, stage, b, examples.targets()[b]);
        }
        similarity += similarityLoss(theta, s, runs, examples);
      }
    }
    double sum = 0;
    for (int b = 0; b < losses.length; b++) {
      sum += examples.weights()[b] * losses[b];
    }
    return sum / losses.length + similarity;
  }

  /** Weighted mean of the output loss, as it is reported. */
  double meanOutputLoss(double[][] theta, Examples examples, Frozen frozen) {
    double[] losses = outputLosses(theta, examples, frozen);
    double sum = 0;
    for (int b = 0; b < losses.length; b++) {
      sum += examples.weights()[b] * losses[b];
    }
    return sum / Arrays.stream(examples.weights()).sum();
  }

  private double[] outputLosses(double[][] theta, Examples examples, Frozen frozen) {
    double[][] x = algorithm.isLocal() ? frozen.outputInputs() : examples.features();
    for (int s = 0; !algorithm.isLocal() && s < architecture.stages().size(); s++) {
      x = runStage(theta, s, x).stream().map(Run::output).toArray(double[][]::new);
      if (algorithm == Algorithm.LFNN) {
        detachFollowers(s, frozen.stages().get(s), x);
      }
    }
    int last = architecture.stages().size();
    PredictionKind kind = architecture.task().kind();
    double[][] z =
        ReferenceLayers.affine(
            architecture.inputShape(last),
            x,
            theta[theta.length - 2],
            theta[theta.length - 1],
            architecture.inputGroups(last));
    double[] losses = new double[x.length];
    for (int b = 0; b < x.length; b++) {
      double[][] logits = split(z[b], architecture.task().outputs());
      for (int g = 0; g < groups; g++) {
        losses[b] += error(kind, predict(kind, logits[g]), target(kind, g, examples.targets()[b]));
      }
    }
    return losses;
  }

  /** What is a follower's own in the output receives and passes on nothing of the output loss. */
  private void detachFollowers(int s, FrozenStage frozen, double[][] outputs) {
    int own = valuesPerWorker(s);
    for (int b = 0; b < outputs.length; b++) {
      for (int w = 0; own > 0 && w < frozen.leads()[b].length; w++) {
        if (!frozen.leads()[b][w]) {
          System.arraycopy(frozen.outputs()[b], w * own, outputs[b], w * own, own);
        }
      }
    }
  }

  private int valuesPerWorker(int s) {
    boolean shared =
        architecture.stages().get(s) instanceof StageSpec.Block block && !block.split();
    return shared
        ? 0
        : architecture.stageWidth(s) / groups / architecture.stages().get(s).workers();
  }

  private double localLoss(Run run, int s, FrozenStage frozen, int b, double target) {
    double[] errors = errors(s, run, target);
    int workers = errors.length / groups;
    int leaders = spec.leaders(workers);
    boolean shared = architecture.stages().get(s) instanceof StageSpec.Block;
    double loss = 0;
    for (int w = 0; w < errors.length; w++) {
      if (frozen.leads()[b][w]) {
        if (spec.uses(LossTerm.LEADERS)) {
          loss += spec.leaderWeight() * errors[w] / (shared ? leaders : 1);
        }
      } else if (spec.uses(LossTerm.FOLLOWERS)) {
        loss +=
            spec.followerWeight()
                * distance(run, frozen, b, w, workers)
                / (shared ? workers - leaders : 1);
      }
    }
    return (1 - similarity(s)) * loss;
  }

  /** β of a stage. */
  private double similarity(int s) {
    return architecture.stages().get(s) instanceof StageSpec.Block block ? block.similarity() : 0;
  }

  /** β (1 / N²) Σ_ij ω_i ω_j (R_ij − T_ij)², with the cosines R of features and T of targets. */
  private double similarityLoss(double[][] theta, int s, List<Run> runs, Examples examples) {
    if (similarity(s) == 0) {
      return 0;
    }
    LayerShape shape = architecture.inputShape(s + 1);
    double[][] outputs = runs.stream().map(Run::output).toArray(double[][]::new);
    // Its parameters are the last two of the stage.
    Iterator<double[]> parameters =
        Arrays.asList(theta).subList(firstParameter(s + 1) - 2, theta.length).iterator();
    double[][] features =
        layers.run(List.of(Architecture.similarityLayer(shape)), shape, outputs, parameters, 1, 1);
    boolean spatial = shape.isImage() && shape.size() > shape.channels();
    double[][] wanted = new double[outputs.length][architecture.task().classes()];
    for (int b = 0; b < outputs.length; b++) {
      wanted[b][(int) examples.targets()[b]] = 1;
      if (spatial) {
        features[b] =
            Arrays.stream(split(features[b], shape.size() / shape.channels()))
                .mapToDouble(ReferenceLoss::deviation)
                .toArray();
      }
    }
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      for (int j = 0; j < outputs.length; j++) {
        double difference = cosine(features[i], features[j]) - cosine(wanted[i], wanted[j]);
        sum += examples.weights()[i] * examples.weights()[j] * difference * difference;
      }
    }
    return similarity(s) * sum / (outputs.length * outputs.length);
  }

  /** √(Σ (x − mean)² / (P − 1)). */
  private static double deviation(double[] x) {
    double[] centred = centred(x);
    return Math.sqrt(dot(centred, centred) / (x.length - 1));
  }

  private static double cosine(double[] x, double[] y) {
    double[] a = centred(x);
    double[] b = centred(y);
    // The authors' code adds 1e-8 to lengths.
    return dot(a, b) / ((Math.sqrt(dot(a, a)) + 1e-8) * (Math.sqrt(dot(b, b)) + 1e-8));
  }

  private static double[] centred(double[] x) {
    double mean = Arrays.stream(x).average().orElseThrow();
    return Arrays.stream(x).map(value -> value - mean).toArray();
  }

  private static double dot(double[] x, double[] y) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[i] * y[i]).sum();
  }

  /** ‖p − p_reference‖² / C. */
  private double distance(Run run, FrozenStage frozen, int b, int w, int workers) {
    double[] own = chased(run)[w];
    double[] reference = frozen.chased()[b][w / workers];
    double squares = 0;
    for (int k = 0; k < own.length; k++) {
      squares += (own[k] - reference[k]) * (own[k] - reference[k]);
    }
    return squares / own.length;
  }

  /** Weighted mean over examples of the mean error of the leaders of a stage. */
  double meanLeaderLoss(double[][] theta, Examples examples, FrozenStage frozen, int s) {
    return mean(theta, examples, frozen, s, true);
  }

  /** Weighted mean over examples of the mean distance of the followers of a stage. */
  double meanFollowerLoss(double[][] theta, Examples examples, FrozenStage frozen, int s) {
    return mean(theta, examples, frozen, s, false);
  }

  private double mean(
      double[][] theta, Examples examples, FrozenStage frozen, int s, boolean ofLeaders) {
    List<Run> runs = runStage(theta, s, frozen.inputs());
    double sum = 0;
    for (int b = 0; b < examples.size(); b++) {
      Run run = runs.get(b);
      double[] errors = errors(s, run, examples.targets()[b]);
      double ofExample = 0;
      int count = 0;
      for (int w = 0; w < errors.length; w++) {
        if (frozen.leads()[b][w] == ofLeaders) {
          ofExample += ofLeaders ? errors[w] : distance(run, frozen, b, w, errors.length / groups);
          count++;
        }
      }
      sum += examples.weights()[b] * ofExample / Math.max(1, count);
    }
    return sum / Arrays.stream(examples.weights()).sum();
  }

  private double[] errors(int s, Run run, double target) {
    int workers = run.predictions().length / groups;
    PredictionKind kind = architecture.workerKind(s);
    return IntStream.range(0, run.predictions().length)
        .mapToDouble(w -> error(kind, run.predictions()[w], target(kind, w / workers, target)))
        .toArray();
  }

  /** What group g should predict: the class for softmax, 0 or 1 for sigmoid, else the value. */
  private double target(PredictionKind kind, int g, double target) {
    if (kind != PredictionKind.SIGMOID) {
      return target;
    }
    // A single sigmoid for two classes predicts the second one.
    int positive = groups > 1 || architecture.task().kind() == PredictionKind.SIGMOID ? g : 1;
    return target == positive ? 1 : 0;
  }

  private static double error(PredictionKind kind, double[] p, double target) {
    return switch (kind) {
      case SOFTMAX -> -Math.log(p[(int) target]);
      case SIGMOID -> -(target * Math.log(p[0]) + (1 - target) * Math.log(1 - p[0]));
      case IDENTITY -> 0.5 * (p[0] - target) * (p[0] - target);
    };
  }

  private List<Run> runStage(double[][] theta, int s, double[][] x) {
    Iterator<double[]> parameters =
        Arrays.asList(theta).subList(firstParameter(s), theta.length).iterator();
    LayerShape input = architecture.inputShape(s);
    int inputGroups = architecture.inputGroups(s);
    StageSpec stage = architecture.stages().get(s);
    if (stage instanceof StageSpec.Block block) {
      double[][] y = layers.run(block.body(), input, x, parameters, inputGroups, groups);
      LayerShape output = architecture.inputShape(s + 1);
      int slices = block.split() ? groups * block.heads() : groups;
      double[][] logits =
          ReferenceLayers.affine(
              block.headInput(output),
              output.isImage() ? tiles(output, block.headWindow(output), y) : y,
              parameters.next(),
              parameters.next(),
              slices);
      return runs(s, y, logits);
    }
    if (stage instanceof StageSpec.Filters filters) {
      LayerSpec convolution = filters.convolution(architecture.workerOutputs(s));
      double[][] maps = layers.run(List.of(convolution), input, x, parameters, 1, 1);
      LayerShape shape = convolution.output(input);
      double[][] y = layers.run(filters.then(), shape, maps, parameters, 1, 1);
      int side = Math.max(shape.shape().height(), shape.shape().width());
      return runs(s, y, tiles(shape, side, maps));
    }
    double[][] logits =
        ReferenceLayers.affine(input, x, parameters.next(), parameters.next(), inputGroups);
    PredictionKind kind = architecture.workerKind(s);
    double[][] output =
        Arrays.stream(logits)
            .map(z -> predictAll(kind, split(z, architecture.workerOutputs(s))))
            .map(p -> Arrays.stream(p).flatMapToDouble(Arrays::stream).toArray())
            .toArray(double[][]::new);
    return runs(s, output, logits);
  }

  /** Means over windows side by side. */
  private double[][] tiles(LayerShape shape, int window, double[][] images) {
    InputShape from = shape.shape();
    InputShape to =
        new InputShape(
            from.channels(),
            (from.height() + window - 1) / window,
            (from.width() + window - 1) / window);
    return layers.pool(from, to, window, window, false, images);
  }

  private List<Run> runs(int s, double[][] outputs, double[][] logits) {
    return IntStream.range(0, outputs.length)
        .mapToObj(
            b -> {
              double[][] z = split(logits[b], architecture.workerOutputs(s));
              return new Run(outputs[b].clone(), z, predictAll(architecture.workerKind(s), z));
            })
        .toList();
  }

  private int firstParameter(int s) {
    int at = 0;
    for (int below = 0; below < s; below++) {
      StageSpec stage = architecture.stages().get(below);
      // Of a block: weights and biases of the heads, and of the layer for the similarity.
      at += 2;
      if (stage instanceof StageSpec.Block block) {
        at += arrays(block.body(), architecture.inputShape(below));
        at += block.similarity() > 0 ? 2 : 0;
      } else if (stage instanceof StageSpec.Filters filters) {
        at += arrays(filters.then(), architecture.inputShape(below));
      }
    }
    return at;
  }

  /** Arrays of parameters of layers: none, or two for each. */
  private static int arrays(List<LayerSpec> layers, LayerShape input) {
    int arrays = 0;
    LayerShape shape = input;
    for (LayerSpec layer : layers) {
      if (layer instanceof LayerSpec.Residual residual) {
        arrays += arrays(residual.body(), shape) + arrays(residual.shortcut(shape), shape);
      } else {
        arrays += layer.parameterCount(shape) > 0 ? 2 : 0;
      }
      shape = layer.output(shape);
    }
    return arrays;
  }

  private static double[][] split(double[] values, int outputs) {
    return IntStream.range(0, values.length / outputs)
        .mapToObj(w -> Arrays.copyOfRange(values, w * outputs, (w + 1) * outputs))
        .toArray(double[][]::new);
  }

  private static double[][] predictAll(PredictionKind kind, double[][] logits) {
    return Arrays.stream(logits).map(z -> predict(kind, z)).toArray(double[][]::new);
  }

  private static double[] predict(PredictionKind kind, double[] z) {
    return switch (kind) {
      case IDENTITY -> z.clone();
      case SIGMOID -> new double[] {1 / (1 + Math.exp(-z[0]))};
      case SOFTMAX -> {
        double sum = 0;
        for (double value : z) {
          sum += Math.exp(value);
        }
        double[] p = new double[z.length];
        for (int k = 0; k < p.length; k++) {
          p[k] = Math.exp(z[k]) / sum;
        }
        yield p;
      }
    };
  }
}
