package lfnn.spec;

import lfnn.data.BatchLayout;
import lfnn.data.InputShape;

/**
 * What passes from one layer to the next for each example: an image, stored with its channels last,
 * or values without spatial structure, stored feature by feature.
 *
 * @param shape of one example (of one group for one-vs-all)
 * @param layout of a batch
 */
public record LayerShape(InputShape shape, BatchLayout layout) {

  /** Values without spatial structure. */
  public static LayerShape flat(int features) {
    return new LayerShape(InputShape.flat(features), BatchLayout.FEATURE_MAJOR);
  }

  /** An image. */
  public static LayerShape image(int channels, int height, int width) {
    return new LayerShape(new InputShape(channels, height, width), BatchLayout.CHANNELS_LAST);
  }

  /** Whether it is an image. */
  public boolean isImage() {
    return layout == BatchLayout.CHANNELS_LAST;
  }

  /** Number of values of an example. */
  public int size() {
    return shape.size();
  }

  /** What a normalisation counts as one feature: the channels of an image, else every value. */
  public int channels() {
    return isImage() ? shape.channels() : shape.size();
  }

  /** For messages: {@code an image of 64x14x14}, or {@code 256 values}. */
  @Override
  public String toString() {
    boolean spatial = isImage() && (shape.channels() > 1 || shape.height() > 1);
    return spatial ? "an image of " + shape : shape.size() + " values";
  }
}
