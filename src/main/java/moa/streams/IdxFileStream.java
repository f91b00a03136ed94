package moa.streams;

import com.github.javacliparser.FileOption;
import com.github.javacliparser.FlagOption;
import com.github.javacliparser.IntOption;
import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import lfnn.data.IdxFile;
import lfnn.data.Permutation;
import moa.capabilities.Capability;
import moa.capabilities.ImmutableCapabilities;
import moa.core.Example;
import moa.core.InstanceExample;
import moa.core.ObjectRepository;
import moa.core.StringUtils;
import moa.options.AbstractOptionHandler;
import moa.tasks.TaskMonitor;

/**
 * Stream of the images of an IDX pair, such as MNIST, with their labels as classes; optionally with
 * permuted pixels, the benchmark of learning without end.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>-f: images file (idx3-ubyte, plain or .gz)
 *   <li>-l: labels file (idx1-ubyte, plain or .gz)
 *   <li>-w: pixels as whole numbers from 0 to 255, not scaled to [0, 1]
 *   <li>-p: seed of the permutation of the pixels; 0 leaves them in order
 *   <li>-i: number of instances after which the pixels are permuted anew; 0 for never
 *   <li>-k: keep the pixels in order until the first new permutation
 *   <li>-r: seed of the order of the images, drawn anew in each pass; 0 for the order of the file
 *   <li>-e: number of passes over the file; 0 for a stream without end
 *   <li>-m: largest number of instances; 0 for no limit
 * </ul>
 *
 * <p>Instance number n from 0 belongs to task {@code n / i}. The permutation of a task depends on
 * the seed and the number of the task only, the order of a pass on its seed and number only, so the
 * same options always give the same stream. Attributes are {@code pixel1}, {@code pixel2} … row by
 * row, and {@code class} last, with as many values as the largest label needs.
 *
 * <p>The files are read when the stream is prepared, and again after the stream itself was copied
 * or read from a file; a byte per pixel is kept in memory. What is wrong with them is reported in
 * one line that has the name of the file and the byte.
 */
public class IdxFileStream extends AbstractOptionHandler implements InstanceStream {

  private static final long serialVersionUID = 1;

  /** Added to the seed of orders, so that they are unrelated to the permutations of that seed. */
  private static final long ORDERS = 1L << 32;

  private static final long ENDLESS = Long.MAX_VALUE;

  /** Images. */
  public FileOption imagesFileOption =
      new FileOption(
          "imagesFile", 'f', "Images: an idx3-ubyte file, plain or .gz.", null, null, false);

  /** Labels. */
  public FileOption labelsFileOption =
      new FileOption(
          "labelsFile", 'l', "Labels: an idx1-ubyte file, plain or .gz.", null, null, false);

  /** Whether pixels are not scaled. */
  public FlagOption rawPixelsOption =
      new FlagOption("rawPixels", 'w', "Pixels as 0 to 255 instead of scaled to [0, 1].");

  /** Seed of the permutations. */
  public IntOption permutationSeedOption =
      new IntOption(
          "permutationSeed",
          'p',
          "Seed of the permutation of the pixels; 0 leaves them in order.",
          0,
          0,
          Integer.MAX_VALUE);

  /** Length of a task. */
  public IntOption instancesPerPermutationOption =
      new IntOption(
          "instancesPerPermutation",
          'i',
          "Number of instances after which the pixels are permuted anew; 0 for never.",
          0,
          0,
          Integer.MAX_VALUE);

  /** Whether the first task is not permuted. */
  public FlagOption keepFirstOption =
      new FlagOption("keepFirst", 'k', "Keep the pixels in order until the first new permutation.");

  /** Seed of the order of the images. */
  public IntOption shuffleSeedOption =
      new IntOption(
          "shuffleSeed",
          'r',
          "Seed of the order of the images, drawn anew in each pass; 0 for the file's order.",
          0,
          0,
          Integer.MAX_VALUE);

  /** Number of passes. */
  public IntOption passesOption =
      new IntOption(
          "passes",
          'e',
          "Number of passes over the file; 0 for a stream without end.",
          1,
          0,
          Integer.MAX_VALUE);

  /** Largest number of instances. */
  public IntOption maxInstancesOption =
      new IntOption(
          "maxInstances",
          'm',
          "Largest number of instances; 0 for no limit.",
          0,
          0,
          Integer.MAX_VALUE);

  private InstancesHeader header;
  private int count;
  private int features;
  private int classes;
  // Number of instances in all passes, or ENDLESS; and of those delivered since the last restart.
  private long length;
  private long position;

  // Read again from the files after the stream was copied. Order and permutation belong to the pass
  // and the task that are noted with them.
  private transient byte[] pixels;
  private transient byte[] labels;
  private transient double[] values;
  private transient int[] order;
  private transient long orderPass;
  private transient int[] permutation;
  private transient long permutationTask;

  @Override
  public String getPurposeString() {
    return "Streams the images of an IDX pair such as MNIST, optionally with permuted pixels.";
  }

  @Override
  public ImmutableCapabilities defineImmutableCapabilities() {
    return new ImmutableCapabilities(Capability.VIEW_STANDARD, Capability.VIEW_LITE);
  }

  /**
   * Reads the files.
   *
   * @throws RuntimeException of one line, without a stack trace, if options are missing or
   *     contradict each other or a file cannot be read
   */
  @Override
  protected void prepareForUseImpl(TaskMonitor monitor, ObjectRepository repository) {
    monitor.setCurrentActivity("Reading images...", -1);
    checkOptions();
    readFiles();
    count = labels.length;
    features = pixels.length / count;
    classes = IdxFile.classes(labels);
    header = createHeader();
    restart();
  }

