package moa.streams;

import com.github.javacliparser.FileOption;
import com.github.javacliparser.FlagOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lfnn.data.CifarFile;
import lfnn.data.CifarFolder;
import lfnn.data.LabelledImages;

/**
 * Stream of the images of CIFAR-10 or CIFAR-100, with their classes by name; those of CIFAR-100 are
 * the fine ones. The input of a network for them is 3x32x32.
 *
 * <p>Parameters, besides those of {@link AbstractImageStream}:
 *
 * <ul>
 *   <li>-f: a binary file, plain or .gz, or the folder of all; of a folder, the training images
 *   <li>-t: the test images of the folder
 * </ul>
 */
public class CifarFileStream extends AbstractImageStream {

  private static final long serialVersionUID = 1;

  /** A file or a folder. */
  public FileOption imagesFileOption =
      new FileOption(
          "imagesFile",
          'f',
          "Images: a binary file of CIFAR-10 or CIFAR-100, plain or .gz, or the folder of all.",
          null,
          null,
          false);

  /** Whether the test images are meant. */
  public FlagOption testImagesOption =
      new FlagOption("testImages", 't', "The test images of the folder, not the training images.");

  @Override
  public String getPurposeString() {
    return "Streams the images of CIFAR-10 or CIFAR-100, optionally with permuted pixels.";
  }

  @Override
  protected LabelledImages readImages() throws IOException {
    Path path = path(imagesFileOption);
    if (Files.isDirectory(path)) {
      return readFolder(path);
    }
    if (testImagesOption.isSet()) {
      throw refused(
          "testImages (-t) needs a folder as imagesFile (-f): of a file, all images are read");
    }
    return CifarFile.read(List.of(path));
  }

  private LabelledImages readFolder(Path folder) throws IOException {
    List<CifarFolder> found = CifarFolder.find(folder);
    if (found.size() > 1) {
      throw new IOException(
          folder
              + ": has "
              + found.get(0)
              + " and "
              + found.get(1)
              + ", expected one of them; give the name of a file");
    }
    boolean test = testImagesOption.isSet();
    List<Path> files =
        found.isEmpty() ? List.of() : test ? found.get(0).test() : found.get(0).training();
    if (files.isEmpty()) {
      throw new IOException(
          folder
              + ": has no "
              + (test ? "test_batch.bin or test.bin" : "data_batch_1.bin or train.bin")
              + ", plain or .gz; check the path, or give the name of a file");
    }
    return CifarFile.read(found.get(0).kind(), files);
  }

  @Override
  protected FileOption nameOption() {
    return imagesFileOption;
  }
}
