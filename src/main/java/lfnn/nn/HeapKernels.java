package lfnn.nn;

import java.util.Arrays;
import lfnn.data.BatchLayout;
import lfnn.spec.Activation;
import lfnn.spec.PredictionKind;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Kernels for the CPU in single precision: one loop over heap arrays per pass, products on ND4J
 * where they are large enough to be worth the call.
 *
 * <p>Results depend only on the operands and their sizes, never on the number of threads.
 */
public final class HeapKernels implements Kernels {

  /**
   * Products of at most this many multiplications run as a Java loop: below it, the call and the
   * copies between heap and native memory cost more than ND4J's product saves.
   */
  private static final long SMALL_PRODUCT = 1 << 18;

  /** Shortest run of elements for which copying it costs less than a loop one by one. */
  private static final int LONG_RUN = 24;

  /** Smallest positive normal float: log of it is finite, so a confident mistake costs about 87. */
  private static final float TINY = Float.MIN_NORMAL;

  /** Makes at least 1 of every positive normal float. */
  static final float HUGE = 1 / Float.MIN_NORMAL;

  private final Parallel parallel;
  private final HeapLayerKernels layers;

  /** Kernels on as many threads as there are processors. */
  public HeapKernels() {
    this(new Parallel());
  }

  /**
   * Kernels whose passes over images may be split between threads; the results do not depend on it.
   *
   * @param threads at least 1
   */
  public HeapKernels(int threads) {
    this(new Parallel(threads));
  }

  private HeapKernels(Parallel parallel) {
    this.parallel = parallel;
    layers = new HeapLayerKernels(parallel);
  }

  @Override
  public Matrix matrix(int rows, int columns, BatchLayout layout) {
    return Matrix.onHeap(rows, columns, layout);
  }

  @Override
  public LayerKernels layers() {
    return layers;
  }

  @Override
  public void copy(Matrix x, Matrix y) {
    System.arraycopy(x.values(), 0, y.valuesToWrite(), 0, x.size());
  }

  /** Whether a Java loop is used; of an only example, both orders of a matrix are the same. */
  private static boolean isSmall(
      int examples, int outputs, int inputs, int groups, boolean rowMajor) {
    if (rowMajor) {
      return examples == 1;
    }
    return examples == 1 || (long) examples * outputs * (inputs / groups) <= SMALL_PRODUCT;
  }

  @Override
  public void affine(Matrix x, Matrix weights, Matrix biases, int groups, Matrix z) {
    int inputs = x.columns();
    int outputs = z.columns();
    if (isSmall(x.rows(), outputs, inputs, groups, x.isRowMajor())) {
      multiplySmall(x, weights, groups, z);
    } else if (x.isRowMajor()) {
      multiply(x, true, weights, true, z);
    } else if (groups == 1) {
      multiply(x, false, weights, true, z);
    } else {
      x.array();
      weights.array();
      z.arrayToWrite();
      int in = inputs / groups;
      int out = outputs / groups;
      for (int g = 0; g < groups; g++) {
        Nd4jBackend.multiply(
            x.columnRange(g * in, (g + 1) * in),
            false,
            weights.columnRange(g * in, (g + 1) * in),
            true,
            z.columnRange(g * out, (g + 1) * out));
      }
    }
    addBiases(biases.values(), z);
  }

  /**
   * c = op(a)·op(b) on ND4J's BLAS without objects for its arrays.
   *
   * @param transposeA whether op(a) is aᵀ; of a row-major matrix, what is stored counts as a, which
   *     is its transpose in column-major order
   */
  private static void multiply(
      Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix c) {
    int rows = stored(c, true);
    int columns = stored(c, false);
    int inner = stored(a, transposeA);
    FloatPointer left = a.memory();
    FloatPointer right = b.memory();
    openblas_nolapack.cblas_sgemm(
        openblas_nolapack.CblasColMajor,
        transposeA ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
        transposeB ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
        rows,
        columns,
        inner,
        1,
        left,
        stored(a, true),
        right,
        stored(b, true),
        0,
        c.memoryToWrite(),
        rows);
  }

