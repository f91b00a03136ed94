package lfnn.experiment;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints maps, lists, texts, numbers and booleans as JSON, in the order they have. Numbers that are
 * not finite, which JSON does not know, become null.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
final class Json {

  private Json() {}

  static String print(Map<String, ?> object) {
    return value(object, "") + "\n";
  }

  private static String value(@Nullable Object value, String indent) {
    String deeper = indent + "  ";
    if (value instanceof Map<?, ?> map) {
      return block(
          '{',
          map.entrySet().stream()
              .map(e -> text(String.valueOf(e.getKey())) + ": " + value(e.getValue(), deeper))
              .iterator(),
          '}',
          indent);
    }
    if (value instanceof List<?> list) {
      return block('[', list.stream().map(item -> value(item, deeper)).iterator(), ']', indent);
    }
    if (value instanceof Number number) {
      return Double.isFinite(number.doubleValue()) ? number.toString() : "null";
    }
    if (value == null || value instanceof Boolean) {
      return String.valueOf(value);
    }
    return text(value.toString());
  }

  private static String block(char open, Iterator<String> items, char close, String indent) {
    if (!items.hasNext()) {
      return "" + open + close;
    }
    StringBuilder block = new StringBuilder().append(open);
    while (items.hasNext()) {
      block.append('\n').append(indent).append("  ").append(items.next());
      block.append(items.hasNext() ? "," : "\n" + indent);
    }
    return block.append(close).toString();
  }

  private static String text(String text) {
    return text.chars().mapToObj(Json::character).collect(Collectors.joining("", "\"", "\""));
  }

  private static String character(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      default -> c < ' ' ? String.format("\\u%04x", c) : String.valueOf((char) c);
    };
  }
}
