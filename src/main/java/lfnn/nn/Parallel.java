package lfnn.nn;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Runs the parts of one pass on several threads. Which parts there are never depends on the number
 * of threads, so that results do not either.
 */
final class Parallel {

  /** Elements of an elementwise pass that are worth handing to another thread. */
  private static final int RANGE = 1 << 16;

  private static final ExecutorService POOL =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "lfnn-kernel");
            thread.setDaemon(true);
            return thread;
          });

  private final int threads;

  /**
   * @param threads that may work at the same time, the calling one included; at least 1
   */
  Parallel(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    this.threads = threads;
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
  void parts(int count, IntConsumer part) {
    int helpers = Math.min(threads, count) - 1;
    if (helpers <= 0) {
      for (int i = 0; i < count; i++) {
        part.accept(i);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(helpers);
    Runnable work =
        () -> {
          try {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
              part.accept(i);
            }
          } catch (RuntimeException | Error e) {
            next.set(count);
            failure.compareAndSet(null, e);
          }
        };
    for (int h = 0; h < helpers; h++) {
      POOL.execute(
          () -> {
            work.run();
            done.countDown();
          });
    }
    work.run();
    await(done);
    if (failure.get() instanceof Error error) {
      throw error;
    }
    if (failure.get() instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /**
   * An interrupt does not cut a pass in two: it is remembered for whoever looks after the batch.
   */
  private static void await(CountDownLatch done) {
    boolean interrupted = false;
    while (true) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
