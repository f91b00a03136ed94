package lfnn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A virtual machine from its start to its end.
 *
 * @param label for the table
 * @param expected what it prints if all went well
 * @param environment beside that of this process
 * @param runs the arguments of java, one list for each process to run after the other
 */
record JavaCommand(
    String label, String expected, Map<String, String> environment, List<List<String>> runs)
    implements Comparison.Contender {

  /** Runs all; gives microseconds. */
  double micros() {
    long start = System.nanoTime();
    runs.forEach(this::output);
    return (System.nanoTime() - start) / 1e3;
  }

  /** Runs one; gives what it printed. */
  String output(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0 || !output.contains(expected)) {
        throw new IllegalStateException(command + " failed:\n" + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
