package lfnn.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of a command, as names and values that can be kept, shown and given again. */
final class CommandLineOptions {

  private CommandLineOptions() {}

  /** Values of all options as they could be given, in the order of the help. */
  static Map<String, String> values(CommandSpec command) {
    Map<String, String> values = new LinkedHashMap<>();
    for (OptionSpec option : command.options()) {
      Object value = option.getValue();
      if (value != null && !option.usageHelp() && !option.versionHelp()) {
        values.put(option.longestName(), value.toString());
      }
    }
    return values;
  }

  /** The options that were given, in their order; flags have the value true. */
  static Map<String, String> given(CommandSpec command) {
    Map<String, String> given = new LinkedHashMap<>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      String name = option.longestName();
      given.put(
          name, isFlag(command, name) ? "true" : String.join(",", option.originalStringValues()));
    }
    return given;
  }

  /** Options as a command line has them. */
  static List<String> arguments(CommandSpec command, Map<String, String> values) {
    List<String> arguments = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          if (!isFlag(command, name)) {
            arguments.add(name + "=" + value);
          } else if (Boolean.parseBoolean(value)) {
            arguments.add(name);
          }
        });
    return arguments;
  }

  /** A command line that can be given to a shell. */
  static String text(CommandSpec command, Map<String, String> given) {
    return arguments(command, given).stream()
        .map(CommandLineOptions::quoted)
        .collect(Collectors.joining(" ", command.name() + " ", ""));
  }

  /** A word of a command line, in quotes if a shell needs them. */
  static String quoted(String word) {
    return word.matches("[\\w./=,:-]*") ? word : '"' + word + '"';
  }

  private static boolean isFlag(CommandSpec command, String name) {
    return command.findOption(name).arity().max() == 0;
  }
}
