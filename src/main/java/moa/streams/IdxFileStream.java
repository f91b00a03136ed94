package moa.streams;

import com.github.javacliparser.FileOption;
import java.io.IOException;
import lfnn.data.IdxFile;
import lfnn.data.LabelledImages;

/**
 * Stream of the images of an IDX pair, such as MNIST, with their labels as classes.
 *
 * <p>Parameters, besides those of {@link AbstractImageStream}:
 *
 * <ul>
 *   <li>-f: images file (idx3-ubyte, plain or .gz)
 *   <li>-l: labels file (idx1-ubyte, plain or .gz)
 * </ul>
 *
 * <p>The class has as many values as the largest label needs.
 */
public class IdxFileStream extends AbstractImageStream {

  private static final long serialVersionUID = 1;

  /** Images. */
  public FileOption imagesFileOption =
      new FileOption(
          "imagesFile", 'f', "Images: an idx3-ubyte file, plain or .gz.", null, null, false);

  /** Labels. */
  public FileOption labelsFileOption =
      new FileOption(
          "labelsFile", 'l', "Labels: an idx1-ubyte file, plain or .gz.", null, null, false);

  @Override
  public String getPurposeString() {
    return "Streams the images of an IDX pair such as MNIST, optionally with permuted pixels.";
  }

  @Override
  protected LabelledImages readImages() throws IOException {
    return IdxFile.read(path(imagesFileOption), path(labelsFileOption), 0);
  }

  @Override
  protected FileOption nameOption() {
    return imagesFileOption;
  }
}
