package moa.streams;

import com.github.javacliparser.FileOption;
import com.github.javacliparser.FlagOption;
import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import lfnn.data.InputShape;
import lfnn.data.LabelledImages;
import lfnn.data.Permutation;
import lfnn.spec.InvalidSettingException;
import moa.capabilities.Capability;
import moa.capabilities.ImmutableCapabilities;
import moa.core.Example;
import moa.core.InstanceExample;
import moa.core.ObjectRepository;
import moa.core.StringUtils;
import moa.options.AbstractOptionHandler;
import moa.options.Checked;
import moa.tasks.TaskMonitor;

/**
 * Stream of images with their labels as classes; optionally with permuted pixels, the benchmark of
 * learning without end. What it reads is left to its subclasses.
 *
 * <p>Parameters of all of them:
 *
 * <ul>
 *   <li>-w: pixels as whole numbers from 0 to 255, not scaled to [0, 1]
 *   <li>-p: seed of the permutation of the pixels; 0 leaves them in order
 *   <li>-i: number of instances after which the pixels are permuted anew; 0 for never
 *   <li>-k: keep the pixels in order until the first new permutation
 *   <li>-r: seed of the order of the images, drawn anew in each pass; 0 for the order of the files
 *   <li>-e: number of passes over the images; 0 for a stream without end
 *   <li>-m: largest number of instances; 0 for no limit
 * </ul>
 *
 * <p>Instance number n from 0 belongs to task {@code n / i}. The permutation of a task depends on
 * the seed and the number of the task only, the order of a pass on its seed and number only, so the
 * same options always give the same stream.
 *
 * <p>Attributes of grey images are {@code pixel1}, {@code pixel2} … row by row. Those of colour
 * images are {@code red1}, {@code red2} …, then {@code green1} …, then {@code blue1} …: channel by
 * channel, each row by row, as a learner with an input of 3 × height × width needs them; a
 * permutation moves them all among each other. The attribute {@code class} is last. Of class names,
 * characters that MOA does not write to files as it should become {@code _}.
 *
 * <p>The images are read when the stream is prepared, and again after the stream itself was copied
 * or read from a file; a byte per pixel and channel is kept in memory. What is wrong with them is
 * reported in one line that has the name of the file.
 */
public abstract class AbstractImageStream extends AbstractOptionHandler implements InstanceStream {

  private static final long serialVersionUID = 1;

  /** Added to the seed of orders, so that they are unrelated to the permutations of that seed. */
  private static final long ORDERS = 1L << 32;

  private static final long ENDLESS = Long.MAX_VALUE;

  /** Whether pixels are not scaled. */
  public FlagOption rawPixelsOption =
      new FlagOption("rawPixels", 'w', "Pixels as 0 to 255 instead of scaled to [0, 1].");

  /** Seed of the permutations. */
  public Checked.IntOption permutationSeedOption =
      new Checked.IntOption(
          "permutationSeed",
          'p',
          "Seed of the permutation of the pixels; 0 leaves them in order.",
          0,
          0);

  /** Length of a task. */
  public Checked.IntOption instancesPerPermutationOption =
      new Checked.IntOption(
          "instancesPerPermutation",
          'i',
          "Number of instances after which the pixels are permuted anew; 0 for never.",
          0,
          0);

  /** Whether the first task is not permuted. */
  public FlagOption keepFirstOption =
      new FlagOption("keepFirst", 'k', "Keep the pixels in order until the first new permutation.");

  /** Seed of the order of the images. */
  public Checked.IntOption shuffleSeedOption =
      new Checked.IntOption(
          "shuffleSeed",
          'r',
          "Seed of the order of the images, drawn anew in each pass; 0 for the files' order.",
          0,
          0);

  /** Number of passes. */
  public Checked.IntOption passesOption =
      new Checked.IntOption(
          "passes", 'e', "Number of passes over the images; 0 for a stream without end.", 1, 0);

  /** Largest number of instances. */
  public Checked.IntOption maxInstancesOption =
      new Checked.IntOption(
          "maxInstances", 'm', "Largest number of instances; 0 for no limit.", 0, 0);

  private InstancesHeader header;
  private InputShape shape;
  private int count;
  // Number of instances in all passes, or ENDLESS; and of those delivered since the last restart.
  private long length;
  private long position;

  // Read again from the files after the stream was copied. Order and permutation belong to the pass
  // and the task that are noted with them.
  private transient LabelledImages images;
  private transient double[] values;
  private transient int[] order;
  private transient long orderPass;
  private transient int[] permutation;
  private transient long permutationTask;

  /**
   * Reads the images.
   *
   * @throws IOException if that fails; its message is complete, and made for whoever chose the file
   */
  protected abstract LabelledImages readImages() throws IOException;

  /** The option whose file or folder gives the stream its name. */
  protected abstract FileOption nameOption();

