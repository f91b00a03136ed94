package lfnn.spec;

import java.io.Serializable;
import lfnn.spec.SpecSyntax.Call;

/**
 * The learning rate as a multiple of its initial value. Written as {@code constant}, {@code
 * step(every=10, factor=0.5)}, {@code cosine} or {@code cosine(epochs=50)}.
 */
public sealed interface ScheduleSpec extends Serializable {

  /**
   * Factor on the initial learning rate.
   *
   * @param progress epochs done so far, fractions included, at least 0
   * @param epochs number of epochs that training was asked for
   * @return a factor in [0, 1]
   */
  double factor(double progress, int epochs);

  /** Always 1. */
  record Constant() implements ScheduleSpec {
    @Override
    public double factor(double progress, int epochs) {
      return 1;
    }

    @Override
    public String toString() {
      return "constant";
    }
  }

  /**
   * factor^⌊progress / every⌋.
   *
   * @param every epochs between two reductions, at least 1
   * @param factor in (0, 1]
   */
  record Step(int every, double factor) implements ScheduleSpec {
    /** Halved every 10 epochs. */
    public static final Step DEFAULTS = new Step(10, 0.5);

    public Step {
      Require.that(every >= 1, "every must be at least 1 epoch, not %d", every);
      Require.that(factor > 0 && factor <= 1, "factor must be in (0, 1], not %s", factor);
    }

    @Override
    public double factor(double progress, int epochs) {
      return Math.pow(factor, Math.floor(progress / every));
    }

    @Override
    public String toString() {
      return "step(every=" + every + ", factor=" + SpecSyntax.number(factor) + ")";
    }
  }

  /**
   * From 1 down to 0.01 along half a cosine, then 0.01.
   *
   * @param epochs length of the descent; 0 means the number of epochs that training was asked for
   * @see <a href="https://arxiv.org/abs/1608.03983v5">Loshchilov and Hutter 2017, equation 5</a>
   */
  record Cosine(int epochs) implements ScheduleSpec {
    /** What remains at the end, so that training that is continued still learns. */
    public static final double FLOOR = 0.01;

    public Cosine {
      Require.that(epochs >= 0, "epochs must be at least 0, not %d", epochs);
    }

    @Override
    public double factor(double progress, int trainingEpochs) {
      int length = epochs > 0 ? epochs : Math.max(1, trainingEpochs);
      double share = Math.min(1, progress / length);
      return FLOOR + (1 - FLOOR) * 0.5 * (1 + Math.cos(Math.PI * share));
    }

    @Override
    public String toString() {
      return epochs == 0 ? "cosine" : "cosine(epochs=" + epochs + ")";
    }
  }

  /**
   * Reads a schedule.
   *
   * @throws SpecSyntaxException if the text is not one, with the position and what was expected
   */
  static ScheduleSpec parse(String text) {
    Call call = SpecSyntax.parseCall("schedule", text);
    ScheduleSpec spec =
        switch (call.name()) {
          case "constant" -> new Constant();
          case "step" ->
              call.build(
                  () ->
                      new Step(
                          call.integer("every", Step.DEFAULTS.every()),
                          call.number("factor", Step.DEFAULTS.factor())));
          case "cosine" -> call.build(() -> new Cosine(call.integer("epochs", 0)));
          default -> throw call.unknown("a schedule", "constant, step or cosine");
        };
    call.finish();
    return spec;
  }
}
