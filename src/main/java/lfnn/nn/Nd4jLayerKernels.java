package lfnn.nn;

import lfnn.data.InputShape;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The form made of ND4J operations, clear rather than fast. Only masks of dropout are drawn, and
 * similarities of examples compared, on the host.
 */
final class Nd4jLayerKernels implements LayerKernels {

  private final DataType dataType;

  Nd4jLayerKernels(DataType dataType) {
    this.dataType = dataType;
  }

  /** [N, height, width, channels], sharing memory. */
  private static INDArray images(INDArray matrix, InputShape shape) {
    return Nd4jBackend.rowMajorView(
        matrix, 0, matrix.size(0), shape.height(), shape.width(), shape.channels());
  }

  private static INDArray channelSlice(INDArray images, int groups, int group) {
    long own = images.size(3) / groups;
    return images.get(
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.interval(group * own, (group + 1) * own));
  }

  @Override
  public void convolve(
      Window window, int groups, Matrix x, Matrix weights, Matrix biases, Matrix z) {
    INDArray inputs = images(x.array(), window.input());
    INDArray outputs = images(z.arrayToWrite(), window.output());
    INDArray b = biases.array();
    long out = b.size(1) / groups;
    for (int g = 0; g < groups; g++) {
      INDArray slice = channelSlice(outputs, groups, g);
      INDArray result = Nd4jConvolution.allocate(dataType, slice.shape());
      Nd4jConvolution.forward(
          window,
          channelSlice(inputs, groups, g).dup('c'),
          Nd4jConvolution.weights(window, groups, g, weights.array()),
          Nd4jBackend.rowMajorView(b, g * out, out),
          result);
      slice.assign(result);
    }
  }

  @Override
  public void convolutionGradient(
      Window window,
      int groups,
      Matrix x,
      Matrix weights,
      Matrix dz,
      Matrix dWeights,
      Matrix dBiases,
      @Nullable Matrix dx) {
    INDArray inputs = images(x.array(), window.input());
    INDArray weightGradient = dWeights.arrayToWrite();
    INDArray biasGradient = dBiases.arrayToWrite();
    long out = biasGradient.size(1) / groups;
    for (int g = 0; g < groups; g++) {
      INDArray inputSlice = channelSlice(inputs, groups, g).dup('c');
      INDArray inputGradient = Nd4jConvolution.allocate(dataType, inputSlice.shape());
      Nd4jConvolution.backward(
          window,
          inputSlice,
          Nd4jConvolution.weights(window, groups, g, weights.array()),
          Nd4jConvolution.allocate(dataType, out),
          channelSlice(images(dz.array(), window.output()), groups, g).dup('c'),
          inputGradient,
          Nd4jConvolution.weights(window, groups, g, weightGradient),
          Nd4jBackend.rowMajorView(biasGradient, g * out, out));
      if (dx != null) {
        channelSlice(images(dx.arrayToWrite(), window.input()), groups, g).assign(inputGradient);
      }
    }
  }

  @Override
  public void convolutionInputGradient(
      Window window, int groups, Matrix weights, Matrix dz, Matrix dx) {
    INDArray signals = images(dz.array(), window.output());
    INDArray gradient = images(dx.arrayToWrite(), window.input());
    long out = signals.size(3) / groups;
    for (int g = 0; g < groups; g++) {
      INDArray slice = channelSlice(gradient, groups, g);
      INDArray own = Nd4jConvolution.weights(window, groups, g, weights.array());
      INDArray result = Nd4jConvolution.allocate(dataType, slice.shape());
      Nd4jConvolution.backward(
          window,
          Nd4jConvolution.allocate(dataType, slice.shape()),
          own,
          Nd4jConvolution.allocate(dataType, out),
          channelSlice(signals, groups, g).dup('c'),
          result,
          Nd4jConvolution.allocate(dataType, own.shape()),
          Nd4jConvolution.allocate(dataType, out));
      slice.assign(result);
    }
  }

  /**
   * The part of a pool that one pixel of its windows has: both are [N, rows, columns, channels].
   */
  private interface PixelPass {
    void run(INDArray inputPixels, INDArrayIndex[] outputPixels);
  }

  /** Visits the pixels of the windows in their order, each in all windows in which it exists. */
  private static void pixels(Window window, INDArray inputs, PixelPass pass) {
    InputShape in = window.input();
    for (int i = 0; i < window.size(); i++) {
      for (int j = 0; j < window.size(); j++) {
        int rows = places(in.height(), i, window.stride(), window.output().height());
        int columns = places(in.width(), j, window.stride(), window.output().width());
        if (rows > 0 && columns > 0) {
          pass.run(
              every(window.stride(), inputs, i, j, rows, columns),
              new INDArrayIndex[] {
                NDArrayIndex.all(),
                NDArrayIndex.interval(0, rows),
                NDArrayIndex.interval(0, columns),
                NDArrayIndex.all()
              });
        }
      }
    }
  }

