package lfnn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lfnn.Tolerances;
import lfnn.data.FeatureEncoder.Column;
import lfnn.data.FeatureEncoder.Nominal;
import lfnn.data.FeatureEncoder.Numeric;
import lfnn.data.FeatureEncoder.Scaling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureEncoderTest {

  private static final double MISSING = Double.NaN;

  private static final List<Column> NUMERIC = List.of(new Numeric("x"));

  private static final List<Column> MIXED =
      List.of(
          new Numeric("x"),
          new Nominal("outlook", 3),
          new Nominal("windy", 2),
          new Numeric("y"),
          new Nominal("only", 1),
          new Nominal("none", 0));

  @Test
  void eachKindOfColumnHasItsFeatures() {
    FeatureEncoder encoder = new FeatureEncoder(MIXED, Scaling.NONE);
    assertThat(encoder.size()).isEqualTo(1 + 3 + 1 + 1 + 1);
    assertThat(encoder.columns()).isEqualTo(MIXED);
    assertThat(encode(encoder, 1.5, 2, 1, -4, 0, MISSING)).containsExactly(1.5f, 0, 0, 1, 1, -4, 1);
    assertThat(encode(encoder, 1.5, 0, 0, -4, 0, MISSING))
        .containsExactly(1.5f, 1, 0, 0, -1, -4, 1);
  }

  @Test
  void missingNominalValuesAreZero() {
    FeatureEncoder encoder = new FeatureEncoder(MIXED, Scaling.STANDARDIZE);
    float[] out = {9, 9, 9, 9, 9, 9, 9};
    encoder.encode(new double[] {0, MISSING, MISSING, 0, MISSING, MISSING}, out, 0);
    assertThat(out).containsOnly(0);
  }

  @Test
  void missingNumbersAreTheMean() {
    for (Scaling scaling : Scaling.values()) {
      FeatureEncoder encoder = new FeatureEncoder(NUMERIC, scaling);
      encoder.observe(new double[] {2}, 3);
      encoder.observe(new double[] {MISSING}, 5);
      encoder.observe(new double[] {10}, 1);
      assertThat(encode(encoder, MISSING)).isEqualTo(encode(encoder, 4));
    }
  }

  @Test
  void statisticsAreWeighted() {
    FeatureEncoder encoder = new FeatureEncoder(NUMERIC, Scaling.STANDARDIZE);
    encoder.observe(new double[] {2}, 3);
    encoder.observe(new double[] {-6}, 1);
    encoder.observe(new double[] {100}, 0);
    assertThat(encoder.mean(0)).isEqualTo(0);
    assertThat(encoder.standardDeviation(0)).isEqualTo(Math.sqrt((3 * 4 + 36) / 4.0));
    assertThat(encoder.largest(0)).isEqualTo(6);
    assertThat(encode(encoder, 2)[0]).isEqualTo((float) (2 / Math.sqrt(12)));
  }

  @Test
  void rangeDividesByTheLargestAbsoluteValue() {
    FeatureEncoder encoder = new FeatureEncoder(NUMERIC, Scaling.RANGE);
    encoder.observe(new double[] {-8}, 1);
    encoder.observe(new double[] {4}, 1);
    assertThat(encode(encoder, -8)).containsExactly(-1);
    assertThat(encode(encoder, 0)).containsExactly(0);
    assertThat(encode(encoder, 2)).containsExactly(0.25f);
  }

  @Test
  void pixelsOfAChannelAreScaledTogether() {
    List<Column> pixels =
        List.of(new Numeric("a"), new Numeric("b"), new Numeric("c"), new Numeric("d"));
    FeatureEncoder encoder = new FeatureEncoder(pixels, Scaling.CHANNEL, 2);
    assertThat(encode(encoder, 1, 2, 3, 4)).containsOnly(0);
    encoder.observe(new double[] {1, 3, 0.1, 0.1}, 1);
    encoder.observe(new double[] {5, 7, 0.1, 0.1}, 0.5);
    encoder.observe(new double[] {5, 7, MISSING, 0.1}, 0.5);

    // 1, 3, 5 and 7 in equal parts: mean 4, variance (9 + 1 + 1 + 9) / 4.
    float unit = (float) (1 / Math.sqrt(5));
    assertThat(encode(encoder, 5, 3, 0.1, 9)).containsExactly(unit, -unit, 0, 0);
    // The mean of a pixel, and not that of its channel, is in the place of a missing one.
    assertThat(encode(encoder, MISSING, 4, 0.1, 0.1)).containsExactly(-unit, 0, 0, 0);
  }

  @Test
  void channelsAreScaledAsTheirScaleDoes() {
    InputShape shape = new InputShape(3, 4, 5);
    SplittableRandom random = new SplittableRandom(5);
    byte[] bytes = new byte[50 * shape.size()];
    random.nextBytes(bytes);
    Dataset images = Dataset.ofBytes(shape, bytes, new float[50], null, 0);
    images = images.withChannelScale(ChannelScale.fit(images));
    List<Column> columns = new ArrayList<>();
    for (int f = 0; f < shape.size(); f++) {
      columns.add(new Numeric("pixel" + (f + 1)));
    }
    double[][] rows = new double[50][shape.size()];
    FeatureEncoder encoder = new FeatureEncoder(columns, Scaling.CHANNEL, 3);
    for (int i = 0; i < bytes.length; i++) {
      rows[i / shape.size()][i % shape.size()] = bytes[i] & 255;
    }
    for (double[] row : rows) {
      encoder.observe(row, 1);
    }
    for (int i = 0; i < 50; i++) {
      float[] encoded = encode(encoder, rows[i]);
      for (int f = 0; f < shape.size(); f++) {
        assertThat((double) encoded[f]).isCloseTo(images.feature(i, f), Tolerances.OF_FLOATS);
      }
    }
  }

  @Test
  void onlyTheNumericPixelsOfAnImageHaveChannels() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureEncoder(NUMERIC, Scaling.CHANNEL, 3))
        .withMessage(
            "1 attributes are not the pixels of an image of 3 channels: correct the shape of the"
                + " image");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureEncoder(List.of(new Nominal("colour", 3)), Scaling.CHANNEL, 1))
        .withMessage(
            "attribute \"colour\" must be numeric to be scaled as a pixel of a channel: leave it"
                + " out, or choose another scaling");
  }

  @Test
  void scaledNumbersAreLimited() {
    FeatureEncoder standard = new FeatureEncoder(NUMERIC, Scaling.STANDARDIZE);
    standard.observe(new double[] {-1}, 1);
    standard.observe(new double[] {1}, 1);
    assertThat(encode(standard, 9)).containsExactly(9);
    assertThat(encode(standard, 11)).containsExactly(FeatureEncoder.LIMIT);
    assertThat(encode(standard, -1e30)).containsExactly(-FeatureEncoder.LIMIT);
    FeatureEncoder raw = new FeatureEncoder(NUMERIC, Scaling.NONE);
    assertThat(encode(raw, 1e30)).containsExactly(1e30f);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 1e300 * 1e-280, -7, 1e-320})
  void constantColumnsAreZeroWhenStandardised(double constant) {
    FeatureEncoder encoder = new FeatureEncoder(NUMERIC, Scaling.STANDARDIZE);
    for (double weight : new double[] {0.3, 1, 7, 0.1, 1e-9}) {
      encoder.observe(new double[] {constant}, weight);
      assertThat(encode(encoder, constant)).containsExactly(0);
    }
    assertThat(encode(encoder, constant + 5)).containsExactly(0);
  }

  @ParameterizedTest
  @EnumSource(
      value = Scaling.class,
      names = {"STANDARDIZE", "RANGE"})
  void extremeStatisticsStillGiveFiniteFeatures(Scaling scaling) {
    for (double size : new double[] {Double.MIN_VALUE, 1e-310, 1e-160, 3e38}) {
      FeatureEncoder encoder = new FeatureEncoder(NUMERIC, scaling);
      encoder.observe(new double[] {size}, 1);
      encoder.observe(new double[] {-size}, 1);
      for (double value : new double[] {0, size, -size, 1, MISSING}) {
        assertThat(Math.abs(encode(encoder, value)[0])).isLessThanOrEqualTo(FeatureEncoder.LIMIT);
      }
    }
  }

  @Test
  void nothingObservedEncodesNumbersAsZeroUnlessUnscaled() {
    assertThat(encode(new FeatureEncoder(NUMERIC, Scaling.STANDARDIZE), 3)).containsExactly(0);
    assertThat(encode(new FeatureEncoder(NUMERIC, Scaling.RANGE), 3)).containsExactly(0);
    assertThat(encode(new FeatureEncoder(NUMERIC, Scaling.NONE), 3)).containsExactly(3);
    assertThat(encode(new FeatureEncoder(NUMERIC, Scaling.NONE), MISSING)).containsExactly(0);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void runningStatisticsEqualThoseOfTwoPasses(long seed) {
    Random random = new Random(seed);
    int n = 500;
    double[][] rows = new double[n][1];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      // A mean a million deviations away, where the difference of two sums would fail.
      rows[i][0] = random.nextInt(10) == 0 ? MISSING : 1e6 + random.nextGaussian();
      weights[i] = random.nextInt(4) * random.nextDouble();
    }
    double total = 0;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      if (!Double.isNaN(rows[i][0])) {
        total += weights[i];
        sum += weights[i] * rows[i][0];
      }
    }
    double mean = sum / total;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      if (!Double.isNaN(rows[i][0])) {
        squares += weights[i] * (rows[i][0] - mean) * (rows[i][0] - mean);
      }
    }
    FeatureEncoder encoder = FeatureEncoder.fit(NUMERIC, Scaling.STANDARDIZE, rows, weights);
    assertThat(encoder.mean(0)).isCloseTo(mean, within(1e-8));
    assertThat(encoder.standardDeviation(0)).isCloseTo(Math.sqrt(squares / total), within(1e-8));
  }

  @Test
  void fitEqualsRowByRow() {
    double[][] rows = {{1, 0}, {2, 1}, {4, MISSING}};
    List<Column> columns = List.of(new Numeric("x"), new Nominal("c", 2));
    FeatureEncoder fitted = FeatureEncoder.fit(columns, Scaling.STANDARDIZE, rows, null);
    FeatureEncoder streamed = new FeatureEncoder(columns, Scaling.STANDARDIZE);
    for (double[] row : rows) {
      streamed.observe(row, 1);
    }
    for (double[] row : rows) {
      assertThat(encode(fitted, row)).isEqualTo(encode(streamed, row));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureEncoder.fit(columns, Scaling.NONE, rows, new double[2]))
        .withMessage("there must be a weight for each of the 3 rows, not 2 weights");
  }

  @Test
  void whatFollowsTheColumnsIsIgnored() {
    FeatureEncoder encoder = new FeatureEncoder(NUMERIC, Scaling.NONE);
    encoder.observe(new double[] {1, Double.POSITIVE_INFINITY}, 1);
    float[] out = {7, 7, 7};
    encoder.encode(new double[] {1, Double.POSITIVE_INFINITY}, out, 1);
    assertThat(out).containsExactly(7, 1, 7);
  }

  @Test
  void refusesValuesThatAreNotOfTheirColumn() {
    FeatureEncoder encoder = new FeatureEncoder(MIXED, Scaling.STANDARDIZE);
    double[] good = {0, 0, 0, 0, 0, MISSING};
    for (double value : new double[] {3, -1, 0.5, Double.POSITIVE_INFINITY}) {
      double[] row = good.clone();
      row[1] = value;
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encode(encoder, row))
          .withMessage(
              "attribute \"outlook\" must be the index of one of its 3 values, not "
                  + value
                  + "; does the row come with another header?");
      assertThatIllegalArgumentException().isThrownBy(() -> encoder.observe(row, 1));
    }
    double[] infinite = good.clone();
    infinite[3] = Double.NEGATIVE_INFINITY;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encode(encoder, infinite))
        .withMessage(
            "attribute \"y\" must be from -3.4e38 to 3.4e38, not -Infinity; rescale it or set it"
                + " missing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encode(encoder, 1, 2))
        .withMessage("a row needs a value for each of the 6 attributes, not 2");
  }

  @Test
  void aRefusedRowLeavesTheStatisticsAlone() {
    FeatureEncoder encoder = new FeatureEncoder(MIXED, Scaling.STANDARDIZE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.observe(new double[] {5, 99, 0, 0, 0, 0}, 1));
    assertThat(encoder.mean(0)).isZero();
    assertThat(encoder.largest(0)).isZero();
  }

  @Test
  void refusesWeightsThatAreNegativeOrNotFinite() {
    FeatureEncoder encoder = new FeatureEncoder(NUMERIC, Scaling.NONE);
    for (double weight : new double[] {-1, MISSING, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encoder.observe(new double[] {1}, weight))
          .withMessage("the weight of a row must be finite and at least 0, not " + weight);
    }
  }

  @Test
  void refusesAnArrayThatIsTooShort() {
    FeatureEncoder encoder = new FeatureEncoder(NUMERIC, Scaling.NONE);
    assertThatThrownBy(() -> encoder.encode(new double[] {1}, new float[3], 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void grownColumnsKeepTheirStatisticsWhereverTheyAre() {
    FeatureEncoder small =
        FeatureEncoder.fit(
            List.of(new Numeric("x"), new Nominal("c", 3), new Numeric("y")),
            Scaling.STANDARDIZE,
            new double[][] {{1, 0, 10}, {3, 2, 30}},
            null);
    FeatureEncoder grown =
        small.withColumns(
            List.of(new Numeric("new"), new Numeric("y"), new Nominal("c", 5), new Numeric("x")));
    assertThat(grown.size()).isEqualTo(8);
    assertThat(encode(grown, 77, 30, 2, 1)).containsExactly(0, 1, 0, 0, 1, 0, 0, -1);
    assertThat(grown.featureOrigins(small)).containsExactly(-1, 4, 1, 2, 3, -1, -1, 0);

    grown.observe(new double[] {0, 0, 0, 100}, 1);
    assertThat(small.mean(0)).isEqualTo(2);
  }

  @Test
  void grownNominalColumnsContinueTheirFeatures() {
    List<Column> before =
        List.of(
            new Nominal("none", 0),
            new Nominal("one", 1),
            new Nominal("two", 2),
            new Nominal("same", 2),
            new Nominal("single", 1));
    List<Column> after =
        List.of(
            new Nominal("none", 1),
            new Nominal("one", 2),
            new Nominal("two", 3),
            new Nominal("same", 2),
            new Nominal("single", 3));
    FeatureEncoder small = new FeatureEncoder(before, Scaling.NONE);
    FeatureEncoder grown = small.withColumns(after);
    // The feature of "one" was 1 for its only value, which is −1 now; that of "two" was −1 and +1.
    assertThat(grown.featureOrigins(small)).containsExactly(-1, -2, -3, 1, -1, 2, 3, -1, -1);
    assertThat(small.featureOrigins(small)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void columnsOfTheSameNameKeepTheirOrder() {
    List<Column> twins = List.of(new Numeric("x"), new Numeric("x"));
    FeatureEncoder encoder =
        FeatureEncoder.fit(twins, Scaling.RANGE, new double[][] {{1, 2}}, null);
    FeatureEncoder grown =
        encoder.withColumns(List.of(new Numeric("x"), new Numeric("x"), new Numeric("x")));
    assertThat(grown.featureOrigins(encoder)).containsExactly(0, 1, -1);
    assertThat(grown.largest(1)).isEqualTo(2);
  }

  @Test
  void refusesATableThatShrankOrChanged() {
    FeatureEncoder encoder =
        new FeatureEncoder(List.of(new Numeric("x"), new Nominal("c", 3)), Scaling.NONE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.withColumns(List.of(new Numeric("x"))))
        .withMessage("attribute \"c\" is gone; a table can only grow, start anew for another one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.withColumns(List.of(new Numeric("x"), new Nominal("c", 2))))
        .withMessage(
            "attribute \"c\" was nominal with 3 values and is now nominal with 2 values; a table"
                + " can only grow, start anew for another one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.withColumns(List.of(new Nominal("x", 3), new Nominal("c", 3))))
        .withMessageContaining("attribute \"x\" was numeric and is now nominal with 3 values");
  }

  @ParameterizedTest
  @EnumSource(Scaling.class)
  void survivesSerialization(Scaling scaling) throws IOException, ClassNotFoundException {
    List<Column> pixels =
        Stream.of("a", "b", "c", "d", "e", "f").<Column>map(Numeric::new).toList();
    FeatureEncoder encoder =
        scaling == Scaling.CHANNEL
            ? new FeatureEncoder(pixels, scaling, 3)
            : new FeatureEncoder(MIXED, scaling);
    double[] row = {3, 1, 0, -2, 0, MISSING};
    encoder.observe(row, 1);
    encoder.observe(new double[] {1, 1, 0, 8, 0, MISSING}, 2.5);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(encoder);
    }
    FeatureEncoder read;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      read = (FeatureEncoder) in.readObject();
    }
    assertThat(encode(read, row)).isEqualTo(encode(encoder, row));
    // Both go on learning alike: what is shared inside the one is shared inside the other.
    encoder.observe(new double[] {9, 0, 0, 9, 0, MISSING}, 1);
    read.observe(new double[] {9, 0, 0, 9, 0, MISSING}, 1);
    assertThat(encode(read, row)).isEqualTo(encode(encoder, row));
    assertThat(read.columns()).isEqualTo(encoder.columns());
    assertThat(read.scaling()).isEqualTo(scaling);
  }

  @Test
  void mayHaveNoColumns() {
    FeatureEncoder encoder = new FeatureEncoder(List.of(), Scaling.STANDARDIZE);
    encoder.observe(new double[0], 1);
    assertThat(encode(encoder)).isEmpty();
  }

  private static float[] encode(FeatureEncoder encoder, double... row) {
    float[] out = new float[encoder.size()];
    encoder.encode(row, out, 0);
    return out;
  }
}
