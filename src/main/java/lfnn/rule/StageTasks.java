package lfnn.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Runs the learning of stages that nobody has to wait for, on other threads or at once. The stages
 * share nothing that is written, so the results do not depend on which.
 */
public final class StageTasks {

  private final ExecutorService executor;
  private final List<Future<?>> running = new ArrayList<>();

  private StageTasks(ExecutorService executor) {
    this.executor = executor;
  }

  /** Everything runs at once, on the calling thread. */
  public static StageTasks inline() {
    return new StageTasks(null);
  }

  /** Tasks run on the threads of {@code executor}. */
  public static StageTasks on(ExecutorService executor) {
    return new StageTasks(executor);
  }

  void start(Runnable task) {
    if (executor == null) {
      task.run();
    } else {
      running.add(executor.submit(task));
    }
  }

  /**
   * Waits for all tasks, then throws what the first of them that failed threw. An interrupt does
   * not cut a batch in two: it is remembered for whoever looks after the batch.
   */
  void join() {
    boolean interrupted = false;
    Throwable failure = null;
    for (Future<?> task : running) {
      boolean done = false;
      while (!done) {
        try {
          task.get();
          done = true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          done = true;
          if (failure == null) {
            failure = e.getCause();
          } else {
            failure.addSuppressed(e.getCause());
          }
        }
      }
    }
    running.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }
}
