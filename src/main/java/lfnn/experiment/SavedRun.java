package lfnn.experiment;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import lfnn.data.ChannelScale;
import lfnn.train.LfnnModel;
import lfnn.train.Score;
import lfnn.train.TrainerState;
import org.jspecify.annotations.Nullable;

/**
 * Training as it is kept in a file: the model to predict with, and all that is needed to go on.
 *
 * @param commands command lines that led here, the first one first
 * @param options of the last command line, defaults included
 * @param model of the best epoch if there is a validation part, else as it is now
 * @param scale by which images are normalised; null if they are not
 * @param classNames names of the classes that the model predicts
 * @param state what further training depends on
 * @param test on the test images, one for each finished epoch; {@link Score#NONE} if not measured
 * @param checksum of the training images, see {@link RunData#checksum}
 */
record SavedRun(
    List<String> commands,
    Map<String, String> options,
    LfnnModel model,
    @Nullable ChannelScale scale,
    List<String> classNames,
    TrainerState state,
    List<Score> test,
    long checksum)
    implements Serializable {

  SavedRun {
    commands = List.copyOf(commands);
    classNames = List.copyOf(classNames);
    test = List.copyOf(test);
  }
}
