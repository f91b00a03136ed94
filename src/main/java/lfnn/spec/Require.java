package lfnn.spec;

/** Argument checks of the specification records. */
final class Require {

  private Require() {}

  /**
   * @throws IllegalArgumentException with the formatted message unless {@code condition} holds
   */
  static void that(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new IllegalArgumentException(String.format(java.util.Locale.ROOT, message, arguments));
    }
  }
}