  /** Rows or columns of a matrix as it is stored, in column-major order. */
  private static int stored(Matrix matrix, boolean rows) {
    return rows == matrix.isRowMajor() ? matrix.columns() : matrix.rows();
  }

  private static void addBiases(float[] biases, Matrix z) {
    int examples = z.rows();
    float[] values = z.valuesToWrite();
    for (int j = 0; j < z.columns(); j++) {
      float bias = biases[j];
      int column = j * examples;
      for (int b = 0; b < examples; b++) {
        values[column + b] += bias;
      }
    }
  }

  /** Skips zero inputs, of which images and one-hot rows have many. */
  private static void multiplySmall(Matrix x, Matrix weights, int groups, Matrix z) {
    int examples = x.rows();
    int in = x.columns() / groups;
    int out = z.columns() / groups;
    float[] inputs = x.values();
    float[] w = examples == 1 ? weights.valuesOfColumns(inputs) : weights.values();
    float[] outputs = z.valuesToWrite();
    float[] sums = z.scratch(0, out);
    float[] copy = z.scratch(1, out);
    for (int b = 0; b < examples; b++) {
      for (int g = 0; g < groups; g++) {
        Arrays.fill(sums, 0, out, 0f);
        for (int i = g * in; i < (g + 1) * in; i++) {
          float input = inputs[i * examples + b];
          if (input != 0) {
            addScaled(input, w, i * out, sums, copy, out);
          }
        }
        if (examples == 1) {
          System.arraycopy(sums, 0, outputs, g * out, out);
        } else {
          scatter(sums, out, outputs, g * out, b, examples);
        }
      }
    }
  }

  /**
   * target ← target + factor · source.
   *
   * @param from of the first element in {@code source}
   * @param target its first {@code length} elements are added to
   * @param copy at least {@code length} long; overwritten
   */
  private static void addScaled(
      float factor, float[] source, int from, float[] target, float[] copy, int length) {
    if (length < LONG_RUN) {
      for (int j = 0; j < length; j++) {
        target[j] += factor * source[from + j];
      }
      return;
    }
    // The compiler uses vector instructions only if both arrays are read at the same index: else
    // they might be one array. The loop is then four times faster, copying included.
    float[] run = source;
    if (from != 0) {
      System.arraycopy(source, from, copy, 0, length);
      run = copy;
    }
    for (int j = 0; j < length; j++) {
      target[j] += factor * run[j];
    }
  }

  private static void scatter(
      float[] row, int length, float[] matrix, int from, int b, int examples) {
    for (int j = 0; j < length; j++) {
      matrix[(from + j) * examples + b] = row[j];
    }
  }

  @Override
  public void affineGradient(
      Matrix x, Matrix dz, int groups, Matrix weightGradient, Matrix biasGradient) {
    int inputs = x.columns();
    int outputs = dz.columns();
    if (x.rows() == 1) {
      weightGradientOfOne(x, dz, groups, weightGradient);
    } else if (isSmall(x.rows(), outputs, inputs, groups, x.isRowMajor())) {
      weightGradientSmall(x, dz, groups, weightGradient);
    } else if (x.isRowMajor()) {
      multiply(dz, true, x, true, weightGradient);
    } else if (groups == 1) {
      multiply(dz, true, x, false, weightGradient);
    } else {
      x.array();
      dz.array();
      weightGradient.arrayToWrite();
      int in = inputs / groups;
      int out = outputs / groups;
      for (int g = 0; g < groups; g++) {
        Nd4jBackend.multiply(
            dz.columnRange(g * out, (g + 1) * out),
            true,
            x.columnRange(g * in, (g + 1) * in),
            false,
            weightGradient.columnRange(g * in, (g + 1) * in));
      }
    }
    int examples = dz.rows();
    float[] signals = dz.values();
    float[] sums = biasGradient.valuesToWrite();
    for (int j = 0; j < outputs; j++) {
      float sum = 0;
      for (int b = 0; b < examples; b++) {
        sum += signals[j * examples + b];
      }
      sums[j] = sum;
    }
  }

