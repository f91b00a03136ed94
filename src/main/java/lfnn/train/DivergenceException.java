package lfnn.train;

/** Training stopped because a loss is not a finite number any more. */
public final class DivergenceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With what happened where, and a remedy. */
  public DivergenceException(String message) {
    super(message, null, false, false);
  }
}
