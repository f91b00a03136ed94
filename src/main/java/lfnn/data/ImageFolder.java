package lfnn.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads images that lie in one folder per class, or in one folder with a file of annotations, as
 * Tiny-ImageNet has them:
 *
 * <pre>
 * class/name.png                a class is named like its folder
 * class/images/name.JPEG        the same
 * images/name.JPEG              with val_annotations.txt: lines of name, tab, class, tab, anything
 * </pre>
 *
 * <p>Images are PNG, JPEG, GIF or BMP; of an animation the first picture counts. Classes are in the
 * alphabetical order of their names, images in that of their classes and then of their file names.
 * Hidden files and those that are no images are passed over; images of other kinds, images outside
 * of the folders above and links to what is not there are errors.
 *
 * <p>All images must have one size, unless a size is given to scale them to (see {@link Size}).
 * They are grey, of one channel, if in every pixel of every image red, green and blue are equal;
 * otherwise they have three channels. Transparency is ignored, samples of 16 bits are reduced to 8.
 *
 * <p>Whatever is wrong is reported as an {@link IOException} whose message, one line, has the name
 * of the file or folder, what was expected, and a remedy where there is one.
 */
public final class ImageFolder {

  /** Classes of the images beside it. */
  private static final String ANNOTATIONS = "val_annotations.txt";

  /** Where Tiny-ImageNet keeps the images of a class, or of the annotations. */
  private static final String IMAGES = "images";

  private static final List<String> EXTENSIONS = List.of("bmp", "gif", "jpeg", "jpg", "png");

  /** Of images that cannot be read, so that they are not passed over as other files are. */
  private static final Set<String> OTHER_EXTENSIONS =
      Set.of(
          "avif", "heic", "heif", "ico", "jfif", "jp2", "jpe", "jxl", "pbm", "pcx", "pgm", "pnm",
          "ppm", "psd", "svg", "tga", "tif", "tiff", "webp");

  /** Images that are decoded together, in parallel, before they are put in their places. */
  private static final int CHUNK = 256;

