package lfnn.nn;

import lfnn.data.BatchLayout;
import lfnn.spec.Activation;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.PredictionKind;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Kernels made of ND4J operations only, so that nothing leaves the device, in single or double
 * precision. Clear rather than fast: on the CPU, {@link HeapKernels} is the form to use.
 *
 * <p>A column-major [N, W·K] matrix is read as [N, K, W]: example, output, worker.
 */
public final class Nd4jKernels implements Kernels {

  private final DataType dataType;
  private final double tiny;
  private final Nd4jLayerKernels layers;

  private Nd4jKernels(DataType dataType) {
    Nd4jBackend.start();
    this.dataType = dataType;
    this.layers = new Nd4jLayerKernels(dataType);
    this.tiny = dataType == DataType.DOUBLE ? Double.MIN_NORMAL : Float.MIN_NORMAL;
  }

  /** Kernels in single precision. */
  public static Nd4jKernels singlePrecision() {
    return new Nd4jKernels(DataType.FLOAT);
  }

  /** Kernels in double precision, for checking gradients. */
  public static Nd4jKernels doublePrecision() {
    return new Nd4jKernels(DataType.DOUBLE);
  }

  @Override
  public Matrix matrix(int rows, int columns, BatchLayout layout) {
    return Matrix.inNd4j(rows, columns, layout, dataType);
  }

  @Override
  public LayerKernels layers() {
    return layers;
  }

  @Override
  public void copy(Matrix x, Matrix y) {
    y.storedToWrite().assign(x.stored());
  }

  @Override
  public void affine(Matrix x, Matrix weights, Matrix biases, int groups, Matrix z) {
    if (x.isRowMajor()) {
      Nd4jBackend.multiply(x.stored(), true, weights.array(), true, z.arrayToWrite());
      z.array().addiRowVector(biases.array());
      return;
    }
    int in = x.columns() / groups;
    int out = z.columns() / groups;
    x.array();
    weights.array();
    INDArray all = z.arrayToWrite();
    for (int g = 0; g < groups; g++) {
      Nd4jBackend.multiply(
          x.columnRange(g * in, (g + 1) * in),
          false,
          weights.columnRange(g * in, (g + 1) * in),
          true,
          z.columnRange(g * out, (g + 1) * out));
    }
    all.addiRowVector(biases.array());
  }

  @Override
  public void affineGradient(
      Matrix x, Matrix dz, int groups, Matrix weightGradient, Matrix biasGradient) {
    if (x.isRowMajor()) {
      Nd4jBackend.multiply(dz.array(), true, x.stored(), true, weightGradient.arrayToWrite());
      biasGradient.arrayToWrite().assign(dz.array().sum(true, 0));
      return;
    }
    int in = x.columns() / groups;
    int out = dz.columns() / groups;
    x.array();
    INDArray signals = dz.array();
    weightGradient.arrayToWrite();
    for (int g = 0; g < groups; g++) {
      Nd4jBackend.multiply(
          dz.columnRange(g * out, (g + 1) * out),
          true,
          x.columnRange(g * in, (g + 1) * in),
          false,
          weightGradient.columnRange(g * in, (g + 1) * in));
    }
    biasGradient.arrayToWrite().assign(signals.sum(true, 0));
  }

  @Override
  public void affineInputGradient(Matrix dz, Matrix weights, int groups, Matrix dx) {
    if (dx.isRowMajor()) {
      Nd4jBackend.multiply(weights.array(), true, dz.array(), true, dx.storedToWrite());
      return;
    }
    int in = dx.columns() / groups;
    int out = dz.columns() / groups;
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
  }

  @Override
  public void activate(Activation activation, Matrix y) {
    INDArray values = y.array();
    switch (activation) {
      case RELU -> values.assign(Transforms.relu(values, true));
      case LEAKY_RELU -> values.assign(Transforms.leakyRelu(values, Activation.LEAK, true));
      case TANH -> values.assign(Transforms.tanh(values, true));
      case SIGMOID -> values.assign(Transforms.sigmoid(values, true));
      case IDENTITY -> {}
    }
  }

