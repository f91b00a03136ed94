package lfnn.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import lfnn.data.ImageData;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of all benchmarks. */
final class Machine {

  @Option(
      names = "--data",
      paramLabel = "<folder>",
      description = "Folder with the IDX files of MNIST (default: ${DEFAULT-VALUE}, a sample).",
      defaultValue = "examples-arff")
  private Path data;

  @Option(
      names = "--threads",
      description = "Threads that each library may use (default: one per processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--rounds",
      description = "How often everything is measured in turn (default: ${DEFAULT-VALUE}).",
      defaultValue = "3")
  private int rounds;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /**
   * The folder with images.
   *
   * @throws ParameterException if there are none
   */
  Path data() {
    try {
      ImageData.open(data);
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), "--data: " + e.getMessage(), e);
    }
    return data;
  }

  int threads() {
    return threads;
  }

  int rounds() {
    return rounds;
  }

  /** Options of the virtual machines of the benchmarks. */
  String[] jvmArguments() {
    return Setting.jvmArguments(data(), threads);
  }

  /** Processor, threads, and how busy the machine is. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "%s, %d of %d processors, Java %s, load %.1f",
        processor(),
        threads,
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
