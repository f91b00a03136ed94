package lfnn.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import lfnn.experiment.RunReport.Results;
import lfnn.experiment.RunReport.State;
import lfnn.plot.Figure;
import lfnn.train.DivergenceException;
import lfnn.train.Trainer;
import picocli.CommandLine.ExitCode;

/**
 * Training on images that writes all it has learned into a folder after each epoch; of one network,
 * or of several that share their lower stages.
 */
final class Training {

  private final NetworkRuns runs;
  private final boolean measuresStages;

  /**
   * Training that has not begun, or is to go on.
   *
   * @param measuresStages whether the workers of each stage are measured at the end
   */
  Training(NetworkRuns runs, boolean measuresStages) {
    this.runs = runs;
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
    Trainer trainer = runs.main().trainer();
    Progress progress = new Progress(err, Progress.hasTerminal(), runs.main().epochs());
    progress.line(runs.main().report().summary());
    runs.variants()
        .forEach(
            variant ->
                progress.line("with it " + variant.name() + ", in " + variant.folder().path()));
    Figure.obstacle()
        .ifPresent(
            obstacle ->
                progress.line(
                    "curves.png cannot be drawn here ("
                        + obstacle
                        + "); install fonts if you want it. curves.csv has the numbers."));
    if (runs.isFinished()) {
      progress.line(
          trainer.outOfPatience()
              ? "patience was at an end already; give more with --patience"
              : "all epochs are done already; give more with --epochs");
    }
    // A folder that cannot be written to should not be found out after the first epoch.
    runs.writeReports(State.RUNNING);
    try (StopRequest stop = new StopRequest()) {
      while (!runs.isFinished()) {
        epoch(progress, stop);
        if (stop.isRequested()) {
          runs.save(State.STOPPED);
          progress.line(
              "stopped in epoch "
                  + (trainer.epochs() + 1)
                  + "; go on with train --resume "
                  + CommandLineOptions.quoted(runs.main().folder().path().toString()));
          return StopRequest.EXIT_CODE;
        }
        runs.save(State.RUNNING);
      }
    } catch (DivergenceException e) {
      progress.clear();
      runs.writeReports(State.DIVERGED);
      throw e;
    }
    for (NetworkRun run : runs.all()) {
      finish(run, progress, out);
    }
    return ExitCode.OK;
  }

  private void epoch(Progress progress, StopRequest stop) throws InterruptedException {
    int number = runs.main().trainer().epochs() + 1;
    runs.epoch(
            (step, steps, report) -> {
              progress.step(number, step, steps, report);
              return !stop.isRequested();
            })
        .forEach(progress::line);
  }

  private void finish(NetworkRun run, Progress progress, PrintWriter out) throws IOException {
    boolean alone = runs.variants().isEmpty();
    progress.line(alone ? "measuring the model that is kept" : "measuring " + run.name());
    Results results = run.measure(measuresStages);
    run.save(State.FINISHED, Optional.of(results));
    if (!alone) {
      out.println(run.name());
    }
    out.println(run.report().lines(results));
    out.println("written to        " + run.folder().path());
  }
}
