package lfnn.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import lfnn.spec.Activation;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
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
 * gradients by differences.
 *
 * <p>What a rule holds constant is computed once ({@link #freeze}) and given to every evaluation:
 * who leads, what the reference leader predicts, for LFNN-ℓ the input of each stage, and for LFNN
 * what followers put out on the path of the output loss. The gradient of {@link #loss} with these
 * held constant is the gradient that the rule must compute.
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

  private final Architecture architecture;
  private final Algorithm algorithm;
  private final LeadershipSpec spec;
  private final int groups;
  private double smallestRectified;

  ReferenceLoss(Architecture architecture, Algorithm algorithm, LeadershipSpec spec) {
    this.architecture = architecture;
    this.algorithm = algorithm;
    this.spec = spec;
    this.groups = architecture.task().groups();
  }

  /**
   * Smallest |z| before a (leaky) ReLU since the last {@link #freeze} began: distance of a kink.
   */
  double smallestRectified() {
    return smallestRectified;
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
    smallestRectified = Double.POSITIVE_INFINITY;
    List<FrozenStage> stages = new ArrayList<>();
    double[][] inputs = examples.features();
    for (int s = 0; s < architecture.stages().size(); s++) {
      int stage = s;
      double[][] stageInputs = inputs;
      List<Run> runs = Arrays.stream(inputs).map(x -> runStage(theta, stage, x)).toList();
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
    double sum = 0;
    for (int b = 0; b < examples.size(); b++) {
      double loss = 0;
      if (spec.uses(LossTerm.GLOBAL)) {
        loss += outputLoss(theta, examples, b, frozen);
      }
      if (algorithm != Algorithm.BP) {
        for (int s = 0; s < architecture.stages().size(); s++) {
          loss += localLoss(theta, s, frozen.stages().get(s), b, examples.targets()[b]);
        }
      }
      sum += examples.weights()[b] * loss;
    }
    return sum / examples.size();
  }

  /** Weighted mean of the output loss, as it is reported. */
  double meanOutputLoss(double[][] theta, Examples examples, Frozen frozen) {
    double sum = 0;
    for (int b = 0; b < examples.size(); b++) {
      sum += examples.weights()[b] * outputLoss(theta, examples, b, frozen);
    }
    return sum / Arrays.stream(examples.weights()).sum();
  }

  private double outputLoss(double[][] theta, Examples examples, int b, Frozen frozen) {
    double[] x;
    if (algorithm == Algorithm.LFNN_L) {
      x = frozen.outputInputs()[b];
    } else {
      x = examples.features()[b];
      for (int s = 0; s < architecture.stages().size(); s++) {
        x = runStage(theta, s, x).output();
        if (algorithm == Algorithm.LFNN) {
          detachFollowers(s, frozen.stages().get(s), b, x);
        }
      }
    }
    int last = architecture.stages().size();
    PredictionKind kind = architecture.task().kind();
    int outputs = architecture.task().outputs();
    double[][] logits =
        split(
            affine(
                x,
                theta[theta.length - 2],
                theta[theta.length - 1],
                architecture.inputGroups(last)),
            outputs);
    double loss = 0;
    for (int g = 0; g < groups; g++) {
      loss += error(kind, predict(kind, logits[g]), target(kind, g, examples.targets()[b]));
    }
    return loss;
  }

  /** Columns of a follower's own receive and pass on nothing of the output loss. */
  private void detachFollowers(int s, FrozenStage frozen, int b, double[] output) {
    int own = columnsPerWorker(s);
    for (int w = 0; own > 0 && w < frozen.leads()[b].length; w++) {
      if (!frozen.leads()[b][w]) {
        System.arraycopy(frozen.outputs()[b], w * own, output, w * own, own);
      }
    }
  }

  private int columnsPerWorker(int s) {
    if (architecture.stages().get(s) instanceof StageSpec.Block block) {
      return block.split() ? architecture.stageWidth(s) / groups / block.heads() : 0;
    }
    return architecture.workerOutputs(s);
  }

  private double localLoss(double[][] theta, int s, FrozenStage frozen, int b, double target) {
    Run run = runStage(theta, s, frozen.inputs()[b]);
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
    return loss;
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
    double sum = 0;
    for (int b = 0; b < examples.size(); b++) {
      Run run = runStage(theta, s, frozen.inputs()[b]);
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

  private Run runStage(double[][] theta, int s, double[] x) {
    int at = firstParameter(s);
    int inputGroups = architecture.inputGroups(s);
    PredictionKind kind = architecture.workerKind(s);
    if (architecture.stages().get(s) instanceof StageSpec.Block block) {
      double[] y = x;
      for (LayerSpec layer : block.body()) {
        Activation activation = ((LayerSpec.Dense) layer).activation();
        y = activate(activation, affine(y, theta[at], theta[at + 1], inputGroups));
        inputGroups = groups;
        at += 2;
      }
      int slices = block.split() ? groups * block.heads() : groups;
      double[][] logits =
          split(affine(y, theta[at], theta[at + 1], slices), architecture.workerOutputs(s));
      return new Run(y, logits, predictAll(kind, logits));
    }
    double[][] logits =
        split(affine(x, theta[at], theta[at + 1], inputGroups), architecture.workerOutputs(s));
    double[][] predictions = predictAll(kind, logits);
    double[] output = Arrays.stream(predictions).flatMapToDouble(Arrays::stream).toArray();
    return new Run(output, logits, predictions);
  }

  private int firstParameter(int s) {
    int at = 0;
    for (StageSpec stage : architecture.stages().subList(0, s)) {
      at += stage instanceof StageSpec.Block block ? 2 * block.body().size() + 2 : 2;
    }
    return at;
  }

  private static double[] affine(double[] x, double[] weights, double[] biases, int blocks) {
    int in = x.length / blocks;
    int out = biases.length / blocks;
    double[] z = new double[biases.length];
    for (int j = 0; j < z.length; j++) {
      z[j] = biases[j];
      for (int i = j / out * in; i < (j / out + 1) * in; i++) {
        z[j] += x[i] * weights[i * out + j % out];
      }
    }
    return z;
  }

  private double[] activate(Activation activation, double[] z) {
    if (activation == Activation.RELU || activation == Activation.LEAKY_RELU) {
      for (double value : z) {
        smallestRectified = Math.min(smallestRectified, Math.abs(value));
      }
    }
    return Arrays.stream(z)
        .map(
            value ->
                switch (activation) {
                  case RELU -> value > 0 ? value : 0;
                  case LEAKY_RELU -> value > 0 ? value : Activation.LEAK * value;
                  case TANH -> Math.tanh(value);
                  case SIGMOID -> 1 / (1 + Math.exp(-value));
                  case IDENTITY -> value;
                })
        .toArray();
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
