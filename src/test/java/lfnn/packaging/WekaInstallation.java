package lfnn.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lfnn.packaging.JavaProcess.Outcome;

/** A plain Weka with an empty WEKA_HOME, told to stay off the network. */
final class WekaInstallation {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final String version;
  private final Path java;
  private final Path directory;

  private WekaInstallation(String version, Path java, Path directory) {
    this.version = version;
    this.java = java;
    this.directory = directory;
  }

  /** A Weka without packages. */
  static WekaInstallation create(String version, Path java, Path directory) throws IOException {
    WekaInstallation weka = new WekaInstallation(version, java, directory);
    Path properties = weka.home().resolve("props");
    Files.createDirectories(properties);
    Files.writeString(
        properties.resolve("PackageManager.props"), "weka.packageManager.offline=true\n");
    return weka;
  }

  Path home() {
    return directory.resolve("wekafiles");
  }

  Path packageDirectory() {
    return home().resolve("packages").resolve("LFNN");
  }

  /** Installs our package with Weka's package manager. */
  Outcome install() throws IOException, InterruptedException {
    Outcome outcome =
        run(
            "weka.core.WekaPackageManager",
            "-offline",
            "-install-package",
            BuiltFiles.packageZip().toString());
    // the package manager ends with 0 even after an exception
    assertThat(outcome.errors()).as(outcome.all()).doesNotContain("Exception");
    assertThat(packageDirectory().resolve("LFNN.jar")).as(outcome.all()).exists();
    return outcome;
  }

  Outcome run(String... arguments) throws IOException, InterruptedException {
    return run(List.of(), arguments);
  }

  /** Runs Weka; {@code vmOptions} are for the JVM. */
  Outcome run(List<String> vmOptions, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(vmOptions);
    all.add("-cp");
    all.add(classPath());
    all.addAll(Arrays.asList(arguments));
    return new JavaProcess(java, directory, Map.of("WEKA_HOME", home().toString())).run(LIMIT, all);
  }

  /** Weka's jar and what a release of Weka has inside its jar. */
  String classPath() {
    Path weka = BuiltFiles.weka();
    return weka.resolve("weka-stable-" + version + ".jar")
        + File.pathSeparator
        + weka.resolve("lib").resolve("*");
  }
}
