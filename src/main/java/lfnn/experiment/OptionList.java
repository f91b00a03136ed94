package lfnn.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options in a command's help: those of a mixin within a mixin stand under its name.
 *
 * <p>The groups of the library, which have headings, forget all options of a group when one of them
 * is given twice.
 */
final class OptionList implements IHelpSectionRenderer {

  @Override
  public String render(Help help) {
    CommandSpec command = help.commandSpec();
    Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
    List<OptionSpec> others = new ArrayList<>(command.options());
    for (CommandSpec mixin : command.mixins().values()) {
      mixin
          .mixins()
          .forEach(
              (heading, options) -> {
                List<OptionSpec> section =
                    options.options().stream()
                        .map(option -> command.findOption(option.longestName()))
                        .toList();
                sections.put(heading, section);
                others.removeAll(section);
              });
    }
    StringBuilder list = new StringBuilder(list(help, others));
    sections.forEach(
        (heading, options) -> list.append(String.format("%n%s%n%s", heading, list(help, options))));
    return list.toString();
  }

  private static String list(Help help, List<OptionSpec> options) {
    Help.Layout layout = help.createDefaultLayout(options, List.of(), help.colorScheme());
    layout.addAllOptions(options, help.parameterLabelRenderer());
    return layout.toString();
  }
}
