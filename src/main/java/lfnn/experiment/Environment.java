package lfnn.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import lfnn.nn.Nd4jBackend;

/** What an experiment runs on, for its report. */
final class Environment {

  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  private static final Path PROCESS = Path.of("/proc/self/status");
  private static final double KIBIBYTES_PER_MEBIBYTE = 1024;

  private Environment() {}

  /** Version of LFNN. */
  static String version() {
    String version = Environment.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  /** Names and values, in order. */
  static Map<String, Object> describe() throws IOException {
    Map<String, Object> lines = new LinkedHashMap<>();
    lines.put("lfnn", version());
    lines.put(
        "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    lines.put("nd4j", nd4j());
    lines.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    lines.put("processor", processor());
    lines.put("processors", Runtime.getRuntime().availableProcessors());
    peakMebibytes().ifPresent(peak -> lines.put("peak_memory_mebibytes", Math.round(peak)));
    return lines;
  }

  private static String nd4j() throws IOException {
    Properties properties = new Properties();
    try (InputStream stream =
        Environment.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-api/pom.properties")) {
      if (stream != null) {
        properties.load(stream);
      }
    }
    String backend = Nd4jBackend.start();
    return properties.getProperty("version", "(unknown)")
        + ", "
        + backend.substring(backend.lastIndexOf('.') + 1);
  }

  private static String processor() throws IOException {
    Optional<String> name = line(PROCESSOR, "model name");
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    return name.orElse(windows == null ? System.getProperty("os.arch") : windows);
  }

  /** The most memory that this process has held so far, where the system tells. */
  static Optional<Double> peakMebibytes() throws IOException {
    return line(PROCESS, "VmHWM")
        .map(size -> Double.parseDouble(size.replace("kB", "").strip()) / KIBIBYTES_PER_MEBIBYTE);
  }

  private static Optional<String> line(Path file, String key) throws IOException {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key) && line.contains(":"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    }
  }
}
