package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MatrixTest {

  private static List<Kernels> allKernels() {
    return List.of(new HeapKernels(), Nd4jKernels.singlePrecision(), Nd4jKernels.doublePrecision());
  }

  @Test
  void elementsAreColumnMajorInEveryForm() {
    for (Kernels kernels : allKernels()) {
      Matrix matrix = kernels.matrix(2, 3);
      assertThat(matrix.toFloats()).isEqualTo(new float[6]);
      matrix.set(new float[] {1, 2, 3, 4, 5, 6});
      assertThat(matrix.toDoubles()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(matrix.array().getDouble(1, 2)).isEqualTo(6);
      assertThat(matrix.array().getDouble(0, 1)).isEqualTo(3);
      matrix.set(new double[] {6, 5, 4, 3, 2, 1});
      assertThat(matrix.toFloats()).containsExactly(6, 5, 4, 3, 2, 1);
      matrix.fill(7);
      assertThat(matrix.toFloats()).containsOnly(7);
    }
  }

  @Test
  void rowsMayShrinkAndGrowBack() {
    for (Kernels kernels : allKernels()) {
      Matrix matrix = kernels.matrix(3, 2);
      for (int rows : new int[] {3, 1, 2, 3}) {
        matrix.setRows(rows);
        float[] values = new float[rows * 2];
        for (int i = 0; i < values.length; i++) {
          values[i] = rows * 10 + i;
        }
        matrix.set(values);
        assertThat(matrix.size()).isEqualTo(values.length);
        assertThat(matrix.toFloats()).isEqualTo(values);
        assertThat(matrix.array().getFloat(rows - 1, 1)).isEqualTo(values[values.length - 1]);
        assertThat(matrix.array().shape()).containsExactly(rows, 2);
      }
    }
  }

  @Test
  void bothSidesOfAHeapMatrixFollowTheLastWriter() {
    Matrix matrix = new HeapKernels().matrix(2, 2);
    matrix.set(new float[] {1, 2, 3, 4});
    matrix.arrayToWrite().assign(9);
    assertThat(matrix.toFloats()).containsOnly(9);
    matrix.valuesToWrite()[3] = 5;
    assertThat(matrix.array().getFloat(1, 1)).isEqualTo(5);
    assertThat(matrix.array().getFloat(0, 0)).isEqualTo(9);
    matrix.arrayToWrite().putScalar(0, 0, 8);
    assertThat(matrix.values()).containsExactly(8, 9, 9, 5);
  }

  @Test
  void moreRowsThanTheMatrixWasMadeForAreRefused() {
    for (Kernels kernels : allKernels()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> kernels.matrix(2, 3).setRows(3))
          .withMessage("[3, 3] does not fit a matrix made for 6");
    }
  }

  @Test
  void sizesThatNoArrayHoldsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeapKernels().matrix(100_000, 100_000))
        .withMessageContaining("[100000, 100000] has more elements than an array can hold");
    assertThatIllegalArgumentException().isThrownBy(() -> new HeapKernels().matrix(-1, 1));
  }

  @Test
  void deviceMatricesHaveNoHeapArray() {
    assertThatThrownBy(() -> Nd4jKernels.singlePrecision().matrix(1, 1).values())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void emptyMatricesCanBeRead() {
    for (Kernels kernels : allKernels()) {
      assertThat(kernels.matrix(0, 3).toFloats()).isEmpty();
      assertThat(kernels.matrix(0, 3).toDoubles()).isEmpty();
    }
  }
}
