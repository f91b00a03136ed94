package lfnn.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The notation that networks, optimizers and schedules share: {@code name}, or {@code name(value,
 * key=value, …)} where a value is a number or such a call again. Spaces between the parts are free;
 * names and keys are lower case.
 */
final class SpecSyntax {

  private final String what;
  private final String text;
  private int position;

  private SpecSyntax(String what, String text) {
    this.what = what;
    this.text = text;
  }

  /** A number as people write it, unlike Java's literals without suffix or hexadecimal digits. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  /**
   * An argument: {@code number} is NaN where the value is a call. The two positions are those of
   * the whole argument and of its value, and are equal without a key.
   */
  private record Argument(
      Optional<String> key, int position, int valuePosition, double number, Optional<Call> call) {
    String shown() {
      return call.map(c -> "'" + c.name() + "'").orElseGet(() -> SpecSyntax.number(number));
    }
  }

  /** A name with its arguments; its reader takes the arguments one by one, then finishes. */
  final class Call {
    private final String name;
    private final int start;
    private final List<Argument> rest;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> flags = new HashSet<>();

    private Call(String name, int start, List<Argument> arguments) {
      this.name = name;
      this.start = start;
      this.rest = new ArrayList<>(arguments);
    }

    String name() {
      return name;
    }

    /** Whether this key is given, by its name. */
    boolean has(String key) {
      known.add(key);
      return rest.stream().anyMatch(argument -> argument.key().filter(key::equals).isPresent());
    }

    /** Takes the number under this key, else the first number without a key, else the default. */
    double number(String key, double byDefault) {
      Argument argument = take(key);
      if (argument == null) {
        return byDefault;
      }
      if (argument.call().isPresent()) {
        throw error(
            argument.valuePosition(),
            "expected a number for " + key + ", found " + argument.shown());
      }
      return argument.number();
    }

    /** The same for a whole number. */
    int integer(String key, int byDefault) {
      int at = positionOf(key);
      double value = number(key, byDefault);
      if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
        throw error(
            at, "expected a whole number for " + key + ", found " + SpecSyntax.number(value));
      }
      return (int) value;
    }

    /** The same for a number that must be given. */
    int requiredInteger(String key) {
      if (peek(key) == null) {
        throw error(start + name.length(), "expected " + name + "(" + key + "=…)");
      }
      return integer(key, 0);
    }

    /** The same for any number that must be given. */
    double requiredNumber(String key) {
      if (peek(key) == null) {
        throw error(start + name.length(), "expected " + name + "(" + key + "=…)");
      }
      return number(key, 0);
    }

    /** Takes one of {@code words} under this key, else the default. */
    String oneOf(String key, List<String> words, String byDefault) {
      known.add(key);
      for (Argument argument : rest) {
        if (argument.key().filter(key::equals).isPresent()) {
          rest.remove(argument);
          Optional<Call> word = argument.call().filter(call -> words.contains(call.name()));
          word.ifPresent(Call::finish);
          return word.map(Call::name)
              .orElseThrow(
                  () ->
                      error(
                          argument.valuePosition(),
                          "expected "
                              + either(words)
                              + " for "
                              + key
                              + ", found "
                              + argument.shown()));
        }
      }
      return byDefault;
    }

    /** Takes this word without a key, and tells whether it was there. */
    boolean flag(String flag) {
      known.add(flag);
      flags.add(flag);
      return rest.removeIf(
          argument ->
              argument.key().isEmpty()
                  && argument
                      .call()
                      .filter(call -> call.name().equals(flag) && call.rest.isEmpty())
                      .isPresent());
    }

    /** Takes all remaining calls without a key. */
    List<Call> calls() {
      List<Call> calls = new ArrayList<>();
      for (Argument argument : List.copyOf(rest)) {
        if (argument.key().isEmpty() && argument.call().isPresent()) {
          calls.add(argument.call().get());
          rest.remove(argument);
        }
      }
      return calls;
    }

    /** Builds a record; what the record refuses is reported at the position of this call. */
    <T> T build(Supplier<T> record) {
      try {
        return record.get();
      } catch (SpecSyntaxException e) {
        throw e;
      } catch (IllegalArgumentException e) {
        throw error(start, e.getMessage());
      }
    }

    /** Refuses arguments that nobody took. */
    void finish() {
      if (rest.isEmpty()) {
        return;
      }
      Argument argument = rest.get(0);
      String shown = argument.key().map(key -> "'" + key + "'").orElseGet(argument::shown);
      String problem;
      if (known.isEmpty()) {
        problem = "expected no setting for " + name + ", found " + shown;
      } else if (argument.key().filter(flags::contains).isPresent()) {
        problem = shown + " of " + name + " takes no value, expected the word alone";
      } else if (argument.key().filter(known::contains).isPresent()) {
        problem = shown + " of " + name + " is given twice, expected it once";
      } else {
        problem =
            "unknown setting " + shown + " of " + name + ", expected " + either(List.copyOf(known));
      }
      throw error(argument.position(), problem);
    }

