package lfnn.nn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The transforms of images in {@link WinogradConvolution}, for a row of tiles at a time.
 *
 * <p>Pixels are sorted by their column within a tile: one array has the first column of all tiles
 * of the row, the next the second, and so on. So each transform is a loop over all tiles and
 * channels that reads and writes arrays at the same index, which is what the compiler turns into
 * vector instructions, and what it writes has the order of the products.
 *
 * <p>An object has the arrays that one thread works in.
 */
final class WinogradTiles {

  /** Pixels of a tile in each direction, of outputs and of inputs. */
  static final int OUT = 4;

  static final int IN = 6;

  /** Products of a tile for each pair of channels. */
  static final int PLACES = IN * IN;

  /** Input pixels of a tile before its first output pixel. */
  private static final int RIM = 1;

  /**
   * The tiles of an image.
   *
   * @param height of the image
   * @param width of the image
   */
  record Grid(int height, int width) {
    int rows() {
      return (height + OUT - 1) / OUT;
    }

    int columns() {
      return (width + OUT - 1) / OUT;
    }

    int tiles() {
      return rows() * columns();
    }
  }

  /** [row of a tile][column of a tile]: pixels, transformed in one direction, and in both. */
  private final float[][][] pixels = new float[IN][IN][0];

  private final float[][][] half = new float[IN][IN][0];
  private final float[][][] whole = new float[IN][IN][0];
  private float[] row = {};

  private void makeRoom(int length) {
    if (row.length < length) {
      for (int r = 0; r < IN; r++) {
        for (int c = 0; c < IN; c++) {
          pixels[r][c] = new float[length];
          half[r][c] = new float[length];
          whole[r][c] = new float[length];
        }
      }
      // Made last, it tells whether there was memory for all.
      row = new float[length];
    }
  }

  /**
   * Bᵀ d B of all tiles of some images.
   *
   * @param images [N, P·C], row-major
   * @param first of the images
   * @param count of the images
   * @param target [place][tile][channel], overwritten
   */
  void transformInputs(
      Grid grid, float[] images, int first, int count, int channels, NativeFloats target) {
    int length = grid.columns() * channels;
    makeRoom(length + channels);
    for (int image = first; image < first + count; image++) {
      for (int tileRow = 0; tileRow < grid.rows(); tileRow++) {
        readInputs(grid, images, image, tileRow, channels);
        for (int c = 0; c < OUT; c++) {
          // The first columns of the next tile are the last of this one.
          inputTransform(pixels, c, half, c < IN - OUT ? length + channels : length);
        }
        for (int r = 0; r < IN; r++) {
          System.arraycopy(half[r][0], channels, half[r][4], 0, length);
          System.arraycopy(half[r][1], channels, half[r][5], 0, length);
          inputTransform(half[r], whole[r], length);
        }
        int tile = (image - first) * grid.tiles() + tileRow * grid.columns();
        put(tile, count * grid.tiles(), channels, length, target);
      }
    }
  }

  /** Reads the rows of a row of tiles, but for those that it shares with the row above. */
  private void readInputs(Grid grid, float[] images, int image, int tileRow, int channels) {
    int fresh = 0;
    if (tileRow > 0) {
      for (; fresh < IN - OUT; fresh++) {
        float[][] old = pixels[fresh];
        pixels[fresh] = pixels[fresh + OUT];
        pixels[fresh + OUT] = old;
      }
    }
    for (int r = fresh; r < IN; r++) {
      readRow(grid, images, image, tileRow * OUT - RIM + r, RIM, channels, pixels[r]);
    }
  }

  /**
   * Sorts the pixels of a row by their column within a tile, with zeros outside of the image.
   *
   * @param rim columns before the first one of the image
   */
  private static void readRow(
      Grid grid, float[] images, int image, int y, int rim, int channels, float[][] sorted) {
    int columns = grid.columns() * OUT + 2 * rim;
    boolean outside = y < 0 || y >= grid.height();
    int start = (image * grid.height() + y) * grid.width();
    for (int q = 0; q < columns; q++) {
      int x = q - rim;
      float[] target = sorted[q % OUT];
      int at = q / OUT * channels;
      if (outside || x < 0 || x >= grid.width()) {
        Arrays.fill(target, at, at + channels, 0f);
      } else {
        System.arraycopy(images, (start + x) * channels, target, at, channels);
      }
    }
  }

