package moa.streams.filters;

import com.github.javacliparser.FlagOption;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.util.stream.IntStream;
import lfnn.data.Permutation;
import lfnn.spec.InvalidSettingException;
import moa.capabilities.Capability;
import moa.capabilities.ImmutableCapabilities;
import moa.core.StringUtils;
import moa.options.Checked;

/**
 * Permutes the values of the numeric attributes among each other, for any stream what {@link
 * moa.streams.IdxFileStream} does for images: with the same options, permutations are the same.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>-p: seed of the permutation
 *   <li>-i: number of instances after which the attributes are permuted anew; 0 for never
 *   <li>-k: keep the attributes in order until the first new permutation
 * </ul>
 *
 * <p>Nominal attributes and the class keep their places, attributes keep their names. Instances are
 * dense whatever they were. MOA's {@code FilteredStream}, which applies filters, works in
 * EvaluatePrequential, LearnModel and EvaluatePeriodicHeldOutTest, but not in the tasks that ask
 * for an {@code InstanceStream}.
 */
public class PixelPermutationFilter extends AbstractStreamFilter {

  private static final long serialVersionUID = 1;

  /** Seed of the permutations. */
  public Checked.IntOption permutationSeedOption =
      new Checked.IntOption("permutationSeed", 'p', "Seed of the permutation.", 1, 1);

  /** Length of a task. */
  public Checked.IntOption instancesPerPermutationOption =
      new Checked.IntOption(
          "instancesPerPermutation",
          'i',
          "Number of instances after which the attributes are permuted anew; 0 for never.",
          0,
          0);

  /** Whether the first task is not permuted. */
  public FlagOption keepFirstOption =
      new FlagOption(
          "keepFirst", 'k', "Keep the attributes in order until the first new permutation.");

  private long position;
  // Of the current task; null before its first instance.
  private int[] permutation;
  private transient Instances header;
  private transient int[] numeric;

  @Override
  public String getPurposeString() {
    return "Permutes the values of the numeric attributes, anew every so many instances.";
  }

  @Override
  public ImmutableCapabilities defineImmutableCapabilities() {
    return new ImmutableCapabilities(Capability.VIEW_STANDARD, Capability.VIEW_LITE);
  }

  /**
   * Begins anew.
   *
   * @throws InvalidSettingException if options are wrong or contradict each other
   */
  @Override
  protected void restartImpl() {
    Checked.checkAll(
        "PixelPermutationFilter", permutationSeedOption, instancesPerPermutationOption);
    if (keepFirstOption.isSet() && instancesPerPermutationOption.getValue() == 0) {
      throw new InvalidSettingException(
          "PixelPermutationFilter: keepFirst (-k) needs instancesPerPermutation (-i): without it,"
              + " no permutation follows");
    }
    position = 0;
    permutation = null;
  }

  @Override
  public InstancesHeader getHeader() {
    return inputStream.getHeader();
  }

  @Override
  public Instance filterInstance(Instance instance) {
    int length = instancesPerPermutationOption.getValue();
    long task = length == 0 ? 0 : position / length;
    findNumericAttributes(instance);
    if (permutation == null || (length > 0 && position % length == 0)) {
      permutation =
          keepFirstOption.isSet() && task == 0
              ? IntStream.range(0, numeric.length).toArray()
              : Permutation.of(numeric.length, permutationSeedOption.getValue(), task);
    } else if (permutation.length != numeric.length) {
      throw new IllegalStateException(
          "the stream had "
              + permutation.length
              + " numeric attributes and now has "
              + numeric.length
              + "; a permutation needs a constant number");
    }
    position++;
    double[] from = instance.toDoubleArray();
    double[] values = from.clone();
    for (int i = 0; i < numeric.length; i++) {
      values[numeric[i]] = from[numeric[permutation[i]]];
    }
    Instance permuted = new DenseInstance(instance.weight(), values);
    permuted.setDataset(instance.dataset());
    return permuted;
  }

  /** Looks at the attributes once for each header: 784 look-ups take longer than the rest. */
  private void findNumericAttributes(Instance instance) {
    if (numeric == null || header != instance.dataset()) {
      header = instance.dataset();
      numeric =
          IntStream.range(0, instance.numAttributes())
              .filter(i -> i != instance.classIndex() && instance.attribute(i).isNumeric())
              .toArray();
    }
  }

  @Override
  public void getDescription(StringBuilder out, int indent) {
    StringUtils.appendIndented(out, indent, getPurposeString());
  }
}
