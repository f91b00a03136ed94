package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import lfnn.Tolerances;
import lfnn.data.ChannelScale;
import lfnn.data.Dataset;
import lfnn.data.FeatureEncoder;
import lfnn.data.InputShape;
import org.junit.jupiter.api.Test;

class PixelsTest {

  /** Every byte in each of three channels of an image. */
  private static final InputShape SHAPE = new InputShape(3, 16, 16);

  private static byte[] everyByteInEachChannel() {
    byte[] pixels = new byte[SHAPE.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
    }
    return pixels;
  }

  private static float[] encode(Optional<ChannelScale> scale) {
    FeatureEncoder encoder = Pixels.encoder(SHAPE, scale);
    double[] row = new double[SHAPE.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = i & 255;
    }
    float[] encoded = new float[SHAPE.size()];
    encoder.encode(row, encoded, 0);
    return encoded;
  }

  private static Dataset images() {
    return Dataset.ofBytes(SHAPE, everyByteInEachChannel(), new float[1], null, 2);
  }

  @Test
  void everyByteIsEncodedAsTheDataSetReadsIt() {
    float[] encoded = encode(Optional.empty());
    for (int i = 0; i < encoded.length; i++) {
      assertThat(encoded[i]).isEqualTo(images().feature(0, i));
    }
  }

  @Test
  void normalisedChannelsAreEncodedAsTheDataSetReadsThem() {
    ChannelScale scale = new ChannelScale(List.of(0.5, 0.25, 0.4), List.of(0.3, 0.2, 0.11));
    float[] encoded = encode(Optional.of(scale));
    Dataset normalised = images().withChannelScale(scale);
    for (int i = 0; i < encoded.length; i++) {
      float expected = normalised.feature(0, i);
      assertThat(encoded[i]).isCloseTo(expected, Tolerances.singlePrecision(1, expected));
    }
  }
}
