package moa.options;

import java.util.Arrays;
import lfnn.spec.InvalidSettingException;

/**
 * Options that take any text from the command line and remember what they had to refuse, so that
 * whoever has them, a learner or a stream, can report it.
 *
 * <p>An option that refuses its value at once makes MOA say that the task is not a meta task, and
 * nothing about the option. The classes are called as those they extend because MOA's user
 * interface finds the editor of an option by the simple name of its class; the editors take wrong
 * values from nobody.
 */
public final class Checked {

  private Checked() {}

  /**
   * Throws if the option's last value was refused.
   *
   * @param option any option
   * @param refused what was refused, or null
   * @param expected what would have been right
   */
  private static void check(
      com.github.javacliparser.Option option, String refused, String expected) {
    if (refused != null) {
      throw new InvalidSettingException(
          String.format(
              "option -%s (%s) must be %s, not \"%s\"",
              option.getCLIChar(), option.getName(), expected, refused));
    }
  }

  /**
   * Makes sure that the last values of some options were right.
   *
   * @param owner named at the beginning of the message
   * @throws InvalidSettingException if one was refused
   */
  public static void checkAll(String owner, IntOption... options) {
    for (IntOption option : options) {
      try {
        option.checkedValue();
      } catch (InvalidSettingException e) {
        throw new InvalidSettingException(owner + ": " + e.getMessage());
      }
    }
  }

  /** A number. */
  public static final class FloatOption extends com.github.javacliparser.FloatOption {
    private static final long serialVersionUID = 1L;
    private String refused;

    /** As the option that this extends; the bounds are allowed values. */
    public FloatOption(
        String name, char letter, String purpose, double value, double least, double most) {
      super(name, letter, purpose, value, least, most);
    }

    @Override
    public void setValueViaCLIString(String text) {
      refused = null;
      try {
        super.setValueViaCLIString(text);
      } catch (IllegalArgumentException e) {
        refused = text;
      }
    }

    @Override
    public void setValue(double value) {
      super.setValue(value);
      refused = null;
    }

    @Override
    public String getValueAsCLIString() {
      return refused == null ? super.getValueAsCLIString() : refused;
    }

    /**
     * The value.
     *
     * @throws InvalidSettingException if the last one was refused
     */
    public double checkedValue() {
      String range =
          Double.isInfinite(maxVal)
              ? "a number of at least " + minVal
              : "a number from " + minVal + " to " + maxVal;
      check(this, refused, range);
      return getValue();
    }
  }

  /** A whole number. */
  public static final class IntOption extends com.github.javacliparser.IntOption {
    private static final long serialVersionUID = 1L;
    private String refused;

    /** As the option that this extends; {@code least} is the smallest allowed value. */
    public IntOption(String name, char letter, String purpose, int value, int least) {
      super(name, letter, purpose, value, least, Integer.MAX_VALUE);
    }

    @Override
    public void setValueViaCLIString(String text) {
      refused = null;
      try {
        super.setValueViaCLIString(text);
      } catch (IllegalArgumentException e) {
        refused = text;
      }
    }

    @Override
    public void setValue(int value) {
      super.setValue(value);
      refused = null;
    }

    @Override
    public String getValueAsCLIString() {
      return refused == null ? super.getValueAsCLIString() : refused;
    }

    /**
     * The value.
     *
     * @throws InvalidSettingException if the last one was refused
     */
    public int checkedValue() {
      String range = minVal == Integer.MIN_VALUE ? "" : " of at least " + minVal;
      check(this, refused, "a whole number" + range);
      return getValue();
    }
  }

  /** One of the constants of an enum. */
  public static final class MultiChoiceOption extends com.github.javacliparser.MultiChoiceOption {
    private static final long serialVersionUID = 1L;
    private String refused;

    /** As the option that this extends; the labels are the names of an enum's constants. */
    public MultiChoiceOption(
        String name, char letter, String purpose, String[] labels, String[] texts, int byDefault) {
      super(name, letter, purpose, labels, texts, byDefault);
    }

    @Override
    public void setValueViaCLIString(String text) {
      refused = null;
      try {
        super.setValueViaCLIString(text);
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        refused = text;
      }
    }

    @Override
    public void setChosenLabel(String label) {
      super.setChosenLabel(label);
      refused = null;
    }

    @Override
    public void setChosenIndex(int index) {
      super.setChosenIndex(index);
      refused = null;
    }

    @Override
    public String getValueAsCLIString() {
      return refused == null ? super.getValueAsCLIString() : refused;
    }

    /**
     * The chosen constant.
     *
     * @throws InvalidSettingException if the last choice was refused
     */
    public <E extends Enum<E>> E checkedValue(Class<E> type) {
      check(this, refused, "one of " + String.join(", ", Arrays.asList(optionLabels)));
      return Enum.valueOf(type, getChosenLabel());
    }
  }
}