  /** The gradient for an only example: dz times each input, of which many are zero. */
  private static void weightGradientOfOne(Matrix x, Matrix dz, int groups, Matrix weightGradient) {
    int in = x.columns() / groups;
    int out = dz.columns() / groups;
    float[] inputs = x.values();
    float[] signals = dz.values();
    float[] gradient = weightGradient.columnsToWrite(inputs);
    for (int i = 0; i < x.columns(); i++) {
      float input = inputs[i];
      if (input != 0) {
        System.arraycopy(signals, (i / in) * out, gradient, i * out, out);
        for (int j = i * out; j < (i + 1) * out; j++) {
          gradient[j] *= input;
        }
      }
    }
  }

  private static void weightGradientSmall(Matrix x, Matrix dz, int groups, Matrix weightGradient) {
    int examples = x.rows();
    int in = x.columns() / groups;
    int out = dz.columns() / groups;
    float[] inputs = x.values();
    float[] signals = rowsOf(dz);
    float[] gradient = weightGradient.valuesToWrite();
    float[] sums = weightGradient.scratch(0, out);
    float[] copy = weightGradient.scratch(1, out);
    for (int g = 0; g < groups; g++) {
      for (int i = g * in; i < (g + 1) * in; i++) {
        boolean zero = true;
        for (int b = 0; b < examples; b++) {
          float input = inputs[i * examples + b];
          if (input != 0) {
            if (zero) {
              Arrays.fill(sums, 0, out, 0f);
              zero = false;
            }
            addScaled(input, signals, b * dz.columns() + g * out, sums, copy, out);
          }
        }
        if (zero) {
          Arrays.fill(gradient, i * out, (i + 1) * out, 0f);
        } else {
          System.arraycopy(sums, 0, gradient, i * out, out);
        }
      }
    }
  }

  /** The matrix example by example, so that an example's outputs are neighbours. */
  private static float[] rowsOf(Matrix matrix) {
    int examples = matrix.rows();
    float[] values = matrix.values();
    if (examples == 1) {
      return values;
    }
    float[] rows = matrix.scratch(matrix.size());
    for (int j = 0; j < matrix.columns(); j++) {
      for (int b = 0; b < examples; b++) {
        rows[b * matrix.columns() + j] = values[j * examples + b];
      }
    }
    return rows;
  }

  @Override
  public void affineInputGradient(Matrix dz, Matrix weights, int groups, Matrix dx) {
    int inputs = dx.columns();
    int outputs = dz.columns();
    int in = inputs / groups;
    int out = outputs / groups;
    if (dx.isRowMajor() && dz.rows() > 1) {
      multiply(weights, true, dz, true, dx);
      return;
    }
    if (!isSmall(dz.rows(), outputs, inputs, groups, dx.isRowMajor())) {
      if (groups == 1) {
        multiply(dz, false, weights, false, dx);
        return;
      }
      dz.array();
      weights.array();
      dx.arrayToWrite();
      for (int g = 0; g < groups; g++) {
        Nd4jBackend.multiply(
            dz.columnRange(g * out, (g + 1) * out),
            false,
            weights.columnRange(g * in, (g + 1) * in),
            false,
            dx.columnRange(g * in, (g + 1) * in));
      }
      return;
    }
    int examples = dz.rows();
    float[] signals = rowsOf(dz);
    float[] w = weights.values();
    float[] gradient = dx.valuesToWrite();
    for (int b = 0; b < examples; b++) {
      for (int i = 0; i < inputs; i++) {
        int from = b * outputs + (i / in) * out;
        float sum = 0;
        for (int j = 0; j < out; j++) {
          sum += signals[from + j] * w[i * out + j];
        }
        gradient[i * examples + b] = sum;
      }
    }
  }

  @Override
  public void activate(Activation activation, Matrix y) {
    if (activation != Activation.IDENTITY) {
      float[] values = y.valuesToWrite();
      parallel.elements(y.size(), (from, to) -> activate(activation, values, from, to));
    }
  }

  private static void activate(Activation activation, float[] values, int from, int to) {
    switch (activation) {
      case RELU -> {
        for (int i = from; i < to; i++) {
          values[i] = Math.max(0f, values[i]);
        }
      }
      case LEAKY_RELU -> {
        for (int i = from; i < to; i++) {
          values[i] = Math.max(Activation.LEAK * values[i], values[i]);
        }
      }
      case TANH -> {
        for (int i = from; i < to; i++) {
          values[i] = 2 * FloatMath.sigmoid(2 * values[i]) - 1;
        }
      }
      case SIGMOID -> {
        for (int i = from; i < to; i++) {
          values[i] = FloatMath.sigmoid(values[i]);
        }
      }
      case IDENTITY -> {}
    }
  }

