package weka.core.converters;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lfnn.data.CifarFile;
import lfnn.data.CifarFolder;
import lfnn.data.LabelledImages;
import weka.core.Option;
import weka.core.OptionHandler;
import weka.core.Utils;

/**
 * Reads binary files of CIFAR-10 or CIFAR-100: the chosen one, or all training batches.
 *
 * <p>Where options cannot be given, a star in the name stands for anything: {@code
 * data_batch_*.bin}.
 *
 * <p>Options: {@code -all} for all training batches of the folder.
 */
public class CifarLoader extends AbstractImageLoader implements OptionHandler {

  private static final long serialVersionUID = 1;

  /** Start of a name with a star that stands for all training batches of CIFAR-10. */
  private static final String ALL_BATCHES = "data_batch_*";

  private boolean allBatches;

  /** What the loader is, for the object editor. */
  public String globalInfo() {
    return "Reads the images and labels of binary files of CIFAR-10 (data_batch_1.bin) or CIFAR-100"
        + " (train.bin), plain or compressed. Of the latter the fine labels are the classes. All"
        + " 50,000 training images take 1.2 GB of memory in Weka.";
  }

  @Override
  public String[] getFileExtensions() {
    return new String[] {".bin", ".bin.gz"};
  }

  @Override
  public String getFileDescription() {
    return "CIFAR images";
  }

  @Override
  LabelledImages read(File source) throws IOException {
    if (source.getName().contains("*")) {
      return CifarFile.read(matching(source));
    }
    Path file = source.toPath();
    return CifarFile.read(allBatches ? trainingBatches(file) : List.of(file));
  }

  /**
   * Files like a name with stars, the second before the tenth. Any other character stands for
   * itself.
   */
  private static List<Path> matching(File pattern) throws IOException {
    Path folder = pattern.getAbsoluteFile().getParentFile().toPath();
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          pattern
              + ": "
              + folder
              + (Files.exists(folder) ? " is a file" : " is not there")
              + ", expected the folder with files such as data_batch_1.bin; check the path");
    }
    Pattern names =
        Pattern.compile(
            Stream.of(pattern.getName().split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")));
    List<Path> files;
    try (Stream<Path> children = Files.list(folder)) {
      files =
          children
              .filter(file -> names.matcher(file.getFileName().toString()).matches())
              .sorted(
                  Comparator.comparing((Path file) -> file.toString().length())
                      .thenComparing(Path::toString))
              .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new IOException(folder + ": cannot be listed: " + e, e);
    }
    if (files.isEmpty()) {
      throw new IOException(
          pattern
              + ": there is no such file, expected one or more such as data_batch_1.bin; check the"
              + " path");
    }
    if (pattern.getName().startsWith(ALL_BATCHES)) {
      CifarFolder.requireAllBatches(folder, files);
    }
    return files;
  }

  private static List<Path> trainingBatches(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    if (!Files.isRegularFile(absolute)) {
      throw new IOException(
          file
              + (Files.isDirectory(absolute) ? ": is a folder" : ": no such file")
              + ", expected a training batch such as data_batch_1.bin; check the path");
    }
    for (CifarFolder folder : CifarFolder.find(absolute.getParent())) {
      if (folder.training().contains(absolute)) {
        return folder.training();
      }
    }
    throw new IOException(
        file + ": is not a training batch, of which all should be read; choose data_batch_1.bin");
  }

  /** Whether all training batches of the folder are read, and not the chosen one alone. */
  public boolean getAllBatches() {
    return allBatches;
  }

  /** Sets what {@link #getAllBatches} says. */
  public void setAllBatches(boolean value) throws IOException {
    allBatches = value;
    reset();
  }

  /** For the object editor. */
  public String allBatchesTipText() {
    return "Whether all training batches of the folder are read, and not the chosen one alone.";
  }

  @Override
  public Enumeration<Option> listOptions() {
    return Collections.enumeration(
        List.of(
            new Option(
                "\tReads all training batches of the folder (default: the chosen file).",
                "all",
                0,
                "-all")));
  }

  @Override
  public void setOptions(String[] options) throws Exception {
    setAllBatches(Utils.getFlag("all", options));
    Utils.checkForRemainingOptions(options);
  }

  @Override
  public String[] getOptions() {
    return allBatches ? new String[] {"-all"} : new String[0];
  }
}
