package lfnn.leadership;

import java.util.Arrays;
import lfnn.data.Seeds;
import lfnn.nn.Activations;
import lfnn.nn.Batch;
import lfnn.nn.Kernels;
import lfnn.nn.Kernels.Aligned;
import lfnn.nn.Kernels.LeaderChoice;
import lfnn.nn.Matrix;
import lfnn.nn.Stage;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.LeadershipSpec.Alignment;
import lfnn.spec.LeadershipSpec.LossTerm;
import lfnn.spec.LeadershipSpec.Reference;
import lfnn.spec.LeadershipSpec.Scope;

/**
 * Chooses the leaders of one stage and gives its workers their error signals (<a
 * href="https://arxiv.org/abs/2310.07885v1">Yin et al. 2023</a>, Definition 2.1, equations 1 and
 * 2).
 *
 * <pre>
 *   leaders    dz = λ₁ · (p − t) / N
 *   followers  dz = λ₂ · J(p)ᵀ r / N,  r = (2/C) · (p − p_best)
 * </pre>
 *
 * Heads that share a body divide by the number of leaders, or of followers, too. Example weights
 * ω_b multiply the signals of their example.
 */
public final class Leadership {

  private final Kernels kernels;
  private final Stage stage;
  private final LeadershipSpec spec;
  private final Activations activations;
  private final Aligned aligned;
  private final int workers;
  private final int leaders;
  private final Matrix mask;
  private final Matrix reference;
  private final Matrix referenceRank;
  private final float[] ranks;
  private final Matrix means;
  private final LeaderChoice choice;
  private final double[] batchErrors;
  private final double[] exampleWeights;
  private final double[] leading;
  private final double[] epochErrors;
  private final double[] previousEpoch;
  private final double[] share;
  private final double[] timesLed;
  private double epochWeight;
  private boolean hasPreviousEpoch;
  private long batches;
  private double leaderLoss;
  private double followerLoss;
  private double roleChange;

  /**
   * @param activations of the stage
   */
  public Leadership(Kernels kernels, Stage stage, LeadershipSpec spec, Activations activations) {
    this.kernels = kernels;
    this.stage = stage;
    this.spec = spec;
    this.activations = activations;
    aligned = new Aligned(spec.alignment() == Alignment.LOGITS, activations.logits());
    this.workers = stage.workers();
    this.leaders = spec.leaders(workers);
    int all = stage.groups() * workers;
    int rows = spec.scope() == Scope.SAMPLE ? activations.capacity() : 1;
    mask = kernels.matrix(rows, all);
    reference = kernels.matrix(rows, stage.groups());
    referenceRank = kernels.matrix(rows, stage.groups());
    ranks = new float[spec.reference() == Reference.RANDOM ? referenceRank.size() : 0];
    means = kernels.matrix(1, all);
    choice = new LeaderChoice(leaders, mask, reference);
    batchErrors = new double[all];
    exampleWeights = new double[spec.scope() == Scope.EPOCH ? activations.capacity() : 0];
    leading = new double[rows * all];
    epochErrors = new double[all];
    previousEpoch = new double[all];
    share = new double[all];
    timesLed = new double[all];
  }

  /**
   * Chooses leaders for a batch whose workers have predicted.
   *
   * @param seed from which the reference leader is drawn if it is not the best one
   * @throws ArithmeticException if the error of a worker is not a finite number
   */
  public void choose(Batch batch, long seed) {
    kernels.errors(
        stage.kind(),
        stage.outputs(),
        workers,
        activations.predictions(),
        batch.targets(stage),
        activations.errors());
    kernels.meanErrors(activations.errors(), batch.weights(), means);
    means.copyTo(batchErrors);
    requireFinite(batchErrors);
    boolean perExample = spec.scope() == Scope.SAMPLE;
    int rows = perExample ? batch.size() : 1;
    mask.setRows(rows);
    reference.setRows(rows);
    drawReference(rows, seed);
    if (spec.scope() == Scope.EPOCH) {
      accumulate(batch);
      if (hasPreviousEpoch) {
        means.set(previousEpoch);
      }
    }
    kernels.selectLeaders(
        perExample ? activations.errors() : means,
        workers,
        leaders,
        referenceRank,
        mask,
        reference);
    count(rows);
    leaderLoss = kernels.leaderLoss(workers, activations.errors(), batch.weights(), choice);
    followerLoss =
        kernels.followerLoss(
            stage.outputs(),
            workers,
            aligned.toLogits() ? activations.logits() : activations.predictions(),
            batch.weights(),
            choice);
  }

  private void drawReference(int rows, long seed) {
    referenceRank.setRows(rows);
    if (spec.reference() == Reference.BEST || leaders == 1) {
      referenceRank.fill(0);
      return;
    }
    for (int i = 0; i < referenceRank.size(); i++) {
      ranks[i] = Seeds.below(leaders, seed, i + 1L);
    }
    referenceRank.set(ranks);
  }

