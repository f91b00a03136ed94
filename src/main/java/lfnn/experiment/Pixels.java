package lfnn.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lfnn.data.Dataset;
import lfnn.data.FeatureEncoder;
import lfnn.data.FeatureEncoder.Column;
import lfnn.data.FeatureEncoder.Numeric;
import lfnn.data.FeatureEncoder.Scaling;
import lfnn.data.InputShape;

/**
 * The encoder of rows of pixels from 0 to 255, for models that are trained on images: a row becomes
 * the features that {@link Dataset#ofBytes} reads of the same bytes.
 */
final class Pixels {

  private static final double WHITE = 255;

  private Pixels() {}

  /**
   * An encoder of {@code pixel1}, {@code pixel2} and so on, each divided by 255.
   *
   * @param shape of an image
   */
  static FeatureEncoder encoder(InputShape shape) {
    List<Column> columns =
        IntStream.rangeClosed(1, shape.size())
            .<Column>mapToObj(i -> new Numeric("pixel" + i))
            .toList();
    FeatureEncoder encoder = new FeatureEncoder(columns, Scaling.IMAGE);
    double[] row = new double[shape.size()];
    encoder.observe(row, 1);
    Arrays.fill(row, WHITE);
    encoder.observe(row, 1);
    return encoder;
  }
}