  @Override
  public void activationGradient(Activation activation, Matrix y, Matrix dy) {
    INDArray outputs = y.array();
    INDArray gradient = dy.array();
    switch (activation) {
      case RELU -> gradient.muli(positive(outputs));
      case LEAKY_RELU ->
          gradient.muli(positive(outputs).muli(1 - Activation.LEAK).addi(Activation.LEAK));
      case TANH -> gradient.muli(outputs.mul(outputs).rsubi(1));
      case SIGMOID -> gradient.muli(outputs.rsub(1).muli(outputs));
      case IDENTITY -> {}
    }
  }

  private INDArray positive(INDArray values) {
    return values.gt(0).castTo(dataType);
  }

  @Override
  public void predict(PredictionKind kind, int outputs, Matrix z, Matrix p) {
    INDArray logits = byWorker(z.array(), outputs);
    INDArray predictions = byWorker(p.arrayToWrite(), outputs);
    switch (kind) {
      case IDENTITY -> predictions.assign(logits);
      case SIGMOID -> predictions.assign(Transforms.sigmoid(logits, true));
      case SOFTMAX -> {
        INDArray exponentials = Transforms.exp(logits.sub(logits.max(true, 1)), false);
        predictions.assign(exponentials.div(exponentials.sum(true, 1)));
      }
    }
  }

  @Override
  public void addPredictionGradient(
      PredictionKind kind, int outputs, Matrix p, Matrix dp, Matrix dz) {
    INDArray predictions = byWorker(p.array(), outputs);
    byWorker(dz.array(), outputs)
        .addi(transposedJacobian(kind, predictions, byWorker(dp.array(), outputs)));
  }

  /** J(p)ᵀ·r for [N, K, W] arrays. */
  private static INDArray transposedJacobian(PredictionKind kind, INDArray p, INDArray r) {
    return switch (kind) {
      case IDENTITY -> r;
      case SIGMOID -> r.mul(p).muli(p.rsub(1));
      case SOFTMAX -> p.mul(r.sub(r.mul(p).sum(true, 1)));
    };
  }

  @Override
  public void errors(
      PredictionKind kind, int outputs, int workers, Matrix p, Matrix targets, Matrix errors) {
    INDArray predictions = byWorker(p.array(), outputs);
    INDArray t = targetsOfWorkers(targets, outputs, workers);
    INDArray each =
        switch (kind) {
          case IDENTITY -> {
            INDArray difference = predictions.sub(t);
            yield difference.mul(difference).muli(0.5);
          }
          case SIGMOID ->
              t.mul(logarithm(predictions))
                  .addi(t.rsub(1).muli(logarithm(predictions.rsub(1))))
                  .negi();
          case SOFTMAX -> t.mul(logarithm(predictions)).negi();
        };
    errors.arrayToWrite().assign(each.sum(1).reshape('f', errors.rows(), errors.columns()));
  }

  private INDArray logarithm(INDArray probability) {
    INDArray limited = Transforms.max(probability, tiny, true);
    // The difference is 0, or NaN where the probability is: max alone may hide that.
    return Transforms.log(limited, false).addi(probability.sub(probability));
  }

  @Override
  public void meanErrors(Matrix errors, Matrix weights, Matrix means) {
    INDArray omega = weights.array();
    double total = omega.sumNumber().doubleValue();
    INDArray sums = errors.array().mulColumnVector(omega).sum(true, 0);
    means.arrayToWrite().assign(total > 0 ? sums.divi(total) : sums.muli(0));
  }

  @Override
  public void selectLeaders(
      Matrix errors,
      int workers,
      int leaders,
      Matrix referenceRank,
      Matrix mask,
      Matrix reference) {
    INDArray all = errors.array();
    INDArray leading = mask.arrayToWrite();
    INDArray wantedRanks = referenceRank.array();
    INDArray followed = reference.arrayToWrite();
    for (int g = 0; g < reference.columns(); g++) {
      INDArray own = columns(all, g * workers, workers);
      INDArray ranks = ranks(own);
      columns(leading, g * workers, workers).assign(ranks.lt(leaders).castTo(dataType));
      INDArray index = Nd4j.arange(workers).castTo(dataType).reshape(1, workers);
      INDArray isFollowed =
          ranks.eq(stretched(columns(wantedRanks, g, 1), own.shape())).castTo(dataType);
      columns(followed, g, 1).assign(isFollowed.mul(index).sum(true, 1));
    }
  }

