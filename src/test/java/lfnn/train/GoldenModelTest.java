package lfnn.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lfnn.Golden;
import lfnn.data.FeatureEncoder;
import lfnn.data.FeatureEncoder.Column;
import lfnn.data.FeatureEncoder.Nominal;
import lfnn.data.FeatureEncoder.Numeric;
import lfnn.data.FeatureEncoder.Scaling;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models that earlier versions saved still predict what they did.
 *
 * <p>When the format number of {@link LfnnModel} rises, keep the files of the formats that are
 * still read, and write those of the new one: {@code mvn test -Dtest=GoldenModelTest
 * -Dlfnn.golden=src/test/resources/lfnn/train}, with {@link #FORMAT} set to the new number. Then
 * name them in {@link #keptModelsPredictWhatTheyDid}.
 */
class GoldenModelTest {

  private static final int FORMAT = 1;

  private static final Path KEPT = Path.of("src", "test", "resources", "lfnn", "train");

  private static final int ROWS = 12;

  /** Every kind of layer, so that the order of their parameters is kept, too. */
  private static final String IMAGES =
      "block(conv(4, activation=leaky-relu), batch-norm(activation=relu), max-pool(2),"
          + " dropout(0.1), heads=2, split, pool=2, similarity=0.25);"
          + " block(residual(layer-norm, conv(6, kernel=1, groups=2), batch-norm, activation=relu),"
          + " mix-pixels, heads=1, pool=1);"
          + " filters(tanh, average-pool(2, stride=1), workers=2, kernel=2, padding=valid);"
          + " block(flatten, dense(6, groups=2), layer-norm(plain), sigmoid, heads=2);"
          + " fc(workers=2)";

  private static final String VALUES =
      "block(dense(6), batch-norm(activation=tanh), dense(5, activation=identity), heads=2);"
          + " fc(workers=2)";

  @TempDir Path folder;

  /** Numbers from 0 to 1 in steps of a twelfth that follow no pattern a network would know. */
  private static double[][] rows(int width) {
    double[][] rows = new double[ROWS][width];
    for (int r = 0; r < ROWS; r++) {
      for (int f = 0; f < width; f++) {
        rows[r][f] = (r * 31 + f * f * 17 + r * f * 7) % 13 / 12.0;
      }
    }
    return rows;
  }

  private static double[][] rows(String name) {
    if (name.contains("images")) {
      return rows(36);
    }
    double[][] rows = rows(5);
    for (int r = 0; r < ROWS; r++) {
      // A nominal attribute, with missing values.
      rows[r][4] = r % 4 == 3 ? Double.NaN : r % 3;
    }
    return rows;
  }

  private static List<Column> columns(String name) {
    List<Column> columns = new ArrayList<>();
    int numbers = name.contains("images") ? 36 : 4;
    for (int i = 0; i < numbers; i++) {
      columns.add(new Numeric("a" + i));
    }
    if (numbers == 4) {
      columns.add(new Nominal("kind", 3));
    }
    return columns;
  }

  /** A model as this version trains it. */
  private static LfnnModel train(String name) {
    boolean images = name.contains("images");
    FeatureEncoder encoder =
        new FeatureEncoder(columns(name), images ? Scaling.IMAGE : Scaling.STANDARDIZE);
    double[][] rows = rows(name);
    for (double[] row : rows) {
      encoder.observe(row, 1);
    }
    Task task = name.contains("number") ? Task.regression() : Task.classification(3);
    InputShape shape = images ? new InputShape(1, 6, 6) : InputShape.flat(encoder.size());
    Architecture architecture =
        Architecture.of(shape, task, NetworkSpec.parse(images ? IMAGES : VALUES));
    Trainer trainer =
        new Trainer(
            architecture,
            Specs.training(
                Algorithm.LFNN, LeadershipSpec.DEFAULTS, "adam", 0.02, "constant", ROWS, 1, 1));
    float[] encoded = new float[ROWS * encoder.size()];
    float[] features = new float[encoded.length];
    float[] targets = new float[ROWS];
    float[] weights = new float[ROWS];
    for (int r = 0; r < ROWS; r++) {
      encoder.encode(rows[r], encoded, r * encoder.size());
      targets[r] = r % 3;
      weights[r] = 1;
    }
    for (int step = 0; step < 60; step++) {
      architecture.inputLayout().arrange(shape, encoded, ROWS, features);
      trainer.step(ROWS, features, targets, weights);
    }
    TargetScale scale = task.isClassification() ? TargetScale.IDENTITY : new TargetScale(7, 3);
    return new LfnnModel(architecture, trainer.parameters(), encoder, scale);
  }

  private static void write(Path target, String name) throws IOException {
    LfnnModel model = train(name);
    try (ObjectOutputStream out =
        new ObjectOutputStream(Files.newOutputStream(target.resolve(name + ".model")))) {
      out.writeObject(model);
    }
    Golden.write(target.resolve(name + ".csv"), model.predict(rows(name)));
  }

  private static LfnnModel read(Path source, String name)
      throws IOException, ClassNotFoundException {
    try (ObjectInputStream in =
        new ObjectInputStream(
            new BufferedInputStream(Files.newInputStream(source.resolve(name + ".model"))))) {
      return (LfnnModel) in.readObject();
    }
  }

  private static void check(Path source, String name) throws IOException, ClassNotFoundException {
    double[][] predictions = read(source, name).predict(rows(name));
    assertThat(predictions).hasDimensions(ROWS, predictions[0].length);
    Golden.assertKept(source.resolve(name + ".csv"), predictions);
  }

  @ParameterizedTest
  @ValueSource(strings = {"format-1-images", "format-1-classes", "format-1-number"})
  void keptModelsPredictWhatTheyDid(String name) throws Exception {
    check(KEPT, name);
    assertThat(Files.size(KEPT.resolve(name + ".model"))).as("bytes").isLessThan(8_000);
  }

  @Test
  void keptImageModelHasEveryKindOfLayer() throws Exception {
    String stages = read(KEPT, "format-1-images").architecture().stages().toString();
    assertThat(stages)
        .contains(
            "dense",
            "conv",
            "max-pool",
            "average-pool",
            "batch-norm",
            "layer-norm",
            "dropout",
            "flatten",
            "mix-pixels",
            "residual",
            "filters",
            "fc",
            "split",
            "similarity");
  }

  @Test
  void modelsOfThisVersionCanBeKept() throws Exception {
    Path target = Golden.target(folder);
    for (String kind : List.of("images", "classes", "number")) {
      String name = "format-" + FORMAT + "-" + kind;
      write(target, name);
      check(target, name);
    }
  }
}
