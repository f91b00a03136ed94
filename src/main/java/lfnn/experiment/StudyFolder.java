package lfnn.experiment;

import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder of a study: a file with the rows of each run that is done, in {@code runs}, what is
 * made of them, and a file of each run that was stopped. What was done under other conditions is
 * not mixed with it.
 */
final class StudyFolder {

  private static final String CONDITIONS = "study.properties";
  private static final String CONDITION = "condition.";
  private static final String COMMAND = "command.";
  private static final String SECONDS = "seconds";
  private static final String RUNS = "runs/";

  private final RunFolder files;
  private final Map<String, String> conditions;
  private final List<String> commands;
  private double seconds;

  private StudyFolder(RunFolder files, Map<String, String> conditions, Properties before) {
    this.files = files;
    this.conditions = conditions;
    this.commands = new ArrayList<>();
    for (int i = 1; before.containsKey(COMMAND + i); i++) {
      commands.add(before.getProperty(COMMAND + i));
    }
    this.seconds = Double.parseDouble(before.getProperty(SECONDS, "0"));
  }

  /**
   * Opens a folder that need not exist.
   *
   * @param conditions what all runs have in common; if the folder holds runs, theirs must be the
   *     same
   * @param command this command line
   * @throws IOException if the folder holds something else, or runs under other conditions
   */
  static StudyFolder open(Path folder, Map<String, String> conditions, String command)
      throws IOException {
    if (Files.isRegularFile(folder)) {
      throw new IOException(folder + ": is a file, expected a folder; choose another name");
    }
    Path file = folder.resolve(CONDITIONS);
    Properties before = new Properties();
    if (Files.isRegularFile(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        before.load(reader);
      }
      requireSame(folder, conditions, before);
    } else if (!isEmpty(folder)) {
      throw new IOException(
          folder
              + ": is not empty and holds no results of this command; give another folder with"
              + " --out");
    }
    StudyFolder opened = new StudyFolder(RunFolder.open(folder), conditions, before);
    if (!opened.commands.contains(command)) {
      opened.commands.add(command);
    }
    return opened;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return true;
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.findAny().isEmpty();
    }
  }

  private static void requireSame(Path folder, Map<String, String> conditions, Properties before)
      throws IOException {
    List<String> differences = new ArrayList<>();
    conditions.forEach(
        (name, value) -> {
          String other = before.getProperty(CONDITION + name, "(unknown)");
          if (!other.equals(value)) {
            differences.add(name + " " + other + " (now " + value + ")");
          }
        });
    if (!differences.isEmpty()) {
      throw new IOException(
          folder
              + ": holds runs with "
              + String.join(", ", differences)
              + "; give the same as before to go on, or another folder with --out");
    }
  }

  Path path() {
    return files.path();
  }

  /** Command lines so far, the first one first; each once. */
  List<String> commands() {
    return List.copyOf(commands);
  }

  /** Time for which commands have worked on the runs. */
  double seconds() {
    return seconds;
  }

  /** Adds to {@link #seconds()}. */
  void addSeconds(double more) {
    seconds += more;
  }

  /**
   * The rows of a run, without the setting; nothing if it is not done.
   *
   * @throws IOException if they cannot be read
   */
  Optional<List<Row>> read(StudyRun run) throws IOException {
    Path file = path().resolve(name(run));
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Row.parse(Files.readAllLines(file)));
    } catch (IOException e) {
      throw new IOException(
          file + ": " + e.getMessage() + "; remove the file, and the run is done again", e);
    }
  }

  /** Keeps the rows of a run that is done, which need no {@link UnfinishedRun} any longer. */
  void write(StudyRun run, List<Row> rows) throws IOException {
    files.write(name(run), Row.print(rows));
    Files.deleteIfExists(path().resolve(nameOfUnfinished(run.setting())));
  }

  /** Writes a file of results. */
  void write(String name, byte[] content) throws IOException {
    files.write(name, content);
  }

  /** Writes a file of results. */
  void write(String name, String text) throws IOException {
    files.write(name, text);
  }

  /** Keeps conditions, commands and time. */
  void writeConditions() throws IOException {
    Map<String, String> kept = new TreeMap<>();
    conditions.forEach((name, value) -> kept.put(CONDITION + name, value));
    for (int i = 0; i < commands.size(); i++) {
      kept.put(COMMAND + (i + 1), commands.get(i));
    }
    kept.put(SECONDS, String.valueOf(seconds));
    Properties properties = new Properties();
    properties.putAll(kept);
    StringWriter text = new StringWriter();
    properties.store(text, null);
    files.write(CONDITIONS, text.toString());
  }

  private static String name(StudyRun run) {
    return RUNS + run.fileName() + ".csv";
  }

  /**
   * The file of a run that was stopped.
   *
   * @param folder of the study
   * @param type what is seen of the run
   */
  static <T extends Serializable> UnfinishedRun<T> unfinished(
      Path folder, Row setting, Class<T> type) {
    return new UnfinishedRun<>(folder, nameOfUnfinished(setting), type);
  }

  private static String nameOfUnfinished(Row setting) {
    return RUNS + StudyRun.fileName(setting) + ".unfinished";
  }
}
