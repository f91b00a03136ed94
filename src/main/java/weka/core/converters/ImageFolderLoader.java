package weka.core.converters;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import lfnn.data.ImageFolder;
import lfnn.data.LabelledImages;
import weka.core.Option;
import weka.core.OptionHandler;
import weka.core.Utils;

/**
 * Reads images that lie in one folder per class, or in Tiny-ImageNet's folders. The folder of the
 * folders is chosen or, where only files can be, any of the images.
 *
 * <p>Options: {@code -size <height x width>} to scale all images to.
 */
public class ImageFolderLoader extends AbstractImageLoader implements OptionHandler {

  private static final long serialVersionUID = 1;

  private String size = "";

  /** What the loader is, for the object editor. */
  public String globalInfo() {
    return "Reads PNG, JPEG, GIF and BMP images, of which each class has a folder of its own. The"
        + " folder of these folders is chosen, or any of the images, for all of which it stands."
        + " All images must have one size unless one is given to scale them to.";
  }

  @Override
  public String[] getFileExtensions() {
    return ImageFolder.extensions().stream()
        .map(extension -> "." + extension)
        .toArray(String[]::new);
  }

  @Override
  public String getFileDescription() {
    return "Folders of images";
  }

  @Override
  LabelledImages read(File source) throws IOException {
    Path chosen = source.toPath();
    Path folder = Files.isRegularFile(chosen) ? ImageFolder.around(chosen) : chosen;
    return ImageFolder.read(folder, scaledSize());
  }

  private Optional<ImageFolder.Size> scaledSize() {
    return size.isBlank() ? Optional.empty() : Optional.of(ImageFolder.Size.parse(size));
  }

  /** Height and width that images are scaled to, such as {@code 32x32}; empty for their own. */
  public String getSize() {
    return size;
  }

  /**
   * Sets what {@link #getSize} says.
   *
   * @throws IllegalArgumentException if it is no size
   */
  public void setSize(String value) throws IOException {
    String before = size;
    size = value.strip();
    try {
      scaledSize();
    } catch (IllegalArgumentException e) {
      size = before;
      throw e;
    }
    reset();
  }

  /** For the object editor. */
  public String sizeTipText() {
    return "Height x width that all images are scaled to, such as 32x32; empty to leave them as"
        + " they are, which then must all have one size.";
  }

  @Override
  public Enumeration<Option> listOptions() {
    return Collections.enumeration(
        List.of(
            new Option(
                "\tThe size that all images are scaled to (default: their own, which must be one).",
                "size",
                1,
                "-size <height x width>")));
  }

  @Override
  public void setOptions(String[] options) throws Exception {
    setSize(Utils.getOption("size", options));
    Utils.checkForRemainingOptions(options);
  }

  @Override
  public String[] getOptions() {
    return size.isEmpty() ? new String[0] : new String[] {"-size", size};
  }
}
