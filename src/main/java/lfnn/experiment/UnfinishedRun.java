package lfnn.experiment;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import lfnn.train.TrainerState;

/**
 * The file of a run that was stopped: its training and what was seen of it, until it has gone on to
 * its end and its rows are kept.
 *
 * @param <T> what was seen
 */
final class UnfinishedRun<T extends Serializable> {

  /** What the file holds. */
  record Kept<T extends Serializable>(TrainerState state, T seen) implements Serializable {}

  private final Path folder;
  private final String name;
  private final Class<T> type;

  /**
   * @param name of the file in its folder
   */
  UnfinishedRun(Path folder, String name, Class<T> type) {
    this.folder = folder;
    this.name = name;
    this.type = type;
  }

  /**
   * What was kept; nothing if the run has not begun, or is done.
   *
   * @throws IOException if the file cannot be read
   */
  Optional<Kept<T>> read() throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file)
        ? Optional.of(
            RunFolder.read(
                file,
                this::kept,
                "an unfinished run",
                "remove the file, and the run begins anew, or use the version that wrote it"))
        : Optional.empty();
  }

  private Kept<T> kept(Object object) {
    Kept<?> kept = (Kept<?>) object;
    return new Kept<>(kept.state(), type.cast(kept.seen()));
  }

  void write(TrainerState state, T seen) throws IOException {
    RunFolder.open(folder).write(name, new Kept<>(state, seen));
  }
}