  @Override
  public void activationGradient(Activation activation, Matrix y, Matrix dy) {
    if (activation != Activation.IDENTITY) {
      float[] outputs = y.values();
      float[] gradient = dy.valuesToWrite();
      parallel.elements(
          y.size(), (from, to) -> activationGradient(activation, outputs, gradient, from, to));
    }
  }

  private static void activationGradient(
      Activation activation, float[] outputs, float[] gradient, int from, int to) {
    switch (activation) {
      case RELU -> {
        for (int i = from; i < to; i++) {
          // 1 for positive outputs, without a branch that nobody can predict.
          gradient[i] *= Math.min(1f, outputs[i] * HUGE);
        }
      }
      case LEAKY_RELU -> {
        for (int i = from; i < to; i++) {
          gradient[i] *= Math.max(Activation.LEAK, Math.min(1f, outputs[i] * HUGE));
        }
      }
      case TANH -> {
        for (int i = from; i < to; i++) {
          gradient[i] *= 1 - outputs[i] * outputs[i];
        }
      }
      case SIGMOID -> {
        for (int i = from; i < to; i++) {
          gradient[i] *= outputs[i] * (1 - outputs[i]);
        }
      }
      case IDENTITY -> {}
    }
  }

  @Override
  public void predict(PredictionKind kind, int outputs, Matrix z, Matrix p) {
    float[] predictions = p.valuesToWrite();
    System.arraycopy(z.values(), 0, predictions, 0, z.size());
    switch (kind) {
      case IDENTITY -> {}
      case SIGMOID -> FloatMath.sigmoid(predictions, z.size(), p.scratch(z.size()));
      case SOFTMAX -> softmax(outputs, p, predictions);
    }
  }

  private static void softmax(int outputs, Matrix p, float[] predictions) {
    int examples = p.rows();
    int workers = p.columns() / outputs;
    int each = workers * examples;
    float[] column = p.scratch(0, each);
    float[] ofWorker = p.scratch(1, each);
    float[] repeated = p.scratch(2, p.size());
    Columns.take(predictions, 0, outputs, workers, examples, ofWorker);
    for (int k = 1; k < outputs; k++) {
      Columns.take(predictions, k, outputs, workers, examples, column);
      Columns.maximum(column, ofWorker, each);
    }
    Columns.repeat(ofWorker, outputs, workers, examples, repeated);
    Columns.subtract(repeated, predictions, p.size());
    FloatMath.exp(predictions, p.size(), repeated);
    Arrays.fill(ofWorker, 0, each, 0f);
    for (int k = 0; k < outputs; k++) {
      Columns.take(predictions, k, outputs, workers, examples, column);
      Columns.add(column, ofWorker, each);
    }
    Columns.repeat(ofWorker, outputs, workers, examples, repeated);
    Columns.divide(repeated, predictions, p.size());
  }

  @Override
  public void addPredictionGradient(
      PredictionKind kind, int outputs, Matrix p, Matrix dp, Matrix dz) {
    int examples = p.rows();
    float[] predictions = p.values();
    float[] incoming = dp.values();
    float[] signals = dz.valuesToWrite();
    switch (kind) {
      case IDENTITY -> {
        for (int i = 0; i < p.size(); i++) {
          signals[i] += incoming[i];
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < p.size(); i++) {
          signals[i] += incoming[i] * predictions[i] * (1 - predictions[i]);
        }
      }
      case SOFTMAX -> {
        float[] products = dz.scratch(examples);
        for (int from = 0; from < p.size(); from += outputs * examples) {
          Arrays.fill(products, 0, examples, 0f);
          for (int k = 0; k < outputs; k++) {
            int column = from + k * examples;
            for (int b = 0; b < examples; b++) {
              products[b] += incoming[column + b] * predictions[column + b];
            }
          }
          for (int k = 0; k < outputs; k++) {
            int column = from + k * examples;
            for (int b = 0; b < examples; b++) {
              signals[column + b] += predictions[column + b] * (incoming[column + b] - products[b]);
            }
          }
        }
      }
    }
  }

