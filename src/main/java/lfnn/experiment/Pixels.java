package lfnn.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import lfnn.data.ChannelScale;
import lfnn.data.Dataset;
import lfnn.data.FeatureEncoder;
import lfnn.data.FeatureEncoder.Column;
import lfnn.data.FeatureEncoder.Numeric;
import lfnn.data.FeatureEncoder.Scaling;
import lfnn.data.InputShape;

/**
 * The encoder of rows of pixels from 0 to 255, for models that are trained on images: a row becomes
 * the features that {@link Dataset#ofBytes} and {@link Dataset#withChannelScale} make of the same
 * bytes.
 */
final class Pixels {

  private static final double WHITE = 255;

  private Pixels() {}

  /**
   * An encoder of {@code pixel1}, {@code pixel2} and so on, each divided by 255.
   *
   * @param shape of an image
   * @param scale by which pixels are normalised then
   */
  static FeatureEncoder encoder(InputShape shape, Optional<ChannelScale> scale) {
    List<Column> columns =
        IntStream.rangeClosed(1, shape.size())
            .<Column>mapToObj(i -> new Numeric("pixel" + i))
            .toList();
    // Two rows say all: of -1 and 1 mean and variance are 0 and 1, and the largest of 0 and 1 is 1.
    return scale
        .map(
            channels ->
                observed(
                    new FeatureEncoder(columns, Scaling.CHANNEL, shape.channels()),
                    row(shape, channels, -1),
                    row(shape, channels, 1)))
        .orElseGet(
            () ->
                observed(
                    new FeatureEncoder(columns, Scaling.IMAGE),
                    new double[shape.size()],
                    white(shape)));
  }

  private static FeatureEncoder observed(FeatureEncoder encoder, double[]... rows) {
    for (double[] row : rows) {
      encoder.observe(row, 1);
    }
    return encoder;
  }

  private static double[] white(InputShape shape) {
    double[] row = new double[shape.size()];
    Arrays.fill(row, WHITE);
    return row;
  }

  /** The row that is {@code normalised} everywhere once it is normalised. */
  private static double[] row(InputShape shape, ChannelScale scale, double normalised) {
    double[] row = new double[shape.size()];
    int plane = shape.height() * shape.width();
    for (int i = 0; i < row.length; i++) {
      int channel = i / plane;
      row[i] = WHITE * (scale.means().get(channel) + normalised * scale.deviations().get(channel));
    }
    return row;
  }
}
