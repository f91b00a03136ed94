package lfnn.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Prints the results of a prequential evaluation, which MOA writes as lines of fifteen numbers, as
 * a table that can be read.
 */
@Command(
    name = "prequential-table",
    description =
        "Prints what MOA's EvaluatePrequential -d wrote as a table. MOA appends to its file: the"
            + " last run counts.")
final class PrequentialTable implements Callable<Integer> {

  private static final String FIRST_COLUMN = "learning evaluation instances";

  /** Columns of MOA that are shown, with short headings. */
  private static final Map<String, String> SHOWN = shown();

  @Spec private CommandSpec command = CommandSpec.create();

  @Parameters(paramLabel = "<results.csv>", description = "file that MOA wrote")
  private Path file = Path.of("");

  @Override
  public Integer call() throws IOException {
    print(file, command.commandLine().getOut());
    return ExitCode.OK;
  }

  private static Map<String, String> shown() {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put(FIRST_COLUMN, "instances");
    shown.put("classifications correct (percent)", "correct %");
    shown.put("output loss", "output loss");
    shown.put("leader loss", "leader loss");
    shown.put("follower loss", "follower loss");
    shown.put("share of workers whose role changed", "role changes");
    shown.put("learning time per instance (wall-clock microseconds)", "us/instance");
    return shown;
  }

  /**
   * Prints the table of the last run in a file.
   *
   * @throws IOException if the file cannot be read or does not hold such results, with what is
   *     wrong
   */
  static void print(Path file, PrintWriter out) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    int start = lastHeader(lines);
    if (start < 0) {
      throw new IOException(
          file + ": no line starts with \"" + FIRST_COLUMN + "\"; is this what MOA's -d wrote?");
    }
    List<String> header = cells(lines.get(start));
    List<Integer> columns = new ArrayList<>();
    StringBuilder headings = new StringBuilder();
    SHOWN.forEach(
        (name, heading) -> {
          int column = header.indexOf(name);
          if (column >= 0) {
            columns.add(column);
            headings.append(String.format(Locale.ROOT, "%15s", heading));
          }
        });
    out.println(headings);
    for (String line : lines.subList(start + 1, lines.size())) {
      List<String> cells = cells(line);
      if (cells.size() < header.size()) {
        throw new IOException(
            file
                + ": a line has "
                + cells.size()
                + " values instead of "
                + header.size()
                + ": \""
                + line
                + "\"");
      }
      StringBuilder row = new StringBuilder();
      for (int column : columns) {
        row.append(String.format(Locale.ROOT, "%15s", number(cells.get(column))));
      }
      out.println(row);
    }
  }

  private static int lastHeader(List<String> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).startsWith(FIRST_COLUMN)) {
        return i;
      }
    }
    return -1;
  }

  private static List<String> cells(String line) {
    return Arrays.asList(line.split(",", -1));
  }

  /** Whole numbers as they are, others with as many digits as help. */
  private static String number(String cell) {
    double value;
    try {
      value = Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      // MOA writes "?" where a measure has no value
      return cell;
    }
    if (value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 1 ? "%.2f" : "%.4f", value);
  }
}