  @Override
  public void errors(
      PredictionKind kind, int outputs, int workers, Matrix p, Matrix targets, Matrix errors) {
    switch (kind) {
      case IDENTITY -> squaredErrors(workers, p, targets, errors);
      case SIGMOID -> binaryCrossEntropies(workers, p, targets, errors);
      case SOFTMAX -> crossEntropies(outputs, workers, p, targets, errors);
    }
  }

  private static void squaredErrors(int workers, Matrix p, Matrix targets, Matrix errors) {
    int examples = p.rows();
    float[] predictions = p.values();
    float[] wanted = targets.values();
    float[] result = errors.valuesToWrite();
    for (int w = 0; w < errors.columns(); w++) {
      int target = w / workers * examples;
      for (int b = 0; b < examples; b++) {
        float difference = predictions[w * examples + b] - wanted[target + b];
        result[w * examples + b] = 0.5f * difference * difference;
      }
    }
  }

  private static void binaryCrossEntropies(int workers, Matrix p, Matrix targets, Matrix errors) {
    int examples = p.rows();
    int size = errors.size();
    ThreadScratch scratch = ThreadScratch.ofThread();
    float[] yes = scratch.row(0, size);
    float[] no = scratch.row(1, size);
    float[] predictions = p.values();
    for (int i = 0; i < size; i++) {
      yes[i] = Math.max(TINY, predictions[i]);
      no[i] = Math.max(TINY, 1 - predictions[i]);
    }
    FloatMath.log(yes, size, scratch.row(2, size), scratch.row(3, size));
    FloatMath.log(no, size, scratch.row(2, size), scratch.row(3, size));
    float[] wanted = targets.values();
    float[] result = errors.valuesToWrite();
    for (int w = 0; w < errors.columns(); w++) {
      int target = w / workers * examples;
      for (int b = 0; b < examples; b++) {
        float t = wanted[target + b];
        int at = w * examples + b;
        result[at] = -(t * yes[at] + (1 - t) * no[at]);
      }
    }
  }

  /** Takes the logarithms of those probabilities alone whose target is not zero, all at once. */
  private static void crossEntropies(
      int outputs, int workers, Matrix p, Matrix targets, Matrix errors) {
    int examples = p.rows();
    int slice = outputs * examples;
    ThreadScratch scratch = ThreadScratch.ofThread();
    int[] places = scratch.ints(2 * slice);
    float[] predictions = p.values();
    float[] wanted = targets.values();
    float[] result = errors.valuesToWrite();
    Arrays.fill(result, 0, errors.size(), 0f);
    for (int first = 0; first < errors.columns(); first += workers) {
      int target = first / workers * slice;
      int count = 0;
      for (int k = 0; k < outputs; k++) {
        for (int b = 0; b < examples; b++) {
          if (wanted[target + k * examples + b] != 0) {
            places[2 * count] = k * examples + b;
            places[2 * count + 1] = b;
            count++;
          }
        }
      }
      int all = workers * count;
      float[] logarithms = scratch.row(0, all);
      for (int w = 0; w < workers; w++) {
        for (int i = 0; i < count; i++) {
          float probability = predictions[(first + w) * slice + places[2 * i]];
          logarithms[w * count + i] = Math.max(TINY, probability);
        }
      }
      FloatMath.log(logarithms, all, scratch.row(1, all), scratch.row(2, all));
      for (int w = 0; w < workers; w++) {
        for (int i = 0; i < count; i++) {
          result[(first + w) * examples + places[2 * i + 1]] -=
              wanted[target + places[2 * i]] * logarithms[w * count + i];
        }
      }
    }
  }

  @Override
  public void meanErrors(Matrix errors, Matrix weights, Matrix means) {
    int examples = errors.rows();
    float[] values = errors.values();
    float[] omega = weights.values();
    float[] result = means.valuesToWrite();
    double total = sum(omega, examples);
    for (int w = 0; w < errors.columns(); w++) {
      double sum = 0;
      for (int b = 0; b < examples; b++) {
        sum += omega[b] * values[w * examples + b];
      }
      result[w] = total > 0 ? (float) (sum / total) : 0;
    }
  }

