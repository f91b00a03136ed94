package lfnn.nn;

import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the parts of one pass, or the chunks of one prediction, on several threads. Which parts
 * there are never depends on the number of threads, so that results do not either.
 */
public final class Parallel {

  /** Elements of an elementwise pass that are worth handing to another thread. */
  private static final int RANGE = 1 << 16;

  /** Helpers of all passes; a pass does not wait for one that is busy elsewhere. */
  private static final ThreadPoolExecutor POOL = pool();

  private final int threads;

  /** As many threads as there are processors. */
  public Parallel() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads that may work at the same time, the calling one included; at least 1
   */
  public Parallel(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    this.threads = threads;
  }

  private static ThreadPoolExecutor pool() {
    int most = Runtime.getRuntime().availableProcessors();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            most,
            most,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "lfnn-kernel");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** A pass over the elements from {@code from} to {@code to}, exclusive. */
  interface Range {
    void run(int from, int to);
  }

  /** Runs an elementwise pass over {@code size} elements. */
  void elements(int size, Range pass) {
    if (size <= RANGE || threads == 1) {
      pass.run(0, size);
      return;
    }
    parts(
        (size + RANGE - 1) / RANGE,
        part -> pass.run(part * RANGE, Math.min(size, (part + 1) * RANGE)));
  }

  /**
   * Runs the parts from 0 to {@code count} − 1, each once, and returns when all are done. If a part
   * fails, no new ones are begun, and what it threw is thrown here.
   */
  public void parts(int count, IntConsumer part) {
    int helpers = Math.min(threads, count) - 1;
    if (helpers <= 0) {
      for (int i = 0; i < count; i++) {
        part.accept(i);
      }
      return;
    }
    Pass pass = new Pass(count, part);
    try {
      for (int h = 0; h < helpers; h++) {
        POOL.execute(pass::help);
      }
    } finally {
      // Even where there is no further thread to be had: nobody works on when this returns.
      pass.finish();
    }
  }

  /** The parts of one pass, taken one by one by whoever is free. */
  private static final class Pass {

    private final AtomicInteger next = new AtomicInteger();
    private final int count;
    private final IntConsumer part;
    private int helping;
    private boolean finished;
    private @Nullable Throwable failure;

    Pass(int count, IntConsumer part) {
      this.count = count;
      this.part = part;
    }

    /** Takes parts on another thread, unless it comes too late. */
    void help() {
      synchronized (this) {
        if (finished) {
          return;
        }
        helping++;
      }
      work();
      synchronized (this) {
        helping--;
        notifyAll();
      }
    }

    private void work() {
      try {
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
          part.accept(i);
        }
      } catch (Throwable e) {
        next.set(count);
        synchronized (this) {
          failure = failure == null ? e : failure;
        }
      }
    }

    /** Takes parts on this thread, waits for helpers, and throws what a part threw. */
    void finish() {
      work();
      Throwable thrown = awaitHelpers();
      if (thrown instanceof Error error) {
        throw error;
      }
      if (thrown instanceof RuntimeException exception) {
        throw exception;
      }
      if (thrown != null) {
        throw new UndeclaredThrowableException(thrown);
      }
    }

    /**
     * An interrupt does not cut a pass in two: it is remembered for whoever looks after the batch.
     */
    private synchronized @Nullable Throwable awaitHelpers() {
      finished = true;
      boolean interrupted = false;
      while (helping > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return failure;
    }
  }
}
