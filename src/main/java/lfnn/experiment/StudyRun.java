package lfnn.experiment;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import lfnn.train.DivergenceException;

/**
 * One run of a study, which depends on its setting alone.
 *
 * @param setting what makes it different from the other runs, the seed among it
 * @param work about how much it takes, compared with the other runs
 * @param body does it
 */
record StudyRun(Row setting, double work, Body body) {

  /** Does a run. */
  interface Body {

    /**
     * Does the run, from its beginning unless it keeps what was done before.
     *
     * @return its rows, without the setting; nothing if it was stopped
     * @throws IOException if what the run keeps cannot be read or written
     * @throws DivergenceException if a loss is not a finite number
     */
    Optional<List<Row>> run(Watch watch) throws IOException, InterruptedException;
  }

  /** Follows a run. */
  interface Watch {

    /**
     * Called after each step, on the thread of the run.
     *
     * @param share of the run that is done, in [0, 1]
     * @return whether to go on
     */
    boolean step(double share);
  }

  /** A name for files. */
  String fileName() {
    return fileName(setting);
  }

  /** A name for the files of the run with a setting. */
  static String fileName(Row setting) {
    return setting.cells().entrySet().stream()
        .map(cell -> cell.getKey() + "-" + cell.getValue())
        .collect(Collectors.joining("_"));
  }

  /** A name for people. */
  String label() {
    return setting.cells().entrySet().stream()
        .map(cell -> cell.getKey() + " " + cell.getValue())
        .collect(Collectors.joining(", "));
  }
}
