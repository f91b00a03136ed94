package lfnn.experiment;

import java.io.PrintWriter;
import java.util.function.Supplier;

/**
 * The last line of a terminal, which is redrawn in place, and lines above it. Without a terminal
 * there are the lines alone. Several threads may use it.
 */
final class StatusLine {

  private static final int BAR = 24;
  private static final long NANOSECONDS_BETWEEN_BARS = 100_000_000;

  private final PrintWriter err;
  private final boolean terminal;
  private long last = System.nanoTime() - NANOSECONDS_BETWEEN_BARS;
  private int shown;

  /**
   * @param terminal whether there is one
   */
  StatusLine(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** Shows a text, but not more often than it can be read. */
  synchronized void show(Supplier<String> text) {
    long now = System.nanoTime();
    if (terminal && now - last >= NANOSECONDS_BETWEEN_BARS) {
      last = now;
      redraw(text.get());
    }
  }

  /** A bar that is filled up to a share. */
  static String bar(double share) {
    int filled = (int) (BAR * share);
    return "[" + "=".repeat(filled) + " ".repeat(BAR - filled) + "]";
  }

  /** Prints a line in the place of the text. */
  synchronized void line(String text) {
    clear();
    err.println(text);
  }

  /** Takes the text away. */
  synchronized void clear() {
    if (shown > 0) {
      redraw("");
      err.print('\r');
      err.flush();
    }
  }

  private void redraw(String text) {
    err.print('\r' + text + " ".repeat(Math.max(0, shown - text.length())));
    err.flush();
    shown = text.length();
  }
}
