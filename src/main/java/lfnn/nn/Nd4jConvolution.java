package lfnn.nn;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** ND4J's convolutions on images with their channels last; on the CPU, those of oneDNN. */
final class Nd4jConvolution {

  private static final ThreadLocal<Boolean> SINGLE_THREADED =
      ThreadLocal.withInitial(
          () -> {
            NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
            return true;
          });

  private Nd4jConvolution() {}

  /**
   * Makes the convolutions that the calling thread runs keep to this thread: a pass is split by its
   * examples, and a split of a sum by the number of threads would change its last bits.
   */
  static boolean keepToThisThread() {
    Nd4jBackend.start();
    return SINGLE_THREADED.get();
  }

  /** z = x ∗ w + b; all are [N, height, width, channels], w is [size, size, in, out]. */
  static void forward(Window window, INDArray x, INDArray w, INDArray b, INDArray z) {
    Nd4j.exec(
        DynamicCustomOp.builder("conv2d")
            .addInputs(x, w, b)
            .addOutputs(z)
            .addIntegerArguments(arguments(window))
            .build());
  }

  /** The gradients of {@link #forward}. */
  static void backward(
      Window window,
      INDArray x,
      INDArray w,
      INDArray b,
      INDArray dz,
      INDArray dx,
      INDArray dw,
      INDArray db) {
    Nd4j.exec(
        DynamicCustomOp.builder("conv2d_bp")
            .addInputs(x, w, b, dz)
            .addOutputs(dx, dw, db)
            .addIntegerArguments(arguments(window))
            .build());
  }

  private static int[] arguments(Window window) {
    // Where the stride is longer than the kernel, ND4J would ask for less than no zeros.
    int same = window.same() && window.hasRim() ? 1 : 0;
    int channelsLast = 1;
    int inputByOutput = 0;
    return new int[] {
      window.size(),
      window.size(),
      window.stride(),
      window.stride(),
      0,
      0,
      1,
      1,
      same,
      channelsLast,
      inputByOutput
    };
  }

  /** Zeros. */
  static INDArray allocate(DataType dataType, long... shape) {
    Nd4jBackend.start();
    return Nd4j.create(dataType, shape, 'c');
  }

  /** Shape of the weights of one group. */
  static long[] weightShape(Window window, int groups) {
    return new long[] {
      window.size(),
      window.size(),
      window.input().channels() / groups,
      window.output().channels() / groups
    };
  }

  /** The weights of one group among those of all, sharing memory. */
  static INDArray weights(Window window, int groups, int group, INDArray all) {
    long[] shape = weightShape(window, groups);
    return Nd4jBackend.rowMajorView(all, group * shape[0] * shape[1] * shape[2] * shape[3], shape);
  }
}
