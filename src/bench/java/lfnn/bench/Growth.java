package lfnn.bench;

import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import lfnn.data.BatchLayout;
import lfnn.data.Dataset;
import lfnn.data.LabelledImages;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.train.Trainer;

/**
 * Time and memory of training for one size of network, batch and data. Memory is that on Java's
 * heap: what native products need outside are copies of the same matrices.
 */
final class Growth {

  private static final long MEASURED_NANOS = 700_000_000;
  private static final int WARM_UP = 3;

  /** Large enough for native products, whose copies of the weights belong to no batch. */
  private static final int SMALL_BATCH = 8;

  /** After this time without work, the threads of a trainer have ended. */
  private static final long THREADS_END_MILLIS = 1_500;

  private Growth() {}

  /**
   * Measures on a thread of its own, when those of the trainer before have ended: threads keep the
   * arrays that passes work in.
   */
  static Cost alone(Callable<Cost> measurement) throws InterruptedException {
    Thread.sleep(THREADS_END_MILLIS);
    FutureTask<Cost> task = new FutureTask<>(measurement);
    new Thread(task, "measurement").start();
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a measurement failed: " + e.getCause(), e.getCause());
    }
  }

  /**
   * What a size costs.
   *
   * @param micros for a step, or an epoch
   * @param batchBytes what a step needs beside parameters, gradients and moments: the memory that
   *     comes with the examples of a mini-batch beyond the first few
   * @param bytes all memory of the trainer
   */
  record Cost(double micros, long batchBytes, long bytes) {}

  /** The cost of a step on stages of workers. */
  static Cost ofStep(Algorithm rule, int workers, int stages, int classes, int batch, int threads) {
    Architecture architecture = Networks.dense(workers, stages, classes);
    Images images = new Images(batch, BatchLayout.FEATURE_MAJOR);
    float[] labels = new float[batch];
    Random random = new Random(1);
    for (int b = 0; b < batch; b++) {
      labels[b] = random.nextInt(classes);
    }
    long before = heapBytes();
    Trainer trainer = new Trainer(architecture, Networks.training(rule, batch, threads));
    trainer.step(Math.min(batch, SMALL_BATCH), images.features(), labels, images.weights());
    long one = heapBytes();
    for (int i = 0; i < WARM_UP; i++) {
      trainer.step(batch, images.features(), labels, images.weights());
    }
    long all = heapBytes();
    long best = Long.MAX_VALUE;
    long end = System.nanoTime() + MEASURED_NANOS;
    // The fastest step: what the work takes when nobody else is at it.
    for (int i = 0; i < WARM_UP || System.nanoTime() < end; i++) {
      images.advance();
      long start = System.nanoTime();
      trainer.step(batch, images.features(), labels, images.weights());
      best = Math.min(best, System.nanoTime() - start);
    }
    return new Cost(best / 1e3, all - one, all - before);
  }

  /** The cost of an epoch on so many images, those of a sample again and again. */
  static Cost ofEpoch(LabelledImages sample, int instances, int batch, int threads)
      throws InterruptedException {
    int[] rows = new int[instances];
    for (int i = 0; i < instances; i++) {
      rows[i] = i % sample.size();
    }
    Dataset images = sample.dataset().subset(rows);
    long before = heapBytes();
    Trainer trainer =
        new Trainer(Networks.dense(8, 1, 10), Networks.training(Algorithm.LFNN_L, batch, threads));
    long start = System.nanoTime();
    trainer.epoch(images, Optional.empty());
    double micros = (System.nanoTime() - start) / 1e3;
    long bytes = heapBytes() - before;
    return new Cost(micros, 0, bytes);
  }

  /** Memory in use on the heap, garbage collected. */
  static long heapBytes() {
    Runtime runtime = Runtime.getRuntime();
    long last = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      long used = runtime.totalMemory() - runtime.freeMemory();
      if (used >= last) {
        break;
      }
      last = used;
    }
    return last;
  }

  /**
   * Slope of the regression line through (log x, log y) of the last points: the exponent of growth.
   */
  static double exponent(double[] x, double[] y, int points) {
    double meanX = 0;
    double meanY = 0;
    int from = Math.max(0, x.length - points);
    int count = x.length - from;
    for (int i = from; i < x.length; i++) {
      meanX += Math.log(x[i]) / count;
      meanY += Math.log(y[i]) / count;
    }
    double products = 0;
    double squares = 0;
    for (int i = from; i < x.length; i++) {
      products += (Math.log(x[i]) - meanX) * (Math.log(y[i]) - meanY);
      squares += (Math.log(x[i]) - meanX) * (Math.log(x[i]) - meanX);
    }
    return products / squares;
  }

  /** A row for CSV. */
  static String csv(String axis, String rule, double x, Cost cost) {
    return String.format(
        Locale.ROOT,
        "%s,%s,%.0f,%.1f,%d,%d",
        axis,
        rule,
        x,
        cost.micros(),
        cost.batchBytes(),
        cost.bytes());
  }
}
