package lfnn.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import lfnn.data.Dataset;
import lfnn.data.ImageData;
import lfnn.data.ImageFolder;
import lfnn.data.InputShape;
import lfnn.data.LabelledImages;
import lfnn.train.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a model that {@link TrainCommand} wrote. */
@Command(
    name = "evaluate",
    description = "Prints the error of a trained model on images, and which classes it confuses.")
final class EvaluateCommand implements Callable<Integer> {

  /** Classes up to which the whole table of confusions is printed. */
  private static final int MOST_IN_TABLE = 20;

  /** Confusions that are printed of more classes. */
  private static final int MOST_CONFUSIONS = 20;

  private static final int WIDEST_NAME = 12;

  /** Which images of a folder. */
  enum Part {
    /** Test images. */
    TEST,
    /** Training images, all of them. */
    TRAIN
  }

  @Spec private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--model",
      paramLabel = "<folder>",
      required = true,
      description = "folder that train wrote, or the model in it")
  private Path model = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "<folder>",
      required = true,
      description = "folder with images")
  private Path data = Path.of("");

  @Option(
      names = "--images",
      paramLabel = "<part>",
      description =
          "images that are predicted: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Part part = Part.TEST;

  @Override
  public Integer call() throws IOException {
    SavedRun run = RunFolder.read(model);
    ImageData read =
        ImageData.open(
            data, Optional.ofNullable(run.options().get("--size")).map(ImageFolder.Size::parse));
    LabelledImages images =
        part == Part.TRAIN
            ? read.train()
            : read.test()
                .orElseThrow(
                    () ->
                        new IOException(
                            data
                                + ": has no test images; choose the training images with"
                                + " --images train"));
    InputShape shape = run.model().architecture().input();
    if (!shape.equals(images.shape()) || !run.classNames().equals(images.classNames())) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s: has images of %s in the classes %s, expected images of %s in the classes %s, as"
                  + " the model was trained on",
              data,
              images.shape(),
              images.classNames(),
              shape,
              run.classNames()));
    }
    Dataset dataset = RunData.scaled(images.dataset(), Optional.ofNullable(run.scale()));
    print(command.commandLine().getOut(), run.model().evaluate(dataset), images);
    return ExitCode.OK;
  }

  private static void print(PrintWriter out, Evaluation evaluation, LabelledImages images) {
    int[][] confusion = evaluation.confusion();
    int right = IntStream.range(0, confusion.length).map(c -> confusion[c][c]).sum();
    out.printf(
        Locale.ROOT,
        "error %s: %d of %d images, loss %.4f%n%n",
        RunReport.percent(evaluation.score().error()),
        images.size() - right,
        images.size(),
        evaluation.score().loss());
    if (confusion.length <= MOST_IN_TABLE) {
      table(out, confusion, images.classNames());
    } else {
      list(out, confusion, images.classNames());
    }
  }

  private static void table(PrintWriter out, int[][] confusion, List<String> names) {
    int width = 6;
    for (String name : names) {
      width = Math.max(width, Math.min(WIDEST_NAME, name.length()) + 2);
    }
    out.println("rows: class of the image, columns: predicted class");
    out.print(" ".repeat(width));
    for (String name : names) {
      out.print(padded(name, width));
    }
    out.println();
    for (int c = 0; c < confusion.length; c++) {
      out.print(padded(names.get(c), width));
      for (int count : confusion[c]) {
        out.print(padded(String.valueOf(count), width));
      }
      out.println();
    }
  }

  private static String padded(String text, int width) {
    String shown = text.length() > WIDEST_NAME ? text.substring(0, WIDEST_NAME) : text;
    return " ".repeat(width - shown.length()) + shown;
  }

  private record Confusion(int actual, int predicted, int count) {}

  private static void list(PrintWriter out, int[][] confusion, List<String> names) {
    List<Confusion> all = new ArrayList<>();
    for (int c = 0; c < confusion.length; c++) {
      for (int p = 0; p < confusion.length; p++) {
        if (p != c && confusion[c][p] > 0) {
          all.add(new Confusion(c, p, confusion[c][p]));
        }
      }
    }
    out.println("most frequent confusions:");
    all.stream()
        .sorted(Comparator.comparingInt((Confusion confused) -> -confused.count()))
        .limit(MOST_CONFUSIONS)
        .forEach(
            confused ->
                out.printf(
                    Locale.ROOT,
                    "%6d times %s was taken for %s%n",
                    confused.count(),
                    names.get(confused.actual()),
                    names.get(confused.predicted())));
  }
}