  /** Writes the transforms of a row of tiles. */
  private void put(int tile, int tiles, int channels, int length, NativeFloats target) {
    for (int p = 0; p < PLACES; p++) {
      target.put((p * tiles + tile) * channels, whole[p / IN][p % IN], 0, length);
    }
  }

  /** Bᵀ applied to column {@code c} of all tiles. */
  private static void inputTransform(float[][][] from, int c, float[][][] to, int length) {
    inputTransform(
        from[0][c],
        from[1][c],
        from[2][c],
        from[3][c],
        from[4][c],
        from[5][c],
        to[0][c],
        to[1][c],
        to[2][c],
        to[3][c],
        to[4][c],
        to[5][c],
        length);
  }

  /** Bᵀ applied to a row of all tiles. */
  private static void inputTransform(float[][] from, float[][] to, int length) {
    inputTransform(
        from[0], from[1], from[2], from[3], from[4], from[5], to[0], to[1], to[2], to[3], to[4],
        to[5], length);
  }

  /** Bᵀ applied to six rows. */
  private static void inputTransform(
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float[] e,
      float[] f,
      float[] r0,
      float[] r1,
      float[] r2,
      float[] r3,
      float[] r4,
      float[] r5,
      int length) {
    for (int i = 0; i < length; i++) {
      r0[i] = 4 * a[i] - 5 * c[i] + e[i];
    }
    for (int i = 0; i < length; i++) {
      float even = e[i] - 4 * c[i];
      float odd = d[i] - 4 * b[i];
      r1[i] = even + odd;
      r2[i] = even - odd;
    }
    for (int i = 0; i < length; i++) {
      float even = e[i] - c[i];
      float odd = 2 * (d[i] - b[i]);
      r3[i] = even + odd;
      r4[i] = even - odd;
    }
    for (int i = 0; i < length; i++) {
      r5[i] = 4 * b[i] - 5 * d[i] + f[i];
    }
  }

  /**
   * Aᵀ m A of all tiles, plus biases.
   *
   * @param products m, [place][tile][channel]
   * @param images [N, P·C], row-major; those from {@code first} on are overwritten
   */
  void transformOutputs(
      Grid grid,
      NativeFloats products,
      int first,
      int count,
      int channels,
      float @Nullable [] biases,
      float[] images) {
    int length = grid.columns() * channels;
    makeRoom(length);
    for (int t = 0; biases != null && t < grid.columns(); t++) {
      System.arraycopy(biases, 0, row, t * channels, channels);
    }
    int tiles = count * grid.tiles();
    for (int image = first; image < first + count; image++) {
      for (int tileRow = 0; tileRow < grid.rows(); tileRow++) {
        int tile = (image - first) * grid.tiles() + tileRow * grid.columns();
        for (int p = 0; p < PLACES; p++) {
          products.get((p * tiles + tile) * channels, whole[p / IN][p % IN], 0, length);
        }
        for (int c = 0; c < IN; c++) {
          outputTransform(
              whole[0][c],
              whole[1][c],
              whole[2][c],
              whole[3][c],
              whole[4][c],
              whole[5][c],
              half[0][c],
              half[1][c],
              half[2][c],
              half[3][c],
              length);
        }
        for (int r = 0; r < Math.min(OUT, grid.height() - tileRow * OUT); r++) {
          float[][] m = half[r];
          float[][] y = pixels[r];
          outputTransform(m[0], m[1], m[2], m[3], m[4], m[5], y[0], y[1], y[2], y[3], length);
          for (int c = 0; biases != null && c < OUT; c++) {
            add(row, y[c], length);
          }
          writeRow(grid, y, image, tileRow * OUT + r, channels, images);
        }
      }
    }
  }

