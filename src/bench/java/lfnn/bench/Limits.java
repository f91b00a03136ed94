package lfnn.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lfnn.nn.Nd4jBackend;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the machine can do: products of the same OpenBLAS, and copies. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Limits {

  /** Rows, columns and inner size of the largest product. */
  static final int SIZE = 1024;

  /** Examples of the step whose products are measured. */
  static final int BATCH = 128;

  /** Numbers that a step with Adam reads and writes for each parameter: itself and two moments. */
  static final int NUMBERS = 3;

  private static void startBlas(int threads) {
    Nd4jBackend.start();
    Nd4j.factory().blas().setMaxThreads(threads == 0 ? Setting.threads() : threads);
  }

  private static INDArray matrix(int rows, int columns) {
    return Nd4j.rand('f', rows, columns);
  }

  /** A large product. */
  @State(Scope.Thread)
  public static class Product {
    /** Threads of OpenBLAS; 0 for as many as the libraries get. */
    @Param({"1", "0"})
    public int blasThreads;

    private INDArray a;
    private INDArray b;
    private INDArray c;

    /** Makes matrices. */
    @Setup
    public void start() {
      startBlas(blasThreads);
      a = matrix(SIZE, SIZE);
      b = matrix(SIZE, SIZE);
      c = matrix(SIZE, SIZE);
    }
  }

  /** The products of one step of LFNN-ℓ, nothing else. */
  @State(Scope.Thread)
  public static class StepProducts {
    /** Threads of OpenBLAS; 0 for as many as the libraries get. */
    @Param({"1", "0"})
    public int blasThreads;

    private record Layer(INDArray x, INDArray weights, INDArray z) {}

    private final List<Layer> layers = new ArrayList<>();

    /** Makes matrices. */
    @Setup
    public void start() {
      startBlas(blasThreads);
      int[] widths = {784, 320, 320, 10};
      for (int i = 1; i < widths.length; i++) {
        layers.add(
            new Layer(
                matrix(BATCH, widths[i - 1]),
                matrix(widths[i], widths[i - 1]),
                matrix(BATCH, widths[i])));
      }
    }
  }

  /** Arrays as large as the parameters with their moments. */
  @State(Scope.Thread)
  public static class LearnedState {
    private float[] from;
    private float[] to;

    /** Makes arrays. */
    @Setup
    public void start() {
      from = new float[(int) (NUMBERS * Networks.DENSE.parameterCount())];
      to = new float[from.length];
    }
  }

  /** A product of OpenBLAS. */
  @Benchmark
  public INDArray sgemm(Product state) {
    return Nd4j.gemm(state.a, state.b, state.c, false, false, 1, 0);
  }

  /** Outputs and weight gradients of all layers. */
  @Benchmark
  public void products(StepProducts state) {
    for (StepProducts.Layer layer : state.layers) {
      Nd4j.gemm(layer.x, layer.weights, layer.z, false, true, 1, 0);
      Nd4j.gemm(layer.z, layer.x, layer.weights, true, false, 1, 0);
    }
  }

  /** A copy of parameters and moments. */
  @Benchmark
  public float[] copy(LearnedState state) {
    System.arraycopy(state.from, 0, state.to, 0, state.from.length);
    return state.to;
  }
}
