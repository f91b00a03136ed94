package lfnn.experiment;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One line of a table: names of columns and their values, in order. Values are words or numbers
 * without commas.
 *
 * @param cells a value for each column
 */
record Row(Map<String, String> cells) implements Serializable {

  private static final String COMMA = ",";

  /**
   * @throws IllegalArgumentException if a name or value could not be read again
   */
  Row {
    cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
    cells.forEach(
        (name, value) -> {
          if ((name + value).matches("(?s).*[,\"\r\n].*")) {
            throw new IllegalArgumentException(
                "column " + name + " has \"" + value + "\", which is no plain word or number");
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

  /** Rows as a file of values separated by commas; cells that a row has not are left empty. */
  static String print(List<Row> rows) {
    Set<String> columns = new LinkedHashSet<>();
    rows.forEach(row -> columns.addAll(row.cells.keySet()));
    StringBuilder text = new StringBuilder(String.join(COMMA, columns)).append('\n');
    for (Row row : rows) {
      List<String> values = new ArrayList<>();
      columns.forEach(column -> values.add(row.cells.getOrDefault(column, "")));
      text.append(String.join(COMMA, values)).append('\n');
    }
    return text.toString();
  }

  /**
   * Reads what {@link #print} wrote.
   *
   * @throws IOException if a line has not as many values as the first one
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

  private static List<String> split(String line) {
    return Arrays.asList(line.split(COMMA, -1));
  }
}
