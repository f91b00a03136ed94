package lfnn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetTest {

  private static final InputShape TWO = InputShape.flat(2);

  @Test
  void readsFloatsTargetsAndWeights() {
    Dataset data =
        Dataset.ofFloats(
            TWO, new float[] {1, 2, 3, 4}, new float[] {1, 0}, new float[] {0.5f, 2}, 3);
    assertThat(data.size()).isEqualTo(2);
    assertThat(data.features()).isEqualTo(2);
    assertThat(data.shape()).isEqualTo(TWO);
    assertThat(data.classes()).isEqualTo(3);
    assertThat(data.target(0)).isEqualTo(1);
    assertThat(data.weight(1)).isEqualTo(2);
    assertThat(data.feature(1, 0)).isEqualTo(3);
  }

  @Test
  void weightsAreOneUnlessGiven() {
    Dataset data = Dataset.ofFloats(TWO, new float[] {1, 2}, new float[] {-3.5f}, null, 0);
    assertThat(data.weight(0)).isEqualTo(1);
    assertThat(data.target(0)).isEqualTo(-3.5f);
  }

  @Test
  void bytesAreUnsignedAndScaledToOne() {
    Dataset data =
        Dataset.ofBytes(
            InputShape.flat(4),
            new byte[] {0, 51, (byte) 128, (byte) 255},
            new float[] {0},
            null,
            2);
    float[] batch = new float[4];
    data.gather(new int[] {0}, 0, 1, BatchLayout.FEATURE_MAJOR, batch);
    assertThat(batch).containsExactly(0, 0.2f, 128 / 255f, 1);
  }

  @ParameterizedTest(name = "{0} examples of {1} features")
  @CsvSource({"1,1", "1,784", "3,5", "31,63", "32,64", "33,65", "64,128", "100,784", "70,1"})
  void gathersFeatureMajorWhateverTheSizes(int count, int features) {
    int size = 2 * count + 1;
    Random random = new Random(count * 1000L + features);
    byte[] bytes = new byte[size * features];
    random.nextBytes(bytes);
    float[] floats = new float[bytes.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (bytes[i] & 255) / 255f;
    }
    int[] rows = random.ints(count + 2, 0, size).toArray();
    InputShape shape = InputShape.flat(features);
    float[] targets = new float[size];

    float[] ofBytes = new float[count * features];
    Dataset.ofBytes(shape, bytes, targets, null, 0)
        .gather(rows, 2, count, BatchLayout.FEATURE_MAJOR, ofBytes);
    float[] ofFloats = new float[count * features];
    Dataset.ofFloats(shape, floats, targets, null, 0)
        .gather(rows, 2, count, BatchLayout.FEATURE_MAJOR, ofFloats);

    float[] expected = new float[count * features];
    for (int f = 0; f < features; f++) {
      for (int e = 0; e < count; e++) {
        expected[f * count + e] = floats[rows[2 + e] * features + f];
      }
    }
    assertThat(ofBytes).containsExactly(expected);
    assertThat(ofFloats).containsExactly(expected);
  }

  @Test
  void subsetIsAViewOfItsRows() {
    Dataset data =
        Dataset.ofFloats(
            InputShape.flat(1),
            new float[] {10, 11, 12, 13},
            new float[] {0, 1, 2, 3},
            new float[] {1, 2, 3, 4},
            4);
    Dataset subset = data.subset(new int[] {3, 1, 1});
    assertThat(subset.size()).isEqualTo(3);
    assertThat(subset.target(0)).isEqualTo(3);
    assertThat(subset.weight(1)).isEqualTo(2);
    assertThat(subset.feature(2, 0)).isEqualTo(11);

    Dataset ofSubset = subset.subset(new int[] {2, 0});
    float[] batch = new float[2];
    ofSubset.gather(new int[] {0, 1}, 0, 2, BatchLayout.FEATURE_MAJOR, batch);
    assertThat(batch).containsExactly(11, 13);
    assertThat(ofSubset.target(1)).isEqualTo(3);
  }

  @Test
  void subsetDoesNotFollowTheArrayOfRows() {
    Dataset data = Dataset.ofFloats(InputShape.flat(1), new float[2], new float[] {0, 1}, null, 2);
    int[] rows = {1};
    Dataset subset = data.subset(rows);
    rows[0] = 0;
    assertThat(subset.target(0)).isEqualTo(1);
  }

  @Test
  void refusesLengthsThatDoNotMatch() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.ofFloats(TWO, new float[5], new float[2], null, 2))
        .withMessage("2 examples of 1x1x2 have 4 features, not 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.ofFloats(TWO, new float[4], new float[2], new float[3], 2))
        .withMessage("there must be a weight for each of the 2 examples, not 3 weights");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.ofBytes(TWO, new byte[3], new float[2], null, 2))
        .withMessage("2 examples of 1x1x2 have 4 features, not 3");
  }

  @Test
  void refusesFeaturesThatAreNotFinite() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Dataset.ofFloats(TWO, new float[] {1, 2, 3, Float.NaN}, new float[2], null, 2))
        .withMessage(
            "feature 1 of example 1 is NaN; features must be finite: encode missing values first");
  }

  @Test
  void refusesTargetsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.ofFloats(TWO, new float[2], new float[] {2}, null, 2))
        .withMessage("the target of example 0 must be a class index from 0 to 1, not 2.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.ofFloats(TWO, new float[2], new float[] {0.5f}, null, 2))
        .withMessageContaining("not 0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.ofFloats(TWO, new float[2], new float[] {Float.NaN}, null, 2))
        .withMessageContaining("not NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Dataset.ofFloats(TWO, new float[2], new float[] {Float.NEGATIVE_INFINITY}, null, 0))
        .withMessage("the target of example 0 must be finite, not -Infinity");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.ofFloats(TWO, new float[2], new float[1], null, -1))
        .withMessage("classes must be at least 1, or 0 for regression, not -1");
  }

  @Test
  void refusesWeightsThatAreNegativeOrNotFinite() {
    for (float weight : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> Dataset.ofFloats(TWO, new float[2], new float[1], new float[] {weight}, 2))
          .withMessage("the weight of example 0 must be finite and at least 0, not " + weight);
    }
  }

  @Test
  void refusesRowsAndBatchesOutOfRange() {
    Dataset data = Dataset.ofFloats(TWO, new float[4], new float[2], null, 2);
    assertThatThrownBy(() -> data.target(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.subset(new int[] {-1}))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () -> data.gather(new int[] {0, 1}, 1, 2, BatchLayout.FEATURE_MAJOR, new float[4]))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () -> data.gather(new int[] {0, 1}, 0, 2, BatchLayout.FEATURE_MAJOR, new float[3]))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("a batch of 2 examples of 2 features needs an array of 4, not 3");
  }

  @Test
  void mayBeEmpty() {
    Dataset data = Dataset.ofFloats(TWO, new float[0], new float[0], null, 2);
    data.gather(new int[0], 0, 0, BatchLayout.FEATURE_MAJOR, new float[0]);
    assertThat(data.size()).isZero();
  }

  @Test
  void gathersImagesWithTheirChannelsLast() {
    InputShape shape = new InputShape(2, 2, 3);
    byte[] bytes = new byte[24];
    float[] floats = new float[24];
    for (int i = 0; i < 24; i++) {
      bytes[i] = (byte) (i * 10);
      floats[i] = i * 10 / 255f;
    }
    float[] targets = new float[2];
    int[] rows = {1, 0, 1};
    float[] ofBytes = new float[36];
    float[] ofFloats = new float[36];
    Dataset.ofBytes(shape, bytes, targets, null, 0)
        .gather(rows, 0, 3, BatchLayout.CHANNELS_LAST, ofBytes);
    Dataset.ofFloats(shape, floats, targets, null, 0)
        .gather(rows, 0, 3, BatchLayout.CHANNELS_LAST, ofFloats);
    for (int e = 0; e < 3; e++) {
      for (int f = 0; f < 12; f++) {
        int at = BatchLayout.CHANNELS_LAST.index(shape, 3, e, f);
        assertThat(ofBytes[at]).isEqualTo(floats[rows[e] * 12 + f]);
      }
    }
    assertThat(ofFloats).isEqualTo(ofBytes);
    // The second channel of the pixel in row 1, column 2 of the second example in the batch.
    assertThat(BatchLayout.CHANNELS_LAST.index(shape, 3, 1, 11)).isEqualTo(12 + 11);
    assertThat(BatchLayout.CHANNELS_LAST.index(shape, 3, 1, 6)).isEqualTo(12 + 1);
  }
}