  private static void add(float[] summand, float[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += summand[i];
    }
  }

  /** Writes pixels that are sorted by their column within a tile. */
  private static void writeRow(
      Grid grid, float[][] sorted, int image, int y, int channels, float[] images) {
    int start = (image * grid.height() + y) * grid.width();
    for (int x = 0; x < grid.width(); x++) {
      System.arraycopy(
          sorted[x % OUT], x / OUT * channels, images, (start + x) * channels, channels);
    }
  }

  /** Aᵀ applied to six rows. */
  private static void outputTransform(
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float[] e,
      float[] f,
      float[] r0,
      float[] r1,
      float[] r2,
      float[] r3,
      int length) {
    for (int i = 0; i < length; i++) {
      float sum = b[i] + c[i];
      float wideSum = d[i] + e[i];
      r0[i] = a[i] + sum + wideSum;
      r2[i] = sum + 4 * wideSum;
    }
    for (int i = 0; i < length; i++) {
      float difference = b[i] - c[i];
      float wideDifference = d[i] - e[i];
      r1[i] = difference + 2 * wideDifference;
      r3[i] = difference + 8 * wideDifference + f[i];
    }
  }

  /**
   * A dy Aᵀ of all tiles, and the sums of dy for the biases.
   *
   * @param signals dy, [N, P·C], row-major
   * @param target [place][tile][channel], overwritten
   * @param sums of each channel over all pixels; added to
   */
  void transformSignals(
      Grid grid,
      float[] signals,
      int first,
      int count,
      int channels,
      NativeFloats target,
      double[] sums) {
    int length = grid.columns() * channels;
    makeRoom(length);
    for (int image = first; image < first + count; image++) {
      for (int tileRow = 0; tileRow < grid.rows(); tileRow++) {
        for (int r = 0; r < OUT; r++) {
          readRow(grid, signals, image, tileRow * OUT + r, 0, channels, pixels[r]);
        }
        addPixels(length, channels, sums);
        for (int c = 0; c < OUT; c++) {
          signalTransform(
              pixels[0][c],
              pixels[1][c],
              pixels[2][c],
              pixels[3][c],
              half[0][c],
              half[1][c],
              half[2][c],
              half[3][c],
              half[4][c],
              half[5][c],
              length);
        }
        for (int r = 0; r < IN; r++) {
          float[][] t = half[r];
          float[][] m = whole[r];
          signalTransform(t[0], t[1], t[2], t[3], m[0], m[1], m[2], m[3], m[4], m[5], length);
        }
        int tile = (image - first) * grid.tiles() + tileRow * grid.columns();
        put(tile, count * grid.tiles(), channels, length, target);
      }
    }
  }

  /** Sums the pixels of each tile in single precision, and those sums in double precision. */
  private void addPixels(int length, int channels, double[] sums) {
    Arrays.fill(row, 0, length, 0f);
    for (int r = 0; r < OUT; r++) {
      for (int c = 0; c < OUT; c++) {
        add(pixels[r][c], row, length);
      }
    }
    for (int from = 0; from < length; from += channels) {
      for (int c = 0; c < channels; c++) {
        sums[c] += row[from + c];
      }
    }
  }

  /** A applied to four rows. */
  private static void signalTransform(
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float[] r0,
      float[] r1,
      float[] r2,
      float[] r3,
      float[] r4,
      float[] r5,
      int length) {
    for (int i = 0; i < length; i++) {
      float even = a[i] + c[i];
      float odd = b[i] + d[i];
      r0[i] = a[i];
      r1[i] = even + odd;
      r2[i] = even - odd;
    }
    for (int i = 0; i < length; i++) {
      float even = a[i] + 4 * c[i];
      float odd = 2 * b[i] + 8 * d[i];
      r3[i] = even + odd;
      r4[i] = even - odd;
      r5[i] = d[i];
    }
  }
}
