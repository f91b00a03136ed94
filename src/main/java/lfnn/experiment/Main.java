package lfnn.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import lfnn.train.DivergenceException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command for experiments: {@code java -jar target/experiment.jar train --data … --out …}.
 *
 * <p>Ends with 0 if all went well, 1 if something failed, and 2 if the command line is wrong; what
 * is wrong is said in a line or two.
 */
@Command(
    name = "experiment",
    description = "Trains leader-follower neural networks on images, and measures them.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    scope = ScopeType.INHERIT,
    usageHelpAutoWidth = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    subcommands = {
      TrainCommand.class,
      EvaluateCommand.class,
      NetworksCommand.class,
      Table1Command.class,
      Table2Command.class,
      Table3Command.class,
      Fig3aCommand.class,
      Fig3bCommand.class,
      Fig5Command.class,
      Fig6Command.class,
      PrequentialTable.class
    })
public final class Main {

  private Main() {}

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"LFNN " + Environment.version()};
    }
  }

  /**
   * Runs a command and ends the virtual machine with its exit code.
   *
   * @param arguments name and options of the command
   */
  public static void main(String[] arguments) {
    // Pictures are drawn, no window is shown.
    System.setProperty("java.awt.headless", "true");
    Charset charset = Charset.defaultCharset();
    System.exit(
        run(
            new PrintWriter(System.out, true, charset),
            new PrintWriter(System.err, true, charset),
            arguments));
  }

  /** Runs a command; returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine command = new CommandLine(new Main());
    for (CommandLine each : command.getSubcommands().values()) {
      each.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new OptionList());
    }
    try {
      return command
          .setOut(out)
          .setErr(err)
          .setCaseInsensitiveEnumValuesAllowed(true)
          .setParameterExceptionHandler(Main::explain)
          .setExecutionExceptionHandler(Main::explainFailure)
          .execute(arguments);
    } catch (OutOfMemoryError e) {
      err.println(describe(e, Runtime.getRuntime().maxMemory()));
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private static int explain(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(e.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return CommandLine.ExitCode.USAGE;
  }

  private static int explainFailure(Exception e, CommandLine command, ParseResult parsed)
      throws Exception {
    if (e instanceof IOException failure) {
      command.getErr().println(describe(failure));
    } else if (e instanceof IllegalArgumentException
        || e instanceof IllegalStateException
        || e instanceof DivergenceException) {
      command.getErr().println(e.getMessage());
    } else {
      throw e;
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /**
   * What to do about too little memory.
   *
   * @param most bytes that Java may use now
   */
  private static String describe(OutOfMemoryError e, long most) {
    double gigabytes = most / (double) (1L << 30);
    return String.format(
        Locale.ROOT,
        "there is not enough memory (%s): Java may take %.1f GB; give it more, as in java -Xmx%dg"
            + " -jar …, or choose a smaller mini-batch",
        e.getMessage(),
        gigabytes,
        Math.max(4, (long) Math.ceil(2 * gigabytes)));
  }

  /** The message of a failure; Java's own of the file system consist of the name alone. */
  private static String describe(IOException failure) {
    if (failure instanceof FileSystemException e && e.getReason() == null) {
      String file = e.getFile();
      if (e instanceof NoSuchFileException) {
        return file + ": there is no such file; check the path";
      }
      if (e instanceof AccessDeniedException) {
        return file + ": access is denied; check the permissions";
      }
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