  /** Pixels of images in steps of {@code stride} from (row, column) on, sharing their memory. */
  private static INDArray every(
      int stride, INDArray images, int row, int column, int rows, int columns) {
    long[] strides = images.stride();
    return Nd4j.create(
        images.data(),
        new long[] {images.size(0), rows, columns, images.size(3)},
        new long[] {strides[0], stride * strides[1], stride * strides[2], strides[3]},
        images.offset() + row * strides[1] + column * strides[2],
        'c',
        images.dataType());
  }

  private static int places(int size, int offset, int stride, int most) {
    return offset >= size ? 0 : Math.min(most, (size - 1 - offset) / stride + 1);
  }

  @Override
  public void maxPool(Window window, Matrix x, Matrix y) {
    INDArray outputs = images(y.arrayToWrite(), window.output());
    outputs.assign(Double.NEGATIVE_INFINITY);
    INDArray differences = Nd4j.zeros(dataType, outputs.shape());
    pixels(
        window,
        images(x.array(), window.input()),
        (inputs, places) -> {
          INDArray own = outputs.get(places);
          own.assign(Transforms.max(own.dup('c'), inputs.dup('c'), true));
          differences.get(places).addi(inputs.sub(inputs));
        });
    // The differences are 0, or NaN where a value is: max alone may hide that.
    outputs.addi(differences);
  }

  @Override
  public void maxPoolGradient(Window window, Matrix x, Matrix y, Matrix dy, Matrix dx) {
    INDArray outputs = images(y.array(), window.output());
    INDArray left = images(dy.array(), window.output()).dup('c');
    INDArray inputs = images(x.array(), window.input());
    INDArray gradient = images(dx.arrayToWrite(), window.input());
    gradient.assign(0);
    pixels(
        window,
        gradient,
        (gradients, places) -> {
          INDArray values = sameView(gradients, inputs).dup('c');
          INDArray hit = values.eq(outputs.get(places).dup('c')).castTo(dataType);
          INDArray given = left.get(places).dup('c').muli(hit);
          left.get(places).subi(given);
          gradients.addi(given);
        });
  }

  @Override
  public void maxPoolTangent(Window window, Matrix x, Matrix y, Matrix xTangent, Matrix yTangent) {
    INDArray outputs = images(y.array(), window.output());
    INDArray inputs = images(x.array(), window.input());
    INDArray tangent = images(yTangent.arrayToWrite(), window.output());
    tangent.assign(0);
    INDArray left = Nd4j.ones(dataType, outputs.shape());
    pixels(
        window,
        images(xTangent.array(), window.input()),
        (directions, places) -> {
          INDArray values = sameView(directions, inputs).dup('c');
          INDArray hit = values.eq(outputs.get(places).dup('c')).castTo(dataType);
          INDArray taken = left.get(places).dup('c').muli(hit);
          left.get(places).subi(taken);
          tangent.get(places).addi(taken.muli(directions.dup('c')));
        });
  }

  /** The elements of {@code other} at the places that {@code view} has in its own array. */
  private static INDArray sameView(INDArray view, INDArray other) {
    return Nd4j.create(
        other.data(),
        view.shape(),
        view.stride(),
        other.offset() + view.offset(),
        'c',
        other.dataType());
  }

  @Override
  public void averagePool(Window window, Matrix x, Matrix y) {
    average(window, images(x.array(), window.input()), images(y.arrayToWrite(), window.output()));
  }

  private void average(Window window, INDArray inputs, INDArray outputs) {
    outputs.assign(0);
    pixels(window, inputs, (values, places) -> outputs.get(places).addi(values));
    outputs.divi(counts(window, outputs));
  }

  /** Pixels of each window, in the shape of the outputs with one channel. */
  private INDArray counts(Window window, INDArray outputs) {
    INDArray ones =
        Nd4j.ones(dataType, outputs.size(0), window.input().height(), window.input().width(), 1);
    INDArray counts = Nd4j.zeros(dataType, outputs.size(0), outputs.size(1), outputs.size(2), 1);
    pixels(window, ones, (values, places) -> counts.get(places).addi(values));
    return counts;
  }

  private void addAverageGradient(Window window, INDArray signals, INDArray gradient) {
    INDArray shares = signals.div(counts(window, signals));
    pixels(window, gradient, (gradients, places) -> gradients.addi(shares.get(places)));
  }

