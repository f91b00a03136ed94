package lfnn.bench;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whole processes of Weka and MOA, beside other classifiers. */
@Command(
    name = "processes",
    description = "Measures whole processes of Weka and MOA beside other classifiers.")
final class ProcessesCommand implements Callable<Integer> {

  /** Weka without us, as a release has it. */
  private static final List<String> WEKA_JARS =
      List.of(
          "weka-stable",
          "bounce",
          "java-cup",
          "mtj",
          "netlib",
          "core",
          "native_",
          "jniloader",
          "arpack",
          "jfilechooser",
          "jclipboardhelper",
          "flatlaf");

  private static final String QUIET =
      "-Dcom.github.fommil.netlib.ARPACK=com.github.fommil.netlib.F2jARPACK";

  /** Beginning of the line in which {@link TimedLearner} says what it measured. */
  private static final String SHARE = "the learner took";

  /** The comparisons. */
  enum Part {
    START,
    CROSS_VALIDATION,
    PREQUENTIAL
  }

  @Mixin private Machine machine;

  @Option(
      names = "--only",
      split = ",",
      description = "Parts to measure: ${COMPLETION-CANDIDATES} (default: all).")
  private List<Part> only = List.of(Part.values());

  @Option(
      names = "--tables",
      paramLabel = "<folder>",
      description = "Folder with tables for cross-validation (default: ${DEFAULT-VALUE}).",
      defaultValue = "examples-arff")
  private Path tables;

  @Option(
      names = "--instances",
      description =
          "Images of the stream, at most as many as there are (default: ${DEFAULT-VALUE}).",
      defaultValue = "6000")
  private int instances;

  @Option(
      names = "--target",
      paramLabel = "<folder>",
      description = "Folder that mvn package has filled (default: ${DEFAULT-VALUE}).",
      defaultValue = "target")
  private Path target;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.println(machine.describe());
    out.println(Comparison.HEADER);
    for (Part part : only) {
      switch (part) {
        case START -> compare(out, start());
        case CROSS_VALIDATION -> compare(out, crossValidation());
        case PREQUENTIAL -> {
          compare(out, prequential());
          share()
              .output(share().runs().get(0))
              .lines()
              .filter(line -> line.startsWith(SHARE))
              .forEach(out::println);
        }
      }
    }
    return 0;
  }

  private void compare(PrintWriter out, Comparison<JavaCommand> comparison) {
    comparison.run(machine.rounds(), JavaCommand::micros);
    comparison.print(out);
  }

  private Path jars() throws IOException {
    return only(target, "LFNN-", "-moa").resolve("lib");
  }

  private static Path only(Path folder, String start, String end) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(start))
          .filter(file -> file.getFileName().toString().endsWith(end))
          .findFirst()
          .orElseThrow(
              () ->
                  new IOException(
                      folder + " has no file " + start + "…" + end + ": run mvn package first"));
    }
  }

  private static Path containing(Path folder, String part) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().contains(part))
          .findFirst()
          .orElseThrow(
              () -> new IOException(folder + " has no file with " + part + " in its name"));
    }
  }

  /** Weka with our package installed as its package manager does it. */
  private Comparison<JavaCommand> start() throws IOException {
    String weka;
    try (Stream<Path> files = Files.list(jars())) {
      weka =
          files
              .filter(
                  file -> WEKA_JARS.stream().anyMatch(file.getFileName().toString()::startsWith))
              .map(Path::toString)
              .collect(Collectors.joining(File.pathSeparator));
    }
    Map<String, String> home =
        Map.of("WEKA_HOME", target.resolve("bench-weka").toAbsolutePath().toString());
    JavaCommand install =
        new JavaCommand(
            "install",
            "",
            home,
            List.of(
                List.of(
                    "-cp",
                    weka,
                    "weka.core.WekaPackageManager",
                    "-offline",
                    "-install-package",
                    only(target, "LFNN-", ".zip").toString())));
    install.micros();
    List<JavaCommand> contenders = new ArrayList<>();
    for (String name : List.of("LFNN", "MultilayerPerceptron")) {
      contenders.add(
          new JavaCommand(
              name,
              "Correctly Classified",
              home,
              List.of(
                  List.of(
                      QUIET,
                      "-cp",
                      weka,
                      "weka.Run",
                      "." + name,
                      "-t",
                      "examples-arff/iris.arff"))));
    }
    return new Comparison<>("whole process, `weka.Run` on iris", 1, contenders);
  }

  private Comparison<JavaCommand> crossValidation() throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(tables)) {
      files = listed.filter(file -> file.toString().endsWith(".arff")).sorted().toList();
    }
    List<JavaCommand> contenders = new ArrayList<>();
    for (String name : List.of("LFNN", "MultilayerPerceptron")) {
      List<List<String>> runs = new ArrayList<>();
      for (Path file : files) {
        runs.add(
            List.of(
                QUIET,
                "-cp",
                jars().resolve("*").toString(),
                "weka.classifiers.functions." + name,
                "-t",
                file.toString(),
                "-x",
                "10",
                "-o"));
      }
      contenders.add(new JavaCommand(name, "Total Number of Instances", Map.of(), runs));
    }
    return new Comparison<>(
        "10-fold cross-validation of " + files.size() + " tables", files.size(), contenders);
  }

  private String stream() throws IOException {
    return String.format(
        "(IdxFileStream -f %s -l %s -r 1 -p 7)",
        containing(machine.data(), "train-images"), containing(machine.data(), "train-labels"));
  }

  private List<String> task(String program, String learner) throws IOException {
    List<String> arguments = new ArrayList<>(Arrays.asList(machine.jvmArguments()));
    arguments.add("-cp");
    arguments.add(System.getProperty("java.class.path"));
    arguments.add(program);
    arguments.add(
        String.format(
            "EvaluatePrequential -l (%s) -s %s -e BasicClassificationPerformanceEvaluator -i %d"
                + " -f %d",
            learner, stream(), instances, instances));
    return arguments;
  }

  private JavaCommand prequential(String label, String learner) throws IOException {
    return new JavaCommand(
        label, "classifications correct", Map.of(), List.of(task("moa.DoTask", learner)));
  }

  private static String lfnn() {
    return "deeplearning.LFNN -H fc(workers=32) -V -i 1x28x28";
  }

  private Comparison<JavaCommand> prequential() throws IOException {
    return new Comparison<>(
        "whole `EvaluatePrequential`, permuted MNIST, one-vs-all, batch 1, "
            + instances
            + " instances",
        instances,
        List.of(
            prequential("LFNN", lfnn()),
            prequential("PyTorch, the same rule", PyTorchLearner.class.getName()),
            prequential("functions.SGDMultiClass", "functions.SGDMultiClass"),
            prequential("functions.Perceptron", "functions.Perceptron"),
            prequential("trees.HoeffdingTree", "trees.HoeffdingTree")));
  }

  private JavaCommand share() throws IOException {
    return new JavaCommand(
        "share",
        SHARE,
        Map.of(),
        List.of(
            task(
                TimedLearner.class.getName(),
                TimedLearner.class.getName() + " -l (" + lfnn() + ")")));
  }
}
