package lfnn.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Training and test images of a folder, of whatever kind they are. These kinds are known by the
 * names of the files:
 *
 * <pre>
 * IDX         train-images-idx3-ubyte  train-labels-idx1-ubyte     t10k-… or test-…
 *             all may have a prefix, such as mnist-
 * CIFAR-10    data_batch_1.bin  data_batch_2.bin  …                test_batch.bin
 * CIFAR-100   train.bin                                            test.bin
 * folders     train/class/name.png                                 test/… or val/…
 * </pre>
 *
 * Each file of the first three may be compressed with gzip and have {@code .gz} after its name; if
 * it is there in both forms, the plain one is read. In {@code train} and {@code test} or {@code
 * val} there is what {@link ImageFolder} reads; of both, {@code val} is taken if it has
 * annotations, as that of Tiny-ImageNet, whose test images have no labels. Test images may be
 * missing; if there is one of these folders, it must have images in class folders, except {@code
 * test} beside images in {@code val}. A folder must have images of one kind.
 *
 * <p>Training and test images have the same shape and the same classes.
 */
public final class ImageData {

  private static final Pattern IDX_IMAGES =
      Pattern.compile("(?:.*-)?(train|t10k|test)-images[-.]idx3-ubyte");

  private static final Pattern IDX_LABELS =
      Pattern.compile("(?:.*-)?(train|t10k|test)-labels[-.]idx1-ubyte");

  private final LabelledImages train;
  private final @Nullable LabelledImages test;

  private ImageData(LabelledImages train, @Nullable LabelledImages test) {
    this.train = train;
    this.test = test;
  }

  /**
   * Reads the images of a folder.
   *
   * @throws IOException if there are none or of several kinds, or a file is missing or broken; one
   *     line that says which, and what was expected
   */
  public static ImageData open(Path folder) throws IOException {
    return open(folder, Optional.empty());
  }

  /**
   * Reads the images of a folder, scaled to a size.
   *
   * @param size for images in class folders; of other kinds all have one size, which is kept
   * @throws IOException as {@link #open(Path)}
   * @throws IllegalArgumentException if a size is given for images of another kind
   */
  public static ImageData open(Path folder, Optional<ImageFolder.Size> size) throws IOException {
    List<Source> sources = new ArrayList<>();
    idx(folder, BinaryFile.inFolder(folder)).ifPresent(sources::add);
    for (CifarFolder found : CifarFolder.find(folder)) {
      sources.add(cifar(folder, found));
    }
    boolean fixedSize = !sources.isEmpty();
    classFolders(folder, size).ifPresent(sources::add);
    if (sources.isEmpty()) {
      throw new IOException(
          folder
              + ": has no images that can be found, expected IDX files (train-images-idx3-ubyte,"
              + " train-labels-idx1-ubyte), CIFAR-10 files (data_batch_1.bin), CIFAR-100 files"
              + " (train.bin) or class folders (train/cat/1.png); "
              + remedy(folder));
    }
    if (sources.size() > 1) {
      throw new IOException(
          folder
              + ": has "
              + String.join(" and ", sources.stream().map(Source::description).toList())
              + ", expected one data set; put each into a folder of its own");
    }
    if (fixedSize && size.isPresent()) {
      throw new IllegalArgumentException(
          folder
              + ": has "
              + sources.get(0).description()
              + ", which cannot be scaled to "
              + size.get()
              + "; leave out the size");
    }
    return sources.get(0).reader().read();
  }

  /** Images to learn from. */
  public LabelledImages train() {
    return train;
  }

  /** Images to test with, of the same shape and the same classes. */
  public Optional<LabelledImages> test() {
    return Optional.ofNullable(test);
  }

  /** A data set that was found, not yet read. */
  private record Source(String description, Reader reader) {}

  private interface Reader {
    ImageData read() throws IOException;
  }

  private static Optional<Source> idx(Path folder, SortedMap<String, Path> files)
      throws IOException {
    List<String> train = new ArrayList<>();
    List<String> test = new ArrayList<>();
    for (String name : files.keySet()) {
      Matcher matcher = IDX_IMAGES.matcher(name);
      if (matcher.matches()) {
        (matcher.group(1).equals("train") ? train : test).add(name);
      }
    }
    requireImages(folder, files);
    if (train.isEmpty() && test.isEmpty()) {
      return Optional.empty();
    }
    for (List<String> names : List.of(train, test)) {
      if (names.size() > 1) {
        throw new IOException(
            folder
                + ": has "
                + String.join(" and ", names)
                + ", expected one of them; put each data set into a folder of its own");
      }
    }
    if (train.isEmpty()) {
      throw withoutTraining(folder, test.get(0), "train-images-idx3-ubyte");
    }
    return Optional.of(
        new Source(
            "IDX files (" + train.get(0) + ")",
            () -> {
              LabelledImages learned = idxPair(folder, files, train.get(0));
              return test.isEmpty()
                  ? new ImageData(learned, null)
                  : ofNumbers(learned, idxPair(folder, files, test.get(0)), folder);
            }));
  }

