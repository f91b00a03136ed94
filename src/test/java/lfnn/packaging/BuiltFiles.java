package lfnn.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Where the build has put what the tests of the package run on. */
final class BuiltFiles {

  private BuiltFiles() {}

  /** The zip that users install in Weka. */
  static Path packageZip() {
    return built("lfnn.package");
  }

  /** Directory of Weka's jars. */
  static Path weka() {
    return built("lfnn.weka");
  }

  /** Directory with MOA's and our jars in its {@code lib}. */
  static Path moa() {
    return built("lfnn.moa");
  }

  /** Directory for pictures of the user interface; made if it does not exist. */
  static Path images() throws IOException {
    return Files.createDirectories(packageZip().resolveSibling("images"));
  }

  /** A file in {@code examples-arff}. */
  static Path example(String name) {
    Path file = Path.of("examples-arff", name).toAbsolutePath();
    if (!Files.exists(file)) {
      throw new IllegalStateException(file + " does not exist");
    }
    return file;
  }

  /** Writes a file of CIFAR-10 with so many images of noise, all classes in turn. */
  static Path cifar(Path file, int images) throws IOException {
    byte[] records = new byte[images * 3073];
    new Random(1).nextBytes(records);
    for (int i = 0; i < images; i++) {
      records[i * 3073] = (byte) (i % 10);
    }
    return Files.write(file, records);
  }

  private static Path built(String property) {
    String value = System.getProperty(property);
    if (value == null || !Files.exists(Path.of(value))) {
      throw new IllegalStateException(
          property + " is " + value + "; these tests run with \"mvn verify\", after the packaging");
    }
    return Path.of(value);
  }
}
