package lfnn.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lfnn.experiment.NetworkRun.Description;
import lfnn.experiment.RunReport.State;
import lfnn.train.StepListener;

/**
 * Networks that are trained together: one whose trainer learns, and others that share its lower
 * stages and have another share of leaders.
 *
 * @param data what they learn from
 * @param main whose trainer learns
 * @param variants whose trainers learn with it
 */
record NetworkRuns(RunData data, NetworkRun main, List<NetworkRun> variants) {

  private static final String LEADERS = "--leaders";
  private static final String ALSO_LEADERS = "--also-leaders";

  NetworkRuns {
    variants = List.copyOf(variants);
  }

  /**
   * New networks, or those of an earlier training.
   *
   * @param options of the training
   * @param folder of the main network; the others have folders inside of it
   * @param description of the main network
   * @param before the training to go on with
   * @throws IllegalArgumentException if the network does not fit the images, or the rule does not
   *     let stages learn by themselves
   * @throws IOException if a network to go on with is missing or is not as far as the others
   */
  static NetworkRuns open(
      TrainOptions options,
      RunData data,
      RunFolder folder,
      Description description,
      Optional<SavedRun> before)
      throws IOException {
    NetworkRun main =
        new NetworkRun(
            options.learner(data.images().shape()),
            data,
            folder,
            description,
            options.output.testEachEpoch,
            before);
    List<NetworkRun> variants = new ArrayList<>();
    for (double leaders : options.leadership.alsoLeaders.values()) {
      Map<String, String> changed = new LinkedHashMap<>(description.options());
      changed.put(LEADERS, String.valueOf(leaders));
      changed.remove(ALSO_LEADERS);
      variants.add(
          variant(
              main,
              leaders,
              folder.path().resolve("leaders-" + leaders),
              new Description(
                  description.title() + ", leaders " + leaders, description.commands(), changed),
              before.isPresent()));
    }
    return new NetworkRuns(data, main, variants);
  }

  private static NetworkRun variant(
      NetworkRun main, double leaders, Path place, Description description, boolean goesOn)
      throws IOException {
    if (!goesOn) {
      RunFolder folder = RunFolder.create(place);
      return new NetworkRun(main, leaders, folder, description, Optional.empty());
    }
    RunFolder folder = RunFolder.open(place);
    try {
      return new NetworkRun(main, leaders, folder, description, Optional.of(folder.read()));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          place
              + ": "
              + e.getMessage()
              + "; go on with each of them by itself: train --resume "
              + CommandLineOptions.quoted(place.toString())
              + ", and the other with --also-leaders=none; in a table remove "
              + main.folder().path()
              + ", and the run begins anew",
          e);
    }
  }

  /** The main network, then the others. */
  List<NetworkRun> all() {
    List<NetworkRun> all = new ArrayList<>(List.of(main));
    all.addAll(variants);
    return all;
  }

  /** Whether all epochs are done, or patience is at an end. */
  boolean isFinished() {
    return main.trainer().epochs() >= main.epochs() || main.trainer().outOfPatience();
  }

  /**
   * Trains for an epoch, or for what is left of it.
   *
   * @return a line about each network; nothing if the listener stopped the epoch
   */
  List<String> epoch(StepListener listener) throws InterruptedException {
    if (main.trainer()
        .epoch(data.split().training(), data.split().validation(), listener)
        .isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>(List.of(main.endEpoch()));
    variants.forEach(variant -> lines.add(variant.name() + ": " + variant.endEpoch()));
    return lines;
  }

  /** Writes models and reports. */
  void save(State state) throws IOException {
    for (NetworkRun run : all()) {
      run.save(state, Optional.empty());
    }
  }

  /** Writes reports. */
  void writeReports(State state) throws IOException {
    for (NetworkRun run : all()) {
      run.writeReport(state, Optional.empty());
    }
  }
}
