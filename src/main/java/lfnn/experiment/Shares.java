package lfnn.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Shares of the workers that lead.
 *
 * @param values each in (0, 1], no two alike
 */
record Shares(List<Double> values) {

  static final Shares NONE = new Shares(List.of());

  private static final String NO_SHARES = "none";

  Shares {
    values = List.copyOf(values);
  }

  /**
   * Reads shares separated by commas, or {@code none}.
   *
   * @throws IllegalArgumentException if one is not in (0, 1], or is there twice
   */
  static Shares parse(String text) {
    if (text.strip().equals(NO_SHARES)) {
      return NONE;
    }
    List<Double> values = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      double share = number(word.strip());
      if (values.contains(share)) {
        throw new IllegalArgumentException("the share " + share + " is there twice");
      }
      values.add(share);
    }
    return new Shares(values);
  }

  private static double number(String word) {
    double share;
    try {
      share = Double.parseDouble(word);
    } catch (NumberFormatException e) {
      share = Double.NaN;
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "shares of leaders are numbers in (0, 1] separated by commas, such as 0.1,1; \""
              + word
              + "\" is not in (0, 1]");
    }
    return share;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return values.isEmpty()
        ? NO_SHARES
        : values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