  private void checkOptions() {
    boolean permuted = permutationSeedOption.getValue() > 0;
    if (!permuted && instancesPerPermutationOption.getValue() > 0) {
      throw new InputException(
          "instancesPerPermutation (-i) needs a permutationSeed (-p) of at least 1");
    }
    if (keepFirstOption.isSet() && instancesPerPermutationOption.getValue() == 0) {
      throw new InputException(
          "keepFirst (-k) needs instancesPerPermutation (-i): without it, no permutation follows;"
              + " for pixels in order, leave out -k and -p");
    }
  }

  private void readFiles() {
    Path imagesFile = path(imagesFileOption, "-f");
    Path labelsFile = path(labelsFileOption, "-l");
    try {
      IdxFile.Images images = IdxFile.readImages(imagesFile);
      byte[] read = IdxFile.readLabels(labelsFile);
      IdxFile.requireSameCount(imagesFile, images, labelsFile, read);
      pixels = images.pixels();
      labels = read;
    } catch (IOException e) {
      // Its message is complete, and made for whoever chose the file.
      throw new InputException(e.getMessage());
    }
    values = new double[256];
    for (int i = 0; i < values.length; i++) {
      values[i] = rawPixelsOption.isSet() ? i : i / 255.0;
    }
  }

  private static Path path(FileOption option, String flag) {
    File file = option.getFile();
    if (file == null) {
      throw new InputException(
          option.getName() + " (" + flag + ") is missing: " + option.getPurpose());
    }
    return file.toPath();
  }

  private InstancesHeader createHeader() {
    List<Attribute> attributes = new ArrayList<>(features + 1);
    for (int i = 1; i <= features; i++) {
      attributes.add(new Attribute("pixel" + i));
    }
    List<String> digits = new ArrayList<>(classes);
    for (int i = 0; i < classes; i++) {
      digits.add(Integer.toString(i));
    }
    attributes.add(new Attribute("class", digits));
    // A comma would end the name in the files and tables that tasks write.
    String relation = imagesFileOption.getFile().getName().replace(',', '_');
    InstancesHeader created = new InstancesHeader(new Instances(relation, attributes, 0));
    created.setClassIndex(features);
    return created;
  }

  @Override
  public InstancesHeader getHeader() {
    return header;
  }

  /** Exact, or −1 for a stream without end. */
  @Override
  public long estimatedRemainingInstances() {
    return length == ENDLESS ? -1 : length - position;
  }

  @Override
  public boolean hasMoreInstances() {
    return position < length;
  }

  /**
   * {@inheritDoc}
   *
   * @throws NoSuchElementException after the last instance
   */
  @Override
  public Example<Instance> nextInstance() {
    if (!hasMoreInstances()) {
      throw new NoSuchElementException(
          "the stream has ended after "
              + length
              + " instances; a task that needs more can have them with passes (-e) 0");
    }
    if (pixels == null) {
      readFilesAgain();
    }
    int image = image();
    double[] row = new double[features + 1];
    int start = image * features;
    if (isPermuted()) {
      int[] from = permutation();
      for (int i = 0; i < features; i++) {
        row[i] = values[pixels[start + from[i]] & 255];
      }
    } else {
      for (int i = 0; i < features; i++) {
        row[i] = values[pixels[start + i] & 255];
      }
    }
    row[features] = labels[image] & 255;
    position++;
    Instance instance = new DenseInstance(1, row);
    instance.setDataset(header);
    return new InstanceExample(instance);
  }

  private void readFilesAgain() {
    readFiles();
    if (labels.length != count
        || pixels.length != count * features
        || IdxFile.classes(labels) > classes) {
      throw new InputException(
          imagesFileOption.getFile()
              + ": is no longer the file that the stream was started with: expected "
              + count
              + " images of "
              + features
              + " pixels and at most "
              + classes
              + " classes");
    }
  }

  /** Index in the file of the image of the current instance. */
  private int image() {
    int index = (int) (position % count);
    int seed = shuffleSeedOption.getValue();
    if (seed == 0) {
      return index;
    }
    long pass = position / count;
    if (order == null || orderPass != pass) {
      order = Permutation.of(count, ORDERS + seed, pass);
      orderPass = pass;
    }
    return order[index];
  }

  private long task() {
    int length = instancesPerPermutationOption.getValue();
    return length == 0 ? 0 : position / length;
  }

  private boolean isPermuted() {
    return permutationSeedOption.getValue() > 0 && !(keepFirstOption.isSet() && task() == 0);
  }

  /** For each pixel of the current task's instances, the pixel of the image. */
  private int[] permutation() {
    long task = task();
    if (permutation == null || permutationTask != task) {
      permutation = Permutation.of(features, permutationSeedOption.getValue(), task);
      permutationTask = task;
    }
    return permutation;
  }

  @Override
  public boolean isRestartable() {
    return true;
  }

  @Override
  public void restart() {
    position = 0;
    order = null;
    permutation = null;
    long passes = passesOption.getValue();
    long limit = maxInstancesOption.getValue();
    length = passes == 0 ? ENDLESS : passes * count;
    if (limit > 0) {
      length = Math.min(length, limit);
    }
  }

  @Override
  public void getDescription(StringBuilder out, int indent) {
    StringUtils.appendIndented(out, indent, getPurposeString());
  }

  /**
   * What is wrong with a file or an option. MOA prints the stack trace of whatever ends a task; a
   * mistake in a file name is not helped by one.
   */
  private static final class InputException extends RuntimeException {

    private static final long serialVersionUID = 1;

    InputException(String message) {
      super(message, null, false, false);
    }
  }
}
