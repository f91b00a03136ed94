package lfnn.spec;

/**
 * The learning rules, named as in Table 1 of <a href="https://arxiv.org/abs/2310.07885v1">Yin et
 * al. 2023</a>.
 */
public enum Algorithm {
  /** Leader–follower network whose leaders also learn from the back-propagated global loss. */
  LFNN(
      "leaders learn from the label and the back-propagated output loss, followers from leaders",
      0.001),
  /** LFNN-ℓ: local signals only, without back-propagation between stages. */
  LFNN_L("LFNN-l: local signals only, no back-propagation between stages", 0.001),
  /** Plain back-propagation of the output loss through all stages; worker heads are unused. */
  BP("plain back-propagation of the output loss", 0.001),
  /** Feedback alignment: fixed random matrices carry the error down in place of the weights. */
  FA("feedback alignment: as BP, but fixed random matrices carry the error down", 0.001),
  /** Forward gradient of the output loss along one direction of all weights. */
  FG_W("forward gradient of the output loss, weights perturbed", 0.003),
  /** Forward gradient of the output loss along a direction of the activities of each example. */
  FG_A("forward gradient of the output loss, activities perturbed", 0.001),
  /** Local greedy: the errors of a stage's workers, back-propagated inside the stage. */
  LG_BP("local greedy: back-propagation of the workers' errors inside each stage", 0.003),
  /** Local greedy with forward gradients, weights perturbed. */
  LG_FG_W("local greedy with forward gradients, weights perturbed", 0.003),
  /** Local greedy with forward gradients, activities perturbed. */
  LG_FG_A("local greedy with forward gradients, activities perturbed", 0.001);

  private final String description;
  private final double learningRate;

  Algorithm(String description, double learningRate) {
    this.description = description;
    this.learningRate = learningRate;
  }

  /**
   * The initial learning rate unless another is asked for. Those of the rules without leaders were
   * chosen as docs/rules.md says.
   */
  public double learningRate() {
    return learningRate;
  }

  /** Whether some workers lead and others follow; else leadership options have no effect. */
  public boolean hasLeaders() {
    return this == LFNN || this == LFNN_L;
  }

  /** Whether stages learn from local signals alone, so that none waits for another. */
  public boolean isLocal() {
    return switch (this) {
      case LFNN_L, LG_BP, LG_FG_W, LG_FG_A -> true;
      case LFNN, BP, FA, FG_W, FG_A -> false;
    };
  }

  /** One line for option help. */
  public String description() {
    return description;
  }
}
