package lfnn.train;

import java.io.Serializable;
import java.util.List;

/**
 * Everything that further training depends on, as plain arrays that are shared, not copied.
 *
 * @param epochs epochs done
 * @param steps optimizer steps done
 * @param parameters values, [parameter][element]
 * @param moments of the optimizer, [parameter][moment][element]
 * @param leadership of each stage
 * @param bestParameters values at the lowest validation loss; empty without validation
 * @param bestLoss lowest validation loss so far
 * @param bestEpoch epoch of the lowest validation loss; 0 if none
 * @param reports of all epochs
 * @param unfinished what the epoch that is not finished has done so far
 */
public record TrainerState(
    int epochs,
    long steps,
    float[][] parameters,
    float[][][] moments,
    double[][] leadership,
    float[][] bestParameters,
    double bestLoss,
    int bestEpoch,
    List<EpochReport> reports,
    EpochProgress unfinished)
    implements Serializable {}
