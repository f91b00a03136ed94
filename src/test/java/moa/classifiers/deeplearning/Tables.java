package moa.classifiers.deeplearning;

import com.github.javacliparser.Option;
import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import com.yahoo.labs.samoa.instances.SparseInstance;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import moa.classifiers.Classifier;
import moa.core.Utils;
import moa.options.ClassOption;
import moa.streams.ArffFileStream;
import moa.tasks.MainTask;

/**
 * Real tables as MOA reads them, learners from command lines, and MOA's tasks without its chatter.
 */
final class Tables {

  private Tables() {}

  /** The rows of an example table in a random order, which is always the same. */
  static List<Instance> read(String name) {
    ArffFileStream stream = new ArffFileStream("examples-arff/" + name + ".arff", -1);
    stream.prepareForUse();
    List<Instance> rows = new ArrayList<>();
    while (stream.hasMoreInstances()) {
      rows.add(stream.nextInstance().getData());
    }
    Collections.shuffle(rows, new Random(1));
    return rows;
  }

  /** A header; the class is the attribute of the given index. */
  static InstancesHeader header(List<Attribute> attributes, int classIndex) {
    InstancesHeader header = new InstancesHeader(new Instances("table", attributes, 0));
    header.setClassIndex(classIndex);
    return header;
  }

  /** The attributes of a row's header. */
  static List<Attribute> attributes(Instance row) {
    List<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < row.numAttributes(); a++) {
      attributes.add(row.attribute(a));
    }
    return attributes;
  }

  /** A row of given values. */
  static Instance row(InstancesHeader header, double... values) {
    Instance row = new DenseInstance(1, values);
    row.setDataset(header);
    return row;
  }

  /** The rows with the class, which was last, at another place. */
  static List<Instance> withClassAt(int index, List<Instance> rows) {
    List<Attribute> attributes = attributes(rows.get(0));
    attributes.add(index, attributes.remove(attributes.size() - 1));
    InstancesHeader header = header(attributes, index);
    List<Instance> moved = new ArrayList<>();
    for (Instance row : rows) {
      double[] values = new double[attributes.size()];
      for (int a = 0; a < values.length; a++) {
        values[a] = a == index ? row.classValue() : row.value(a < index ? a : a - 1);
      }
      moved.add(row(header, values));
    }
    return moved;
  }

  /** The row in sparse form: zeros, the class among them, are left out. */
  static Instance sparse(Instance row) {
    List<Integer> indices = new ArrayList<>();
    for (int a = 0; a < row.numAttributes(); a++) {
      if (row.value(a) != 0) {
        indices.add(a);
      }
    }
    double[] values = indices.stream().mapToDouble(row::value).toArray();
    Instance sparse =
        new SparseInstance(
            row.weight(),
            values,
            indices.stream().mapToInt(Integer::intValue).toArray(),
            row.numAttributes());
    sparse.setDataset(row.dataset());
    return sparse;
  }

  /** A copy of the row of another weight. */
  static Instance weighted(Instance row, double weight) {
    Instance copy = row.copy();
    copy.setWeight(weight);
    return copy;
  }

  /** A prepared learner. */
  static LFNN learner(String options) {
    LFNN learner = (LFNN) classifier("deeplearning.LFNN " + options);
    learner.prepareForUse();
    return learner;
  }

  /** Any classifier, not prepared. */
  static Classifier classifier(String commandLine) {
    return (Classifier) object(commandLine, Classifier.class);
  }

  private static Object object(String commandLine, Class<?> type) {
    try {
      return ClassOption.cliStringToObject(commandLine, type, new Option[0]);
    } catch (Exception e) {
      throw new AssertionError(commandLine, e);
    }
  }

  /** Trains on rows, one after the other. */
  static <L extends Classifier> L trained(L learner, List<Instance> rows) {
    rows.forEach(learner::trainOnInstance);
    return learner;
  }

  /** Votes for each row. */
  static double[][] votes(Classifier learner, List<Instance> rows) {
    return rows.stream().map(learner::getVotesForInstance).toArray(double[][]::new);
  }

  /** Share of the rows whose class gets the largest vote. */
  static double accuracy(Classifier learner, List<Instance> rows) {
    int right = 0;
    for (Instance row : rows) {
      right += Utils.maxIndex(learner.getVotesForInstance(row)) == (int) row.classValue() ? 1 : 0;
    }
    return (double) right / rows.size();
  }

  /** The result of a task. */
  static Object run(String task) {
    MainTask prepared = (MainTask) object(task, MainTask.class);
    Object[] result = new Object[1];
    silently(
        () -> {
          prepared.prepareForUse();
          result[0] = prepared.doTask();
        });
    return result[0];
  }

  /** What is printed while something runs; MOA prints that its agent is missing, for example. */
  static String silently(Runnable work) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream caught = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    System.setOut(caught);
    System.setErr(caught);
    try {
      work.run();
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
