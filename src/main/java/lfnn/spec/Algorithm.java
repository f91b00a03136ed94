package lfnn.spec;

/**
 * The learning rules, named as in Table 1 of <a href="https://arxiv.org/abs/2310.07885v1">Yin et
 * al. 2023</a>.
 */
public enum Algorithm {
  /** Leader–follower network whose leaders also learn from the back-propagated global loss. */
  LFNN("leaders learn from the label and the back-propagated output loss, followers from leaders"),
  /** LFNN-ℓ: local signals only, without back-propagation between stages. */
  LFNN_L("LFNN-l: local signals only, no back-propagation between stages"),
  /** Plain back-propagation of the output loss through all stages; worker heads are unused. */
  BP("plain back-propagation of the output loss");

  private final String description;

  Algorithm(String description) {
    this.description = description;
  }

  /** One line for option help. */
  public String description() {
    return description;
  }
}
