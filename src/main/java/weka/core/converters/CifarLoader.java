package weka.core.converters;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
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

  /** Files like a name with stars, the second before the tenth. */
  private static List<Path> matching(File pattern) throws IOException {
    Path folder = pattern.getAbsoluteFile().getParentFile().toPath();
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern.getName())) {
      stream.forEach(files::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (files.isEmpty()) {
      throw new IOException(pattern + ": there is no such file; check the path");
    }
    files.sort(
        Comparator.comparing((Path file) -> file.toString().length())
            .thenComparing(Path::toString));
    return files;
  }

  private static List<Path> trainingBatches(Path file) throws IOException {
    for (CifarFolder folder : CifarFolder.find(file.toAbsolutePath().getParent())) {
      if (folder.training().contains(file.toAbsolutePath())) {
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
