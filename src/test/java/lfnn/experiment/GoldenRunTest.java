package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lfnn.Golden;
import lfnn.data.ImageData;
import lfnn.train.LfnnModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders that the train command of earlier versions wrote can still be evaluated and resumed.
 *
 * <p>To keep one of this version: {@code mvn test -Dtest=GoldenRunTest
 * -Dlfnn.golden=src/test/resources/lfnn/experiment}, under another {@link #NAME}.
 */
class GoldenRunTest {

  private static final String NAME = "format-1";

  private static final Path KEPT = Path.of("src", "test", "resources", "lfnn", "experiment");

  /** The model remembers where its images were: a path that is the same everywhere. */
  private static final Path IMAGES = Path.of("target", "golden-images");

  @TempDir Path folder;

  private static double[][] predictions(LfnnModel model) throws IOException {
    byte[] pixels = ImageData.open(IMAGES).test().orElseThrow().pixels();
    double[][] rows = new double[pixels.length / (TinyImages.SIDE * TinyImages.SIDE)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[TinyImages.SIDE * TinyImages.SIDE];
      for (int p = 0; p < rows[i].length; p++) {
        rows[i][p] = Byte.toUnsignedInt(pixels[i * rows[i].length + p]);
      }
    }
    return model.predict(rows);
  }

  @Test
  void aKeptRunPredictsWhatItDidAndGoesOn() throws IOException {
    TinyImages.write(IMAGES, 60, 12, 1);
    Path model = KEPT.resolve(NAME + ".model");
    Golden.assertKept(KEPT.resolve(NAME + ".csv"), predictions(RunFolder.read(model).model()));
    assertThat(Files.size(model)).as("bytes").isLessThan(20_000);

    Files.copy(model, folder.resolve("model"));
    Ran evaluated = Ran.command("evaluate", "--model=" + folder, "--data=" + IMAGES);
    assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
    Ran on = Ran.command("train", "--resume=" + folder, "--epochs=3");
    assertThat(on.exitCode()).as(on.err()).isZero();
    assertThat(RunFolder.read(folder).state().epochs()).isEqualTo(3);
  }

  @Test
  void aRunOfThisVersionCanBeKept() throws IOException {
    TinyImages.write(IMAGES, 60, 12, 1);
    Ran ran =
        Ran.command(
            "train",
            "--data=" + IMAGES,
            "--out=" + folder.resolve("run"),
            "--network=block(conv(2), max-pool(2), batch-norm, heads=2); fc(workers=2)",
            "--validation=0.2",
            "--epochs=2");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    RunFolder run = RunFolder.open(folder.resolve("run"));
    run.write(withoutPathsOfThisMachine(run.read()));
    Path target = Golden.target(folder);
    Path model = target.resolve(NAME + ".model");
    Files.copy(folder.resolve("run").resolve("model"), model);
    Golden.write(target.resolve(NAME + ".csv"), predictions(RunFolder.read(model).model()));
  }

  private static SavedRun withoutPathsOfThisMachine(SavedRun run) {
    Map<String, String> options = new LinkedHashMap<>(run.options());
    options.replace("--data", IMAGES.toString());
    return new SavedRun(
        List.of("train --data=" + IMAGES),
        options,
        run.model(),
        run.scale(),
        run.classNames(),
        run.state(),
        run.test(),
        run.checksum());
  }
}
