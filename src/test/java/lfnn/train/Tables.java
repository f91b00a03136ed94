package lfnn.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lfnn.data.FeatureEncoder.Column;
import lfnn.data.FeatureEncoder.Numeric;

/** The tables of numbers among the examples. */
final class Tables {

  private Tables() {}

  /** A table in memory; the last column is the target. */
  record Rows(List<Column> columns, double[][] rows, double[] targets, double[] weights)
      implements Table {
    @Override
    public int size() {
      return rows.length;
    }

    @Override
    public double[] row(int index) {
      return rows[index];
    }

    @Override
    public double target(int index) {
      return targets[index];
    }

    @Override
    public double weight(int index) {
      return weights[index];
    }

    Rows withWeight(double weight) {
      double[] all = new double[rows.length];
      Arrays.fill(all, weight);
      return new Rows(columns, rows, targets, all);
    }
  }

  /** 150 flowers of 3 classes. */
  static Rows iris() {
    return read("iris", List.of("Iris-setosa", "Iris-versicolor", "Iris-virginica"));
  }

  /** 209 processors with their performance. */
  static Rows cpu() {
    return read("cpu", List.of());
  }

  private static Rows read(String name, List<String> classes) {
    List<double[]> rows = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(Path.of("examples-arff", name + ".arff"))) {
        if (line.isBlank() || line.startsWith("%") || line.startsWith("@")) {
          continue;
        }
        String[] fields = line.strip().split(",", -1);
        double[] values = new double[fields.length];
        for (int i = 0; i < values.length; i++) {
          int label = classes.indexOf(fields[i].strip());
          values[i] = label >= 0 ? label : Double.parseDouble(fields[i]);
        }
        rows.add(values);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int attributes = rows.get(0).length - 1;
    List<Column> columns = new ArrayList<>();
    for (int a = 0; a < attributes; a++) {
      columns.add(new Numeric("attribute " + a));
    }
    double[][] features = new double[rows.size()][];
    double[] targets = new double[rows.size()];
    double[] weights = new double[rows.size()];
    for (int i = 0; i < features.length; i++) {
      features[i] = Arrays.copyOf(rows.get(i), attributes);
      targets[i] = rows.get(i)[attributes];
      weights[i] = 1;
    }
    return new Rows(columns, features, targets, weights);
  }
}
