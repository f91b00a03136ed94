package moa.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static moa.streams.Streams.rest;
import static moa.streams.Streams.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.javacliparser.Option;
import com.github.javacliparser.gui.OptionsConfigurationPanel;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import moa.core.AutoClassDiscovery;
import moa.evaluation.preview.LearningCurve;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderStreamTest {

  private static final int RED = 0xff0000;
  private static final int BLUE = 0x0000ff;

  @TempDir Path folder;

  private Path train;

  /** Ten images of 2 × 3 pixels in each of two classes, one red and one blue. */
  @BeforeEach
  void writeImages() throws IOException {
    train = folder.resolve("train");
    for (int i = 0; i < 10; i++) {
      write(train.resolve("sky blue").resolve(i + ".png"), BLUE + 0x101000 * i);
      write(train.resolve("tomato").resolve(i + ".png"), RED + 0x001010 * i);
    }
  }

  private static void write(Path file, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 6; i++) {
      image.setRGB(i % 3, i / 3, rgb);
    }
    image.setRGB(0, 0, 0);
    Files.createDirectories(file.getParent());
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }

  @Test
  void deliversImagesClassAfterClassChannelByChannel() {
    List<double[]> rows = rest(prepared("-w -f " + train));
    assertThat(rows).hasSize(20);
    assertThat(rows.get(2))
        .containsExactly(
            0, 32, 32, 32, 32, 32, 0, 32, 32, 32, 32, 32, 0, 255, 255, 255, 255, 255, 0);
    assertThat(rows.get(19))
        .containsExactly(
            0, 255, 255, 255, 255, 255, 0, 144, 144, 144, 144, 144, 0, 144, 144, 144, 144, 144, 1);
  }

  @Test
  void headerHasTheNamesOfTheClassFolders() {
    InstancesHeader header = prepared("-f " + train).getHeader();
    assertThat(header.numAttributes()).isEqualTo(19);
    assertThat(header.attribute(0).name()).isEqualTo("red1");
    assertThat(header.attribute(6).name()).isEqualTo("green1");
    assertThat(header.attribute(17).name()).isEqualTo("blue6");
    assertThat(header.classAttribute().getAttributeValues()).containsExactly("sky_blue", "tomato");
    assertThat(header.getRelationName()).isEqualTo("train");
  }

  @Test
  void scalesImages() throws IOException {
    BufferedImage other = new BufferedImage(5, 5, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(other, "png", train.resolve("tomato").resolve("other.png").toFile());
    ImageFolderStream stream = prepared("-s 4x1 -f " + train);
    assertThat(stream.getHeader().numAttributes()).isEqualTo(3 * 4 + 1);
    assertThat(rest(stream)).hasSize(21);
    assertRefused("-f " + train, train.resolve("tomato").resolve("other.png") + ": has 5x5 pixels");
  }

  @Test
  void takesTheClassesOfTheTrainingImagesIfSomeAreMissing() throws IOException {
    Path test = folder.resolve("test");
    write(test.resolve("tomato").resolve("1.png"), RED);
    assertThat(rest(prepared("-f " + test)).get(0)[18]).isZero();
    ImageFolderStream stream = prepared("-f " + test + " -c " + train);
    assertThat(stream.getHeader().classAttribute().getAttributeValues())
        .containsExactly("sky_blue", "tomato");
    assertThat(rest(stream).get(0)[18]).isEqualTo(1);
    write(test.resolve("grass").resolve("1.png"), 0x00ff00);
    assertRefused("-f " + test + " -c " + train, test + ": \"grass\" is not among the 2 classes");
  }

  @Test
  void readsAnnotations() throws IOException {
    Path val = folder.resolve("val");
    write(val.resolve("images").resolve("val_0.png"), RED);
    write(val.resolve("images").resolve("val_1.png"), BLUE);
    Files.write(
        val.resolve("val_annotations.txt"),
        "val_0.png\ttomato\t0\t0\t2\t1\nval_1.png\tsky blue\t0\t0\t2\t1\n".getBytes(UTF_8));
    List<double[]> rows = rest(prepared("-f " + val));
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0)[18]).isZero();
    assertThat(rows.get(0)[17]).isEqualTo(1);
    assertThat(rows.get(1)[18]).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-r 5 -p 7 -i 12 -e 2", "-s 3x3 -e 0 -m 25"})
  void aCopyGoesOnAndARestartBeginsAnew(String options) {
    ImageFolderStream stream = prepared("-f " + train + " " + options);
    List<double[]> all = rest(stream);
    stream.restart();
    for (int i = 0; i < 7; i++) {
      stream.nextInstance();
    }
    ImageFolderStream copy = (ImageFolderStream) stream.copy();
    List<double[]> expected = all.subList(7, all.size());
    assertThat(rest(copy).toArray(new double[0][]))
        .isDeepEqualTo(expected.toArray(new double[0][]))
        .isDeepEqualTo(rest(stream).toArray(new double[0][]));
  }

  @Test
  void mistakesAreReportedInOneLineWithoutAStackTrace() throws IOException {
    assertRefused("-s 3x3", "ImageFolderStream: folder (-f) is missing: Folder with a folder");
    assertRefused("-f nowhere", "nowhere: no such folder; check the path");
    assertRefused("-f pom.xml", "pom.xml: is a file, expected a folder of images");
    assertRefused("-f " + train + " -c nowhere", "nowhere: no such folder; check the path");
    assertRefused(
        "-f " + train + " -s 3",
        "ImageFolderStream: size (-s): a size is height x width, for example 32x32, not \"3\"; or"
            + " none");
    assertRefused("-f " + train + " -s 0x3", "ImageFolderStream: size (-s): the size of an image");
    assertRefused("-f " + train + " -m -1", "ImageFolderStream: option -m (maxInstances) must be");
    Path broken = Files.write(train.resolve("tomato").resolve("b.png"), new byte[] {1, 2, 3});
    assertRefused("-f " + train, broken + ": ");
    Files.delete(broken);
    Path loose = Files.write(train.resolve("b.webp"), new byte[] {1, 2, 3});
    assertRefused("-f " + train, loose + ": lies beside the folders of the classes, expected");
  }

  private static void assertRefused(String options, String message) {
    Streams.assertRefused(new ImageFolderStream(), options, message);
  }

  @Test
  void isListedWithItsOptionsAndAPanel() {
    assertThat(AutoClassDiscovery.findClassesOfType("moa", InstanceStream.class))
        .contains(ImageFolderStream.class);
    ImageFolderStream stream = new ImageFolderStream();
    assertThat(stream.getOptions().getOptionArray())
        .extracting(Option::getCLIChar)
        .containsExactlyInAnyOrder('f', 'c', 's', 'w', 'p', 'i', 'k', 'r', 'e', 'm');
    assertThat(new OptionsConfigurationPanel("", stream.getOptions()).getComponentCount())
        .isPositive();
  }

  @Test
  void runsInEvaluatePrequential() {
    LearningCurve curve =
        (LearningCurve)
            run(
                ("EvaluatePrequential -l bayes.NaiveBayes -s (ImageFolderStream -f %s -r 1 -e 5) -e"
                        + " BasicClassificationPerformanceEvaluator -f 100")
                    .formatted(train));
    assertThat(curve.getMeasurement(0, 0)).isEqualTo(100);
    assertThat(curve.getMeasurement(0, 4)).isGreaterThan(90);
  }

  @Test
  void isWrittenAsAnArffFileThatMoaReadsBack() {
    Path file = folder.resolve("written.arff");
    run("WriteStreamToARFFFile -s (ImageFolderStream -f %s -w) -f %s".formatted(train, file));
    ArffFileStream read = new ArffFileStream(file.toString(), -1);
    read.prepareForUse();
    for (double[] row : rest(prepared("-w -f " + train))) {
      assertThat(read.nextInstance().getData().toDoubleArray()).isEqualTo(row);
    }
  }

  private static ImageFolderStream prepared(String options) {
    return Streams.prepared(new ImageFolderStream(), options);
  }
}
