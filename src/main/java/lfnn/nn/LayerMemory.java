package lfnn.nn;

import java.util.ArrayList;
import java.util.List;
import lfnn.data.BatchLayout;
import org.jspecify.annotations.Nullable;

/** What a layer computes for a batch: its output, the gradient of it, and what else it keeps. */
final class LayerMemory {

  /** A matrix with {@code factor} rows for each example. */
  private record Sized(Matrix matrix, int factor) {}

  private final Kernels kernels;
  private final int capacity;
  private final int width;
  private final BatchLayout layout;
  private final List<Sized> sized = new ArrayList<>();
  private final List<Matrix> extras = new ArrayList<>();
  private final List<LayerMemory> parts = new ArrayList<>();
  private final Matrix output;
  private @Nullable Matrix gradient;
  private @Nullable Matrix tangent;
  private int rows;

  /**
   * @param capacity largest number of examples
   * @param width values of an example
   */
  LayerMemory(Kernels kernels, int capacity, int width, BatchLayout layout) {
    this.kernels = kernels;
    this.capacity = capacity;
    this.width = width;
    this.layout = layout;
    this.rows = capacity;
    this.output = add(1, width, layout);
  }

  private Matrix add(int factor, int columns, BatchLayout order) {
    Matrix matrix = kernels.matrix(capacity * factor, columns, order);
    matrix.setRows(rows * factor);
    sized.add(new Sized(matrix, factor));
    return matrix;
  }

  /**
   * Adds a matrix that the layer keeps, found again as {@link #extra}.
   *
   * @param factor rows for each example
   */
  LayerMemory with(int factor, int columns, BatchLayout order) {
    extras.add(add(factor, columns, order));
    return this;
  }

  /** Adds a matrix of one row, whatever the batch. */
  LayerMemory withRow(int columns) {
    extras.add(kernels.matrix(1, columns));
    return this;
  }

  /** Adds the memory of a layer inside of this one. */
  LayerMemory with(List<LayerMemory> inner) {
    parts.addAll(inner);
    return this;
  }

  void setRows(int examples) {
    if (examples != rows) {
      rows = examples;
      sized.forEach(entry -> entry.matrix().setRows(examples * entry.factor()));
      parts.forEach(part -> part.setRows(examples));
    }
  }

  Matrix output() {
    return output;
  }

  /** The gradient of the output; made when it is first asked for, which prediction never does. */
  Matrix gradient() {
    if (gradient == null) {
      gradient = add(1, width, layout);
    }
    return gradient;
  }

  /**
   * The derivative of the output along a direction; made when it is first asked for. Rules that
   * take it form no gradient of the output, so {@link #gradient()} holds the direction of what the
   * layer gives before its activation.
   */
  Matrix tangent() {
    if (tangent == null) {
      tangent = add(1, width, layout);
    }
    return tangent;
  }

  Matrix extra(int index) {
    return extras.get(index);
  }

  List<LayerMemory> parts() {
    return parts;
  }
}