  private static double sum(float[] values, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += values[i];
    }
    return sum;
  }

  @Override
  public void selectLeaders(
      Matrix errors,
      int workers,
      int leaders,
      Matrix referenceRank,
      Matrix mask,
      Matrix reference) {
    int rows = errors.rows();
    int groups = errors.columns() / workers;
    float[] values = errors.values();
    float[] ranks = referenceRank.values();
    float[] leading = mask.valuesToWrite();
    float[] followed = reference.valuesToWrite();
    long[] keys = ThreadScratch.ofThread().longs(workers);
    for (int g = 0; g < groups; g++) {
      for (int r = 0; r < rows; r++) {
        for (int w = 0; w < workers; w++) {
          int at = (g * workers + w) * rows + r;
          keys[w] = sortKey(values[at], w);
          leading[at] = 0;
        }
        // Sorting all is simple, and cheap next to the products.
        Arrays.sort(keys, 0, workers);
        for (int k = 0; k < leaders; k++) {
          leading[(g * workers + (int) keys[k]) * rows + r] = 1;
        }
        followed[g * rows + r] = (int) keys[(int) ranks[g * rows + r]];
      }
    }
  }

  /** A number that orders by error first and index second; errors are not negative. */
  private static long sortKey(float error, int index) {
    return ((long) Float.floatToIntBits(error + 0f) << 32) | index;
  }

  @Override
  public void errorSignals(
      PredictionKind kind,
      int outputs,
      int workers,
      Matrix p,
      Aligned aligned,
      Matrix targets,
      Matrix weights,
      LeaderChoice leadership,
      double leaderScale,
      double followerScale,
      Matrix signals) {
    if (kind == PredictionKind.SOFTMAX && !aligned.toLogits() && leadership.mask().rows() == 1) {
      softmaxSignals(
          outputs, workers, p, targets, weights, leadership, leaderScale, followerScale, signals);
      return;
    }
    int examples = p.rows();
    float[] predictions = p.values();
    float[] chased = aligned.toLogits() ? aligned.logits().values() : predictions;
    float[] wanted = targets.values();
    float[] omega = weights.values();
    float[] leading = leadership.mask().values();
    float[] followed = leadership.reference().values();
    int rows = leadership.mask().rows();
    float[] result = signals.valuesToWrite();
    for (int w = 0; w < p.columns() / outputs; w++) {
      int group = w / workers;
      int own = w * outputs * examples;
      int target = group * outputs * examples;
      for (int b = 0; b < examples; b++) {
        int row = rows == 1 ? 0 : b;
        if (leading[w * rows + row] != 0) {
          float scale = leaderScale(leaderScale, omega[b]);
          for (int k = 0; k < outputs; k++) {
            int at = k * examples + b;
            result[own + at] = scale * (predictions[own + at] - wanted[target + at]);
          }
        } else {
          int leader = (group * workers + (int) followed[group * rows + row]) * outputs * examples;
          float scale = followerScale(followerScale, omega[b], outputs);
          followerSignal(
              aligned.toLogits() ? PredictionKind.IDENTITY : kind,
              outputs,
              examples,
              b,
              scale,
              chased,
              own,
              leader,
              predictions,
              result);
        }
      }
    }
  }

  /** Error signals of softmax workers that have one role for all examples. */
  private static void softmaxSignals(
      int outputs,
      int workers,
      Matrix p,
      Matrix targets,
      Matrix weights,
      LeaderChoice leadership,
      double leaderScale,
      double followerScale,
      Matrix signals) {
    int examples = p.rows();
    int size = p.size();
    int all = p.columns() / outputs;
    int each = all * examples;
    int block = outputs * examples;
    float[] predictions = p.values();
    float[] leading = leadership.mask().values();
    float[] result = signals.valuesToWrite();
    float[] repeated = signals.scratch(0, size);
    float[] factors = signals.scratch(1, size);
    float[] ofWorker = signals.scratch(2, each);
    float[] column = signals.scratch(3, each);
    // d = p − t for leaders, p − p_reference for followers.
    for (int w = 0; w < all; w++) {
      int group = w / workers;
      if (leading[w] != 0) {
        System.arraycopy(targets.values(), group * block, repeated, w * block, block);
        Arrays.fill(factors, w * block, (w + 1) * block, 1f);
      } else {
        int leader = group * workers + (int) leadership.reference().values()[group];
        System.arraycopy(predictions, leader * block, repeated, w * block, block);
        System.arraycopy(predictions, w * block, factors, w * block, block);
      }
    }
    System.arraycopy(predictions, 0, result, 0, size);
    Columns.subtract(repeated, result, size);
    // ⟨d, p⟩ for followers.
    System.arraycopy(result, 0, repeated, 0, size);
    Columns.multiply(factors, repeated, size);
    Arrays.fill(ofWorker, 0, each, 0f);
    for (int k = 0; k < outputs; k++) {
      Columns.take(repeated, k, outputs, all, examples, column);
      Columns.add(column, ofWorker, each);
    }
    for (int w = 0; w < all; w++) {
      if (leading[w] != 0) {
        Arrays.fill(ofWorker, w * examples, (w + 1) * examples, 0f);
      }
    }
    // Scale · factor · (d − ⟨d, p⟩), where leaders have the factor 1 and no ⟨d, p⟩.
    Columns.repeat(ofWorker, outputs, all, examples, repeated);
    Columns.subtract(repeated, result, size);
    Columns.multiply(factors, result, size);
    float[] omega = weights.values();
    for (int w = 0; w < all; w++) {
      for (int b = 0; b < examples; b++) {
        ofWorker[w * examples + b] =
            leading[w] != 0
                ? leaderScale(leaderScale, omega[b])
                : followerScale(followerScale, omega[b], outputs);
      }
    }
    Columns.repeat(ofWorker, outputs, all, examples, repeated);
    Columns.multiply(repeated, result, size);
  }

  private static float leaderScale(double scale, float omega) {
    return (float) (scale * omega);
  }

  private static float followerScale(double scale, float omega, int outputs) {
    return (float) (scale * omega * 2 / outputs);
  }

  private static void followerSignal(
      PredictionKind kind,
      int outputs,
      int examples,
      int example,
      float scale,
      float[] chased,
      int own,
      int leader,
      float[] predictions,
      float[] result) {
    float product = 0;
    if (kind == PredictionKind.SOFTMAX) {
      for (int k = 0; k < outputs; k++) {
        int at = k * examples + example;
        product += (chased[own + at] - chased[leader + at]) * predictions[own + at];
      }
    }
    for (int k = 0; k < outputs; k++) {
      int at = k * examples + example;
      float prediction = predictions[own + at];
      float distance = chased[own + at] - chased[leader + at];
      result[own + at] =
          scale
              * switch (kind) {
                case SOFTMAX -> prediction * (distance - product);
                case SIGMOID -> distance * prediction * (1 - prediction);
                case IDENTITY -> distance;
              };
    }
  }

  @Override
  public double followerLoss(
      int outputs, int workers, Matrix values, Matrix weights, LeaderChoice leadership) {
    int followers = workers - leadership.leaders();
    if (followers == 0) {
      return 0;
    }
    int examples = values.rows();
    float[] chased = values.values();
    float[] omega = weights.values();
    float[] leading = leadership.mask().values();
    float[] followed = leadership.reference().values();
    int rows = leadership.mask().rows();
    int all = values.columns() / outputs;
    double loss = 0;
    for (int w = 0; w < all; w++) {
      int group = w / workers;
      int own = w * outputs * examples;
      for (int b = 0; b < examples; b++) {
        int row = rows == 1 ? 0 : b;
        if (leading[w * rows + row] == 0) {
          int leader = (group * workers + (int) followed[group * rows + row]) * outputs * examples;
          double squares = 0;
          for (int k = 0; k < outputs; k++) {
            int at = k * examples + b;
            double distance = chased[own + at] - chased[leader + at];
            squares += distance * distance;
          }
          loss += omega[b] * squares;
        }
      }
    }
    double total = sum(omega, examples);
    int groups = all / workers;
    return total > 0 ? loss / (total * outputs * followers * groups) : 0;
  }

  @Override
  public double leaderLoss(int workers, Matrix errors, Matrix weights, LeaderChoice leadership) {
    int examples = errors.rows();
    float[] values = errors.values();
    float[] omega = weights.values();
    float[] leading = leadership.mask().values();
    int rows = leadership.mask().rows();
    double loss = 0;
    for (int w = 0; w < errors.columns(); w++) {
      for (int b = 0; b < examples; b++) {
        if (leading[w * rows + (rows == 1 ? 0 : b)] != 0) {
          loss += omega[b] * values[w * examples + b];
        }
      }
    }
    double total = sum(omega, examples);
    int groups = errors.columns() / workers;
    return total > 0 ? loss / (total * leadership.leaders() * groups) : 0;
  }

  @Override
  public void scaleSlices(Matrix factors, int columnsPerSlice, Matrix values) {
    int rows = factors.rows();
    float[] factor = factors.values();
    float[] scaled = values.valuesToWrite();
    int examples = values.rows();
    if (values.isRowMajor()) {
      parallel.parts(
          examples,
          b -> scaleImage(factors, rows == 1 ? 0 : b, columnsPerSlice, values, scaled, b));
      return;
    }
    for (int c = 0; c < values.columns(); c++) {
      int slice = c / columnsPerSlice * rows;
      for (int b = 0; b < examples; b++) {
        scaled[c * examples + b] *= factor[slice + (rows == 1 ? 0 : b)];
      }
    }
  }

  private static void scaleImage(
      Matrix factors, int row, int columnsPerSlice, Matrix images, float[] scaled, int image) {
    float[] values = factors.values();
    int slices = factors.columns();
    int at = image * images.columns();
    int pixels = images.columns() / (slices * columnsPerSlice);
    for (int p = 0; p < pixels; p++) {
      for (int s = 0; s < slices; s++) {
        float factor = values[s * factors.rows() + row];
        for (int end = at + columnsPerSlice; at < end; at++) {
          scaled[at] *= factor;
        }
      }
    }
  }

  @Override
  public void scaleOutputs(Matrix factors, int groups, Matrix weights) {
    int inputs = weights.columns() / groups;
    int outputs = weights.rows();
    float[] factor = factors.values();
    float[] scaled = weights.valuesToWrite();
    for (int i = 0; i < weights.columns(); i++) {
      int first = i / inputs * outputs;
      for (int j = 0; j < outputs; j++) {
        scaled[i * outputs + j] *= factor[first + j];
      }
    }
  }

  @Override
  public void drawNormal(long seed, Matrix x) {
    float[] values = x.valuesToWrite();
    int size = x.size();
    parallel.parts(
        NormalNumbers.runs(size),
        run ->
            NormalNumbers.draw(seed, run, size, (place, value) -> values[place] = (float) value));
  }

  @Override
  public void directionalDerivatives(
      int outputs, Matrix signals, Matrix tangent, Matrix derivatives) {
    int examples = signals.rows();
    float[] gradient = signals.values();
    float[] direction = tangent.values();
    float[] sums = derivatives.valuesToWrite();
    int next = signals.isRowMajor() ? 1 : examples;
    for (int w = 0; w < derivatives.columns(); w++) {
      for (int b = 0; b < examples; b++) {
        int from = signals.isRowMajor() ? b * outputs : w * outputs * examples + b;
        double sum = 0;
        for (int k = 0, at = from; k < outputs; k++, at += next) {
          sum += (double) gradient[at] * direction[at];
        }
        sums[w * examples + b] = (float) sum;
      }
    }
  }

  @Override
  public void update(OptimizerStep step, Matrix value, Matrix gradient, Matrix... moments) {
    UpdateLoop loop = UpdateLoop.of(step);
    if (step.weightDecay() == 0 && value.postpones(gradient)) {
      value.updateColumns(loop, gradient, moments);
      return;
    }
    float[] theta = value.valuesToWrite();
    float[] first = moments.length > 0 ? moments[0].valuesToWrite() : theta;
    float[] second = moments.length > 1 ? moments[1].valuesToWrite() : theta;
    loop.run(theta, gradient.values(), first, second, 0, value.size());
  }
}
