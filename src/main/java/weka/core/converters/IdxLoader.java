package weka.core.converters;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import lfnn.data.IdxFile;
import lfnn.data.LabelledImages;
import weka.core.Option;
import weka.core.OptionHandler;
import weka.core.Utils;

/**
 * Reads a pair of IDX files, as MNIST and the data sets after it come in: the images file is
 * chosen, the labels file is found beside it by its name.
 *
 * <p>Options: {@code -labels <file>} for a labels file of another name.
 */
public class IdxLoader extends AbstractImageLoader implements OptionHandler {

  private static final long serialVersionUID = 1;

  private static final File BESIDE = new File("");

  private File labelsFile = BESIDE;

  /** What the loader is, for the object editor. */
  public String globalInfo() {
    return "Reads the images and labels of a pair of IDX files such as MNIST's, plain or"
        + " compressed. The images file (train-images-idx3-ubyte) is chosen; the labels file"
        + " (train-labels-idx1-ubyte) is found beside it unless it is given.";
  }

  @Override
  public String[] getFileExtensions() {
    return new String[] {".idx3-ubyte", ".idx3-ubyte.gz", "-idx3-ubyte", "-idx3-ubyte.gz"};
  }

  @Override
  public String getFileDescription() {
    return "IDX images";
  }

  @Override
  LabelledImages read(File source) throws IOException {
    Path images = source.toPath();
    Path labels = labelsFile.equals(BESIDE) ? IdxFile.labelsBeside(images) : labelsFile.toPath();
    return IdxFile.read(images, labels, 0);
  }

  /** The labels file; empty if its name is that of the images file. */
  public File getLabelsFile() {
    return labelsFile;
  }

  /** Sets what {@link #getLabelsFile} says. */
  public void setLabelsFile(File file) throws IOException {
    labelsFile = file;
    reset();
  }

  /** For the object editor. */
  public String labelsFileTipText() {
    return "The labels file; empty to find it beside the images file by its name.";
  }

  @Override
  public Enumeration<Option> listOptions() {
    return Collections.enumeration(
        List.of(
            new Option(
                "\tThe labels file (default: found by its name, beside the images file).",
                "labels",
                1,
                "-labels <file>")));
  }

  @Override
  public void setOptions(String[] options) throws Exception {
    setLabelsFile(new File(Utils.getOption("labels", options)));
    Utils.checkForRemainingOptions(options);
  }

  @Override
  public String[] getOptions() {
    return labelsFile.equals(BESIDE)
        ? new String[0]
        : new String[] {"-labels", labelsFile.getPath()};
  }
}
