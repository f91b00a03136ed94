package lfnn.nn;

import java.nio.FloatBuffer;
import java.util.Arrays;
import lfnn.data.BatchLayout;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A [rows, columns] array. In column-major order, which is usual, element (r, c) is at {@code c *
 * rows + r}; in row-major order, which images have, at {@code r * columns + c}.
 *
 * <p>Activations have one row per example and one column per neuron, so in column-major order a
 * worker's neurons are neighbours and a group of workers is one contiguous range, and in row-major
 * order an image is. The number of rows may change from batch to batch up to the capacity that the
 * matrix was made for; changing it loses the contents.
 *
 * <p>A matrix of {@link HeapKernels} lives in a {@code float[]} and gets a copy in native memory
 * when a product needs one; each side is brought up to date when it is asked for. A matrix of
 * {@link Nd4jKernels} lives in ND4J alone. Weights on the heap may have {@link PostponedUpdates},
 * which they take when they are read. Reading from several threads is safe, writing is not.
 */
public final class Matrix {

  /** Arrays that a pass may need beside the matrix. */
  private static final int SCRATCHES = 4;

  private static final int UNKNOWN = -1;

  /** Shortest columns and smallest matrix whose updates are postponed: else it costs more. */
  private static final int POSTPONED_LENGTH = 64;

  private static final int POSTPONED_SIZE = 1 << 14;

  private final int columns;
  private final int capacity;
  private final DataType dataType;
  private final boolean rowMajor;
  private final float[] heap;
  private int rows;
  private INDArray storage;
  // The same memory: the quickest way to copy it, three times as fast as ND4J's own.
  private FloatBuffer nativeFloats;
  private FloatPointer pointer;
  private INDArray view;
  private boolean heapCurrent;
  private boolean nativeCurrent;
  private final float[][] scratch = new float[SCRATCHES][0];
  // The only columns that may be other than zero, if filledCount is not negative.
  private int[] filled = new int[0];
  private int filledCount = UNKNOWN;
  private @Nullable PostponedUpdates postponed;

