package lfnn.bench;

import java.util.concurrent.TimeUnit;
import lfnn.data.BatchLayout;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.TrainingSpec;
import lfnn.train.StepReport;
import lfnn.train.Trainer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One step of training, from an array of floats to updated parameters. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Steps {

  /** The network of a benchmark. */
  public enum Network {
    /** 784 → 32×10 → 32×10 → 10. */
    STAGES(Networks.DENSE),
    /** The same with four stages. */
    STAGES_4(Networks.dense(32, 4, 10)),
    /** The same with 16 stages. */
    STAGES_16(Networks.dense(32, 16, 10)),
    /** One network of 32 sigmoid workers for each of ten classes. */
    ONE_VS_ALL(Networks.ONE_VS_ALL),
    /** The network {@code mnist-438k}. */
    CONVOLUTIONAL(Networks.CONVOLUTIONAL);

    private final Architecture architecture;

    Network(Architecture architecture) {
      this.architecture = architecture;
    }
  }

  /** What is the same for all who take part. */
  @State(Scope.Thread)
  public static class Work {
    /** N. */
    @Param({"128", "1"})
    public int batch;

    /** Stages. */
    @Param("STAGES")
    public Network network;

    final Images images(BatchLayout layout) {
      return new Images(batch, layout);
    }

    final TrainingSpec training(Algorithm rule) {
      return Networks.training(rule, batch, Setting.threads());
    }
  }

  /** Our trainer. */
  @State(Scope.Thread)
  public static class Lfnn {
    /** The learning rule. */
    @Param("LFNN_L")
    public Algorithm rule;

    private Images images;
    private Trainer trainer;

    /** Makes trainer and mini-batches. */
    @Setup
    public void start(Work work) {
      Architecture architecture = work.network.architecture;
      images = work.images(architecture.inputLayout());
      trainer = new Trainer(architecture, work.training(rule));
    }
  }

  /** The same network and rule in PyTorch. */
  @State(Scope.Thread)
  public static class PyTorch {
    private Images images;
    private PyTorchNetwork network;

    /** Makes network and mini-batches. */
    @Setup
    public void start(Work work) {
      Architecture architecture = work.network.architecture;
      images = work.images(BatchLayout.CHANNELS_LAST);
      TrainingSpec training = work.training(Algorithm.LFNN_L);
      network =
          PyTorchNetwork.of(
              architecture, training, new Trainer(architecture, training).parameters());
    }

    /** Frees memory. */
    @TearDown
    public void stop() {
      network.close();
    }
  }

  /** Layers of the same sizes in DL4J. */
  @State(Scope.Thread)
  public static class Dl4j {
    private Images images;
    private MultiLayerNetwork network;
    private long[] shape;

    /** Makes network and mini-batches. */
    @Setup
    public void start(Work work) {
      boolean convolutional = Networks.readsImages(work.network.architecture);
      images = work.images(BatchLayout.CHANNELS_LAST);
      network = convolutional ? Dl4jNetworks.convolutional() : Dl4jNetworks.dense();
      shape = convolutional ? new long[] {work.batch, 1, 28, 28} : new long[] {work.batch, 28 * 28};
      Nd4j.factory().blas().setMaxThreads(Setting.threads());
    }
  }

  /** Our step. */
  @Benchmark
  public StepReport lfnn(Lfnn state) {
    Images images = state.images;
    images.advance();
    return state.trainer.step(
        images.batchSize(), images.features(), images.labels(), images.weights());
  }

  /** PyTorch's step. */
  @Benchmark
  public void pyTorch(PyTorch state) {
    Images images = state.images;
    images.advance();
    state.network.step(images.batchSize(), images.features(), images.oneHot(10));
  }

  /** DL4J's step. */
  @Benchmark
  public void dl4j(Dl4j state) {
    Images images = state.images;
    images.advance();
    state.network.fit(
        Nd4j.createFromArray(images.features()).reshape(state.shape),
        Nd4j.createFromArray(images.oneHot(10)).reshape(images.batchSize(), 10));
  }
}
