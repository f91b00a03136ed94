package lfnn.train;

/**
 * How well the workers of one hidden stage predict by themselves, as shares of test examples
 * misclassified.
 *
 * <p>A worker of a one-vs-all network is one worker of each class's network, all with the same
 * number: the class whose worker is surest is predicted.
 *
 * @param stage number of the stage, from 1
 * @param workers n, workers of the stage
 * @param bestWorker number, from 1, of the worker with the lowest error on the training examples
 * @param bestError of {@code bestWorker}
 * @param meanError mean over the workers
 * @param togetherError of the mean of all workers' probabilities
 */
public record StageEvaluation(
    int stage,
    int workers,
    int bestWorker,
    double bestError,
    double meanError,
    double togetherError) {}
