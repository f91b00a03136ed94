package lfnn.nn;

/**
 * An array that is learned, with its gradient.
 *
 * @param name where it stands in the network, for messages
 * @param value the learned values
 * @param gradient gradient of the loss, same shape; written by {@link Stage} and {@link
 *     OutputLayer}
 * @param decays whether weight decay applies: weights yes, biases no
 */
public record Parameter(String name, Matrix value, Matrix gradient, boolean decays) {}
