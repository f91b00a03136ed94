package lfnn.spec;

import java.io.Serializable;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who leads, who is followed, and how the terms of the loss are weighted (spec: Definition 2.1 and
 * equations 1 and 2 of <a href="https://arxiv.org/abs/2310.07885v1">Yin et al. 2023</a>).
 *
 * @param leaderFraction δ, share of the workers that lead, in (0, 1]; at least one worker leads
 * @param scope on which errors leaders are chosen
 * @param leaderWeight λ₁, weight of the leaders' prediction loss, at least 0
 * @param followerWeight λ₂, weight of the followers' alignment loss, at least 0
 * @param reference which leader the followers align with
 * @param alignment what of the reference leader the followers align with
 * @param terms the terms of the loss that are switched on
 */
public record LeadershipSpec(
    double leaderFraction,
    Scope scope,
    double leaderWeight,
    double followerWeight,
    Reference reference,
    Alignment alignment,
    Set<LossTerm> terms)
    implements Serializable {

  /** On which prediction errors the leaders are chosen. */
  public enum Scope {
    /** Mean error over the mini-batch. */
    BATCH,
    /** Error on each example by itself. */
    SAMPLE,
    /** Mean error over the previous epoch; the first epoch chooses by batch. */
    EPOCH
  }

  /** Which leader the followers align with. */
  public enum Reference {
    /** The leader with the lowest error. */
    BEST,
    /** A leader drawn at random, anew in each batch (in each example for {@link Scope#SAMPLE}). */
    RANDOM
  }

  /** What followers align. */
  public enum Alignment {
    /** Their predictions p, after softmax or sigmoid. */
    PREDICTIONS,
    /** Their logits z. Known to diverge together with {@link Scope#SAMPLE}. */
    LOGITS
  }

  /** The three terms of the loss. */
  public enum LossTerm {
    /** L_g, the loss of the output layer. */
    GLOBAL,
    /** L_leaders, the leaders' own prediction loss. */
    LEADERS,
    /** L_followers, the followers' distance to the reference leader. */
    FOLLOWERS;

    /**
     * Reads terms separated by commas, for example {@code global,leaders}.
     *
     * @throws IllegalArgumentException if a term is not one
     */
    public static Set<LossTerm> parse(String text) {
      Set<LossTerm> terms = EnumSet.noneOf(LossTerm.class);
      for (String word : text.split(",", -1)) {
        terms.add(
            Arrays.stream(values())
                .filter(term -> term.name().equalsIgnoreCase(word.strip()))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "loss terms are "
                                + print(EnumSet.allOf(LossTerm.class))
                                + " separated by commas; \""
                                + word.strip()
                                + "\" is none of them")));
      }
      return terms;
    }

    /** Prints terms as {@link #parse} reads them. */
    public static String print(Set<LossTerm> terms) {
      return terms.stream()
          .sorted()
          .map(term -> term.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(","));
    }
  }

  /**
   * δ = 0.7, λ₁ = λ₂ = 1, as in Table 1 of the paper; leaders are chosen per batch and followers
   * align with the best leader's predictions.
   */
  public static final LeadershipSpec DEFAULTS =
      new LeadershipSpec(
          0.7,
          Scope.BATCH,
          1.0,
          1.0,
          Reference.BEST,
          Alignment.PREDICTIONS,
          EnumSet.allOf(LossTerm.class));

  /** Nobody follows, and the errors of all workers count alike. */
  public static final LeadershipSpec EVERYONE_LEADS = DEFAULTS.withLeaderFraction(1);

  public LeadershipSpec {
    Require.that(
        leaderFraction > 0 && leaderFraction <= 1,
        "the fraction of leaders must be in (0, 1], not %s",
        leaderFraction);
    Require.that(
        leaderWeight >= 0 && Double.isFinite(leaderWeight),
        "lambda1, the weight of the leaders' loss, must be at least 0 and finite, not %s",
        leaderWeight);
    Require.that(
        followerWeight >= 0 && Double.isFinite(followerWeight),
        "lambda2, the weight of the followers' loss, must be at least 0 and finite, not %s",
        followerWeight);
    Require.that(
        !terms.isEmpty(),
        "no loss term is switched on: name at least one of %s",
        LossTerm.print(EnumSet.allOf(LossTerm.class)));
    terms = Set.copyOf(terms);
  }

  /**
   * Number of leaders among {@code workers}: max(1, ⌊δ·n + ½⌋), at most n.
   *
   * @param workers n, at least 1
   */
  public int leaders(int workers) {
    // 0.29 · 50 is 14.499999999999998 in doubles; a half is a half all the same.
    double wanted = leaderFraction * workers + 1e-9;
    return Math.min(workers, Math.max(1, (int) Math.floor(wanted + 0.5)));
  }

  /** The same with another share of leaders. */
  public LeadershipSpec withLeaderFraction(double fraction) {
    return new LeadershipSpec(
        fraction, scope, leaderWeight, followerWeight, reference, alignment, terms);
  }

  /**
   * Whether a stage learns the same under another choice: all is equal but the share of leaders,
   * and that gives the same number.
   *
   * @param workers n of the stage, at least 1
   */
  public boolean isSameFor(int workers, LeadershipSpec other) {
    return leaders(workers) == other.leaders(workers)
        && withLeaderFraction(other.leaderFraction).equals(other);
  }

  /** Whether the given term is switched on. */
  public boolean uses(LossTerm term) {
    return terms.contains(term);
  }
}
