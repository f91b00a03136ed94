package lfnn.experiment;

import java.util.List;
import java.util.Optional;
import lfnn.plot.LineChart;

/**
 * A grid of runs, and what is made of their rows: a figure or a table of the paper.
 *
 * <p>A study knows nothing of folders, threads or stopping: {@link StudyRunner} does the runs that
 * are not done yet, keeps the rows of each, and asks for text and pictures of all that there are.
 */
interface Study {

  /**
   * Charts for one picture.
   *
   * @param columns charts side by side
   * @param charts row by row
   */
  record Picture(int columns, List<LineChart> charts) {}

  /** Name of its files, as {@code fig3a}. */
  String name();

  /** What it shows, in a line. */
  String title();

  /** What was done and what the paper says about it, in a few sentences. */
  String explanation();

  /** All runs; their settings differ. */
  List<StudyRun> runs();

  /** What came of a run, in a few words. */
  String describe(List<Row> rowsOfRun);

  /**
   * Tables and what they say, in Markdown.
   *
   * @param rows of all runs that are done, in the order of the runs; at least one
   */
  String tables(List<Row> rows);

  /**
   * The picture.
   *
   * @param rows of all runs that are done, in the order of the runs; at least one
   * @return nothing if these rows are too few
   */
  Optional<Picture> picture(List<Row> rows);
}