  @Override
  public void averagePoolGradient(Window window, Matrix dy, Matrix dx) {
    INDArray gradient = images(dx.arrayToWrite(), window.input());
    gradient.assign(0);
    addAverageGradient(window, images(dy.array(), window.output()), gradient);
  }

  @Override
  public void averageTiles(Window window, Matrix x, Matrix y) {
    InputShape out = window.output();
    INDArray means =
        Nd4jConvolution.allocate(dataType, x.rows(), out.height(), out.width(), out.channels());
    average(window, images(x.array(), window.input()), means);
    y.arrayToWrite().assign(means.permute(0, 3, 1, 2).dup('c').reshape('c', y.rows(), y.columns()));
  }

  @Override
  public void addAverageTilesGradient(Window window, Matrix dy, Matrix dx) {
    InputShape out = window.output();
    INDArray signals =
        dy.array()
            .dup('c')
            .reshape('c', dy.rows(), out.channels(), out.height(), out.width())
            .permute(0, 2, 3, 1)
            .dup('c');
    addAverageGradient(window, signals, images(dx.array(), window.input()));
  }

  @Override
  public void pixelsToColumns(InputShape shape, Matrix x, Matrix y) {
    int pixels = shape.height() * shape.width();
    INDArray byPixel = Nd4jBackend.rowMajorView(x.array(), 0, x.rows(), pixels, shape.channels());
    y.arrayToWrite().assign(byPixel.permute(0, 2, 1).dup('c').reshape('c', y.rows(), y.columns()));
  }

  @Override
  public void columnsToPixels(InputShape shape, Matrix y, Matrix x) {
    int pixels = shape.height() * shape.width();
    INDArray byPixel =
        y.array()
            .dup('c')
            .reshape('c', x.rows(), shape.channels(), pixels)
            .permute(0, 2, 1)
            .dup('c');
    Nd4jBackend.rowMajorView(x.arrayToWrite(), 0, x.rows(), pixels, shape.channels())
        .assign(byPixel);
  }

  /** A matrix as rows of channels, sharing memory. */
  private static INDArray rows(Matrix matrix, INDArray array, long channels) {
    return matrix.isRowMajor()
        ? Nd4jBackend.rowMajorView(array, 0, matrix.size() / channels, channels)
        : array;
  }

  @Override
  public void channelStatistics(Matrix x, Matrix means, Matrix variances) {
    INDArray values = rows(x, x.array(), means.columns());
    INDArray mean = values.mean(true, 0);
    means.arrayToWrite().assign(mean);
    INDArray deviations = values.sub(mean);
    variances.arrayToWrite().assign(deviations.muli(deviations).mean(true, 0));
  }

  private static INDArray inverseDeviations(Matrix variances) {
    return Transforms.sqrt(variances.array().add(EPSILON), false).rdivi(1);
  }

  private static INDArray standardised(INDArray values, Matrix means, INDArray inverse) {
    return values.sub(means.array()).muli(inverse);
  }

  @Override
  public void normaliseChannels(
      Matrix x, Matrix means, Matrix variances, Matrix gains, Matrix shifts, Matrix y) {
    INDArray values = rows(x, x.array(), means.columns());
    INDArray result =
        standardised(values, means, inverseDeviations(variances))
            .muli(gains.array())
            .addi(shifts.array());
    rows(y, y.arrayToWrite(), means.columns()).assign(result);
  }

  @Override
  public void normaliseChannelsGradient(
      Matrix x,
      Matrix means,
      Matrix variances,
      Matrix gains,
      Matrix dy,
      Matrix dGains,
      Matrix dShifts,
      @Nullable Matrix dx) {
    INDArray values = rows(x, x.array(), means.columns());
    INDArray signals = rows(dy, dy.array(), means.columns());
    INDArray inverse = inverseDeviations(variances);
    INDArray normal = standardised(values, means, inverse);
    INDArray products = normal.mul(signals);
    dGains.arrayToWrite().assign(products.sum(true, 0));
    dShifts.arrayToWrite().assign(signals.sum(true, 0));
    if (dx != null) {
      INDArray result =
          signals
              .sub(signals.mean(true, 0))
              .subi(normal.muli(products.mean(true, 0)))
              .muli(inverse.mul(gains.array()));
      rows(dx, dx.arrayToWrite(), means.columns()).assign(result);
    }
  }

  @Override
  public void moveTowards(Matrix running, Matrix value, double share) {
    INDArray moved = running.array();
    moved.addi(value.array().sub(moved).muli(share));
  }

