package moa.classifiers.deeplearning;

import java.util.Arrays;

/**
 * Options that take any text from the command line and remember what they had to refuse, so that
 * the learner can report it.
 *
 * <p>An option that refuses its value at once makes MOA say that the task is not a meta task, and
 * nothing about the option. The classes are called as those they extend because MOA's user
 * interface finds the editor of an option by the simple name of its class; the editors take wrong
 * values from nobody.
 */
final class Checked {

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
      throw new IllegalArgumentException(
          String.format(
              "option -%s (%s) must be %s, not \"%s\"",
              option.getCLIChar(), option.getName(), expected, refused));
    }
  }

  /** A number. */
  static final class FloatOption extends com.github.javacliparser.FloatOption {
    private static final long serialVersionUID = 1L;
    private String refused;

    FloatOption(String name, char letter, String purpose, double value, double least, double most) {
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
     * @throws IllegalArgumentException if the last one was refused
     */
    double checkedValue() {
      String range =
          Double.isInfinite(maxVal)
              ? "a number of at least " + minVal
              : "a number from " + minVal + " to " + maxVal;
      check(this, refused, range);
      return getValue();
    }
  }

  /** A whole number. */
  static final class IntOption extends com.github.javacliparser.IntOption {
    private static final long serialVersionUID = 1L;
    private String refused;

    IntOption(String name, char letter, String purpose, int value, int least) {
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
     * @throws IllegalArgumentException if the last one was refused
     */
    int checkedValue() {
      String range = minVal == Integer.MIN_VALUE ? "" : " of at least " + minVal;
      check(this, refused, "a whole number" + range);
      return getValue();
    }
  }

  /** One of the constants of an enum. */
  static final class MultiChoiceOption extends com.github.javacliparser.MultiChoiceOption {
    private static final long serialVersionUID = 1L;
    private String refused;

    MultiChoiceOption(
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
     * @throws IllegalArgumentException if the last choice was refused
     */
    <E extends Enum<E>> E checkedValue(Class<E> type) {
      check(this, refused, "one of " + String.join(", ", Arrays.asList(optionLabels)));
      return Enum.valueOf(type, getChosenLabel());
    }
  }
}
