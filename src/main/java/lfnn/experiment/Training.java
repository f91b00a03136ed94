package lfnn.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import lfnn.experiment.RunReport.Results;
import lfnn.experiment.RunReport.State;
import lfnn.plot.Figure;
import lfnn.train.DivergenceException;
import lfnn.train.EpochReport;
import picocli.CommandLine.ExitCode;

/**
 * Training on images that writes all it has learned into a folder after each epoch; of one network,
 * or of several that share their lower stages.
 */
final class Training {

  private final RunData data;
  private final NetworkRun main;
  private final List<NetworkRun> variants;
  private final boolean measuresStages;

  /**
   * Training that has not begun, or is to go on.
   *
   * @param main whose trainer learns
   * @param variants whose trainers learn with it
   * @param measuresStages whether the workers of each stage are measured at the end
   */
  Training(RunData data, NetworkRun main, List<NetworkRun> variants, boolean measuresStages) {
    this.data = data;
    this.main = main;
    this.variants = List.copyOf(variants);
    this.measuresStages = measuresStages;
  }

  /**
   * Trains until all epochs are done, patience is at an end, or the process is to end.
   *
   * @param out for the results
   * @param err for the progress
   * @return exit code
   */
  int run(PrintWriter out, PrintWriter err) throws IOException, InterruptedException {
    Progress progress = new Progress(err, Progress.hasTerminal(), main.epochs());
    progress.line(main.report().summary());
    variants.forEach(
        variant -> progress.line("with it " + variant.name() + ", in " + variant.folder().path()));
    Figure.obstacle()
        .ifPresent(
            obstacle ->
                progress.line(
                    "curves.png cannot be drawn here ("
                        + obstacle
                        + "); install fonts if you want it. curves.csv has the numbers."));
    if (isFinished()) {
      progress.line(
          main.trainer().outOfPatience()
              ? "patience was at an end already; give more with --patience"
              : "all epochs are done already; give more with --epochs");
    }
    // A folder that cannot be written to should not be found out after the first epoch.
    writeReports(State.RUNNING);
    try (StopRequest stop = new StopRequest()) {
      while (!isFinished()) {
        epoch(progress, stop);
        if (stop.isRequested()) {
          save(State.STOPPED);
          progress.line(
              "stopped in epoch "
                  + (main.trainer().epochs() + 1)
                  + "; go on with train --resume "
                  + main.folder().path());
          return StopRequest.EXIT_CODE;
        }
        save(State.RUNNING);
      }
    } catch (DivergenceException e) {
      progress.clear();
      writeReports(State.DIVERGED);
      throw e;
    }
    for (NetworkRun variant : variants) {
      finish(variant, progress, out);
    }
    finish(main, progress, out);
    return ExitCode.OK;
  }

  private void finish(NetworkRun run, Progress progress, PrintWriter out) throws IOException {
    progress.line(
        variants.isEmpty() ? "measuring the model that is kept" : "measuring " + run.name());
    Results results = run.measure(measuresStages);
    run.save(State.FINISHED, Optional.of(results));
    if (!variants.isEmpty()) {
      out.println(run.name());
    }
    out.println(run.report().lines(results));
    out.println("written to        " + run.folder().path());
  }

  private boolean isFinished() {
    return main.trainer().epochs() >= main.epochs() || main.trainer().outOfPatience();
  }

  private void epoch(Progress progress, StopRequest stop) throws InterruptedException {
    int number = main.trainer().epochs() + 1;
    Optional<EpochReport> done =
        main.trainer()
            .epoch(
                data.split().training(),
                data.split().validation(),
                (step, steps, report) -> {
                  progress.step(number, step, steps, report);
                  return !stop.isRequested();
                });
    if (done.isPresent()) {
      progress.line(main.endEpoch());
      variants.forEach(variant -> progress.line(variant.name() + ": " + variant.endEpoch()));
    }
  }

  private void save(State state) throws IOException {
    for (NetworkRun variant : variants) {
      variant.save(state, Optional.empty());
    }
    main.save(state, Optional.empty());
  }

  private void writeReports(State state) throws IOException {
    main.writeReport(state, Optional.empty());
    for (NetworkRun variant : variants) {
      variant.writeReport(state, Optional.empty());
    }
  }
}
