package lfnn.bench;

import java.nio.file.Path;

/** What is measured with; handed to the virtual machines of the benchmarks as properties. */
final class Setting {

  private static final String DATA = "lfnn.bench.data";
  private static final String THREADS = "lfnn.bench.threads";

  private Setting() {}

  /** Options of a virtual machine in which a benchmark runs. */
  static String[] jvmArguments(Path data, int threads) {
    return new String[] {
      "-Xmx4g",
      "-Dorg.bytedeco.javacpp.maxbytes=8g",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
      "-D" + DATA + "=" + data.toAbsolutePath(),
      "-D" + THREADS + "=" + threads,
      // PyTorch's threads within an operation; operations follow each other anyway.
      "-Dai.djl.pytorch.num_threads=" + threads,
      "-Dai.djl.pytorch.num_interop_threads=1",
      "-Dai.djl.offline=true",
      "-DOPT_OUT_TRACKING=true",
      // Weka looks for native libraries that nobody needs here, and says so.
      "-Dcom.github.fommil.netlib.ARPACK=com.github.fommil.netlib.F2jARPACK"
    };
  }

  /** Sets what {@link #data} gives in this virtual machine. */
  static void use(Path data) {
    System.setProperty(DATA, data.toString());
  }

  /** Folder with MNIST or its sample. */
  static Path data() {
    return Path.of(System.getProperty(DATA, "examples-arff"));
  }

  /** Threads that each library may use. */
  static int threads() {
    return Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors());
  }
}