  /**
   * The file or folder of an option.
   *
   * @throws InvalidSettingException if it is not set
   */
  protected final Path path(FileOption option) {
    File file = option.getFile();
    if (file == null) {
      throw refused(
          option.getName() + " (-" + option.getCLIChar() + ") is missing: " + option.getPurpose());
    }
    try {
      return file.toPath();
    } catch (InvalidPathException e) {
      throw refused(
          option.getName()
              + " (-"
              + option.getCLIChar()
              + "): no file can be named so: "
              + e.getMessage());
    }
  }

  /** What is wrong with an option: one line without a stack trace, which MOA would print. */
  protected final InvalidSettingException refused(String message) {
    return new InvalidSettingException(getClass().getSimpleName() + ": " + message);
  }

  @Override
  public ImmutableCapabilities defineImmutableCapabilities() {
    return new ImmutableCapabilities(Capability.VIEW_STANDARD, Capability.VIEW_LITE);
  }

  /**
   * Reads the images.
   *
   * @throws InvalidSettingException of one line, without a stack trace, if options are wrong, are
   *     missing or contradict each other, or a file cannot be read
   */
  @Override
  protected void prepareForUseImpl(TaskMonitor monitor, ObjectRepository repository) {
    monitor.setCurrentActivity("Reading images...", -1);
    checkOptions();
    read();
    count = images.size();
    shape = images.shape();
    header = createHeader();
    restart();
  }

  private void checkOptions() {
    Checked.checkAll(
        getClass().getSimpleName(),
        permutationSeedOption,
        instancesPerPermutationOption,
        shuffleSeedOption,
        passesOption,
        maxInstancesOption);
    boolean permuted = permutationSeedOption.getValue() > 0;
    if (!permuted && instancesPerPermutationOption.getValue() > 0) {
      throw refused("instancesPerPermutation (-i) needs a permutationSeed (-p) of at least 1");
    }
    if (keepFirstOption.isSet() && instancesPerPermutationOption.getValue() == 0) {
      throw refused(
          "keepFirst (-k) needs instancesPerPermutation (-i): without it, no permutation follows;"
              + " for pixels in order, leave out -k and -p");
    }
  }

  private void read() {
    try {
      images = readImages();
    } catch (IOException e) {
      throw new InvalidSettingException(e.getMessage());
    }
    values = new double[256];
    for (int i = 0; i < values.length; i++) {
      values[i] = rawPixelsOption.isSet() ? i : i / 255.0;
    }
  }

  private InstancesHeader createHeader() {
    List<Attribute> attributes = new ArrayList<>(shape.size() + 1);
    for (String channel : channels()) {
      for (int i = 1; i <= shape.height() * shape.width(); i++) {
        attributes.add(new Attribute(channel + i));
      }
    }
    attributes.add(new Attribute("class", classNames()));
    // A comma would end the name in the files and tables that tasks write.
    String relation = nameOption().getFile().getName().replace(',', '_');
    InstancesHeader created = new InstancesHeader(new Instances(relation, attributes, 0));
    created.setClassIndex(shape.size());
    return created;
  }

  private List<String> channels() {
    return switch (shape.channels()) {
      case 1 -> List.of("pixel");
      case 3 -> List.of("red", "green", "blue");
      default -> throw new IllegalStateException("images are grey or coloured, not " + shape);
    };
  }

  /**
   * Names of the classes without what ARFF has to quote: MOA quotes it in the header of a file but
   * not in the rows, and could not read what it wrote.
   */
  private List<String> classNames() {
    List<String> names =
        images.classNames().stream()
            .map(name -> name.replaceAll("[\\s,;'\"{}%\\\\?]", "_"))
            .toList();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!seen.add(names.get(i))) {
        throw new InvalidSettingException(
            nameOption().getFile()
                + ": class \""
                + images.classNames().get(i)
                + "\" has the name "
                + names.get(i)
                + " in MOA, as has another one; rename it");
      }
    }
    return names;
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
    if (images == null) {
      readAgain();
    }
    int image = image();
    byte[] pixels = images.pixels();
    int features = shape.size();
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
    row[features] = images.labels()[image];
    position++;
    Instance instance = new DenseInstance(1, row);
    instance.setDataset(header);
    return new InstanceExample(instance);
  }

  private void readAgain() {
    read();
    int classes = header.classAttribute().numValues();
    if (images.size() != count
        || !images.shape().equals(shape)
        || images.classNames().size() != classes) {
      throw new InvalidSettingException(
          nameOption().getFile()
              + ": is no longer what the stream was started with: expected "
              + count
              + " images of "
              + shape
              + " in "
              + classes
              + " classes");
    }
  }

  /** Index of the image of the current instance. */
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
      permutation = Permutation.of(shape.size(), permutationSeedOption.getValue(), task);
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
}
