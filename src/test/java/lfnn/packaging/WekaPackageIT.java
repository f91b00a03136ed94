package lfnn.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lfnn.packaging.JavaProcess.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The package zip in a plain Weka, in JVMs of its own. */
class WekaPackageIT {

  private static final Pattern CORRECT =
      Pattern.compile("Correctly Classified Instances +\\d+ +([0-9.]+) +%");

  @TempDir private static Path directory;

  private static final Map<Host, WekaInstallation> INSTALLED = new HashMap<>();

  /** Hidden stages whose products are large enough to go to the native libraries. */
  private static final String LARGE = "512,512";

  /** A version of Weka on a version of Java. */
  enum Host {
    WEKA_3_8_6_ON_THIS_JAVA("3.8.6"),
    WEKA_3_8_7_ON_THIS_JAVA("3.8.7"),
    WEKA_3_8_7_ON_JAVA_25("3.8.7");

    private final String version;

    Host(String version) {
      this.version = version;
    }

    Path java() throws IOException {
      return this == WEKA_3_8_7_ON_JAVA_25 ? java25() : JavaProcess.thisJdk();
    }
  }

  static Stream<Host> hosts() {
    return Stream.of(Host.values());
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void installedPackageCrossValidates(Host host) throws IOException, InterruptedException {
    Outcome outcome =
        installed(host).run("weka.Run", ".LFNN", "-t", example("iris.arff"), "-x", "10");

    assertThat(outcome.exitCode()).as(outcome.all()).isZero();
    assertThat(outcome.output()).contains("=== Stratified cross-validation ===");
    assertThat(lastPercentCorrect(outcome)).as(outcome.all()).isGreaterThan(90);
    assertThat(outcome.errors()).doesNotContain("Exception").doesNotContain("SLF4J");
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void savedModelPredictsTheSameInAnotherJvm(Host host) throws IOException, InterruptedException {
    WekaInstallation weka = installed(host);
    String model = directory.resolve(host + ".model").toString();

    Outcome trained =
        weka.run(
            "weka.Run", ".LFNN", "-t", example("vote.arff"), "-no-cv", "-d", model, "-H", LARGE);
    Outcome loaded = weka.run("weka.Run", ".LFNN", "-l", model, "-T", example("vote.arff"));

    assertThat(loaded.exitCode()).as(loaded.all()).isZero();
    assertThat(lastPercentCorrect(loaded))
        .as(trained.all() + loaded.all())
        .isEqualTo(lastPercentCorrect(trained))
        .isGreaterThan(90);
  }

  @ParameterizedTest
  @EnumSource(
      value = Host.class,
      names = {"WEKA_3_8_6_ON_THIS_JAVA", "WEKA_3_8_7_ON_THIS_JAVA"})
  void installedPackageTrainsAConvolutionalNetworkOnACifarFile(Host host)
      throws IOException, InterruptedException {
    Outcome outcome =
        installed(host)
            .run(
                "weka.Run",
                ".LFNN",
                "-no-cv",
                "-t",
                BuiltFiles.cifar(directory.resolve("data_batch_1.bin"), 40).toString(),
                "-input",
                "3x32x32",
                "-H",
                "block(conv(4), max-pool(4), heads=2); fc(workers=2)",
                "-N",
                "2");

    assertThat(outcome.exitCode()).as(outcome.all()).isZero();
    assertThat(outcome.output())
        .contains("stage 1: block(conv(4), max-pool(4), heads=2), 3072 inputs, 256 outputs")
        .containsPattern("Total Number of Instances +40");
  }

  @ParameterizedTest
  @EnumSource(
      value = Host.class,
      names = {"WEKA_3_8_6_ON_THIS_JAVA", "WEKA_3_8_7_ON_THIS_JAVA"})
  void installedPackageReadsImages(Host host) throws IOException, InterruptedException {
    Outcome outcome =
        installed(host)
            .run(
                "weka.Run",
                "weka.classifiers.rules.ZeroR",
                "-no-cv",
                "-t",
                example("mnist-2000-test-images-idx3-ubyte.gz"));

    assertThat(outcome.exitCode()).as(outcome.all()).isZero();
    assertThat(outcome.output()).containsPattern("Total Number of Instances +2000");
  }

  @Test
  void packageComputesWithOneDnnAndTheCurrentOpenBlas() throws IOException, InterruptedException {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "the names of the libraries are those of linux-x86_64");
    Path log = directory.resolve("libraries.txt");

    Outcome outcome =
        installed(Host.WEKA_3_8_7_ON_THIS_JAVA)
            .run(
                List.of("-Xlog:library=info:file=" + log),
                "weka.Run",
                ".LFNN",
                "-t",
                example("iris.arff"),
                "-no-cv",
                "-H",
                LARGE);

    assertThat(outcome.exitCode()).as(outcome.all()).isZero();
    assertThat(Files.readString(log))
        .contains("linux-x86_64-onednn/libjnind4jcpu.so")
        .contains("openblas-0.3.31-1.5.13-linux-x86_64.jar");
  }

  @Test
  void missingNativesAreNamedInOneLine() throws IOException, InterruptedException {
    WekaInstallation weka =
        WekaInstallation.create(
            "3.8.7", JavaProcess.thisJdk(), directory.resolve("without-natives"));
    weka.install();
    Path lib = weka.packageDirectory().resolve("lib");
    try (DirectoryStream<Path> natives =
        Files.newDirectoryStream(lib, "{nd4j-native-*,openblas-*,javacpp-*}{x86_64,arm64}*.jar")) {
      for (Path jar : natives) {
        Files.delete(jar);
      }
    }

    Outcome outcome =
        weka.run("weka.Run", ".LFNN", "-t", example("iris.arff"), "-no-cv", "-H", LARGE);

    assertThat(outcome.errors())
        .contains("the native libraries of this platform are missing")
        .contains("Install the LFNN package that was built for it")
        .doesNotContain("\tat ")
        .doesNotContain("Caused by");
  }

  private static WekaInstallation installed(Host host) throws IOException, InterruptedException {
    Path java = host.java();
    WekaInstallation weka = INSTALLED.get(host);
    if (weka == null) {
      weka = WekaInstallation.create(host.version, java, directory.resolve(host.name()));
      weka.install();
      INSTALLED.put(host, weka);
    }
    return weka;
  }

  /** Home of a JDK 25: what JAVA25 says, or else Debian's directory of JDKs. */
  private static Path java25() throws IOException {
    String home = System.getenv("JAVA25");
    if (home != null) {
      return Path.of(home);
    }
    Path jdks = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(jdks)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(jdks, "{temurin,java}-25*")) {
        for (Path jdk : found) {
          if (Files.isExecutable(jdk.resolve("bin").resolve("java"))) {
            return jdk;
          }
        }
      }
    }
    assumeTrue(false, "no JDK 25 found; set JAVA25 to its home to run this test");
    return jdks;
  }

  private static double lastPercentCorrect(Outcome outcome) {
    Matcher matcher = CORRECT.matcher(outcome.output());
    double percent = Double.NaN;
    while (matcher.find()) {
      percent = Double.parseDouble(matcher.group(1));
    }
    return percent;
  }

  private static String example(String name) {
    return BuiltFiles.example(name).toString();
  }
}
