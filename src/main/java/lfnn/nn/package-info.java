/**
 * Networks and their arithmetic: matrices, layers, stages of workers, and the kernel seam.
 *
 * <p>This is the first package that sees ND4J. Matrix products go to ND4J except the small ones;
 * the passes that make a leader–follower network what it is go through {@link lfnn.nn.Kernels}, of
 * which there are two forms with equal results.
 */
package lfnn.nn;
