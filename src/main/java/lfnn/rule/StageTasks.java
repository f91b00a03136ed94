package lfnn.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * Runs the learning of stages that nobody has to wait for, on other threads or at once. Stages at
 * work share nothing that is written, so the results do not depend on which; those that use the
 * same memory in turn wait for each other with {@link #awaitAllBut}. Whoever waits for a task that
 * no thread has begun runs it.
 */
public final class StageTasks {

  private final Executor executor;
  private final int threads;
  private final List<FutureTask<?>> running = new ArrayList<>();
  private int finished;
  private Throwable failure;

  private StageTasks(Executor executor, int threads) {
    this.executor = executor;
    this.threads = threads;
  }

  /** Everything runs at once, on the calling thread. */
  public static StageTasks inline() {
    return new StageTasks(null, 1);
  }

  /**
   * Tasks run on the threads of {@code executor} and, while it waits, on the calling one.
   *
   * @param threads of them in all
   */
  public static StageTasks on(Executor executor, int threads) {
    return new StageTasks(executor, threads);
  }

  /** Threads that may work at the same time, the calling one included. */
  public int threads() {
    return threads;
  }

  void start(Runnable task) {
    if (executor == null) {
      task.run();
    } else {
      FutureTask<?> started = new FutureTask<>(task, null);
      running.add(started);
      executor.execute(started);
    }
  }

  /** Waits for all tasks but the latest ones, whose failures are thrown by {@link #join}. */
  void awaitAllBut(int latest) {
    boolean interrupted = false;
    while (finished < running.size() - latest) {
      FutureTask<?> task = running.get(finished);
      // Does nothing if another thread has begun it.
      task.run();
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
      finished++;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for all tasks, then throws what the first of them that failed threw. An interrupt does
   * not cut a batch in two: it is remembered for whoever looks after the batch.
   */
  void join() {
    // The last one first: the others are the likelier to have been begun.
    for (int i = running.size() - 1; i >= finished; i--) {
      running.get(i).run();
    }
    awaitAllBut(0);
    Throwable thrown = failure;
    running.clear();
    finished = 0;
    failure = null;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown != null) {
      throw (RuntimeException) thrown;
    }
  }
}