  @Override
  public void normaliseRows(
      int channels, Matrix x, @Nullable Matrix gains, @Nullable Matrix shifts, Matrix y) {
    INDArray values = rows(x, x.array(), channels);
    INDArray result = values.sub(values.mean(true, 1));
    result.muli(inverseRowDeviations(result));
    if (gains != null && shifts != null) {
      result.muli(gains.array()).addi(shifts.array());
    }
    rows(y, y.arrayToWrite(), channels).assign(result);
  }

  private static INDArray inverseRowDeviations(INDArray centred) {
    return Transforms.sqrt(centred.mul(centred).mean(true, 1).addi(EPSILON), false).rdivi(1);
  }

  @Override
  public void normaliseRowsGradient(
      int channels,
      Matrix x,
      @Nullable Matrix gains,
      Matrix dy,
      @Nullable Matrix dGains,
      @Nullable Matrix dShifts,
      @Nullable Matrix dx) {
    INDArray values = rows(x, x.array(), channels);
    INDArray signals = rows(dy, dy.array(), channels);
    INDArray normal = values.sub(values.mean(true, 1));
    INDArray inverse = inverseRowDeviations(normal);
    normal.muli(inverse);
    if (dGains != null && dShifts != null) {
      dGains.arrayToWrite().assign(signals.mul(normal).sum(true, 0));
      dShifts.arrayToWrite().assign(signals.sum(true, 0));
    }
    if (dx != null) {
      INDArray g = gains == null ? signals : signals.mul(gains.array());
      INDArray slope = g.mul(normal).mean(true, 1);
      INDArray result = g.sub(g.mean(true, 1)).subi(normal.muli(slope)).muli(inverse);
      rows(dx, dx.arrayToWrite(), channels).assign(result);
    }
  }

  @Override
  public void dropout(double rate, long seed, Matrix x, Matrix y) {
    long limit = DropoutMask.limit(rate);
    double[] mask = new double[x.size()];
    long[] draws = new long[DropoutMask.BLOCK];
    for (int start = 0; start < mask.length; start += DropoutMask.BLOCK) {
      int count = Math.min(DropoutMask.BLOCK, mask.length - start);
      DropoutMask.draw(seed, start, count, draws);
      for (int i = 0; i < count; i++) {
        mask[start + i] = draws[i] >= limit ? 1 / (1 - rate) : 0;
      }
    }
    INDArray values = x.stored();
    INDArray factors =
        Nd4j.createFromArray(mask).castTo(dataType).reshape('f', values.size(0), values.size(1));
    y.storedToWrite().assign(values.mul(factors));
  }

  @Override
  public void add(Matrix a, Matrix b, Matrix y) {
    INDArray sum = a.array().add(b.array());
    y.arrayToWrite().assign(sum);
  }

  @Override
  public void scale(double factor, Matrix x) {
    x.array().muli(factor);
  }

  @Override
  public double similarity(
      Matrix features, Matrix targets, Matrix weights, double factor, Matrix gradient) {
    return Similarity.loss(features, targets, weights, factor, gradient);
  }

  /** An image matrix as [N, P, C], sharing memory. */
  private static INDArray pixels(Matrix matrix, INDArray array, long channels) {
    return Nd4jBackend.rowMajorView(array, 0, matrix.rows(), matrix.columns() / channels, channels);
  }

  private static INDArray centred(int channels, Matrix x) {
    INDArray values = pixels(x, x.array(), channels);
    // From the first pixel on, so that a constant channel is 0 without rounding.
    INDArray differences =
        values.sub(
            values.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 1), NDArrayIndex.all()).dup());
    return differences.subi(differences.mean(true, 1));
  }

  @Override
  public void channelDeviations(int channels, Matrix x, Matrix deviations) {
    INDArray centred = centred(channels, x);
    INDArray variances = centred.muli(centred).sum(1).divi(x.columns() / channels - 1);
    deviations.arrayToWrite().assign(Transforms.sqrt(variances, false));
  }

  @Override
  public void channelDeviationsGradient(
      int channels, Matrix x, Matrix deviations, Matrix dDeviations, Matrix dx) {
    INDArray own = deviations.array();
    INDArray constant = own.eq(0).castTo(dataType);
    INDArray factors =
        dDeviations
            .array()
            .div(own.add(constant))
            .muli(constant.rsub(1))
            .divi(x.columns() / channels - 1)
            .dup('c')
            .reshape('c', x.rows(), 1, channels);
    pixels(dx, dx.arrayToWrite(), channels).assign(centred(channels, x).muli(factors));
  }
}
