package lfnn.nn;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Floats in native memory that grow as needed, for products of ND4J's BLAS on parts of them without
 * a copy and without an array object for each part. Used by one thread at a time.
 */
final class NativeFloats {

  private FloatPointer pointer = new FloatPointer(0);
  private FloatBuffer buffer = FloatBuffer.allocate(0);
  private long capacity;

  /** Makes room for {@code length} floats; contents are lost if that is more than before. */
  NativeFloats ofLength(int length) {
    if (length > capacity) {
      // Nothing of what is freed may be reached if there is no memory for more.
      capacity = 0;
      buffer = FloatBuffer.allocate(0);
      pointer.close();
      pointer = new FloatPointer((long) length);
      buffer = pointer.asBuffer();
      capacity = length;
    }
    return this;
  }

  /**
   * Sees the memory of {@code owner} as a factor of products, as long as that keeps it; several
   * threads may do so at the same time.
   */
  NativeFloats viewOf(NativeFloats owner) {
    if (!(pointer instanceof View)) {
      capacity = 0;
      buffer = FloatBuffer.allocate(0);
      pointer.close();
      pointer = new View();
    }
    ((View) pointer).moveTo(owner.pointer);
    return this;
  }

  /** A pointer that owns nothing and moves from one memory to the next. */
  private static final class View extends FloatPointer {

    View() {
      super((Pointer) null);
    }

    void moveTo(FloatPointer memory) {
      // Not where the owner's position is, which products change.
      address = memory.address();
    }
  }

  /** Copies from the heap. */
  void put(int at, float[] source, int from, int length) {
    buffer.put(at, source, from, length);
  }

  /** Copies to the heap. */
  void get(int at, float[] target, int from, int length) {
    buffer.get(at, target, from, length);
  }

  /**
   * c ← a·b + keep·c for matrices in row-major order, a [rows, inner], b [inner, columns] and c
   * [rows, columns], each from a place on.
   */
  static void multiply(
      int rows,
      int columns,
      int inner,
      NativeFloats a,
      int fromA,
      NativeFloats b,
      int fromB,
      float keep,
      NativeFloats c,
      int fromC) {
    multiply(rows, columns, inner, false, a, fromA, b, fromB, keep, c, fromC);
  }

  /** The same with aᵀ, for a [inner, rows]. */
  static void multiplyTransposed(
      int rows,
      int columns,
      int inner,
      NativeFloats a,
      int fromA,
      NativeFloats b,
      int fromB,
      float keep,
      NativeFloats c,
      int fromC) {
    multiply(rows, columns, inner, true, a, fromA, b, fromB, keep, c, fromC);
  }

  private static void multiply(
      int rows,
      int columns,
      int inner,
      boolean transposed,
      NativeFloats a,
      int fromA,
      NativeFloats b,
      int fromB,
      float keep,
      NativeFloats c,
      int fromC) {
    openblas_nolapack.cblas_sgemm(
        openblas_nolapack.CblasRowMajor,
        transposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
        openblas_nolapack.CblasNoTrans,
        rows,
        columns,
        inner,
        1,
        a.pointer.position(fromA),
        transposed ? rows : inner,
        b.pointer.position(fromB),
        columns,
        keep,
        c.pointer.position(fromC),
        columns);
  }
}
