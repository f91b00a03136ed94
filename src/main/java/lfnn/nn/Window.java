package lfnn.nn;

import lfnn.data.InputShape;
import lfnn.spec.LayerShape;

/**
 * The places of a square window that moves over images.
 *
 * @param input shape of an image
 * @param output height and width: the number of places; channels: those of the result
 * @param size pixels of the window in each direction
 * @param stride pixels from one place to the next
 * @param same whether the window starts outside of the image so that its places are centred on it;
 *     else it starts at the first pixel. Pixels outside of the image are 0 for a convolution and do
 *     not count for a pool
 */
record Window(InputShape input, InputShape output, int size, int stride, boolean same) {

  /** The window of a layer that makes {@code output} of {@code input}. */
  static Window of(LayerShape input, LayerShape output, int size, int stride, boolean same) {
    return new Window(input.shape(), output.shape(), size, stride, same);
  }

  /** Windows side by side, those at the lower and right rim clipped where the sizes do not fit. */
  static Window tiles(InputShape input, int size) {
    return new Window(
        input,
        new InputShape(
            input.channels(),
            (input.height() + size - 1) / size,
            (input.width() + size - 1) / size),
        size,
        size,
        false);
  }

  /** Whether some places reach out of the image. */
  boolean hasRim() {
    return (output.height() - 1) * stride + size > input.height()
        || (output.width() - 1) * stride + size > input.width();
  }

  /** Pixels of an input image. */
  int inputPixels() {
    return input.height() * input.width();
  }

  /** Pixels of an output image. */
  int outputPixels() {
    return output.height() * output.width();
  }
}