  /** Position of each worker in its row when ordered by error, ties by index: [R, n]. */
  private INDArray ranks(INDArray errors) {
    INDArray ranks = Nd4j.create(dataType, errors.shape(), 'f');
    int workers = (int) errors.size(1);
    for (int v = 0; v < workers; v++) {
      INDArray other = stretched(columns(errors, v, 1), errors.shape());
      ranks.addi(errors.gt(other).castTo(dataType));
      if (v + 1 < workers) {
        INDArray later = columns(errors, v + 1, workers - v - 1);
        INDArray same = later.eq(stretched(columns(errors, v, 1), later.shape()));
        columns(ranks, v + 1, workers - v - 1).addi(same.castTo(dataType));
      }
    }
    return ranks;
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
    INDArray predictions = byWorker(p.array(), outputs);
    INDArray chased =
        aligned.toLogits() ? byWorker(aligned.logits().array(), outputs) : predictions;
    INDArray mask = maskByWorker(leadership.mask());
    INDArray towardsTarget = predictions.sub(targetsOfWorkers(targets, outputs, workers));
    INDArray distance = chased.sub(references(chased, workers, leadership)).muli(2.0 / outputs);
    INDArray towardsLeader =
        transposedJacobian(
            aligned.toLogits() ? PredictionKind.IDENTITY : kind, predictions, distance);
    INDArray result =
        towardsTarget
            .muli(mask)
            .muli(leaderScale)
            .addi(towardsLeader.mul(mask.rsub(1)).muli(followerScale));
    INDArray all = signals.arrayToWrite();
    byWorker(all, outputs).assign(result);
    all.muliColumnVector(weights.array());
  }

  @Override
  public double followerLoss(
      int outputs, int workers, Matrix values, Matrix weights, LeaderChoice leadership) {
    int followers = workers - leadership.leaders();
    if (followers == 0) {
      return 0;
    }
    INDArray chased = byWorker(values.array(), outputs);
    INDArray distance = chased.sub(references(chased, workers, leadership));
    INDArray squares = distance.mul(distance).muli(maskByWorker(leadership.mask()).rsubi(1));
    INDArray perExample = squares.sum(1, 2).reshape(values.rows(), 1);
    double total = weights.array().sumNumber().doubleValue();
    int groups = values.columns() / outputs / workers;
    return total > 0
        ? perExample.muli(weights.array()).sumNumber().doubleValue()
            / (total * outputs * followers * groups)
        : 0;
  }

  @Override
  public double leaderLoss(int workers, Matrix errors, Matrix weights, LeaderChoice leadership) {
    INDArray all = errors.array();
    INDArray mask = leadership.mask().array();
    INDArray led = all.mul(mask);
    double total = weights.array().sumNumber().doubleValue();
    int groups = errors.columns() / workers;
    return total > 0
        ? led.muliColumnVector(weights.array()).sumNumber().doubleValue()
            / (total * leadership.leaders() * groups)
        : 0;
  }

  @Override
  public void scaleSlices(Matrix factors, int columnsPerSlice, Matrix values) {
    if (values.isRowMajor()) {
      scaleChannels(factors, columnsPerSlice, values.array());
      return;
    }
    byWorker(values.array(), columnsPerSlice).muli(maskByWorker(factors));
  }

  /** The same for images [N, P·S·columnsPerSlice]. */
  private static void scaleChannels(Matrix factors, int columnsPerSlice, INDArray images) {
    long slices = factors.columns();
    long examples = images.size(0);
    long pixels = images.size(1) / (slices * columnsPerSlice);
    INDArray scaled =
        Nd4jBackend.rowMajorView(images, 0, examples, pixels, slices, columnsPerSlice);
    scaled.muli(factors.array().dup('c').reshape('c', factors.rows(), 1, slices, 1));
  }

  @Override
  public void scaleOutputs(Matrix factors, int groups, Matrix weights) {
    int inputs = weights.columns() / groups;
    factors.array();
    weights.array();
    for (int g = 0; g < groups; g++) {
      INDArray own = factors.columnRange(g * weights.rows(), (g + 1) * weights.rows());
      weights
          .columnRange(g * inputs, (g + 1) * inputs)
          .muliColumnVector(own.reshape(weights.rows(), 1));
    }
  }

