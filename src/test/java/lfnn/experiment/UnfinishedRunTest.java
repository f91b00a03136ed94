package lfnn.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import lfnn.data.ImageData;
import lfnn.spec.Algorithm;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs of the paper's figures that are stopped go on where they were. */
class UnfinishedRunTest {

  private static final int MINIBATCH = 7;

  @TempDir private static Path shared;

  private static Path images;

  @TempDir private Path folder;

  /** A study with more than one run; the second one is looked at. */
  private enum Figure {
    FIG3A {
      @Override
      Study of(StudyData data, StudyOptions options) {
        return new LeadershipSizeStudy(
            data, options, Algorithm.LFNN, List.of(4), List.of(0.5, 1.0));
      }
    },
    FIG3B {
      @Override
      Study of(StudyData data, StudyOptions options) {
        return new LossTermStudy(data, options, 4, 0.5);
      }
    },
    FIG5 {
      @Override
      Study of(StudyData data, StudyOptions options) {
        return new ActivityStudy(
            data, options, new ActivityStudy.Subject(Algorithm.LFNN, false, 1, 4, 0.5, 2));
      }
    },
    FIG5_TWO_STAGES {
      @Override
      Study of(StudyData data, StudyOptions options) {
        return new ActivityStudy(
            data, options, new ActivityStudy.Subject(Algorithm.LFNN_L, true, 0, 8, 0.25, 2));
      }
    },
    FIG6 {
      @Override
      Study of(StudyData data, StudyOptions options) {
        return new LeadershipHistoryStudy(data, options, 8, 0.25, 2);
      }
    };

    abstract Study of(StudyData data, StudyOptions options);
  }

  @BeforeAll
  static void writeImages() throws IOException {
    images = TinyImages.write(shared.resolve("tiny"), 120, 60, 1);
  }

  private static Optional<List<Row>> run(Figure figure, Path out, StudyRun.Watch watch)
      throws IOException, InterruptedException {
    StudyOptions options = new StudyOptions(MINIBATCH, 0.005, 0);
    options.runs.out = out;
    StudyData data = StudyData.of(ImageData.open(images), images, 1, 0);
    return figure.of(data, options).runs().get(1).body().run(watch);
  }

  private static List<Path> files(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out.resolve("runs"))) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void goesOnWhereItWas(Figure figure) throws Exception {
    List<Double> shares = new ArrayList<>();
    List<Row> through =
        run(
                figure,
                folder.resolve("through"),
                share -> {
                  shares.add(share);
                  return true;
                })
            .orElseThrow();
    assertThat(folder.resolve("through")).doesNotExist();
    Path out = folder.resolve("out");
    List<Double> inParts = new ArrayList<>();
    for (int stop : new int[] {5, shares.size() - 2}) {
      assertThat(
              run(
                  figure,
                  out,
                  share -> {
                    inParts.add(share);
                    return inParts.size() < stop;
                  }))
          .isEmpty();
      assertThat(files(out)).singleElement().asString().endsWith(".unfinished");
    }
    Optional<List<Row>> rows =
        run(
            figure,
            out,
            share -> {
              inParts.add(share);
              return true;
            });
    assertThat(rows).contains(through);
    assertThat(inParts).isEqualTo(shares);
    // It stays until whoever asked for the rows has kept them.
    assertThat(files(out)).singleElement().asString().endsWith(".unfinished");
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Path out = folder.resolve("out");
    String[] arguments = {"fig6", "--data=" + images, "--out=" + out, "--seeds=1"};
    assertThat(Ran.command(arguments).exitCode()).isZero();
    Path rows = files(out).get(0);
    Path unfinished = Path.of(rows.toString().replace(".csv", ".unfinished"));
    Files.move(rows, unfinished);
    Ran damaged = Ran.command(arguments);
    assertThat(damaged.exitCode()).isEqualTo(1);
    assertThat(damaged.err())
        .contains(unfinished + ": is not an unfinished run of this version of LFNN or is damaged (")
        .contains("remove the file, and the run begins anew");
    Files.delete(unfinished);
    assertThat(Ran.command(arguments).exitCode()).isZero();
    assertThat(files(out)).containsExactly(rows);
  }
}