    SpecSyntaxException unknown(String kind, String expected) {
      return error(start, "'" + name + "' is not " + kind + ", expected " + expected);
    }

    private SpecSyntaxException error(int at, String problem) {
      return SpecSyntax.this.error(at, problem);
    }

    private int positionOf(String key) {
      Argument argument = peek(key);
      return argument == null ? start : argument.valuePosition();
    }

    private Argument take(String key) {
      known.add(key);
      Argument argument = peek(key);
      rest.remove(argument);
      return argument;
    }

    private Argument peek(String key) {
      for (Argument argument : rest) {
        if (argument.key().filter(key::equals).isPresent()) {
          return argument;
        }
      }
      for (Argument argument : rest) {
        if (argument.key().isEmpty() && argument.call().isEmpty()) {
          return argument;
        }
      }
      return null;
    }
  }

  /**
   * Reads a single call.
   *
   * @param what what the text describes, for error messages
   */
  static Call parseCall(String what, String text) {
    SpecSyntax syntax = new SpecSyntax(what, text);
    Call call = syntax.call();
    if (syntax.position < text.length()) {
      throw syntax.error(
          syntax.position, "expected the end, found '" + text.charAt(syntax.position) + "'");
    }
    return call;
  }

  /** Reads calls separated by semicolons. */
  static List<Call> parseCalls(String what, String text) {
    SpecSyntax syntax = new SpecSyntax(what, text);
    List<Call> calls = new ArrayList<>();
    do {
      calls.add(syntax.call());
    } while (syntax.accept(';'));
    if (syntax.position < text.length()) {
      throw syntax.error(
          syntax.position, "expected ';' or the end, found '" + text.charAt(syntax.position) + "'");
    }
    return calls;
  }

  /** A number as a person would write it: 0.5, 32, 1e-8. */
  static String number(double value) {
    return Double.toString(value).replace('E', 'e').replace(".0e", "e").replaceFirst("\\.0$", "");
  }

  private SpecSyntaxException error(int at, String problem) {
    return new SpecSyntaxException(what, text, at, problem);
  }

  private static String either(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.get(0)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  private Call call() {
    skipSpace();
    int start = position;
    while (position < text.length() && isNameCharacter(text.charAt(position))) {
      position++;
    }
    if (position == start) {
      throw error(start, "expected a name" + found());
    }
    String name = text.substring(start, position);
    List<Argument> arguments = new ArrayList<>();
    if (accept('(')) {
      do {
        arguments.add(argument());
      } while (accept(','));
      if (!accept(')')) {
        throw error(position, "expected ',' or ')'" + found());
      }
    }
    skipSpace();
    return new Call(name, start, arguments);
  }

  private Argument argument() {
    skipSpace();
    int start = position;
    if (position < text.length() && isNumberStart(text.charAt(position))) {
      return new Argument(Optional.empty(), start, start, numberLiteral(), Optional.empty());
    }
    if (position >= text.length() || !isNameCharacter(text.charAt(position))) {
      throw error(position, "expected a name or a number" + found());
    }
    Call call = call();
    if (call.rest.isEmpty() && accept('=')) {
      skipSpace();
      int valueStart = position;
      Optional<String> key = Optional.of(call.name());
      if (position < text.length() && isNumberStart(text.charAt(position))) {
        return new Argument(key, start, valueStart, numberLiteral(), Optional.empty());
      }
      if (position >= text.length() || !isNameCharacter(text.charAt(position))) {
        throw error(position, "expected a value for " + call.name() + found());
      }
      return new Argument(key, start, valueStart, Double.NaN, Optional.of(call()));
    }
    return new Argument(Optional.empty(), start, start, Double.NaN, Optional.of(call));
  }

  private double numberLiteral() {
    int start = position;
    while (position < text.length()
        && (Character.isLetterOrDigit(text.charAt(position))
            || text.charAt(position) == '.'
            || isSign(text.charAt(position)))) {
      position++;
    }
    String literal = text.substring(start, position);
    if (!NUMBER.matcher(literal).matches()) {
      throw error(start, "expected a number, found '" + literal + "'");
    }
    skipSpace();
    return Double.parseDouble(literal);
  }

  private boolean accept(char c) {
    skipSpace();
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private String found() {
    return position < text.length()
        ? ", found '" + text.charAt(position) + "'"
        : ", found the end of the text";
  }

  private static boolean isNameCharacter(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
  }

  private static boolean isNumberStart(char c) {
    return Character.isDigit(c) || isSign(c) || c == '.';
  }

  private static boolean isSign(char c) {
    return c == '-' || c == '+';
  }
}