  @Override
  public void drawNormal(long seed, Matrix x) {
    double[] values = new double[x.size()];
    for (int run = 0; run < NormalNumbers.runs(values.length); run++) {
      NormalNumbers.draw(seed, run, values.length, (place, value) -> values[place] = value);
    }
    x.set(values);
  }

  @Override
  public void directionalDerivatives(
      int outputs, Matrix signals, Matrix tangent, Matrix derivatives) {
    INDArray products = byWorker(signals.array().mul(tangent.array()), outputs);
    derivatives
        .arrayToWrite()
        .assign(products.sum(1).reshape('f', derivatives.rows(), derivatives.columns()));
  }

  @Override
  public void update(OptimizerStep step, Matrix value, Matrix gradient, Matrix... moments) {
    INDArray theta = value.array();
    INDArray g = gradient.array();
    if (step.optimizer() instanceof OptimizerSpec.Adam adam) {
      adam(step, adam, theta, g, moments[0].array(), moments[1].array());
      return;
    }
    INDArray direction = g.add(theta.mul(step.weightDecay()));
    if (step.optimizer() instanceof OptimizerSpec.Momentum momentum) {
      INDArray velocity = moments[0].array();
      velocity.muli(momentum.momentum()).addi(direction);
      direction = velocity;
    }
    theta.subi(direction.mul(step.learningRate()));
  }

  private static void adam(
      OptimizerStep step,
      OptimizerSpec.Adam adam,
      INDArray theta,
      INDArray g,
      INDArray m,
      INDArray v) {
    INDArray gradient = adam.decoupled() ? g : g.add(theta.mul(step.weightDecay()));
    m.muli(adam.beta1()).addi(gradient.mul(1 - adam.beta1()));
    v.muli(adam.beta2()).addi(gradient.mul(gradient).muli(1 - adam.beta2()));
    if (adam.decoupled()) {
      theta.subi(theta.mul(step.learningRate() * step.weightDecay()));
    }
    INDArray root = Transforms.sqrt(v, true).addi(adam.epsilon() * step.adamRoot(adam));
    theta.subi(m.mul(step.adamRate(adam)).divi(root));
  }

  /** [N, W·K] as [N, K, W], sharing memory. */
  private static INDArray byWorker(INDArray matrix, int outputs) {
    return matrix.reshape('f', matrix.size(0), outputs, matrix.size(1) / outputs);
  }

  /** A mask or other factors, [1 or N, 1, W], a copy. */
  private static INDArray maskByWorker(Matrix mask) {
    return mask.array().reshape('f', mask.rows(), 1, mask.columns()).dup();
  }

  /** A copy in which what has size 1 is repeated, many times faster than ND4J's own broadcast. */
  private INDArray stretched(INDArray array, long... shape) {
    return Nd4j.create(dataType, shape, 'f').addi(array);
  }

  /** [N, G·K] targets repeated for each worker of a group: [N, K, W]. */
  private INDArray targetsOfWorkers(Matrix targets, int outputs, int workers) {
    int groups = targets.columns() / outputs;
    INDArray own = targets.array().reshape('f', targets.rows(), outputs, 1, groups);
    INDArray repeated = stretched(own, targets.rows(), outputs, workers, groups);
    return repeated.reshape('f', targets.rows(), outputs, (long) workers * groups);
  }

  /** What each worker's reference leader has, [N, K, W], for {@code values} [N, K, W]. */
  private INDArray references(INDArray values, int workers, LeaderChoice leadership) {
    long examples = values.size(0);
    long outputs = values.size(1);
    int groups = leadership.reference().columns();
    int rows = leadership.reference().rows();
    long[] shape = {examples, outputs, workers, groups};
    INDArray index = Nd4j.arange(workers).castTo(dataType).reshape(1, 1, workers, 1);
    INDArray followed = leadership.reference().array().reshape('f', rows, 1, 1, groups);
    INDArray isFollowed =
        stretched(index, rows, 1, workers, groups)
            .eq(stretched(followed, rows, 1, workers, groups))
            .castTo(dataType);
    INDArray own = values.dup('f').reshape('f', shape);
    return stretched(own.mul(isFollowed).sum(true, 2), shape)
        .reshape('f', examples, outputs, (long) workers * groups);
  }

  private static INDArray columns(INDArray matrix, int from, int count) {
    return Nd4jBackend.range(matrix, from * matrix.size(0), (int) matrix.size(0), count);
  }
}
