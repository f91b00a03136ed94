package lfnn.spec;

import java.util.Locale;

/** A text that should describe a network, an optimizer or a schedule does not. */
public final class SpecSyntaxException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final int position;

  SpecSyntaxException(String what, String text, int position, String problem) {
    super(
        String.format(
            Locale.ROOT, "%s \"%s\", character %d: %s", what, text, position + 1, problem));
    this.position = position;
  }

  /** Index of the character at which the text stops making sense, from 0. */
  public int position() {
    return position;
  }
}
