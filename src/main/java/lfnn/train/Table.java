package lfnn.train;

/** The rows that a host gives to {@link TableLearner}. */
public interface Table {

  /** Number of rows. */
  int size();

  /** The attributes of a row without the class, as {@link lfnn.data.FeatureEncoder} reads them. */
  double[] row(int index);

  /** Class index, or value for regression. */
  double target(int index);

  /** Weight, at least 0. */
  double weight(int index);
}
