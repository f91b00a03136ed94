package lfnn.data;

/** How the features of a batch of N examples follow each other in one array. */
public enum BatchLayout {
  /** Feature f of example e is at {@code f * N + e}: all examples of a feature are neighbours. */
  FEATURE_MAJOR {
    @Override
    public int index(InputShape shape, int examples, int example, int feature) {
      return feature * examples + example;
    }

    @Override
    public void arrange(InputShape shape, float[] examples, int count, float[] batch) {
      int size = shape.size();
      // A few features at a time, so that what is written stays in the cache.
      for (int from = 0; from < size; from += TILE) {
        int to = Math.min(size, from + TILE);
        for (int e = 0; e < count; e++) {
          for (int f = from; f < to; f++) {
            batch[f * count + e] = examples[e * size + f];
          }
        }
      }
    }
  },
  /**
   * The examples one after the other, each row by row and pixel by pixel with the channels of a
   * pixel as neighbours: channel c of the pixel (y, x) of example e is at {@code ((e · height + y)
   * · width + x) · channels + c}.
   */
  CHANNELS_LAST {
    @Override
    public int index(InputShape shape, int examples, int example, int feature) {
      int plane = shape.height() * shape.width();
      int pixel = feature % plane;
      return example * shape.size() + pixel * shape.channels() + feature / plane;
    }
  };

  /** Features of a line of the cache. */
  private static final int TILE = 16;

  /**
   * Place of one feature of one example.
   *
   * @param shape of one example
   * @param examples N
   * @param example from 0 to N − 1
   * @param feature in the order of {@link InputShape}: channel by channel, row by row
   */
  public abstract int index(InputShape shape, int examples, int example, int feature);

  /**
   * Arranges examples that are stored one after the other, each in the order of {@link InputShape}.
   *
   * @param shape of one example
   * @param examples at least {@code count · shape.size()} long; not modified
   * @param count N
   * @param batch as long; overwritten
   */
  public void arrange(InputShape shape, float[] examples, int count, float[] batch) {
    int size = shape.size();
    for (int e = 0; e < count; e++) {
      for (int f = 0; f < size; f++) {
        batch[index(shape, count, e, f)] = examples[e * size + f];
      }
    }
  }

  /** Whether an only example is stored as {@link InputShape} has it. */
  public boolean keepsOrder(InputShape shape) {
    return this == FEATURE_MAJOR || shape.channels() == 1;
  }
}
