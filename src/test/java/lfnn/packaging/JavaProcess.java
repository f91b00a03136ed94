package lfnn.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A fresh JVM, as a user starts it: no system property, no other class path than the given one. */
final class JavaProcess {

  private final Path java;
  private final Path directory;
  private final Map<String, String> environment;

  /**
   * A JVM that has not been started.
   *
   * @param java home of the JDK
   * @param directory where it runs and where its output is kept
   * @param environment variables beside those of this process
   */
  JavaProcess(Path java, Path directory, Map<String, String> environment) {
    this.java = java;
    this.directory = directory;
    this.environment = environment;
  }

  /** What a JVM printed before it ended, and its exit code. */
  record Outcome(int exitCode, String output, String errors) {

    /** Everything, for a failure's message. */
    String all() {
      return "exit code " + exitCode + "\n" + output + "\n" + errors;
    }
  }

  /** The JDK that runs the tests. */
  static Path thisJdk() {
    return Path.of(System.getProperty("java.home"));
  }

  /**
   * Runs to the end.
   *
   * @throws IllegalStateException if it has not ended after {@code limit}; it is stopped then
   */
  Outcome run(Duration limit, List<String> arguments) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Path output = Files.createTempFile(directory, "output", ".txt");
    Path errors = Files.createTempFile(directory, "errors", ".txt");
    List<String> command = new ArrayList<>();
    command.add(java.resolve("bin").resolve("java").toString());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    Outcome outcome =
        new Outcome(process.exitValue(), Files.readString(output), Files.readString(errors));
    if (!ended) {
      throw new IllegalStateException(command + " ran longer than " + limit + "\n" + outcome.all());
    }
    return outcome;
  }
}
