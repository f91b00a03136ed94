package lfnn.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lfnn.data.BatchLayout;
import lfnn.data.Dataset;
import lfnn.data.ImageData;
import lfnn.spec.Algorithm;
import lfnn.spec.TrainingSpec;
import lfnn.train.Trainer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import weka.classifiers.functions.LFNN;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.Instances;

/** Predictions for all test images, 10,000 of complete MNIST, in Weka and in PyTorch. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Predictions {

  private static final int PIXELS = 784;
  private static final int CLASSES = 10;

  /** Rows that Weka's classifier learns from, so that it is one that can predict. */
  private static final int TRAINING_ROWS = 500;

  private static Dataset testImages() throws IOException {
    return ImageData.open(Setting.data()).test().orElseThrow().dataset();
  }

  /** A classifier and a table of images. */
  @State(Scope.Thread)
  public static class Weka {
    private LFNN classifier;
    private Instances table;

    /** Trains a classifier. */
    @Setup
    public void start() throws Exception {
      Dataset images = testImages();
      ArrayList<Attribute> attributes = new ArrayList<>();
      for (int i = 0; i < PIXELS; i++) {
        attributes.add(new Attribute("pixel" + i));
      }
      List<String> names = new ArrayList<>();
      for (int c = 0; c < CLASSES; c++) {
        names.add(Integer.toString(c));
      }
      attributes.add(new Attribute("class", names));
      table = new Instances("images", attributes, images.size());
      table.setClassIndex(PIXELS);
      for (int r = 0; r < images.size(); r++) {
        double[] row = new double[PIXELS + 1];
        for (int i = 0; i < PIXELS; i++) {
          row[i] = 255 * images.feature(r, i);
        }
        row[PIXELS] = images.target(r);
        table.add(new DenseInstance(1, row));
      }
      classifier = new LFNN();
      classifier.setNetwork("fc(workers=32); fc(workers=32)");
      classifier.setInput("1x28x28");
      classifier.setEpochs(1);
      classifier.setThreads(Setting.threads());
      classifier.buildClassifier(new Instances(table, 0, TRAINING_ROWS));
    }
  }

  /** The same network in PyTorch. */
  @State(Scope.Thread)
  public static class PyTorch {
    private PyTorchStages stages;
    private float[] features;
    private int examples;

    /** Makes network and images. */
    @Setup
    public void start() throws IOException {
      Dataset images = testImages();
      examples = images.size();
      int[] rows = new int[examples];
      for (int r = 0; r < examples; r++) {
        rows[r] = r;
      }
      features = new float[examples * PIXELS];
      images.gather(rows, 0, examples, BatchLayout.CHANNELS_LAST, features);
      TrainingSpec training = Networks.training(Algorithm.LFNN_L, 1, Setting.threads());
      stages =
          PyTorchStages.of(
              Networks.DENSE, training, new Trainer(Networks.DENSE, training).parameters());
    }

    /** Frees memory. */
    @TearDown
    public void stop() {
      stages.close();
    }
  }

  /** From a table in Weka to probabilities. */
  @Benchmark
  public double[][] weka(Weka state) throws Exception {
    return state.classifier.distributionsForInstances(state.table);
  }

  /** From an array of pixels between 0 and 1 to probabilities. */
  @Benchmark
  public float[] pyTorch(PyTorch state) {
    return state.stages.predict(state.examples, state.features);
  }
}
