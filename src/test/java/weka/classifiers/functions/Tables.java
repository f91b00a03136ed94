package weka.classifiers.functions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import weka.classifiers.Classifier;
import weka.core.Instances;
import weka.core.Utils;
import weka.core.converters.ConverterUtils.DataSource;

/** The example tables, and what tests do with them. */
final class Tables {

  /** A network that learns the small tables in a few epochs. */
  static final String SMALL = "-H fc(workers=8) -L 0.01 -N 5 -rule LFNN_L";

  private Tables() {}

  /** An example table; the class is the last attribute. */
  static Instances load(String name) throws Exception {
    Instances table = DataSource.read(file(name));
    table.setClassIndex(table.numAttributes() - 1);
    return table;
  }

  /** Path of an example table. */
  static String file(String name) {
    return Path.of("examples-arff", name + ".arff").toString();
  }

  /** A classifier with options on top of {@link #SMALL}. */
  static LFNN classifier(String options) throws Exception {
    LFNN classifier = new LFNN();
    classifier.setOptions(Utils.splitOptions(SMALL));
    // Replaces: a second mention of an option would be refused.
    classifier.setOptions(Utils.splitOptions(options));
    return classifier;
  }

  /** Distributions, or predicted values, for all rows, one by one. */
  static double[][] predictions(Classifier classifier, Instances table) throws Exception {
    List<double[]> predictions = new ArrayList<>();
    for (int i = 0; i < table.numInstances(); i++) {
      predictions.add(classifier.distributionForInstance(table.instance(i)));
    }
    return predictions.toArray(double[][]::new);
  }

  /** The share of rows that are predicted correctly. */
  static double accuracy(Classifier classifier, Instances table) throws Exception {
    int correct = 0;
    for (int i = 0; i < table.numInstances(); i++) {
      if (classifier.classifyInstance(table.instance(i)) == table.instance(i).classValue()) {
        correct++;
      }
    }
    return (double) correct / table.numInstances();
  }
}
