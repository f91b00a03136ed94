package lfnn.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lfnn.leadership.Leadership;
import lfnn.spec.Architecture;

/**
 * How a network was trained: its parts, who led, and the training curve.
 *
 * @param network the network string that was asked for
 * @param rule the learning rule
 * @param classification whether classes were learned, so that errors are shares
 * @param inputs encoded inputs
 * @param stages a line for each stage and the output layer
 * @param parameters number of weights and biases
 * @param ledShare for each stage, the share of batches (or examples) in which each worker led;
 *     empty for rules without leaders
 * @param epochs of the whole training, resumed ones included
 * @param bestEpoch epoch whose parameters are kept because of validation; 0 for the last
 */
public record TrainingReport(
    String network,
    String rule,
    boolean classification,
    int inputs,
    List<String> stages,
    long parameters,
    double[][] ledShare,
    List<EpochReport> epochs,
    int bestEpoch)
    implements Serializable {

  /** Workers that are listed for a stage. */
  private static final int LISTED_WORKERS = 10;

  /** Lines of the training curve that are printed. */
  private static final int LISTED_EPOCHS = 20;

  private static final EpochReport NO_EPOCH =
      new EpochReport(
          0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);

  /** How a trainer has trained so far. */
  public static TrainingReport of(LearnerSpec spec, Architecture architecture, Trainer trainer) {
    return new TrainingReport(
        spec.network().toString(),
        spec.training().algorithm().name(),
        architecture.task().isClassification(),
        architecture.input().size(),
        describe(architecture),
        architecture.parameterCount(),
        trainer.leadership().stream().map(Leadership::shareOfTimeLed).toArray(double[][]::new),
        trainer.reports(),
        trainer.bestEpoch());
  }

  /** A line for each stage and the output layer, with their sizes. */
  public static List<String> describe(Architecture architecture) {
    List<String> stages = new ArrayList<>();
    for (int s = 0; s < architecture.stages().size(); s++) {
      stages.add(
          String.format(
              Locale.ROOT,
              "stage %d: %s, %d inputs, %d outputs",
              s + 1,
              architecture.stages().get(s),
              architecture.inputWidth(s),
              architecture.stageWidth(s)));
    }
    stages.add(
        String.format(
            Locale.ROOT,
            "output:  %s, %d inputs, %d outputs",
            architecture.task().kind().name().toLowerCase(Locale.ROOT),
            architecture.inputWidth(architecture.stages().size()),
            architecture.task().width()));
    return stages;
  }

  /** The last epoch; all values NaN before the first. */
  public EpochReport last() {
    return epochs.isEmpty() ? NO_EPOCH : epochs.get(epochs.size() - 1);
  }

  /** Wall-clock time of all epochs. */
  public double seconds() {
    return epochs.stream().mapToDouble(EpochReport::seconds).sum();
  }

  static String error(String name, double error, boolean classes) {
    return classes
        ? String.format(Locale.ROOT, "%s %.2f %%", name, 100 * error)
        : String.format(Locale.ROOT, "%s %.4f", name, error);
  }

  /** A description for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("Leader-follower neural network, rule ").append(rule).append("\n\n");
    text.append("Network: ").append(network).append('\n');
    stages.forEach(stage -> text.append("  ").append(stage).append('\n'));
    text.append(String.format(Locale.ROOT, "  %,d parameters%n", parameters));
    for (int s = 0; s < ledShare.length; s++) {
      text.append(leaders(s)).append('\n');
    }
    text.append('\n').append(curve());
    if (bestEpoch > 0) {
      text.append("\nThe parameters of epoch ")
          .append(bestEpoch)
          .append(" are kept: it had the lowest validation loss.\n");
    }
    return text.toString();
  }

  private String leaders(int stage) {
    double[] shares = ledShare[stage];
    String list =
        IntStream.range(0, shares.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer w) -> -shares[w]))
            .limit(LISTED_WORKERS)
            .map(w -> String.format(Locale.ROOT, "%d (%.0f %%)", w + 1, 100 * shares[w]))
            .collect(Collectors.joining(", "));
    long ever = Arrays.stream(shares).filter(share -> share > 0).count();
    return String.format(
        Locale.ROOT,
        "%nLeaders of stage %d: %d of %d workers ever led; most often worker %s",
        stage + 1,
        ever,
        shares.length,
        list);
  }

  private String curve() {
    StringBuilder text =
        new StringBuilder(
            "epoch  output loss  leader loss  follower loss  training error  validation error\n");
    int step = Math.max(1, (epochs.size() + LISTED_EPOCHS - 1) / LISTED_EPOCHS);
    for (int e = 0; e < epochs.size(); e++) {
      if ((e + 1) % step == 0 || e == 0 || e == epochs.size() - 1) {
        EpochReport epoch = epochs.get(e);
        text.append(
            String.format(
                Locale.ROOT,
                "%5d  %11.4f  %11.4f  %13.4f  %14s  %16s%n",
                epoch.epoch(),
                epoch.outputLoss(),
                epoch.leaderLoss(),
                epoch.followerLoss(),
                shown(epoch.trainingError()),
                shown(epoch.validationError())));
      }
    }
    return text.append(String.format(Locale.ROOT, "%.1f seconds%n", seconds())).toString();
  }

  private String shown(double error) {
    return Double.isNaN(error) ? "-" : error("", error, classification).strip();
  }
}
