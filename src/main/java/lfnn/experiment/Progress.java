package lfnn.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import lfnn.train.StepReport;

/**
 * Tells on the terminal how far training is: a bar that is redrawn in place, and a line for each
 * epoch. Without a terminal there are the lines alone.
 */
final class Progress {

  private static final double NANOSECOND = 1e-9;
  private static final double FEW_SECONDS = 9.95;
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  /** Weight of the last step in the loss that is shown, so that it can be read. */
  private static final double SMOOTHING = 0.05;

  private final StatusLine status;
  private final int epochs;
  private final long start = System.nanoTime();
  private long steps;
  private double loss = Double.NaN;

  /**
   * @param bar whether there is a terminal to draw the bar on
   * @param epochs number of the last epoch
   */
  Progress(PrintWriter err, boolean bar, int epochs) {
    this.status = new StatusLine(err, bar);
    this.epochs = epochs;
  }

  /**
   * Whether what is written to the standard error stream is read on a terminal. Java 17 does not
   * know, so the system is asked; one that does not know either (Windows) counts as none.
   */
  static boolean hasTerminal() throws InterruptedException {
    try {
      return new ProcessBuilder("test", "-t", "2")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      // There is no such program.
      return false;
    }
  }

  /** Draws the bar after a step. */
  void step(int epoch, int step, int stepsOfEpoch, StepReport report) {
    steps++;
    loss =
        Double.isNaN(loss) ? report.outputLoss() : loss + SMOOTHING * (report.outputLoss() - loss);
    double left = (stepsOfEpoch - step) + (double) (epochs - epoch) * stepsOfEpoch;
    status.show(
        () ->
            String.format(
                Locale.ROOT,
                "epoch %d/%d %s %d/%d, loss %.4f, %s left",
                epoch,
                epochs,
                StatusLine.bar((double) step / stepsOfEpoch),
                step,
                stepsOfEpoch,
                loss,
                duration((System.nanoTime() - start) * NANOSECOND / steps * left)));
  }

  /** Prints a line in the place of the bar. */
  void line(String text) {
    status.line(text);
  }

  /** Takes the bar away. */
  void clear() {
    status.clear();
  }

  /** For example {@code 4.2 s}, {@code 42 s}, {@code 7:05 min} or {@code 1:02:03 h}. */
  static String duration(double seconds) {
    if (seconds < FEW_SECONDS) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < MINUTE) {
      return whole + " s";
    }
    if (whole < HOUR) {
      return String.format(Locale.ROOT, "%d:%02d min", whole / MINUTE, whole % MINUTE);
    }
    return String.format(
        Locale.ROOT, "%d:%02d:%02d h", whole / HOUR, whole % HOUR / MINUTE, whole % MINUTE);
  }
}
