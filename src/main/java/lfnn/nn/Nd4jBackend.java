package lfnn.nn;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend.NoAvailableBackendException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that chooses and starts ND4J's backend, and that knows how its memory is reached.
 *
 * <p>Starting is put off until the first matrix that needs ND4J, because both hosts create every
 * classifier class to list its options.
 */
public final class Nd4jBackend {

  private static final Logger LOGGER = LoggerFactory.getLogger(Nd4jBackend.class);

  private Nd4jBackend() {}

  /** Starts ND4J once, with the class loader that loaded this class. */
  private static final class Started {
    static final Class<?> BACKEND;

    static {
      // ND4J looks for its backend with the context class loader, which in Weka is not the one of
      // the package that we and ND4J were loaded from.
      ND4JClassLoading.setNd4jClassloaderFromClass(Nd4jBackend.class);
      BACKEND = Nd4j.getBackend().getClass();
      if (!hasDevice()) {
        // OpenBLAS splits a product by the number of its threads, and the split changes the last
        // bits. With one thread per product, results are the same on every machine of a kind, and
        // products of different stages can run side by side.
        Nd4j.factory().blas().setMaxThreads(1);
      }
    }

    private Started() {}
  }

  /**
   * Starts ND4J if it is not running.
   *
   * @return name of the backend's class
   * @throws IllegalStateException if there is no backend for this platform, with what to do
   */
  public static String start() {
    try {
      return Started.BACKEND.getName();
    } catch (ExceptionInInitializerError e) {
      throw unavailable(e.getCause() == null ? e : e.getCause());
    } catch (NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw unavailable(e);
    }
  }

  /** Whether the backend on the class path computes on a device; found out without starting it. */
  static boolean hasDevice() {
    return Device.PRESENT;
  }

  /** Searches the class path once, since that takes longer than predicting a row. */
  private static final class Device {
    private static final boolean PRESENT =
        Nd4jBackend.class
                .getClassLoader()
                .getResource("org/nd4j/linalg/jcublas/JCublasBackend.class")
            != null;

    private Device() {}
  }

  private static IllegalStateException unavailable(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null
        && root.getCause() != root
        && !(root instanceof NoAvailableBackendException)) {
      root = root.getCause();
    }
    LOGGER.debug("ND4J could not start", cause);
    return new UnavailableException(
        String.format(
            "ND4J could not start on %s %s (%s): the native libraries of this platform are missing."
                + " Install the LFNN package that was built for it, then restart.",
            System.getProperty("os.name"), System.getProperty("os.arch"), root));
  }

  /**
   * What to do when ND4J cannot run here. Both hosts print the stack trace of whatever ends a run;
   * sixty lines of class loading would hide the one line that helps.
   */
  private static final class UnavailableException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    UnavailableException(String message) {
      super(message);
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  /** Uninitialised memory for {@code length} elements, as a vector. */
  static INDArray allocate(long length, DataType dataType) {
    start();
    return Nd4j.create(dataType, new long[] {length}, 'f');
  }

  /** A view of {@code storage} as a column-major [rows, columns] matrix. */
  static INDArray range(INDArray storage, long offset, int rows, int columns) {
    return Nd4j.create(
        storage.data(),
        new long[] {rows, columns},
        new long[] {1, rows},
        storage.offset() + offset,
        'f',
        storage.dataType());
  }

  /**
   * A view of an array's memory in row-major order.
   *
   * @param offset of the first element in the array's memory
   */
  static INDArray rowMajorView(INDArray array, long offset, long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape[d];
    }
    return Nd4j.create(
        array.data(), shape, strides, array.offset() + offset, 'c', array.dataType());
  }

  /** A vector of the first {@code length} elements. */
  static INDArray vector(float[] source, int length, DataType dataType) {
    start();
    float[] exact = source.length == length ? source : java.util.Arrays.copyOf(source, length);
    return Nd4j.createFromArray(exact).castTo(dataType);
  }

  /** The same in double precision. */
  static INDArray vector(double[] source, int length, DataType dataType) {
    start();
    double[] exact = source.length == length ? source : java.util.Arrays.copyOf(source, length);
    return Nd4j.createFromArray(exact).castTo(dataType);
  }

  /** The memory of an array in single precision, to be reached while the array is. */
  static FloatPointer pointer(INDArray array) {
    return (FloatPointer) array.data().pointer();
  }

  /** Copies a part of a heap array to the start of native memory. */
  static void copy(float[] source, int from, INDArray target, int length) {
    pointer(target).put(source, from, length);
  }

  /** Copies the start of native memory to a part of a heap array. */
  static void copy(INDArray source, float[] target, int from, int length) {
    pointer(source).get(target, from, length);
  }

  /** c = op(a)·op(b), all column-major. */
  static void multiply(INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray c) {
    Nd4j.gemm(a, b, c, transposeA, transposeB, 1.0, 0.0);
  }
}
