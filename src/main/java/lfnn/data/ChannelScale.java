package lfnn.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean and standard deviation of each channel of some images, by which their pixels are normalised.
 *
 * <pre>x ↦ (x − mean) / deviation</pre>
 *
 * @param means of the pixels of each channel, in the unit of {@link Dataset#feature}
 * @param deviations standard deviations of the population of the pixels of each channel, above 0; 1
 *     where all pixels are equal
 */
public record ChannelScale(List<Double> means, List<Double> deviations) implements Serializable {

  /**
   * @throws IllegalArgumentException if the lists have different lengths or a value is out of range
   */
  public ChannelScale {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    if (means.isEmpty() || means.size() != deviations.size()) {
      throw new IllegalArgumentException(
          "there must be a mean and a deviation for each channel, not "
              + means.size()
              + " means and "
              + deviations.size()
              + " deviations");
    }
    for (int c = 0; c < means.size(); c++) {
      double deviation = deviations.get(c);
      if (!Double.isFinite(means.get(c)) || !(deviation > 0 && Double.isFinite(deviation))) {
        throw new IllegalArgumentException(
            "the mean of a channel must be finite and its deviation above 0, not "
                + means.get(c)
                + " and "
                + deviation);
      }
    }
  }

  /**
   * The scale by which the channels of a data set get mean 0 and variance 1. Each example counts
   * once, whatever its weight.
   *
   * @throws IllegalStateException if there is no example
   */
  public static ChannelScale fit(Dataset images) {
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (int c = 0; c < images.shape().channels(); c++) {
      double[] moments = images.channelMoments(c);
      means.add(moments[0]);
      deviations.add(moments[1] > 0 ? Math.sqrt(moments[1]) : 1);
    }
    return new ChannelScale(means, deviations);
  }

  /** A normalised pixel. */
  float apply(int channel, float pixel) {
    return (float) ((pixel - means.get(channel)) / deviations.get(channel));
  }

  /** Number of channels. */
  public int channels() {
    return means.size();
  }
}
