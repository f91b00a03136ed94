package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import lfnn.OneThread;
import lfnn.Tolerances;
import lfnn.data.BatchLayout;
import lfnn.data.InputShape;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import lfnn.spec.LayerSpec;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The arithmetic of layers gives equal results as heap loops and as ND4J operations, and the same
 * bits for any number of threads. Convolutions are compared with a plain sum, too.
 */
class LayerKernelParityTest {

  private static final BatchLayout IMAGES = BatchLayout.CHANNELS_LAST;
  private static final BatchLayout VALUES = BatchLayout.FEATURE_MAJOR;

  private static final List<HeapKernels> HEAP =
      List.of(new HeapKernels(1), new HeapKernels(2), new HeapKernels(3));

  private static Nd4jKernels nd4j;

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
    nd4j = Nd4jKernels.singlePrecision();
  }

  /** One form of the kernels; {@code index} tells which. */
  private record Form(int index, Kernels kernels) {
    LayerKernels layers() {
      return kernels.layers();
    }
  }

  /** Runs a kernel on one, two and three threads, then in ND4J. */
  private static void inEveryForm(Consumer<Form> kernel) {
    for (int threads = 0; threads < HEAP.size(); threads++) {
      kernel.accept(new Form(threads, HEAP.get(threads)));
    }
    kernel.accept(new Form(HEAP.size(), nd4j));
  }

  /** The same matrix in every form. */
  private record Forms(List<Matrix> matrices) {

    static Forms of(int rows, int columns, BatchLayout layout, float[] values) {
      return new Forms(
          IntStream.rangeClosed(0, HEAP.size())
              .mapToObj(
                  i -> {
                    Kernels kernels = i < HEAP.size() ? HEAP.get(i) : nd4j;
                    // Nothing may depend on how many rows there is room for.
                    Matrix matrix = kernels.matrix(rows + 1, columns, layout);
                    matrix.setRows(rows);
                    matrix.set(values);
                    return matrix;
                  })
              .toList());
    }

    Matrix in(Form form) {
      return matrices.get(form.index());
    }

    float[] heap() {
      return matrices.get(0).toFloats();
    }

    float[] nd4j() {
      return matrices.get(HEAP.size()).toFloats();
    }

    /**
     * @param terms numbers of about 1 that make up an element
     */
    void assertEqual(String what, int terms) {
      assertSameOnAllThreads(what);
      assertClose(what, heap(), nd4j(), terms);
    }

    void assertIdentical(String what) {
      assertSameOnAllThreads(what);
      assertThat(withoutSignOfZero(heap())).as(what).isEqualTo(withoutSignOfZero(nd4j()));
    }

    void assertSameOnAllThreads(String what) {
      for (int threads = 1; threads < HEAP.size(); threads++) {
        assertThat(matrices.get(threads).toFloats())
            .as("%s on %d threads", what, threads + 1)
            .isEqualTo(heap());
      }
    }

    private static float[] withoutSignOfZero(float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] += 0f;
      }
      return values;
    }
  }

  private static void assertClose(String what, float[] actual, float[] expected, int terms) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      Offset<Float> allowed = Tolerances.singlePrecision(terms, expected[i]);
      if (!(Math.abs(actual[i] - expected[i]) <= allowed.value)) {
        assertThat(actual[i]).as("%s [%d]", what, i).isCloseTo(expected[i], allowed);
      }
    }
  }

  /** Draws matrices from −1 to 1. */
  private static final class Draw {
    private final SplittableRandom random;

    Draw(long seed) {
      random = new SplittableRandom(seed);
    }

    float[] floats(int size) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) (2 * random.nextDouble() - 1);
      }
      return values;
    }

    Forms matrix(int rows, int columns, BatchLayout layout) {
      return Forms.of(rows, columns, layout, floats(rows * columns));
    }

    Forms images(int examples, InputShape shape) {
      return matrix(examples, shape.size(), IMAGES);
    }
  }

  private static Window convolution(
      InputShape input, int filters, int kernel, int stride, LayerSpec.Padding padding) {
    LayerShape in = LayerShape.image(input.channels(), input.height(), input.width());
    LayerSpec spec =
        new LayerSpec.Convolution(filters, kernel, stride, padding, 1, Activation.IDENTITY);
    return Window.of(in, spec.output(in), kernel, stride, padding == LayerSpec.Padding.SAME);
  }

  private static Window pool(InputShape input, int size, int stride) {
    LayerShape in = LayerShape.image(input.channels(), input.height(), input.width());
    LayerShape out = new LayerSpec.Pool(true, size, stride).output(in);
    return Window.of(in, out, size, stride, false);
  }

  @ParameterizedTest(
      name = "{0} of {1}, {2} filters {3} x {3}, stride {4}, {5}, {6} groups, seed {7}")
  @CsvSource({
    // Few inputs for each output.
    "1, 1x2x5, 2, 3, 1, SAME, 1, 1",
    "3, 1x5x4, 3, 3, 1, SAME, 1, 2",
    "70, 3x7x5, 4, 3, 1, SAME, 1, 3",
    "3, 3x7x6, 4, 3, 2, SAME, 1, 4",
    "3, 3x7x6, 4, 3, 2, VALID, 1, 5",
    "2, 1x9x8, 5, 5, 1, SAME, 1, 6",
    "2, 1x9x8, 5, 5, 3, VALID, 1, 7",
    "2, 2x6x7, 3, 4, 1, SAME, 1, 8",
    "2, 8x6x7, 3, 2, 2, SAME, 1, 9",
    "2, 5x6x9, 3, 1, 3, SAME, 1, 10",
    "2, 5x6x7, 3, 1, 2, VALID, 1, 11",
    // Kernels 3 x 3 between many channels.
    "1, 16x4x4, 16, 3, 1, SAME, 1, 12",
    "3, 17x9x6, 19, 3, 1, SAME, 1, 13",
    "70, 16x5x7, 16, 3, 1, SAME, 1, 14",
    "2, 40x13x4, 33, 3, 1, SAME, 1, 15",
    // The rest.
    "2, 40x3x7, 18, 3, 1, SAME, 1, 16",
    "1, 4x5x6, 18, 3, 1, SAME, 1, 17",
    "70, 4x5x6, 7, 3, 1, SAME, 1, 18",
    "3, 17x5x6, 16, 3, 2, SAME, 1, 19",
    "3, 17x5x6, 16, 3, 1, VALID, 1, 20",
    "2, 40x7x6, 3, 1, 1, SAME, 1, 21",
    "2, 40x6x9, 3, 1, 3, SAME, 1, 22",
    "2, 40x8x7, 3, 1, 2, SAME, 1, 23",
    "2, 9x8x9, 5, 2, 3, VALID, 1, 24",
    "2, 9x6x5, 5, 5, 1, SAME, 1, 25",
    "2, 9x7x6, 4, 4, 3, SAME, 1, 26",
    "2, 9x7x6, 4, 5, 2, VALID, 1, 27",
    "130, 5x3x3, 4, 3, 1, SAME, 1, 28",
    // Steps over pixels, in one direction or in both.
    "2, 40x7x5, 3, 2, 3, SAME, 1, 33",
    "2, 40x7x6, 3, 2, 3, SAME, 1, 34",
    "2, 40x9x8, 3, 2, 5, SAME, 1, 35",
    "2, 3x7x6, 3, 2, 3, SAME, 1, 36",
    // Groups.
    "3, 4x5x4, 6, 3, 1, SAME, 2, 29",
    "70, 6x4x4, 6, 3, 2, VALID, 6, 30",
    "2, 32x4x5, 16, 1, 1, SAME, 16, 31",
    "2, 32x6x6, 32, 3, 1, SAME, 2, 32",
  })
  void convolutionsEqualPlainSums(
      int examples,
      String input,
      int filters,
      int kernel,
      int stride,
      LayerSpec.Padding padding,
      int groups,
      long seed) {
    Window window = convolution(InputShape.parse(input), filters, kernel, stride, padding);
    Draw draw = new Draw(seed);
    int fanIn = kernel * kernel * window.input().channels() / groups;
    int fanOut = kernel * kernel * filters / groups;
    Forms x = draw.images(examples, window.input());
    Forms weights = draw.matrix(groups, fanIn * filters / groups, IMAGES);
    Forms biases = draw.matrix(1, filters, VALUES);
    Forms z = draw.images(examples, window.output());
    inEveryForm(
        f -> f.layers().convolve(window, groups, x.in(f), weights.in(f), biases.in(f), z.in(f)));
    PlainConvolution plain =
        new PlainConvolution(window, groups, x.heap(), weights.heap(), biases.heap());
    z.assertSameOnAllThreads("z");
    assertConvolved("z", z.heap(), plain.forward(), fanIn);
    assertConvolved("z of ND4J", z.nd4j(), plain.forward(), fanIn);

    Forms dz = draw.images(examples, window.output());
    Forms dWeights = draw.matrix(groups, fanIn * filters / groups, IMAGES);
    Forms dBiases = draw.matrix(1, filters, VALUES);
    Forms dx = draw.images(examples, window.input());
    inEveryForm(
        f ->
            f.layers()
                .convolutionGradient(
                    window,
                    groups,
                    x.in(f),
                    weights.in(f),
                    dz.in(f),
                    dWeights.in(f),
                    dBiases.in(f),
                    dx.in(f)));
    plain.backward(dz.heap());
    int summed = examples * window.outputPixels();
    for (Forms gradient : List.of(dWeights, dBiases, dx)) {
      gradient.assertSameOnAllThreads("gradients");
    }
    assertConvolved("dW", dWeights.heap(), plain.dWeights, summed);
    assertConvolved("dW of ND4J", dWeights.nd4j(), plain.dWeights, summed);
    assertConvolved("db", dBiases.heap(), plain.dBiases, summed);
    assertConvolved("db of ND4J", dBiases.nd4j(), plain.dBiases, summed);
    assertConvolved("dx", dx.heap(), plain.dx, fanOut);
    assertConvolved("dx of ND4J", dx.nd4j(), plain.dx, fanOut);

    Forms alone = draw.images(examples, window.input());
    inEveryForm(
        f ->
            f.layers()
                .convolutionInputGradient(window, groups, weights.in(f), dz.in(f), alone.in(f)));
    alone.assertSameOnAllThreads("dx alone");
    assertConvolved("dx alone", alone.heap(), plain.dx, fanOut);
    assertConvolved("dx alone of ND4J", alone.nd4j(), plain.dx, fanOut);

    Forms dWeightsAlone = draw.matrix(groups, fanIn * filters / groups, IMAGES);
    Forms dBiasesAlone = draw.matrix(1, filters, VALUES);
    inEveryForm(
        f ->
            f.layers()
                .convolutionGradient(
                    window,
                    groups,
                    x.in(f),
                    weights.in(f),
                    dz.in(f),
                    dWeightsAlone.in(f),
                    dBiasesAlone.in(f),
                    null));
    dWeightsAlone.assertSameOnAllThreads("dW without dx");
    assertConvolved("dW without dx", dWeightsAlone.heap(), plain.dWeights, summed);
    assertConvolved("db without dx", dBiasesAlone.heap(), plain.dBiases, summed);
    assertConvolved("dW without dx of ND4J", dWeightsAlone.nd4j(), plain.dWeights, summed);
  }

  private static void assertConvolved(String what, float[] actual, double[] expected, int terms) {
    assertThat(actual).as(what).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      Offset<Double> allowed = Tolerances.convolution(terms, expected[i]);
      if (!(Math.abs(actual[i] - expected[i]) <= allowed.value)) {
        assertThat((double) actual[i]).as("%s [%d]", what, i).isCloseTo(expected[i], allowed);
      }
    }
  }

  /** A convolution and its gradients as sums in double precision, by the definition. */
  private static final class PlainConvolution {
    final Window window;
    final int groups;
    final float[] x;
    final float[] weights;
    final float[] biases;
    double[] dWeights = {};
    double[] dBiases = {};
    double[] dx = {};

    PlainConvolution(Window window, int groups, float[] x, float[] weights, float[] biases) {
      this.window = window;
      this.groups = groups;
      this.x = x;
      this.weights = weights;
      this.biases = biases;
    }

    /** Takes one product: z[output] has the term w[weight] · x[input]. */
    private interface Term {
      void take(int output, int weight, int input);
    }

    private void terms(Term term) {
      InputShape in = window.input();
      InputShape out = window.output();
      int own = in.channels() / groups;
      int filters = out.channels() / groups;
      int size = window.size();
      int top = before(in.height(), out.height());
      int left = before(in.width(), out.width());
      for (int b = 0; b < x.length / in.size(); b++) {
        for (int o = 0; o < out.height() * out.width(); o++) {
          for (int place = 0; place < size * size; place++) {
            int row = o / out.width() * window.stride() + place / size - top;
            int column = o % out.width() * window.stride() + place % size - left;
            if (row < 0 || row >= in.height() || column < 0 || column >= in.width()) {
              continue;
            }
            for (int f = 0; f < out.channels(); f++) {
              int group = f / filters;
              for (int c = 0; c < own; c++) {
                term.take(
                    (b * out.height() * out.width() + o) * out.channels() + f,
                    ((group * size * size + place) * own + c) * filters + f % filters,
                    ((b * in.height() + row) * in.width() + column) * in.channels()
                        + group * own
                        + c);
              }
            }
          }
        }
      }
    }

    /** Pixels of zeros before an image: half of all that are needed, rounded down. */
    private int before(int from, int to) {
      return window.same() ? Math.max(0, (to - 1) * window.stride() + window.size() - from) / 2 : 0;
    }

    double[] forward() {
      double[] z = new double[x.length / window.input().size() * window.output().size()];
      Arrays.setAll(z, i -> biases[i % biases.length]);
      terms((output, weight, input) -> z[output] += (double) weights[weight] * x[input]);
      return z;
    }

    void backward(float[] dz) {
      dWeights = new double[weights.length];
      dBiases = new double[biases.length];
      dx = new double[x.length];
      terms(
          (output, weight, input) -> {
            dWeights[weight] += (double) dz[output] * x[input];
            dx[input] += (double) dz[output] * weights[weight];
          });
      for (int i = 0; i < dz.length; i++) {
        dBiases[i % biases.length] += dz[i];
      }
    }
  }

  @ParameterizedTest(name = "{0} of {1}, windows of {2}, stride {3}, seed {4}")
  @CsvSource({
    "1, 1x2x2, 2, 2, 1",
    "3, 3x6x4, 2, 2, 2",
    "3, 5x7x5, 2, 2, 3",
    "2, 3x5x6, 3, 1, 4",
    "9, 2x7x8, 3, 2, 5",
    "2, 3x8x7, 2, 3, 6",
    "2, 3x1x5, 1, 1, 7",
    "40, 17x4x4, 4, 4, 8",
  })
  void poolsAreAlike(int examples, String input, int size, int stride, long seed) {
    Window window = pool(InputShape.parse(input), size, stride);
    Draw draw = new Draw(seed);
    Forms x = draw.images(examples, window.input());
    Forms y = draw.images(examples, window.output());
    Forms dy = draw.images(examples, window.output());
    Forms dx = draw.images(examples, window.input());
    inEveryForm(f -> f.layers().maxPool(window, x.in(f), y.in(f)));
    y.assertIdentical("largest");
    inEveryForm(f -> f.layers().maxPoolGradient(window, x.in(f), y.in(f), dy.in(f), dx.in(f)));
    dx.assertEqual("gradient of the largest", size);
    assertThat(sum(dx.heap())).isCloseTo(sum(dy.heap()), Tolerances.OF_FLOAT_SUMS);

    inEveryForm(f -> f.layers().averagePool(window, x.in(f), y.in(f)));
    y.assertEqual("mean", size * size);
    inEveryForm(f -> f.layers().averagePoolGradient(window, dy.in(f), dx.in(f)));
    dx.assertEqual("gradient of the mean", size * size);
    assertThat(sum(dx.heap())).isCloseTo(sum(dy.heap()), Tolerances.OF_FLOAT_SUMS);
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  @Test
  void theFirstOfEqualValuesTakesTheWholeGradient() {
    Window window = pool(new InputShape(1, 3, 3), 2, 1);
    Forms x = Forms.of(1, 9, IMAGES, new float[] {0, 5, 5, 0, 5, 0, -1, -1, -2});
    Forms y = Forms.of(1, 4, IMAGES, new float[4]);
    Forms dy = Forms.of(1, 4, IMAGES, new float[] {1, 2, 4, 8});
    Forms dx = Forms.of(1, 9, IMAGES, new float[9]);
    inEveryForm(f -> f.layers().maxPool(window, x.in(f), y.in(f)));
    inEveryForm(f -> f.layers().maxPoolGradient(window, x.in(f), y.in(f), dy.in(f), dx.in(f)));
    assertThat(dx.heap()).containsExactly(0, 3, 0, 0, 12, 0, 0, 0, 0);
    dx.assertIdentical("gradient");
  }

  @ParameterizedTest(name = "{0} of {1} in tiles of {2}, seed {3}")
  @CsvSource({
    "1, 3x1x1, 1, 1",
    "3, 3x4x6, 1, 2",
    "3, 2x4x6, 2, 3",
    "2, 5x5x7, 3, 4",
    "2, 3x4x6, 6, 5",
    "70, 3x6x4, 6, 6",
  })
  void tilesAreAlike(int examples, String input, int size, long seed) {
    Window window = Window.tiles(InputShape.parse(input), size);
    Draw draw = new Draw(seed);
    Forms x = draw.images(examples, window.input());
    Forms y = draw.matrix(examples, window.output().size(), VALUES);
    inEveryForm(f -> f.layers().averageTiles(window, x.in(f), y.in(f)));
    y.assertEqual("means", size * size);
    Forms dy = draw.matrix(examples, window.output().size(), VALUES);
    Forms dx = draw.images(examples, window.input());
    inEveryForm(f -> f.layers().addAverageTilesGradient(window, dy.in(f), dx.in(f)));
    dx.assertEqual("x plus gradient", size * size + 1);
  }

  @Test
  void tilesOfOnePixelFlattenChannelByChannel() {
    InputShape shape = new InputShape(2, 1, 3);
    Forms x = Forms.of(2, 6, IMAGES, new float[] {1, 4, 2, 5, 3, 6, 10, 40, 20, 50, 30, 60});
    Forms y = Forms.of(2, 6, VALUES, new float[12]);
    inEveryForm(f -> f.layers().averageTiles(Window.tiles(shape, 1), x.in(f), y.in(f)));
    assertThat(y.heap()).containsExactly(1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60);
    y.assertIdentical("columns");
  }

  @ParameterizedTest(name = "{0} of {1}, seed {2}")
  @CsvSource({"1, 1x1x2, 1", "3, 5x2x3, 2", "9, 2x7x5, 3"})
  void pixelsBecomeColumnsAndComeBack(int examples, String input, long seed) {
    InputShape shape = InputShape.parse(input);
    int pixels = shape.height() * shape.width();
    Draw draw = new Draw(seed);
    Forms x = draw.images(examples, shape);
    Forms y = draw.matrix(examples * shape.channels(), pixels, VALUES);
    inEveryForm(f -> f.layers().pixelsToColumns(shape, x.in(f), y.in(f)));
    y.assertIdentical("columns");
    assertThat(y.heap()[examples * shape.channels()]).isEqualTo(x.heap()[shape.channels()]);
    Forms back = draw.images(examples, shape);
    inEveryForm(f -> f.layers().columnsToPixels(shape, y.in(f), back.in(f)));
    assertThat(back.heap()).isEqualTo(x.heap());
    back.assertIdentical("pixels");
  }

  @ParameterizedTest(name = "{0} rows of {1} channels, {2}, seed {3}")
  @CsvSource({
    "2, 1, FEATURE_MAJOR, 1",
    "9, 5, FEATURE_MAJOR, 2",
    "300, 3, FEATURE_MAJOR, 3",
    "2, 3, CHANNELS_LAST, 4",
    "9, 17, CHANNELS_LAST, 5",
    "700, 5, CHANNELS_LAST, 6",
  })
  void channelsAreNormalisedAlike(int rows, int channels, BatchLayout layout, long seed) {
    // Images have several pixels, each of which is a row of channels.
    int pixels = layout == IMAGES && rows % 2 == 0 ? 2 : 1;
    Draw draw = new Draw(seed);
    Forms x = draw.matrix(rows / pixels, pixels * channels, layout);
    Forms means = draw.matrix(1, channels, VALUES);
    Forms variances = draw.matrix(1, channels, VALUES);
    inEveryForm(f -> f.layers().channelStatistics(x.in(f), means.in(f), variances.in(f)));
    means.assertEqual("means", rows);
    variances.assertEqual("variances", rows);
    float[] mean = means.heap();
    // Both forms go on from the same statistics: quotients of small variances magnify rounding.
    Forms known = Forms.of(1, channels, VALUES, mean);
    Forms spread = Forms.of(1, channels, VALUES, variances.heap());
    Forms gains = draw.matrix(1, channels, VALUES);
    Forms shifts = draw.matrix(1, channels, VALUES);
    Forms y = draw.matrix(rows / pixels, pixels * channels, layout);
    inEveryForm(
        f ->
            f.layers()
                .normaliseChannels(
                    x.in(f), known.in(f), spread.in(f), gains.in(f), shifts.in(f), y.in(f)));
    y.assertEqual("y", 4);
    Forms dy = draw.matrix(rows / pixels, pixels * channels, layout);
    Forms dGains = draw.matrix(1, channels, VALUES);
    Forms dShifts = draw.matrix(1, channels, VALUES);
    Forms dx = draw.matrix(rows / pixels, pixels * channels, layout);
    inEveryForm(
        f ->
            f.layers()
                .normaliseChannelsGradient(
                    x.in(f),
                    known.in(f),
                    spread.in(f),
                    gains.in(f),
                    dy.in(f),
                    dGains.in(f),
                    dShifts.in(f),
                    dx.in(f)));
    dGains.assertEqual("gradient of gains", rows);
    dShifts.assertEqual("gradient of shifts", rows);
    dx.assertEqual("dx", rows);
    inEveryForm(
        f ->
            f.layers()
                .normaliseChannelsGradient(
                    x.in(f),
                    known.in(f),
                    spread.in(f),
                    gains.in(f),
                    dy.in(f),
                    dShifts.in(f),
                    dGains.in(f),
                    null));
    assertThat(dShifts.heap()).as("gains without dx").hasSize(channels);
    dShifts.assertEqual("gradient of gains without dx", rows);

    inEveryForm(f -> f.layers().moveTowards(known.in(f), gains.in(f), 0.1));
    known.assertEqual("running means", 2);
    for (int c = 0; c < channels; c++) {
      float moved = 0.9f * mean[c] + 0.1f * gains.heap()[c];
      assertThat(known.heap()[c]).isCloseTo(moved, Tolerances.singlePrecision(2, moved));
    }
  }

  @Test
  void channelStatisticsAreMeanAndPopulationVariance() {
    float[] values = {1, 10, 2, 20, 3, 30, 6, 60};
    Forms means = Forms.of(1, 2, VALUES, new float[2]);
    Forms variances = Forms.of(1, 2, VALUES, new float[2]);
    Forms images = Forms.of(2, 4, IMAGES, values);
    inEveryForm(f -> f.layers().channelStatistics(images.in(f), means.in(f), variances.in(f)));
    assertThat(means.heap()).containsExactly(3, 30);
    assertThat(variances.heap()).containsExactly(3.5f, 350);
    Forms columns = Forms.of(4, 2, VALUES, new float[] {1, 2, 3, 6, 10, 20, 30, 60});
    inEveryForm(f -> f.layers().channelStatistics(columns.in(f), means.in(f), variances.in(f)));
    assertThat(means.heap()).containsExactly(3, 30);
    assertThat(variances.heap()).containsExactly(3.5f, 350);
    means.assertEqual("means", 4);
    variances.assertEqual("variances", 4);
  }

  @ParameterizedTest(name = "{0} rows of {1} channels, {2}, seed {3}")
  @CsvSource({
    "1, 2, FEATURE_MAJOR, 1",
    "9, 5, FEATURE_MAJOR, 2",
    "130, 40, FEATURE_MAJOR, 3",
    "1, 3, CHANNELS_LAST, 4",
    "150, 17, CHANNELS_LAST, 5",
  })
  void rowsAreNormalisedAlike(int rows, int channels, BatchLayout layout, long seed) {
    int pixels = layout == IMAGES && rows % 3 == 0 ? 3 : 1;
    Draw draw = new Draw(seed);
    Forms x = draw.matrix(rows / pixels, pixels * channels, layout);
    Forms gains = draw.matrix(1, channels, VALUES);
    Forms shifts = draw.matrix(1, channels, VALUES);
    Forms y = draw.matrix(rows / pixels, pixels * channels, layout);
    Forms dy = draw.matrix(rows / pixels, pixels * channels, layout);
    Forms dx = draw.matrix(rows / pixels, pixels * channels, layout);
    Forms dGains = draw.matrix(1, channels, VALUES);
    Forms dShifts = draw.matrix(1, channels, VALUES);
    inEveryForm(f -> f.layers().normaliseRows(channels, x.in(f), null, null, y.in(f)));
    y.assertEqual("plain", channels);
    inEveryForm(
        f -> f.layers().normaliseRows(channels, x.in(f), gains.in(f), shifts.in(f), y.in(f)));
    y.assertEqual("with gains and shifts", channels);
    inEveryForm(
        f ->
            f.layers()
                .normaliseRowsGradient(channels, x.in(f), null, dy.in(f), null, null, dx.in(f)));
    dx.assertEqual("plain gradient", 10 * channels);
    inEveryForm(
        f ->
            f.layers()
                .normaliseRowsGradient(
                    channels,
                    x.in(f),
                    gains.in(f),
                    dy.in(f),
                    dGains.in(f),
                    dShifts.in(f),
                    dx.in(f)));
    dx.assertEqual("dx", 10 * channels);
    dGains.assertEqual("gradient of gains", rows);
    dShifts.assertEqual("gradient of shifts", rows);
  }

  @ParameterizedTest(name = "{0} x {1}, {2}, rate {3}, seed {4}")
  @CsvSource({
    "3, 5, FEATURE_MAJOR, 0.2, 1",
    "3, 7, CHANNELS_LAST, 0.5, 2",
    "2, 60000, CHANNELS_LAST, 0.9, 3",
    "2, 60000, FEATURE_MAJOR, 0.05, 4",
  })
  void theSameValuesAreDropped(int rows, int columns, BatchLayout layout, double rate, long seed) {
    Draw draw = new Draw(seed);
    Forms x = draw.matrix(rows, columns, layout);
    Forms y = draw.matrix(rows, columns, layout);
    inEveryForm(f -> f.layers().dropout(rate, seed, x.in(f), y.in(f)));
    y.assertEqual("y", 1);
    float[] kept = y.heap();
    int dropped = 0;
    for (int i = 0; i < kept.length; i++) {
      float scaled = (float) (x.heap()[i] / (1 - rate));
      dropped += kept[i] == 0 ? 1 : 0;
      if (i < 100 && kept[i] != 0) {
        assertThat(kept[i]).isCloseTo(scaled, Tolerances.singlePrecision(1, scaled));
      }
    }
    if (kept.length > 1_000) {
      // Five standard deviations of a binomial.
      double deviation = Math.sqrt(rate * (1 - rate) * kept.length);
      assertThat((double) dropped).isCloseTo(rate * kept.length, Offset.offset(5 * deviation));
    }
  }

  @ParameterizedTest(name = "{0} x {1}, {2}")
  @CsvSource({"3, 5, FEATURE_MAJOR", "3, 8, CHANNELS_LAST", "2, 60000, CHANNELS_LAST"})
  void sumsCopiesAndActivationsAreAlike(int rows, int columns, BatchLayout layout) {
    Draw draw = new Draw(columns);
    Forms a = draw.matrix(rows, columns, layout);
    Forms b = draw.matrix(rows, columns, layout);
    Forms y = draw.matrix(rows, columns, layout);
    inEveryForm(f -> f.layers().add(a.in(f), b.in(f), y.in(f)));
    y.assertEqual("sum", 2);
    inEveryForm(f -> f.layers().add(y.in(f), b.in(f), y.in(f)));
    y.assertEqual("sum in place", 2);
    inEveryForm(f -> f.layers().scale(0.3, y.in(f)));
    y.assertEqual("scaled", 2);
    inEveryForm(f -> f.kernels().copy(a.in(f), y.in(f)));
    assertThat(y.heap()).isEqualTo(a.heap());
    y.assertIdentical("copy");
    for (Activation activation : Activation.values()) {
      Forms z = Forms.of(rows, columns, layout, a.heap());
      Forms dz = Forms.of(rows, columns, layout, b.heap());
      inEveryForm(f -> f.kernels().activate(activation, z.in(f)));
      z.assertEqual(activation.name(), 1);
      Forms same = Forms.of(rows, columns, layout, z.heap());
      inEveryForm(f -> f.kernels().activationGradient(activation, same.in(f), dz.in(f)));
      dz.assertEqual("gradient of " + activation, 1);
    }
  }

  @ParameterizedTest(name = "{0} images of {1} values to {2}, seed {3}")
  @CsvSource({"1, 12, 5, 1", "3, 12, 5, 2", "40, 500, 30, 3"})
  void productsOfImagesAreAlike(int examples, int inputs, int outputs, long seed) {
    Draw draw = new Draw(seed);
    Forms x = draw.matrix(examples, inputs, IMAGES);
    Forms weights = draw.matrix(outputs, inputs, VALUES);
    Forms biases = draw.matrix(1, outputs, VALUES);
    Forms z = draw.matrix(examples, outputs, VALUES);
    inEveryForm(f -> f.kernels().affine(x.in(f), weights.in(f), biases.in(f), 1, z.in(f)));
    z.assertEqual("z", inputs);
    Forms dz = draw.matrix(examples, outputs, VALUES);
    Forms dw = draw.matrix(outputs, inputs, VALUES);
    Forms db = draw.matrix(1, outputs, VALUES);
    inEveryForm(f -> f.kernels().affineGradient(x.in(f), dz.in(f), 1, dw.in(f), db.in(f)));
    dw.assertEqual("dW", examples);
    db.assertEqual("db", examples);
    Forms dx = draw.matrix(examples, inputs, IMAGES);
    inEveryForm(f -> f.kernels().affineInputGradient(dz.in(f), weights.in(f), 1, dx.in(f)));
    dx.assertEqual("dx", outputs);

    // Transposed, the images are a matrix of columns: the results must be the same.
    float[] byColumn = new float[examples * inputs];
    for (int i = 0; i < byColumn.length; i++) {
      byColumn[i % inputs * examples + i / inputs] = x.heap()[i];
    }
    Forms values = Forms.of(examples, inputs, VALUES, byColumn);
    Forms plain = draw.matrix(examples, outputs, VALUES);
    inEveryForm(f -> f.kernels().affine(values.in(f), weights.in(f), biases.in(f), 1, plain.in(f)));
    assertClose("z of values", plain.heap(), z.heap(), inputs);
  }

  @ParameterizedTest(name = "{0} of {1}, {2} x {2}, stride {3}, seed {4}")
  @CsvSource({
    "1, 1x2x2, 2, 2, 1",
    "3, 5x6x4, 2, 2, 2",
    "2, 3x5x7, 2, 2, 3",
    "70, 4x4x4, 3, 1, 4",
    "2, 17x7x6, 3, 2, 5",
    "2, 2x7x7, 2, 3, 6",
  })
  void maximaMoveAlike(int examples, String input, int size, int stride, long seed) {
    Window window = pool(InputShape.parse(input), size, stride);
    Draw draw = new Draw(seed);
    float[] rounded = draw.floats(examples * window.input().size());
    for (int i = 0; i < rounded.length; i++) {
      // Few values, so that several pixels of a window are the largest.
      rounded[i] = Math.round(3 * rounded[i]);
    }
    Forms x = Forms.of(examples, window.input().size(), IMAGES, rounded);
    Forms y = draw.images(examples, window.output());
    inEveryForm(f -> f.layers().maxPool(window, x.in(f), y.in(f)));
    Forms xTangent = draw.images(examples, window.input());
    Forms yTangent = draw.images(examples, window.output());
    inEveryForm(
        f -> f.layers().maxPoolTangent(window, x.in(f), y.in(f), xTangent.in(f), yTangent.in(f)));
    yTangent.assertIdentical("tangent of the maxima");
    Forms dy = draw.images(examples, window.output());
    Forms dx = draw.images(examples, window.input());
    inEveryForm(f -> f.layers().maxPoolGradient(window, x.in(f), y.in(f), dy.in(f), dx.in(f)));
    float along = product(dx.heap(), xTangent.heap());
    assertThat(product(dy.heap(), yTangent.heap()))
        .as("the tangent is the transpose of the gradient")
        .isCloseTo(along, Tolerances.singlePrecision(dy.heap().length, along));
  }

  private static float product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return (float) sum;
  }

  @ParameterizedTest(name = "{0} rows of factors, seed {1}")
  @CsvSource({"1, 1", "5, 2"})
  void slicesOfChannelsAreScaledAlike(int rows, long seed) {
    int slices = 4;
    int own = 3;
    Draw draw = new Draw(seed);
    Forms factors = draw.matrix(rows, slices, VALUES);
    Forms images = draw.matrix(5, 6 * slices * own, IMAGES);
    float[] before = images.heap();
    inEveryForm(f -> f.kernels().scaleSlices(factors.in(f), own, images.in(f)));
    images.assertIdentical("scaled");
    for (int i = 0; i < before.length; i++) {
      int slice = i % (slices * own) / own;
      int example = i / (6 * slices * own);
      float factor = factors.heap()[slice * rows + (rows == 1 ? 0 : example)];
      assertThat(images.heap()[i]).isEqualTo(factor * before[i]);
    }
  }

  @Test
  void derivativesAlongDirectionsOfImagesAreAlike() {
    Draw draw = new Draw(1);
    Forms signals = draw.matrix(5, 12, IMAGES);
    Forms tangent = draw.matrix(5, 12, IMAGES);
    Forms derivatives = draw.matrix(5, 1, VALUES);
    inEveryForm(
        f ->
            f.kernels()
                .directionalDerivatives(12, signals.in(f), tangent.in(f), derivatives.in(f)));
    derivatives.assertEqual("derivatives", 12);
  }

  @ParameterizedTest(name = "{0} rows of the mask, seed {1}")
  @CsvSource({"1, 1", "5, 2"})
  void channelsOfFollowersAreCleared(int rows, long seed) {
    int workers = 4;
    int own = 3;
    Draw draw = new Draw(seed);
    float[] leads = draw.floats(rows * workers);
    for (int i = 0; i < leads.length; i++) {
      leads[i] = leads[i] > 0 ? 1 : 0;
    }
    Forms mask = Forms.of(rows, workers, VALUES, leads);
    Forms images = draw.matrix(5, 6 * workers * own, IMAGES);
    float[] before = images.heap();
    inEveryForm(f -> f.kernels().scaleSlices(mask.in(f), own, images.in(f)));
    images.assertIdentical("kept");
    for (int i = 0; i < before.length; i++) {
      int worker = i % (workers * own) / own;
      int example = i / (6 * workers * own);
      float expected = leads[worker * rows + (rows == 1 ? 0 : example)] * before[i];
      assertThat(images.heap()[i] + 0f).isEqualTo(expected + 0f);
    }
  }

  @ParameterizedTest(name = "{0} of {1}, seed {2}")
  @CsvSource({"4, 3x2x3, 1", "9, 7x4x4, 2", "5, 70x5x3, 3", "2, 1x28x28, 4", "2, 3x32x32, 5"})
  void deviationsOfChannelsAreAlike(int examples, String input, long seed) {
    InputShape shape = InputShape.parse(input);
    int channels = shape.channels();
    Draw draw = new Draw(seed);
    float[] images = draw.floats(examples * shape.size());
    // The first channel of the first image is constant, so it has no gradient.
    for (int at = 0; at < shape.size(); at += channels) {
      images[at] = 0.05f;
    }
    Forms x = Forms.of(examples, shape.size(), IMAGES, images);
    Forms deviations = draw.matrix(examples, channels, VALUES);
    inEveryForm(f -> f.layers().channelDeviations(channels, x.in(f), deviations.in(f)));
    deviations.assertEqual("deviations", shape.height() * shape.width());
    Forms slopes = draw.matrix(examples, channels, VALUES);
    Forms gradient = draw.matrix(examples, shape.size(), IMAGES);
    inEveryForm(
        f ->
            f.layers()
                .channelDeviationsGradient(
                    channels, x.in(f), deviations.in(f), slopes.in(f), gradient.in(f)));
    gradient.assertEqual("gradient", shape.height() * shape.width());
    assertThat(deviations.heap()[0]).isZero();
    assertThat(gradient.heap()[0]).isZero();
  }

  @ParameterizedTest(name = "{0} of {1} values, images {2}, seed {3}")
  @CsvSource({"4, 3, false, 1", "9, 17, false, 2", "5, 6, true, 3"})
  void similaritiesAreAlike(int examples, int size, boolean images, long seed) {
    BatchLayout layout = images ? IMAGES : VALUES;
    Draw draw = new Draw(seed);
    Forms features = draw.matrix(examples, size, layout);
    Forms targets = Forms.of(examples, 3, VALUES, oneHot(examples, 3));
    Forms weights = draw.matrix(examples, 1, VALUES);
    Forms gradient = draw.matrix(examples, size, layout);
    double[] losses = new double[HEAP.size() + 1];
    inEveryForm(
        f ->
            losses[f.index()] =
                f.layers()
                    .similarity(features.in(f), targets.in(f), weights.in(f), 0.7, gradient.in(f)));
    gradient.assertEqual("gradient", examples);
    assertThat(losses).containsOnly(losses[0]);
  }

  private static float[] oneHot(int examples, int classes) {
    float[] targets = new float[examples * classes];
    for (int b = 0; b < examples; b++) {
      targets[b % classes * examples + b] = 1;
    }
    return targets;
  }

  @Test
  void examplesWhoseFeaturesAreAllAlikeHaveNoSimilarityGradient() {
    float[] values = {2, 1, 2, 0, 2, 5, 2, 3};
    Forms features = Forms.of(2, 4, VALUES, values);
    Forms targets = Forms.of(2, 2, VALUES, new float[] {1, 1, 0, 0});
    Forms weights = Forms.of(2, 1, VALUES, new float[] {1, 1});
    Forms gradient = Forms.of(2, 4, VALUES, new float[8]);
    inEveryForm(
        f ->
            f.layers().similarity(features.in(f), targets.in(f), weights.in(f), 1, gradient.in(f)));
    float[] slopes = gradient.heap();
    for (int i = 0; i < slopes.length; i++) {
      assertThat(slopes[i]).isBetween(-1f, 1f);
      if (i % 2 == 0) {
        assertThat(slopes[i]).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3x5x4", "17x5x6", "40x3x3"})
  void whatIsNotANumberDoesNotVanish(String input) {
    InputShape shape = InputShape.parse(input);
    Draw draw = new Draw(1);
    float[] values = draw.floats(2 * shape.size());
    // Channel 1 of the pixel in the middle of the second image.
    int pixel = shape.height() / 2 * shape.width() + shape.width() / 2;
    int at = shape.size() + pixel * shape.channels() + 1;
    values[at] = Float.NaN;
    Forms x = Forms.of(2, shape.size(), IMAGES, values);
    for (Activation activation : Activation.values()) {
      Forms y = Forms.of(2, shape.size(), IMAGES, values);
      inEveryForm(f -> f.kernels().activate(activation, y.in(f)));
      for (Matrix matrix : y.matrices()) {
        assertThat(matrix.toFloats()[at]).as(activation.name()).isNaN();
      }
    }
    Window all = pool(shape, 3, 1);
    Forms pooled = draw.images(2, all.output());
    inEveryForm(f -> f.layers().maxPool(all, x.in(f), pooled.in(f)));
    assertNotANumber("largest", pooled);
    inEveryForm(f -> f.layers().averagePool(all, x.in(f), pooled.in(f)));
    assertNotANumber("mean", pooled);
    Window window = convolution(shape, 16, 3, 1, LayerSpec.Padding.SAME);
    Forms weights = draw.matrix(1, 9 * shape.channels() * 16, IMAGES);
    Forms biases = draw.matrix(1, 16, VALUES);
    Forms z = draw.images(2, window.output());
    inEveryForm(f -> f.layers().convolve(window, 1, x.in(f), weights.in(f), biases.in(f), z.in(f)));
    assertNotANumber("convolution", z);
    Forms means = draw.matrix(1, shape.channels(), VALUES);
    Forms variances = draw.matrix(1, shape.channels(), VALUES);
    inEveryForm(f -> f.layers().channelStatistics(x.in(f), means.in(f), variances.in(f)));
    assertNotANumber("means", means);
    assertNotANumber("variances", variances);
  }

  private static void assertNotANumber(String what, Forms forms) {
    for (Matrix matrix : forms.matrices()) {
      float[] values = matrix.toFloats();
      assertThat(IntStream.range(0, values.length).anyMatch(i -> Float.isNaN(values[i])))
          .as("%s: some is not a number", what)
          .isTrue();
    }
  }
}