  /** Makes sure that there are images for all labels. */
  private static void requireImages(Path folder, SortedMap<String, Path> files) throws IOException {
    for (String name : files.keySet()) {
      if (IDX_LABELS.matcher(name).matches()) {
        String images = IdxFile.imagesName(name);
        if (!files.containsKey(images)) {
          throw new IOException(
              folder
                  + ": has "
                  + name
                  + " but no "
                  + images
                  + ", expected images and labels of the same name, plain or .gz; get the missing"
                  + " file, or rename it");
        }
      }
    }
  }

  private static LabelledImages idxPair(Path folder, SortedMap<String, Path> files, String images)
      throws IOException {
    String labels = IdxFile.labelsName(images);
    Path imagesFile = files.getOrDefault(images, folder.resolve(images));
    return IdxFile.read(imagesFile, files.getOrDefault(labels, folder.resolve(labels)), 0);
  }

  /** Images whose classes are numbers: as many as those of either need. */
  private static ImageData ofNumbers(LabelledImages train, LabelledImages test, Path folder)
      throws IOException {
    if (!train.shape().equals(test.shape())) {
      throw new IOException(
          folder
              + ": training images are "
              + train.shape()
              + ", test images "
              + test.shape()
              + ", expected one shape; do the files belong together?");
    }
    List<String> names =
        train.classNames().size() > test.classNames().size()
            ? train.classNames()
            : test.classNames();
    return new ImageData(named(train, names), named(test, names));
  }

  private static LabelledImages named(LabelledImages images, List<String> names) {
    return new LabelledImages(images.shape(), images.pixels(), images.labels(), names);
  }

  private static Source cifar(Path folder, CifarFolder found) throws IOException {
    if (found.training().isEmpty()) {
      throw withoutTraining(
          folder,
          found.test().get(0).getFileName().toString(),
          found.kind() == CifarFile.Kind.CIFAR_10 ? "data_batch_1.bin" : "train.bin");
    }
    return new Source(
        found.toString(),
        () ->
            new ImageData(
                CifarFile.read(found.kind(), found.training()),
                found.test().isEmpty() ? null : CifarFile.read(found.kind(), found.test())));
  }

  private static Optional<Source> classFolders(Path folder, Optional<ImageFolder.Size> size)
      throws IOException {
    Path train = folder.resolve("train");
    if (!isClassFolders(train)) {
      return Optional.empty();
    }
    Optional<Path> tested = testFolder(folder);
    return Optional.of(
        new Source(
            "class folders (train)",
            () -> {
              LabelledImages learned = ImageFolder.read(train, size);
              return new ImageData(
                  learned,
                  tested.isPresent() ? ImageFolder.readLike(learned, tested.get(), size) : null);
            }));
  }

  private static Optional<Path> testFolder(Path folder) throws IOException {
    Path val = folder.resolve("val");
    Path test = folder.resolve("test");
    if (ImageFolder.hasAnnotations(val)) {
      return Optional.of(val);
    }
    // Beside images with classes in val, those of test may be without, and are not needed.
    if (ImageFolder.isOne(val) && !ImageFolder.isOne(test)) {
      return Optional.of(val);
    }
    for (Path candidate : List.of(test, val)) {
      if (isClassFolders(candidate)) {
        return Optional.of(candidate);
      }
      if (Files.isDirectory(candidate)) {
        throw new IOException(
            candidate
                + ": has no images in class folders, expected such as in "
                + folder.resolve("train")
                + "; remove it if there are no test images");
      }
    }
    return Optional.empty();
  }

  /** Whether there are class folders in a folder; images in their place are an error. */
  private static boolean isClassFolders(Path folder) throws IOException {
    if (BinaryFile.isBrokenLink(folder)) {
      throw new IOException(BinaryFile.brokenLink(folder));
    }
    if (ImageFolder.isOne(folder)) {
      return true;
    }
    if (Files.isDirectory(folder)) {
      Optional<Path> loose = ImageFolder.looseImage(folder);
      if (loose.isPresent()) {
        throw new IOException(
            loose.get()
                + ": is in no class folder, expected for example "
                + folder.resolve("cat").resolve(loose.get().getFileName())
                + "; put each image into a folder named like its class");
      }
    }
    return false;
  }

  /** What to do with a folder without data that can be found. */
  private static String remedy(Path folder) throws IOException {
    Optional<Path> loose = ImageFolder.looseImage(folder);
    if (loose.isPresent()) {
      return "put images such as "
          + loose.get().getFileName()
          + " into class folders in a folder train";
    }
    if (ImageFolder.isOne(folder)) {
      return "put its class folders into a folder train";
    }
    return "check the path";
  }

  private static IOException withoutTraining(Path folder, String found, String missing) {
    return new IOException(
        folder + ": has " + found + " but no " + missing + ", expected training images too");
  }
}