  private static void requireFinite(double[] errors) {
    for (int w = 0; w < errors.length; w++) {
      if (!Double.isFinite(errors[w])) {
        throw new ArithmeticException(
            "the prediction error of worker " + (w + 1) + " is " + errors[w]);
      }
    }
  }

  private void accumulate(Batch batch) {
    double weight = 0;
    batch.weights().copyTo(exampleWeights);
    for (int e = 0; e < batch.size(); e++) {
      weight += exampleWeights[e];
    }
    for (int w = 0; w < batchErrors.length; w++) {
      epochErrors[w] += weight * batchErrors[w];
    }
    epochWeight += weight;
  }

  private void count(int rows) {
    mask.copyTo(leading);
    double change = 0;
    for (int w = 0; w < share.length; w++) {
      double led = 0;
      for (int r = 0; r < rows; r++) {
        led += leading[w * rows + r];
      }
      led /= rows;
      change += Math.abs(led - share[w]);
      share[w] = led;
      timesLed[w] += led;
    }
    roleChange = batches == 0 ? 0 : change / share.length;
    batches++;
  }

  /** Writes dz of all workers into {@link Activations#signals()}. */
  public void signal(Batch batch) {
    int followers = workers - leaders;
    double examples = batch.size();
    boolean shared = stage.sharesBody();
    double leaderScale =
        spec.uses(LossTerm.LEADERS)
            ? spec.leaderWeight() / (shared ? examples * leaders : examples)
            : 0;
    double followerScale =
        spec.uses(LossTerm.FOLLOWERS) && followers > 0
            ? spec.followerWeight() / (shared ? examples * followers : examples)
            : 0;
    kernels.errorSignals(
        stage.kind(),
        stage.outputs(),
        workers,
        activations.predictions(),
        aligned,
        batch.targets(stage),
        batch.weights(),
        choice,
        leaderScale,
        followerScale,
        activations.signals());
  }

  /** Sets what followers would receive from the stages above to zero. */
  public void keepLeaders(Matrix outputGradient) {
    if (stage.columnsPerWorker() > 0 && leaders < workers) {
      kernels.scaleSlices(mask, stage.columnsPerWorker(), outputGradient);
    }
  }

  /** Ends an epoch: its errors choose the leaders of the next one in {@link Scope#EPOCH}. */
  public void endEpoch() {
    if (epochWeight > 0) {
      for (int w = 0; w < epochErrors.length; w++) {
        previousEpoch[w] = epochErrors[w] / epochWeight;
      }
      hasPreviousEpoch = true;
      Arrays.fill(epochErrors, 0);
      epochWeight = 0;
    }
  }

  /** Who leads in the current batch. */
  public LeaderChoice choice() {
    return choice;
  }

  /** Mean prediction error of the leaders in the last batch. */
  public double leaderLoss() {
    return leaderLoss;
  }

  /** Mean squared distance of the followers from their reference in the last batch. */
  public double followerLoss() {
    return followerLoss;
  }

  /**
   * How much roles changed since the batch before, in [0, 1]: the share of workers whose role
   * differs, or for {@link Scope#SAMPLE} the mean change of the share of examples in which a worker
   * leads.
   */
  public double roleChange() {
    return roleChange;
  }

  /** Share of the last batch's examples in which each worker led, [W]; 0 or 1 but for SAMPLE. */
  public double[] shareOfLastBatch() {
    return share.clone();
  }

  /** Share of all batches (examples for {@link Scope#SAMPLE}) in which each worker led, [W]. */
  public double[] shareOfTimeLed() {
    double[] shares = timesLed.clone();
    for (int w = 0; w < shares.length; w++) {
      shares[w] /= Math.max(1, batches);
    }
    return shares;
  }

  /** Everything that the next batch depends on, and the statistics, as one array. */
  public double[] state() {
    int n = share.length;
    double[] state = new double[3 + 4 * n];
    state[0] = epochWeight;
    state[1] = hasPreviousEpoch ? 1 : 0;
    state[2] = batches;
    System.arraycopy(epochErrors, 0, state, 3, n);
    System.arraycopy(previousEpoch, 0, state, 3 + n, n);
    System.arraycopy(share, 0, state, 3 + 2 * n, n);
    System.arraycopy(timesLed, 0, state, 3 + 3 * n, n);
    return state;
  }

  /** Continues from {@link #state()} of a stage of the same size. */
  public void restore(double[] state) {
    int n = share.length;
    if (state.length != 3 + 4 * n) {
      throw new IllegalArgumentException(
          "leadership state must have " + (3 + 4 * n) + " numbers, not " + state.length);
    }
    epochWeight = state[0];
    hasPreviousEpoch = state[1] != 0;
    batches = (long) state[2];
    System.arraycopy(state, 3, epochErrors, 0, n);
    System.arraycopy(state, 3 + n, previousEpoch, 0, n);
    System.arraycopy(state, 3 + 2 * n, share, 0, n);
    System.arraycopy(state, 3 + 3 * n, timesLed, 0, n);
  }
}
