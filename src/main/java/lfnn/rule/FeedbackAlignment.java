package lfnn.rule;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lfnn.data.Seeds;
import lfnn.leadership.Leadership;
import lfnn.nn.Matrix;
import lfnn.nn.Parameter;

/**
 * Back-propagation in which fixed random matrices carry the error down in place of the weights (<a
 * href="https://doi.org/10.1038/ncomms13276">Lillicrap et al. 2016</a>); derivatives of
 * activations, normalisation and pools are exact.
 *
 * <p>The matrices come from the seed, so training that is continued has the same ones.
 */
final class FeedbackAlignment implements LearningRule {

  /** Keeps the matrices apart from the initial weights, which come from the same seed. */
  private static final long SALT = 0x6A09E667F3BCC908L;

  private final Backpropagation backpropagation;
  private final Map<Parameter, Matrix> feedback;

  FeedbackAlignment(Resources resources, long seed) {
    feedback = resources.network().fixFeedback(new SplittableRandom(Seeds.number(seed ^ SALT, 1)));
    backpropagation = new Backpropagation(resources);
  }

  /** The matrices that carry the error down, by the weights in whose place they do. */
  Map<Parameter, Matrix> feedback() {
    return feedback;
  }

  @Override
  public List<Leadership> leadership() {
    return List.of();
  }

  @Override
  public double learn(long seed) {
    return backpropagation.learn(seed);
  }
}
