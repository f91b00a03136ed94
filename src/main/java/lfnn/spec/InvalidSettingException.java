package lfnn.spec;

/**
 * A user's choice that cannot be followed. The message says all that the user needs; there is no
 * stack trace, so that a host that prints exceptions prints one line.
 */
public final class InvalidSettingException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, what was expected, what to do
   */
  public InvalidSettingException(String message) {
    super(message);
  }

  /** Records nothing. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
