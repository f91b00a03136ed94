package lfnn.bench;

import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import moa.classifiers.deeplearning.LFNN;
import org.bytedeco.javacpp.Pointer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether memory stays flat over a long stream. */
@Command(
    name = "stream",
    description = "Measures the memory of the process and on the heap over a long stream in MOA.")
final class StreamCommand implements Callable<Integer> {

  private static final int ATTRIBUTES = 100;
  private static final int CLASSES = 10;
  private static final int READINGS = 10;

  @Option(
      names = "--instances",
      description = "Instances of the stream (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000000")
  private int instances;

  @Option(
      names = "--minibatch",
      description = "Instances of a mini-batch (default: ${DEFAULT-VALUE}, uses native products).",
      defaultValue = "64")
  private int batch;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    LFNN learner = new LFNN();
    learner.networkOption.setValue("fc(workers=32)");
    learner.batchOption.setValue(batch);
    learner.prepareForUse();
    Instance[] rows = rows();
    out.println("| instances | the process in memory | on the heap, garbage collected |");
    out.println("|---|---|---|");
    for (int i = 0; i < instances; i++) {
      learner.trainOnInstance(rows[i % rows.length]);
      if ((i + 1) % (instances / READINGS) == 0) {
        long heap = Growth.heapBytes();
        out.printf(
            Locale.ROOT,
            "| %,d | %.0f MB | %.1f MB |%n",
            i + 1,
            Pointer.physicalBytes() / 1e6,
            heap / 1e6);
        out.flush();
      }
    }
    return 0;
  }

  private static Instance[] rows() {
    List<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < ATTRIBUTES; a++) {
      attributes.add(new Attribute("a" + a));
    }
    List<String> names = new ArrayList<>();
    for (int c = 0; c < CLASSES; c++) {
      names.add("c" + c);
    }
    attributes.add(new Attribute("class", names));
    InstancesHeader header = new InstancesHeader(new Instances("rows", attributes, 0));
    header.setClassIndex(ATTRIBUTES);
    Random random = new Random(1);
    Instance[] rows = new Instance[1000];
    for (int r = 0; r < rows.length; r++) {
      double[] values = new double[ATTRIBUTES + 1];
      for (int a = 0; a < ATTRIBUTES; a++) {
        values[a] = random.nextGaussian();
      }
      values[ATTRIBUTES] = random.nextInt(CLASSES);
      rows[r] = new DenseInstance(1, values);
      rows[r].setDataset(header);
    }
    return rows;
  }
}
