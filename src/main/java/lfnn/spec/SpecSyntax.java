package lfnn.spec;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

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

  /** An argument: {@code number} is NaN where the value is a call. */
  private record Argument(Optional<String> key, int position, double number, Optional<Call> call) {
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

    private Call(String name, int start, List<Argument> arguments) {
      this.name = name;
      this.start = start;
      this.rest = new ArrayList<>(arguments);
    }

    String name() {
      return name;
    }

    /** Takes the number under this key, else the first number without a key, else the default. */
    double number(String key, double byDefault) {
      Argument argument = take(key);
      if (argument == null) {
        return byDefault;
      }
      if (argument.call().isPresent()) {
        throw error(
            argument.position(), "expected a number for " + key + ", found " + argument.shown());
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

    /** Takes the word under this key, else the default. */
    String word(String key, String byDefault) {
      known.add(key);
      for (Argument argument : rest) {
        if (argument.key().filter(key::equals).isPresent()) {
          rest.remove(argument);
          Call call =
              argument
                  .call()
                  .orElseThrow(
                      () ->
                          error(
                              argument.position(),
                              "expected a word for " + key + ", found " + argument.shown()));
          call.finish();
          return call.name();
        }
      }
      return byDefault;
    }

    /** Takes this word without a key, and tells whether it was there. */
    boolean flag(String flag) {
      known.add(flag);
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
      throw error(
          argument.position(),
          known.isEmpty()
              ? "expected no setting for " + name + ", found " + shown
              : "unknown setting " + shown + " of " + name + ", expected " + either(known));
    }

    SpecSyntaxException unknown(String kind, String expected) {
      return error(start, "'" + name + "' is not " + kind + ", expected " + expected);
    }

    SpecSyntaxException error(String problem) {
      return error(start, problem);
    }

    private SpecSyntaxException error(int at, String problem) {
      return SpecSyntax.this.error(at, problem);
    }

    private int positionOf(String key) {
      Argument argument = peek(key);
      return argument == null ? start : argument.position();
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

  private static String either(Set<String> words) {
    List<String> list = List.copyOf(words);
    int last = list.size() - 1;
    return last == 0
        ? list.get(0)
        : String.join(", ", list.subList(0, last)) + " or " + list.get(last);
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
      return new Argument(Optional.empty(), start, numberLiteral(), Optional.empty());
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
        return new Argument(key, valueStart, numberLiteral(), Optional.empty());
      }
      if (position >= text.length() || !isNameCharacter(text.charAt(position))) {
        throw error(position, "expected a value for " + call.name() + found());
      }
      return new Argument(key, start, Double.NaN, Optional.of(call()));
    }
    return new Argument(Optional.empty(), start, Double.NaN, Optional.of(call));
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
    try {
      double value = Double.parseDouble(literal);
      skipSpace();
      return value;
    } catch (NumberFormatException e) {
      throw error(start, "expected a number, found '" + literal + "'");
    }
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
