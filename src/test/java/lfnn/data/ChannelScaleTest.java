package lfnn.data;

import static lfnn.Tolerances.OF_FLOATS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChannelScaleTest {

  private static final InputShape SHAPE = new InputShape(2, 2, 1);

  /** Two images whose channels have the bytes 0, 51, 102, 255 and 255 four times. */
  private static Dataset bytes() {
    byte white = (byte) 255;
    return Dataset.ofBytes(
        SHAPE, new byte[] {0, 51, white, white, 102, white, white, white}, new float[2], null, 0);
  }

  private static Dataset floats(Dataset bytes) {
    float[] features = new float[bytes.size() * bytes.features()];
    for (int i = 0; i < features.length; i++) {
      features[i] = bytes.feature(i / bytes.features(), i % bytes.features());
    }
    return Dataset.ofFloats(bytes.shape(), features, new float[bytes.size()], null, 0);
  }

  @Test
  void isMeanAndPopulationDeviationOfEachChannel() {
    // Bytes are fifths of 255: 0, 1, 2, 5 with mean 2 and variance (4 + 1 + 0 + 9) / 4.
    for (Dataset data : List.of(bytes(), floats(bytes()))) {
      ChannelScale scale = ChannelScale.fit(data);
      assertThat(scale.means().get(0)).isCloseTo(2 / 5.0, OF_FLOATS);
      assertThat(scale.deviations().get(0)).isCloseTo(Math.sqrt(3.5) / 5, OF_FLOATS);
      assertThat(scale.means().get(1)).isEqualTo(1);
      assertThat(scale.deviations().get(1)).isEqualTo(1);
    }
  }

  @Test
  void countsOnlyTheExamplesOfAPart() {
    ChannelScale scale = ChannelScale.fit(bytes().subset(new int[] {1, 1}));

    assertThat(scale.means().get(0)).isCloseTo(3.5 / 5, OF_FLOATS);
  }

  @Test
  void normalisesBatchesOfBothLayoutsAndSingleFeatures() {
    SplittableRandom random = new SplittableRandom(3);
    // More features and examples than gather copies at once, and a channel that ends within a tile.
    InputShape shape = new InputShape(3, 11, 9);
    byte[] pixels = new byte[50 * shape.size()];
    random.nextBytes(pixels);
    Dataset raw = Dataset.ofBytes(shape, pixels, new float[50], null, 0);
    ChannelScale scale = new ChannelScale(List.of(0.1, 0.5, -2.0), List.of(0.2, 1.0, 4.0));
    int[] rows = random.ints(45, 0, 50).toArray();

    for (Dataset data : List.of(raw, floats(raw))) {
      Dataset scaled = data.withChannelScale(scale);
      for (BatchLayout layout : BatchLayout.values()) {
        float[] batch = new float[45 * shape.size()];
        scaled.gather(rows, 0, 45, layout, batch);
        for (int e = 0; e < 45; e++) {
          for (int f = 0; f < shape.size(); f++) {
            int c = f / 99;
            double expected =
                (raw.feature(rows[e], f) - scale.means().get(c)) / scale.deviations().get(c);
            assertThat(batch[layout.index(shape, 45, e, f)]).isEqualTo((float) expected);
            assertThat(scaled.feature(rows[e], f)).isEqualTo((float) expected);
          }
        }
      }
    }
  }

  @Test
  void whatIsNormalisedHasMeanZeroAndVarianceOne() {
    for (Dataset data : List.of(bytes(), floats(bytes()))) {
      ChannelScale again = ChannelScale.fit(data.withChannelScale(ChannelScale.fit(data)));
      assertThat(again.means().get(0)).isCloseTo(0, OF_FLOATS);
      assertThat(again.deviations().get(0)).isCloseTo(1, OF_FLOATS);
      assertThat(again.means().get(1)).isZero();
    }
  }

  @Test
  void refusesWhatIsNoScale() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChannelScale(List.of(0.0), List.of(1.0, 1.0)))
        .withMessage(
            "there must be a mean and a deviation for each channel, not 1 means and 2 deviations");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChannelScale(List.of(0.5), List.of(0.0)))
        .withMessage(
            "the mean of a channel must be finite and its deviation above 0, not 0.5 and 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bytes().withChannelScale(new ChannelScale(List.of(0.5), List.of(1.0))))
        .withMessage("examples of 2x2x1 need a scale of 2 channels, not of 1");
    assertThatIllegalStateException()
        .isThrownBy(() -> ChannelScale.fit(bytes().subset(new int[0])))
        .withMessage("a data set without examples has no mean");
  }
}
