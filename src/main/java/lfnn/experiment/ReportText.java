package lfnn.experiment;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Parts of reports for people, in Markdown. */
final class ReportText {

  private ReportText() {}

  /** The command lines that led here. */
  static void commands(StringBuilder text, List<String> commands) {
    text.append("\n## Commands\n\n```\n");
    commands.forEach(command -> text.append(command).append('\n'));
    text.append("```\n");
  }

  /** Options and their values. */
  static void options(StringBuilder text, Map<String, String> options) {
    text.append("\n## Options\n\n| option | value |\n|---|---|\n");
    options.forEach((name, value) -> row(text, name, value));
  }

  /** What this process runs on. */
  static void environment(StringBuilder text) throws IOException {
    text.append("\n## Made with\n\n| | |\n|---|---|\n");
    Environment.describe().forEach((name, value) -> row(text, name.replace('_', ' '), value));
  }

  private static void row(StringBuilder text, String name, Object value) {
    text.append("| ").append(name).append(" | `").append(value).append("` |\n");
  }

  /**
   * A table.
   *
   * @param header names of the columns
   * @param rows as many cells each as the header has
   */
  static String table(List<String> header, List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    line(text, header);
    text.append("|---".repeat(header.size())).append("|\n");
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
