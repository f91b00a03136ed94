package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weka.classifiers.evaluation.Evaluation;
import weka.core.Instances;
import weka.core.SerializationHelper;
import weka.core.Utils;
import weka.core.converters.ConverterUtils.DataSource;

/** Networks for images on files of images, as {@code -t} and the Explorer open them. */
class LFNNImageFilesTest {

  private static final int IMAGES = 60;

  @TempDir Path folder;

  private static byte[] pixels(int size, int label, Random random) {
    byte[] pixels = new byte[size];
    random.nextBytes(pixels);
    // A bright band at a height of its own tells the class.
    Arrays.fill(pixels, label * size / 10, (label + 1) * size / 10, (byte) 255);
    return pixels;
  }

  @BeforeEach
  void writeFiles() throws IOException {
    Random random = new Random(1);
    ByteArrayOutputStream cifar = new ByteArrayOutputStream();
    ByteArrayOutputStream images = new ByteArrayOutputStream();
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    images.writeBytes(
        ByteBuffer.allocate(16).putInt(0x803).putInt(IMAGES).putInt(28).putInt(28).array());
    labels.writeBytes(ByteBuffer.allocate(8).putInt(0x801).putInt(IMAGES).array());
    for (int i = 0; i < IMAGES; i++) {
      cifar.write(i % 10);
      cifar.writeBytes(pixels(3072, i % 10, random));
      images.writeBytes(pixels(784, i % 10, random));
      labels.write(i % 10);
    }
    Files.write(folder.resolve("data_batch_1.bin"), cifar.toByteArray());
    Files.write(folder.resolve("train-images.idx3-ubyte"), images.toByteArray());
    Files.write(folder.resolve("train-labels.idx1-ubyte"), labels.toByteArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data_batch_1.bin | 3x32x32 | cifar10-876k",
        "data_batch_1.bin | 3x32x32 | block(conv(8), max-pool(4), heads=2, pool=4);fc(workers=3)",
        "train-images.idx3-ubyte | 1x28x28 | mnist-275k",
        "train-images.idx3-ubyte | 1x28x28 | block(conv(8), max-pool(4),"
            + " heads=2);filters(workers=2)"
      })
  void aNetworkIsTrainedOnAFileOfImages(String file, String input, String network)
      throws Exception {
    String data = folder.resolve(file).toString();
    String model = folder.resolve("lfnn.model").toString();
    String printed =
        Evaluation.evaluateModel(
            new LFNN(),
            new String[] {
              "-t", data, "-d", model, "-no-cv", "-input", input, "-H", network, "-N", "1"
            });
    assertThat(printed)
        .contains("stage 1: block(", "softmax")
        .containsPattern("Total Number of Instances +" + IMAGES);

    Instances images = DataSource.read(data);
    images.setClassIndex(images.numAttributes() - 1);
    LFNN saved = (LFNN) SerializationHelper.read(model);
    assertThat(Utils.joinOptions(saved.getOptions())).contains("-input " + input);
    for (double[] distribution : saved.distributionsForInstances(images)) {
      assertThat(distribution).hasSize(10).doesNotContain(Double.NaN);
      assertThat(Utils.sum(distribution)).isEqualTo(1, within(1e-6));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"data_batch_1.bin | -input 3x32x32", "train-images.idx3-ubyte | -input 1x28x28"})
  void aConvolutionalNetworkLearnsThem(String file, String input) throws Exception {
    Instances images = DataSource.read(folder.resolve(file).toString());
    images.setClassIndex(images.numAttributes() - 1);
    LFNN classifier =
        Tables.classifier(
            input + " -H \"block(conv(8), max-pool(2), heads=2)\" -N 15 -leaders 0.5");
    classifier.buildClassifier(images);
    assertThat(Tables.accuracy(classifier, images)).isGreaterThan(0.8);
  }
}