  private Matrix(int rows, int columns, boolean rowMajor, DataType dataType, boolean onHeap) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "a matrix needs sizes of at least 0, not [" + rows + ", " + columns + "]");
    }
    this.rows = rows;
    this.columns = columns;
    if ((long) rows * columns > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a matrix ["
              + rows
              + ", "
              + columns
              + "] has more elements than an array can hold: make the batch or the network"
              + " smaller");
    }
    this.capacity = rows * columns;
    this.dataType = dataType;
    this.rowMajor = rowMajor;
    this.heap = onHeap ? new float[capacity] : null;
    this.heapCurrent = onHeap;
  }

  /** A zero matrix on the heap. */
  static Matrix onHeap(int rows, int columns, BatchLayout layout) {
    return new Matrix(rows, columns, layout == BatchLayout.CHANNELS_LAST, null, true);
  }

  /** A zero matrix in ND4J. */
  static Matrix inNd4j(int rows, int columns, BatchLayout layout, DataType dataType) {
    Matrix matrix = new Matrix(rows, columns, layout == BatchLayout.CHANNELS_LAST, dataType, false);
    matrix.nativeCurrent = true;
    return matrix;
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Number of columns. */
  public int columns() {
    return columns;
  }

  /** Whether the elements of a row are neighbours, instead of those of a column. */
  public boolean isRowMajor() {
    return rowMajor;
  }

  /** A zero matrix of the same size and order. */
  public Matrix alike(Kernels kernels) {
    return kernels.matrix(
        rows, columns, rowMajor ? BatchLayout.CHANNELS_LAST : BatchLayout.FEATURE_MAJOR);
  }

  /** Number of elements, rows × columns. */
  public int size() {
    return rows * columns;
  }

  /**
   * Sets the number of rows; the contents are undefined afterwards.
   *
   * @throws IllegalArgumentException if the matrix was made for fewer elements
   */
  public void setRows(int newRows) {
    if (newRows == rows) {
      return;
    }
    if (newRows < 0 || (long) newRows * columns > capacity) {
      throw new IllegalArgumentException(
          "[" + newRows + ", " + columns + "] does not fit a matrix made for " + capacity);
    }
    takePostponed();
    postponed = null;
    rows = newRows;
    view = null;
    filledCount = UNKNOWN;
  }

  /** A copy of the elements in the order of the matrix, in single precision. */
  public float[] toFloats() {
    if (heap != null) {
      return Arrays.copyOf(values(), size());
    }
    return size() == 0 ? new float[0] : flat().toFloatVector();
  }

  /** A copy of the elements in the order of the matrix, in double precision. */
  public double[] toDoubles() {
    if (heap != null) {
      double[] copy = new double[size()];
      copyTo(copy);
      return copy;
    }
    return size() == 0 ? new double[0] : flat().toDoubleVector();
  }

  /**
   * Copies the elements, in the order of the matrix.
   *
   * @param target at least {@link #size()} long
   */
  public void copyTo(float[] target) {
    System.arraycopy(heap != null ? values() : toFloats(), 0, target, 0, size());
  }

  /** The same in double precision. */
  public void copyTo(double[] target) {
    if (heap == null) {
      System.arraycopy(toDoubles(), 0, target, 0, size());
      return;
    }
    float[] values = values();
    for (int i = 0; i < size(); i++) {
      target[i] = values[i];
    }
  }

  /**
   * Overwrites the elements.
   *
   * @param source in the order of the matrix, at least {@link #size()} long
   */
  public void set(float[] source) {
    if (heap != null) {
      System.arraycopy(source, 0, valuesToWrite(), 0, size());
    } else if (size() > 0) {
      flat().assign(Nd4jBackend.vector(source, size(), dataType));
    }
  }

  /** The same in double precision. */
  public void set(double[] source) {
    if (heap != null) {
      float[] values = valuesToWrite();
      for (int i = 0; i < size(); i++) {
        values[i] = (float) source[i];
      }
    } else if (size() > 0) {
      flat().assign(Nd4jBackend.vector(source, size(), dataType));
    }
  }

  /** Sets every element to {@code value}. */
  public void fill(double value) {
    if (heap != null) {
      Arrays.fill(valuesToWrite(), 0, size(), (float) value);
    } else if (size() > 0) {
      flat().assign(value);
    }
  }

  /** The elements on the heap, to be read only; the array may be longer than {@link #size()}. */
  synchronized float[] values() {
    requireHeap();
    takePostponed();
    if (!heapCurrent) {
      copyToHeap();
      heapCurrent = true;
    }
    return heap;
  }

  /** The elements on the heap, all of which the caller is going to overwrite or update. */
  synchronized float[] valuesToWrite() {
    requireHeap();
    takePostponed();
    filledCount = UNKNOWN;
    return heapToWrite();
  }

  private float[] heapToWrite() {
    if (!heapCurrent && nativeCurrent) {
      copyToHeap();
    }
    heapCurrent = true;
    nativeCurrent = false;
    return heap;
  }

  /** The matrix in ND4J, shape [rows, columns], to be read only. */
  synchronized INDArray array() {
    takePostponed();
    INDArray array = allocatedView();
    if (!nativeCurrent) {
      nativeFloats.put(0, heap, 0, size());
      nativeCurrent = true;
    }
    return array;
  }

  /** The matrix in ND4J, all of which the caller is going to overwrite. */
  synchronized INDArray arrayToWrite() {
    takePostponed();
    filledCount = UNKNOWN;
    INDArray array = allocatedView();
    nativeCurrent = true;
    heapCurrent = false;
    return array;
  }

  /**
   * The elements on the heap, of which the caller reads only columns where {@code inputs} is not
   * zero; the others may be out of date.
   *
   * @param inputs at least as long as there are columns
   */
  synchronized float[] valuesOfColumns(float[] inputs) {
    if (postponed == null || !heapCurrent) {
      return values();
    }
    for (int i = 0; i < columns; i++) {
      if (inputs[i] != 0) {
        postponed.take(i);
      }
    }
    return heap;
  }

  /**
   * The elements on the heap, zero but for columns where {@code inputs} is not zero, all of which
   * the caller is going to overwrite.
   *
   * @param inputs at least as long as there are columns
   */
  synchronized float[] columnsToWrite(float[] inputs) {
    requireHeap();
    takePostponed();
    heapToWrite();
    if (filledCount == UNKNOWN) {
      Arrays.fill(heap, 0, size(), 0f);
    } else {
      for (int k = 0; k < filledCount; k++) {
        if (inputs[filled[k]] == 0) {
          Arrays.fill(heap, filled[k] * rows, (filled[k] + 1) * rows, 0f);
        }
      }
    }
    if (filled.length < columns) {
      filled = new int[columns];
    }
    filledCount = 0;
    for (int i = 0; i < columns; i++) {
      if (inputs[i] != 0) {
        filled[filledCount++] = i;
      }
    }
    return heap;
  }

  /** Whether columns of this matrix wait with updates for which {@code gradient} has nothing. */
  boolean postpones(Matrix gradient) {
    return gradient.filledCount != UNKNOWN
        && 2 * gradient.filledCount <= columns
        && rows >= POSTPONED_LENGTH
        && size() >= POSTPONED_SIZE;
  }

  /**
   * One step of an optimizer, which columns without a gradient take when they are asked for.
   *
   * @param gradient from {@link #columnsToWrite}
   * @param moments like this matrix
   */
  synchronized void updateColumns(UpdateLoop step, Matrix gradient, Matrix... moments) {
    float[] theta = heapOfPostponed();
    float[] first = moments.length > 0 ? moments[0].heapOfPostponed() : theta;
    float[] second = moments.length > 1 ? moments[1].heapOfPostponed() : theta;
    boolean known = postponed != null && postponed.areOf(first, second);
    for (Matrix moment : moments) {
      known &= moment.postponed == postponed;
    }
    if (!known) {
      takePostponed();
      postponed = new PostponedUpdates(theta, first, second, rows, columns);
      for (Matrix moment : moments) {
        moment.takePostponed();
        moment.postponed = postponed;
      }
    }
    postponed.step(step, gradient.values(), gradient.filled, gradient.filledCount);
  }

  private synchronized float[] heapOfPostponed() {
    requireHeap();
    filledCount = UNKNOWN;
    return heapToWrite();
  }

  private void takePostponed() {
    if (postponed != null) {
      postponed.takeAll();
    }
  }

  /** The memory of {@link #array()}, for matrices that live on the heap. */
  synchronized FloatPointer memory() {
    array();
    return pointer;
  }

  /** The memory of {@link #arrayToWrite()}. */
  synchronized FloatPointer memoryToWrite() {
    arrayToWrite();
    return pointer;
  }

  /**
   * {@link #array()} as it is stored, column-major: [rows, columns], or [columns, rows] for a
   * row-major matrix.
   */
  INDArray stored() {
    INDArray array = array();
    return rowMajor ? array.transpose() : array;
  }

  /** {@link #arrayToWrite()} as {@link #stored()}. */
  INDArray storedToWrite() {
    INDArray array = arrayToWrite();
    return rowMajor ? array.transpose() : array;
  }

  /**
   * Columns {@code from} to {@code to} (exclusive) of {@link #array()} or {@link #arrayToWrite()},
   * sharing their memory; for column-major matrices.
   */
  INDArray columnRange(int from, int to) {
    if (rowMajor) {
      throw new IllegalStateException("columns of a row-major matrix are no range");
    }
    return Nd4jBackend.range(storage, (long) from * rows, rows, to - from);
  }

  /**
   * A float array that belongs to this matrix, for passes that need one; contents undefined.
   *
   * @param length wanted length
   */
  float[] scratch(int length) {
    return scratch(0, length);
  }

  /** One of several such arrays. */
  float[] scratch(int index, int length) {
    if (scratch[index].length < length) {
      scratch[index] = new float[length];
    }
    return scratch[index];
  }

  private INDArray flat() {
    allocatedView();
    return Nd4jBackend.range(storage, 0, size(), 1).reshape(size());
  }

  private INDArray allocatedView() {
    if (storage == null) {
      storage =
          Nd4jBackend.allocate(Math.max(1, capacity), heap == null ? dataType : DataType.FLOAT);
      if (heap != null) {
        pointer = Nd4jBackend.pointer(storage);
        nativeFloats = pointer.asBuffer();
      }
    }
    if (view == null) {
      view =
          rowMajor
              ? Nd4jBackend.range(storage, 0, columns, rows).transpose()
              : Nd4jBackend.range(storage, 0, rows, columns);
    }
    return view;
  }

  private void copyToHeap() {
    nativeFloats.get(0, heap, 0, size());
  }

  private void requireHeap() {
    if (heap == null) {
      throw new IllegalStateException("this matrix lives in ND4J and has no heap array");
    }
  }
}
