package lfnn.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What is in the package zip, and what must not be. */
class PackageContentIT {

  @Test
  void descriptionComesFirstAndOnce() throws IOException {
    assertThat(entries())
        .startsWith("Description.props")
        .filteredOn(name -> name.endsWith("Description.props"))
        .hasSize(1);
  }

  @Test
  void descriptionHasEveryKeyThatWekaAsksFor() throws IOException {
    Properties description = new Properties();
    try (ZipFile zip = open();
        InputStream stream = zip.getInputStream(zip.getEntry("Description.props"))) {
      description.load(new InputStreamReader(stream, StandardCharsets.ISO_8859_1));
    }

    assertThat(description.stringPropertyNames())
        .contains(
            "PackageName",
            "Version",
            "Date",
            "Title",
            "Category",
            "Author",
            "Maintainer",
            "License",
            "Description",
            "PackageURL",
            "Depends");
    assertThat(description.values()).noneMatch(value -> value.toString().contains("${"));
    assertThat(description)
        .containsEntry("PackageName", "LFNN")
        .containsEntry("Depends", "weka (>=3.8.6)");
    assertThat(description.getProperty("Version")).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(description.getProperty("Date")).matches("\\d{4}-\\d\\d-\\d\\d");
    assertThat(description.getProperty("Maintainer")).matches(".+ <.+@.+>");
  }

  @Test
  void jarThatWekaSearchesHasNothingButWhatTheClassifierAndTheLoadersNeed() throws IOException {
    List<String> classes = classesOf("LFNN.jar");

    assertThat(classes)
        .contains("weka/classifiers/functions/LFNN.class")
        .contains(
            "weka/core/converters/IdxLoader.class",
            "weka/core/converters/CifarLoader.class",
            "weka/core/converters/ImageFolderLoader.class",
            "weka/core/converters/GzipLoader.class")
        .allMatch(
            name ->
                name.matches(
                    "lfnn/.*|weka/classifiers/functions/LFNN.*|weka/core/converters/.*Loader.class"))
        .noneMatch(name -> name.startsWith("lfnn/experiment/") || name.startsWith("lfnn/plot/"));
    assertThat(classesOf("moa/LFNN-moa.jar"))
        .contains("moa/classifiers/deeplearning/LFNN.class")
        .allMatch(name -> name.startsWith("moa/"));
  }

  @Test
  void libHoldsTheJarsThatAreLoadedAndNoOther() throws IOException {
    assertThat(entries().stream().filter(name -> name.startsWith("lib/") && !name.equals("lib/")))
        .map(name -> name.replaceFirst("-\\d.*", ""))
        .containsOnly(
            "lib/nd4j-api",
            "lib/nd4j-common",
            "lib/nd4j-native",
            "lib/nd4j-native-api",
            "lib/nd4j-native-preset",
            "lib/guava",
            "lib/protobuf",
            "lib/javacpp",
            "lib/openblas",
            "lib/commons-io",
            "lib/commons-lang3",
            "lib/commons-math3",
            "lib/slf4j-api",
            "lib/slf4j-nop");
  }

  @Test
  void licenceAndExamplesAreInside() throws IOException {
    assertThat(entries()).contains("LICENSE", "README.md", "examples-arff/iris.arff");
  }

  private static ZipFile open() throws IOException {
    return new ZipFile(BuiltFiles.packageZip().toFile());
  }

  private static List<String> entries() throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipFile zip = open()) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        names.add(entries.nextElement().getName());
      }
    }
    return names;
  }

  private static List<String> classesOf(String jar) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipFile zip = open();
        ZipInputStream stream = new ZipInputStream(zip.getInputStream(zip.getEntry(jar)))) {
      for (ZipEntry entry = stream.getNextEntry(); entry != null; entry = stream.getNextEntry()) {
        if (entry.getName().endsWith(".class")) {
          names.add(entry.getName());
        }
      }
    }
    return names;
  }
}
