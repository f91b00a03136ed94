package lfnn.experiment;

import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C, or another signal that ends the process: training is asked to stop after its mini-batch,
 * and the process ends when it has saved what it has learned.
 */
final class StopRequest implements AutoCloseable {

  /** Exit code of a process that was stopped with Ctrl-C. */
  static final int EXIT_CODE = 130;

  private final CountDownLatch saved = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "lfnn-stop");
  private volatile boolean requested;

  /** Listens from now on. */
  StopRequest() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    requested = true;
    try {
      // The process ends when this thread does.
      saved.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether training should stop. */
  boolean isRequested() {
    return requested;
  }

  /** All is saved: from now on a signal ends the process at once. */
  @Override
  public void close() {
    saved.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process began to end at this very moment.
        requested = true;
      }
    }
  }
}
