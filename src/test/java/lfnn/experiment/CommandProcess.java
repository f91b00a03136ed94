package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command in a process of its own. */
final class CommandProcess {

  private CommandProcess() {}

  /** A process that writes {@code out.txt} and {@code err.txt} into a folder. */
  static ProcessBuilder builder(Path folder, List<String> vmOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(vmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(folder.resolve("err.txt").toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder;
  }

  /** Skips a test where signals cannot be sent. */
  static void assumeSignals() throws IOException {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "signals are those of POSIX");
    assumeFalse(ignoresInterrupts(), "this process was started so that interrupts are ignored");
  }

  /** What a shell does in the background: then there is nothing to test. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }
  }

  /** Waits until a file contains a text. */
  static void awaitText(Process process, Path file, String text)
      throws IOException, InterruptedException {
    while (!Files.readString(file).contains(text)) {
      assertThat(process.isAlive()).as(Files.readString(file)).isTrue();
      Thread.sleep(20);
    }
  }

  /** Sends a signal; returns the exit code. */
  static int signal(Process process, String signal) throws IOException, InterruptedException {
    ProcessBuilder kill = new ProcessBuilder("kill", "-s", signal, "" + process.pid());
    assertThat(kill.start().waitFor()).isZero();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