  /**
   * Size that images are scaled to; their sides need not keep their proportion.
   *
   * <p>A new pixel is the weighted mean of the old ones around its place, with weights that fall
   * linearly with the distance, to 0 at one pixel (bilinear interpolation) or, where the image is
   * reduced, at one new pixel, so that no old pixel is passed over.
   *
   * @param height number of pixel rows, at least 1
   * @param width number of pixel columns, at least 1
   */
  public record Size(int height, int width) {
    /**
     * @throws IllegalArgumentException if a side is below 1 or a colour image would not fit into an
     *     array
     */
    public Size {
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "the size of an image must be at least 1x1, not " + height + "x" + width);
      }
      if (3L * height * width > BinaryFile.LONGEST_ARRAY) {
        throw new IllegalArgumentException(
            "the size of an image must be below "
                + (BinaryFile.LONGEST_ARRAY / 3)
                + " pixels, not "
                + height
                + "x"
                + width);
      }
    }

    /**
     * Reads a size as {@link #toString} prints it.
     *
     * @throws IllegalArgumentException if the text is not two whole numbers with {@code x} between
     *     them, or a number is out of range
     */
    public static Size parse(String text) {
      String[] sides = text.strip().split("[xX]", -1);
      try {
        if (sides.length == 2) {
          return new Size(Integer.parseInt(sides[0].strip()), Integer.parseInt(sides[1].strip()));
        }
      } catch (NumberFormatException e) {
        throw notASize(text);
      }
      throw notASize(text);
    }

    private static IllegalArgumentException notASize(String text) {
      return new IllegalArgumentException(
          "a size is height x width, for example 32x32, not \"" + text + "\"");
    }

    /** Height and width, for example {@code 32x32}. */
    @Override
    public String toString() {
      return height + "x" + width;
    }
  }

  private ImageFolder() {}

  /** Extensions of the files that are taken for images, lower case, without a dot. */
  public static List<String> extensions() {
    return EXTENSIONS;
  }

  /**
   * The folder to read for the data set that an image belongs to.
   *
   * @throws IOException if the image does not lie in a folder within a folder
   */
  public static Path around(Path image) throws IOException {
    Path folder = above(image, image);
    Path outer = above(folder, image);
    boolean inner = folder.endsWith(IMAGES) && !hasAnnotations(outer);
    // Alone in the folder of its class; another class may be called like this.
    return inner && children(outer, Files::isDirectory).size() == 1 ? above(outer, image) : outer;
  }

  private static Path above(Path path, Path image) throws IOException {
    Path above = path.toAbsolutePath().getParent();
    if (above == null) {
      throw new IOException(image + ": is not in a folder of its class");
    }
    return above;
  }

  /** Whether a folder looks like one that can be read: annotations, or images in its folders. */
  public static boolean isOne(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    if (hasAnnotations(folder)) {
      return true;
    }
    for (Path child : children(folder, Files::isDirectory)) {
      // A folder with annotations is a data set itself, and no class.
      if (!Files.exists(child.resolve(ANNOTATIONS)) && !imagesOf(child).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a folder has a file of annotations. */
  static boolean hasAnnotations(Path folder) {
    return Files.exists(folder.resolve(ANNOTATIONS), LinkOption.NOFOLLOW_LINKS);
  }

  /** The first image, of whatever kind, that lies in a folder itself and in none within. */
  static Optional<Path> looseImage(Path folder) throws IOException {
    return children(folder, Files::isRegularFile).stream()
        .filter(
            file ->
                EXTENSIONS.contains(extension(file)) || OTHER_EXTENSIONS.contains(extension(file)))
        .findFirst();
  }

  /**
   * Names of the classes of a folder, in their order; no image is read.
   *
   * @throws IOException if the folder is not as described above
   */
  public static List<String> classNames(Path folder) throws IOException {
    return List.copyOf(classes(folder).keySet());
  }

  /**
   * Reads images whose classes are those found in the folder.
   *
   * @param size to scale all images to; without it they must have one size
   * @throws IOException if the folder is not as described above or an image cannot be read
   */
  public static LabelledImages read(Path folder, Optional<Size> size) throws IOException {
    SortedMap<String, List<Path>> classes = classes(folder);
    for (Map.Entry<String, List<Path>> entry : classes.entrySet()) {
      if (entry.getValue().isEmpty()) {
        throw withoutImages(folder.resolve(entry.getKey()));
      }
    }
    return read(classes, List.copyOf(classes.keySet()), new Stack(size, Optional.empty()));
  }

  /**
   * Reads images of given classes, of which some may be missing here.
   *
   * @param classNames in the order of their indices
   * @param size to scale all images to; without it they must have one size
   * @throws IOException as {@link #read(Path, Optional)}, or if a class is not one of the given
   */
  public static LabelledImages read(Path folder, List<String> classNames, Optional<Size> size)
      throws IOException {
    return read(folder, classNames, new Stack(size, Optional.empty()));
  }

  /**
   * Reads images to test what was learned from others: with their classes, of which some may be
   * missing here, and their shape.
   *
   * @param size as it was given for the training images
   * @throws IOException as {@link #read(Path, Optional)}, or if a class, a size or a colour is not
   *     one of the training images
   */
  public static LabelledImages readLike(LabelledImages training, Path folder, Optional<Size> size)
      throws IOException {
    InputShape shape = training.shape();
    size.ifPresent(
        given -> {
          if (given.height() != shape.height() || given.width() != shape.width()) {
            throw new IllegalArgumentException(
                "the size is " + given + ", but the training images are " + shape);
          }
        });
    return read(folder, training.classNames(), new Stack(size, Optional.of(shape)));
  }

  private static LabelledImages read(Path folder, List<String> classNames, Stack stack)
      throws IOException {
    SortedMap<String, List<Path>> classes = classes(folder);
    for (Map.Entry<String, List<Path>> entry : classes.entrySet()) {
      if (!classNames.contains(entry.getKey())) {
        throw new IOException(
            folder
                + ": \""
                + entry.getKey()
                + "\" is not among the "
                + classNames.size()
                + " classes of the training images, "
                + abridged(classNames));
      }
    }
    if (classes.values().stream().allMatch(List::isEmpty)) {
      throw withoutImages(folder);
    }
    return read(classes, classNames, stack);
  }

  private static String abridged(List<String> names) {
    return names.size() <= 5
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 5)) + " …";
  }

  /** The image files of each class. */
  private static SortedMap<String, List<Path>> classes(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          folder
              + (Files.exists(folder)
                  ? ": is a file, expected a folder of images"
                  : ": no such folder; check the path"));
    }
    if (hasAnnotations(folder)) {
      return annotated(folder.resolve(IMAGES), folder.resolve(ANNOTATIONS));
    }
    SortedMap<String, List<Path>> classes = new TreeMap<>();
    for (Path child : children(folder, Files::isDirectory)) {
      String name = child.getFileName().toString();
      if (name.isBlank()) {
        throw new IOException(child + ": has a blank name, expected that of a class; rename it");
      }
      classes.put(name, imagesOf(child));
    }
    Optional<Path> loose = looseImage(folder);
    if (classes.isEmpty()) {
      throw new IOException(
          folder
              + ": has no folders, expected one for each class"
              + (loose.isEmpty() ? "" : "; put its images into folders named like their classes"));
    }
    if (loose.isPresent()) {
      throw new IOException(
          loose.get()
              + ": lies beside the folders of the classes, expected every image in one of them;"
              + " move it");
    }
    return classes;
  }

  private static IOException withoutImages(Path folder) throws IOException {
    return new IOException(
        folder
            + ": has no image, expected "
            + String.join(", ", EXTENSIONS)
            + " files"
            + (children(folder, Files::isDirectory).isEmpty()
                ? "; remove the folder if it is no class"
                : "; it has folders: is it the one that should be read?"));
  }

  /** The images of a class: in its folder, or in the folder "images" inside. */
  private static List<Path> imagesOf(Path classFolder) throws IOException {
    List<Path> direct = images(classFolder);
    Path inside = classFolder.resolve(IMAGES);
    boolean within = direct.isEmpty() && Files.isDirectory(inside);
    List<Path> images = within ? images(inside) : direct;
    if (!images.isEmpty()) {
      for (Path child : children(classFolder, Files::isDirectory)) {
        Optional<Path> other =
            within && child.equals(inside) ? Optional.empty() : looseImage(child);
        if (other.isPresent()) {
          throw new IOException(
              other.get()
                  + ": is not beside the other images of its class, such as "
                  + images.get(0)
                  + ", expected all in one folder; move it");
        }
      }
    }
    return images;
  }

  private static List<Path> images(Path folder) throws IOException {
    List<Path> images = new ArrayList<>();
    for (Path file : children(folder, child -> true)) {
      String extension = extension(file);
      boolean regular = Files.isRegularFile(file);
      if (EXTENSIONS.contains(extension)) {
        if (!regular) {
          throw new IOException(
              file
                  + (Files.isDirectory(file) ? ": is a folder" : ": is no regular file")
                  + ", expected an image; rename or remove it");
        }
        images.add(file);
      } else if (regular && OTHER_EXTENSIONS.contains(extension)) {
        throw new IOException(
            file
                + ": is an image of a kind that cannot be read, expected "
                + String.join(", ", EXTENSIONS)
                + " files; convert it to PNG, or remove it");
      }
    }
    return images;
  }

  /** In lower case, without a dot. */
  private static String extension(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /**
   * What is in a folder and not hidden, in the order of its names.
   *
   * @throws IOException also if there is a link to what is not there
   */
  private static List<Path> children(Path folder, Predicate<Path> wanted) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path child : stream) {
        if (!child.getFileName().toString().startsWith(".")) {
          children.add(child);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new IOException(folder + ": cannot be listed: " + e, e);
    }
    // Paths compare as their file system does, names everywhere alike.
    children.sort(Comparator.comparing(child -> child.getFileName().toString()));
    for (Path child : children) {
      if (BinaryFile.isBrokenLink(child)) {
        throw new IOException(BinaryFile.brokenLink(child));
      }
    }
    children.removeIf(wanted.negate());
    return children;
  }

  /** The image files of each class as a file of annotations has it. */
  private static SortedMap<String, List<Path>> annotated(Path images, Path annotations)
      throws IOException {
    if (!Files.isDirectory(images)) {
      throw new IOException(images + ": no such folder, expected the images of " + annotations);
    }
    Map<String, String> classOf = annotations(annotations);
    SortedMap<String, List<Path>> classes = new TreeMap<>();
    for (Path image : images(images)) {
      String name = classOf.remove(image.getFileName().toString());
      if (name == null) {
        throw new IOException(
            image + ": has no line in " + annotations + "; add one, or remove the image");
      }
      classes.computeIfAbsent(name, key -> new ArrayList<>()).add(image);
    }
    if (!classOf.isEmpty()) {
      String missing = new TreeSet<>(classOf.keySet()).first();
      int more = classOf.size() - 1;
      throw new IOException(
          annotations
              + ": "
              + missing
              + (more == 0 ? " is not an image in " : " and " + more + " more are not images in ")
              + images
              + "; get what is missing, or remove its lines");
    }
    return classes;
  }

  /** Class of each file name. */
  private static Map<String, String> annotations(Path file) throws IOException {
    List<String> lines =
        TextFile.lines(file, "lines of a file name, a tab and a class; save it as UTF-8");
    Map<String, String> classOf = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      String[] fields = lines.get(i).split("\t", -1);
      if (fields.length < 2 || fields[0].isBlank() || fields[1].isBlank()) {
        throw new IOException(
            file + ": line " + (i + 1) + " must be a file name, a tab and a class");
      }
      if (classOf.put(fields[0].strip(), fields[1].strip()) != null) {
        throw new IOException(
            file + ": line " + (i + 1) + " has " + fields[0].strip() + " for the second time");
      }
    }
    if (classOf.isEmpty()) {
      throw new IOException(file + ": is empty, expected a line for each image");
    }
    return classOf;
  }

  private static LabelledImages read(
      Map<String, List<Path>> classes, List<String> classNames, Stack stack) throws IOException {
    int[] labels = new int[classes.values().stream().mapToInt(List::size).sum()];
    List<Path> files = new ArrayList<>(labels.length);
    classes.forEach(
        (name, images) -> {
          Arrays.fill(labels, files.size(), files.size() + images.size(), classNames.indexOf(name));
          files.addAll(images);
        });
    if (stack.size.isPresent()) {
      // Before work and memory go into scaling.
      requireRoom(files.size(), 1, stack.size.get().height(), stack.size.get().width());
    }
    for (int from = 0; from < files.size(); from += CHUNK) {
      List<Path> chunk = files.subList(from, Math.min(from + CHUNK, files.size()));
      List<Decoded> decoded =
          chunk.parallelStream().map(file -> Decoded.of(file, stack.size)).toList();
      for (Decoded image : decoded) {
        stack.add(image, files.size());
      }
    }
    return new LabelledImages(stack.shape(), stack.pixels, labels, classNames);
  }

  /** An image file with its picture, or with what is wrong with it. */
  private record Decoded(Path file, @Nullable Picture picture, @Nullable IOException failure) {

    static Decoded of(Path file, Optional<Size> size) {
      try {
        Picture picture = Picture.read(file);
        return new Decoded(
            file, size.map(s -> picture.scaled(s.height(), s.width())).orElse(picture), null);
      } catch (IOException e) {
        return new Decoded(file, null, e);
      }
    }

    Picture orThrow() throws IOException {
      if (picture == null) {
        throw Objects.requireNonNull(failure);
      }
      return picture;
    }
  }

  /** All pictures so far, with as many channels as they need. */
  private static final class Stack {

    private final Optional<Size> size;
    // Shape that the pictures must have, and whose it is; without, they are those of the first.
    private final Optional<InputShape> given;
    private String model = "the training images";
    private int channels;
    private int height;
    private int width;
    private byte[] pixels = {};
    private int count;

    Stack(Optional<Size> size, Optional<InputShape> given) {
      this.size = size;
      this.given = given;
    }

    InputShape shape() {
      return new InputShape(channels, height, width);
    }

    /** Adds the next of {@code total} pictures. */
    void add(Decoded decoded, int total) throws IOException {
      Picture picture = decoded.orThrow();
      if (count == 0) {
        start(decoded.file(), picture, total);
      }
      if (picture.height() != height || picture.width() != width) {
        throw new IOException(
            decoded.file()
                + ": has "
                + picture.height()
                + "x"
                + picture.width()
                + " pixels, expected "
                + height
                + "x"
                + width
                + " as in "
                + model
                + "; give a size to scale all images to");
      }
      if (picture.channels() > channels) {
        if (given.isPresent()) {
          throw new IOException(
              decoded.file() + ": is a colour image, expected a grey one as in " + model);
        }
        colour(total);
      }
      int plane = height * width;
      for (int c = 0; c < channels; c++) {
        System.arraycopy(
            picture.planes(),
            picture.channels() == 1 ? 0 : c * plane,
            pixels,
            (count * channels + c) * plane,
            plane);
      }
      count++;
    }

    private void start(Path file, Picture picture, int total) throws IOException {
      if (given.isPresent()) {
        height = given.get().height();
        width = given.get().width();
        channels = given.get().channels();
      } else {
        model = file.toString();
        height = picture.height();
        width = picture.width();
        channels = picture.channels();
      }
      pixels = allocate(total);
    }

    /** Gives the grey pictures so far three equal channels. */
    private void colour(int total) throws IOException {
      channels = 3;
      byte[] grey = pixels;
      pixels = allocate(total);
      int plane = height * width;
      for (int i = 0; i < count; i++) {
        for (int c = 0; c < channels; c++) {
          System.arraycopy(grey, i * plane, pixels, (i * channels + c) * plane, plane);
        }
      }
    }

    private byte[] allocate(int total) throws IOException {
      return new byte[requireRoom(total, channels, height, width)];
    }
  }

  /** The number of bytes of some images. */
  private static int requireRoom(int images, int channels, int height, int width)
      throws IOException {
    long bytes = (long) height * width * channels * images;
    if (bytes > BinaryFile.LONGEST_ARRAY) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%d images of %dx%dx%d have %d bytes, expected at most %d; give a smaller size to"
                  + " scale them to",
              images,
              channels,
              height,
              width,
              bytes,
              BinaryFile.LONGEST_ARRAY));
    }
    return (int) bytes;
  }
}
