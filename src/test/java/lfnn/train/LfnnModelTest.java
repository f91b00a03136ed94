package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lfnn.Tolerances;
import lfnn.data.FeatureEncoder;
import lfnn.data.FeatureEncoder.Scaling;
import lfnn.data.InputShape;
import lfnn.nn.HeapKernels;
import lfnn.nn.Network;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LfnnModelTest {

  private static LfnnModel model(Task task, String stages) {
    Tables.Rows iris = Tables.iris();
    FeatureEncoder encoder = new FeatureEncoder(iris.columns(), Scaling.STANDARDIZE);
    for (double[] row : iris.rows()) {
      encoder.observe(row, 1);
    }
    Architecture architecture =
        Architecture.of(InputShape.flat(4), task, NetworkSpec.parse(stages));
    Network network = new Network(architecture, new HeapKernels());
    network.initialise(new SplittableRandom(5));
    float[][] parameters =
        network.parameters().stream()
            .map(parameter -> parameter.value().toFloats())
            .toArray(float[][]::new);
    TargetScale scale = task.isClassification() ? TargetScale.IDENTITY : new TargetScale(7, 3);
    return new LfnnModel(architecture, parameters, encoder, scale);
  }

  private static byte[] bytes(LfnnModel model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(model);
    }
    return bytes.toByteArray();
  }

  private static LfnnModel read(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (LfnnModel) in.readObject();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "a",
        "auto",
        "fc(workers=3); fc(workers=2)",
        "block(dense(8, activation=leaky-relu), dense(4), heads=2, split); fc(workers=3)"
      })
  void aSavedModelPredictsTheSameBitForBit(String stages) throws Exception {
    for (Task task : List.of(Task.classification(3), Task.oneVsAll(3), Task.regression())) {
      LfnnModel model = model(task, stages);
      LfnnModel loaded = read(bytes(model));
      assertThat(loaded.predict(Tables.iris().rows()))
          .isDeepEqualTo(model.predict(Tables.iris().rows()));
      assertThat(loaded.architecture()).isEqualTo(model.architecture());
    }
  }

  @Test
  void aSavedModelIsNotMuchLargerThanItsParameters() throws Exception {
    LfnnModel model = model(Task.classification(3), "256,256");
    long parameters = 4 * model.architecture().parameterCount();
    assertThat((long) bytes(model).length).isBetween(parameters, parameters + 3_000);
  }

  @Test
  void manyRowsArePredictedAsEachByItself() {
    LfnnModel model = model(Task.classification(3), "16");
    double[][] rows = new double[700][];
    Arrays.setAll(rows, i -> Tables.iris().row(i % 150));
    double[][] together = model.predict(rows);
    for (int i : new int[] {0, 255, 256, 511, 512, 699}) {
      double[] alone = model.predict(new double[][] {rows[i]})[0];
      for (int c = 0; c < 3; c++) {
        assertThat((float) together[i][c])
            .isCloseTo((float) alone[c], Tolerances.singlePrecision(16, (float) alone[c]));
      }
    }
    assertThat(model.predict(new double[0][])).isEmpty();
  }

  @Test
  void severalThreadsMayPredict() {
    LfnnModel model = model(Task.classification(3), "64,64");
    double[][] expected = model.predict(Tables.iris().rows());
    assertThat(
            IntStream.range(0, 16)
                .parallel()
                .mapToObj(i -> model.predict(Tables.iris().rows()))
                .toList())
        .allMatch(predictions -> Arrays.deepEquals(predictions, expected));
  }

  @Test
  void severalThreadsMayPredictManyRowsWithAModelThatWasJustLoaded() throws Exception {
    LfnnModel model = model(Task.classification(3), "600,600");
    double[][] rows = new double[1_500][];
    Arrays.setAll(rows, i -> Tables.iris().row(i % 150));
    LfnnModel loaded = read(bytes(model));
    assertThat(IntStream.range(0, 4).parallel().mapToObj(i -> loaded.predict(rows)).toList())
        .allMatch(predictions -> Arrays.deepEquals(predictions, model.predict(rows)));
  }

  @Test
  void whoHoldsTheModelMayPredict() {
    LfnnModel model = model(Task.classification(3), "64,64");
    double[][] rows = new double[1_500][];
    Arrays.setAll(rows, i -> Tables.iris().row(i % 150));
    model.useThreads(2);
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          synchronized (model) {
            assertThat(model.predict(rows)).hasDimensions(1_500, 3);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "600,600",
        "fc(workers=3); fc(workers=2)",
        "block(dense(64), layer-norm, dropout(0.1), dense(8), heads=2)"
      })
  void predictionsDoNotDependOnTheNumberOfThreads(String stages) {
    LfnnModel model = model(Task.classification(3), stages);
    // More rows than one thread takes at a time, the last ones fewer.
    double[][] rows = new double[1_500][];
    Arrays.setAll(rows, i -> Tables.iris().row(i % 150));
    model.useThreads(1);
    double[][] expected = model.predict(rows);
    for (int threads : new int[] {2, 3, 0}) {
      model.useThreads(threads);
      assertThat(model.predict(rows)).isDeepEqualTo(expected);
      // Again with what the threads have kept.
      assertThat(model.predict(rows)).isDeepEqualTo(expected);
    }
  }

  @Test
  void aRowThatCannotBeReadFailsThePrediction() {
    LfnnModel model = model(Task.classification(3), "8");
    assertThatThrownBy(
            () ->
                model.predict(
                    1_500,
                    i -> {
                      if (i == 900) {
                        throw new IllegalStateException("row 900 is gone");
                      }
                      return Tables.iris().row(i % 150);
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("row 900 is gone");
    assertThat(model.predict(Tables.iris().rows())).hasDimensions(150, 3);
  }

  @Test
  void valuesAreInTheUnitsOfTheTarget() {
    LfnnModel model = model(Task.regression(), "0");
    for (float[] parameter : model.parameters()) {
      Arrays.fill(parameter, 0);
    }
    for (double[] prediction : model.predict(Tables.iris().rows())) {
      assertThat(prediction).containsExactly(7);
    }
  }

  @Test
  void oneVsAllOutputsBecomeADistribution() {
    for (double[] p : model(Task.oneVsAll(3), "fc(workers=3)").predict(Tables.iris().rows())) {
      assertThat(Arrays.stream(p).sum()).isCloseTo(1, Tolerances.CLOSED_FORM_DOUBLE);
    }
    assertThat(LfnnModel.prediction(Task.oneVsAll(2), TargetScale.IDENTITY, new float[2], 0, 1))
        .containsExactly(0.5, 0.5);
  }

  @Test
  void parametersThatDoNotFitTheNetworkAreFoundOnLoading() throws Exception {
    LfnnModel whole = model(Task.classification(3), "16");
    float[][] parameters = whole.parameters().clone();
    parameters[1] = new float[3];
    LfnnModel damaged =
        new LfnnModel(whole.architecture(), parameters, whole.encoder(), whole.targetScale());
    byte[] bytes = bytes(damaged);
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("parameters and statistics, its network needs");
  }
}
