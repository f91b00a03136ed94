package lfnn.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code java -jar target/benchmarks.jar}. */
@Command(
    name = "benchmarks",
    description = "Benchmarks of LFNN beside other libraries; see docs/benchmarks.md.",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    subcommands = {
      CheckCommand.class,
      StepsCommand.class,
      ProcessesCommand.class,
      GrowthCommand.class,
      StreamCommand.class
    })
public final class Main {

  private Main() {}

  /** Runs a command. */
  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    System.exit(
        new CommandLine(new Main())
            .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }
}
