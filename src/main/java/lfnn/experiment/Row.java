package lfnn.experiment;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One line of a table: names of columns and their values, in order.
 *
 * @param cells a value for each column
 */
record Row(Map<String, String> cells) implements Serializable {

  /** A value, in quotes or not, and what separates it from the next one. */
  private static final Pattern VALUE =
      Pattern.compile("(\"[^\"]*+(?:\"\"[^\"]*+)*+\"|[^,\"]*)(,|\\z)");

  /**
   * @throws IllegalArgumentException if a name or value has more than one line
   */
  Row {
    cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
    cells.forEach(
        (name, value) -> {
          if ((name + value).matches("(?s).*[\r\n].*")) {
            throw new IllegalArgumentException(
                "column " + name + " has \"" + value + "\", which is more than one line");
          }
        });
  }

  /** A row of one cell, to which others are added. */
  static Row of(String column, Object value) {
    return new Row(Map.of()).with(column, value);
  }

  /** The same with one more cell at the end. */
  Row with(String column, Object value) {
    Map<String, String> more = new LinkedHashMap<>(cells);
    more.put(column, value.toString());
    return new Row(more);
  }

  /** The cells of another row, then these. */
  Row after(Row first) {
    Map<String, String> all = new LinkedHashMap<>(first.cells);
    all.putAll(cells);
    return new Row(all);
  }

  /**
   * A value.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  String text(String column) {
    String value = cells.get(column);
    if (value == null) {
      throw new IllegalArgumentException("no column " + column + " in " + cells.keySet());
    }
    return value;
  }

  /** A value as a number. */
  double number(String column) {
    return Double.parseDouble(text(column));
  }

  /** Whether a column has a value. */
  boolean is(String column, Object value) {
    return value.toString().equals(cells.get(column));
  }

  /**
   * Rows as a file of values separated by commas, in quotes where they have one themselves; cells
   * that a row has not are left empty.
   */
  static String print(List<Row> rows) {
    Set<String> columns = new LinkedHashSet<>();
    rows.forEach(row -> columns.addAll(row.cells.keySet()));
    StringBuilder text = new StringBuilder(line(columns)).append('\n');
    for (Row row : rows) {
      List<String> values = new ArrayList<>();
      columns.forEach(column -> values.add(row.cells.getOrDefault(column, "")));
      text.append(line(values)).append('\n');
    }
    return text.toString();
  }

  /**
   * Reads what {@link #print} wrote.
   *
   * @throws IOException if a line has not as many values as the first one, or a quote without end
   */
  static List<Row> parse(List<String> lines) throws IOException {
    List<Row> rows = new ArrayList<>();
    if (lines.isEmpty()) {
      throw new IOException("has no line, expected one with the names of columns");
    }
    List<String> columns = split(lines.get(0));
    for (int l = 1; l < lines.size(); l++) {
      List<String> values = split(lines.get(l));
      if (values.size() != columns.size()) {
        throw new IOException(
            "line "
                + (l + 1)
                + " has "
                + values.size()
                + " values, expected "
                + columns.size()
                + ", one for each column");
      }
      Map<String, String> cells = new LinkedHashMap<>();
      for (int c = 0; c < columns.size(); c++) {
        cells.put(columns.get(c), values.get(c));
      }
      rows.add(new Row(cells));
    }
    return rows;
  }

  private static String line(Collection<String> values) {
    return values.stream().map(Row::quoted).collect(Collectors.joining(","));
  }

  private static String quoted(String value) {
    boolean plain = !value.contains(",") && !value.contains("\"");
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  private static List<String> split(String line) throws IOException {
    List<String> values = new ArrayList<>();
    Matcher value = VALUE.matcher(line);
    boolean last = false;
    while (!last) {
      if (!value.lookingAt()) {
        throw new IOException("\"" + line + "\" has a quote without end, or within a value");
      }
      String text = value.group(1);
      values.add(
          text.startsWith("\"")
              ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
              : text);
      last = value.group(2).isEmpty();
      value.region(value.end(), line.length());
    }
    return values;
  }
}
