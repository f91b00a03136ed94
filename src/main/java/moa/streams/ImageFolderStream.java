package moa.streams;

import com.github.javacliparser.FileOption;
import com.github.javacliparser.StringOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import lfnn.data.ImageFolder;
import lfnn.data.LabelledImages;

/**
 * Stream of images that lie in one folder per class, or in one folder with annotations as those of
 * Tiny-ImageNet; see {@link ImageFolder}.
 *
 * <p>Parameters, besides those of {@link AbstractImageStream}:
 *
 * <ul>
 *   <li>-f: the folder; MOA's dialog chooses files only, so its name must be typed there
 *   <li>-c: a folder whose classes are those of the stream, usually that of the training images, if
 *       images of some classes are missing in the folder
 *   <li>-s: height x width to scale all images to; without it they must have one size
 * </ul>
 *
 * <p>Images follow each other class after class; for learning they should be shuffled (-r).
 */
public class ImageFolderStream extends AbstractImageStream {

  private static final long serialVersionUID = 1;

  /** What the size option says if images are not scaled. */
  private static final String NOT_SCALED = "none";

  /** The folder. */
  public FileOption folderOption =
      new FileOption(
          "folder",
          'f',
          "Folder with a folder of images for each class, or with images and annotations.",
          null,
          null,
          false);

  /** Where the classes come from. */
  public FileOption classesFolderOption =
      new FileOption(
          "classesFolder",
          'c',
          "Folder of the training images, whose classes are taken if some are missing here.",
          null,
          null,
          false);

  /** The size. */
  public StringOption sizeOption =
      new StringOption(
          "size",
          's',
          "Height x width to scale all images to, for example 32x32; none keeps their size.",
          NOT_SCALED);

  @Override
  public String getPurposeString() {
    return "Streams the images of class folders, optionally with permuted pixels.";
  }

  @Override
  protected LabelledImages readImages() throws IOException {
    Path folder = path(folderOption);
    Optional<ImageFolder.Size> size = size();
    return classesFolderOption.getFile() == null
        ? ImageFolder.read(folder, size)
        : ImageFolder.read(folder, ImageFolder.classNames(path(classesFolderOption)), size);
  }

  private Optional<ImageFolder.Size> size() {
    String text = sizeOption.getValue().strip();
    if (text.equals(NOT_SCALED)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ImageFolder.Size.parse(text));
    } catch (IllegalArgumentException e) {
      throw refused("size (-s): " + e.getMessage() + "; or " + NOT_SCALED);
    }
  }

  @Override
  protected FileOption nameOption() {
    return folderOption;
  }
}
