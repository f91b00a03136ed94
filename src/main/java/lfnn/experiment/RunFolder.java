package lfnn.experiment;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Function;

/**
 * The folder of a training. Each file is written beside its old version, which it then replaces, so
 * that there is a whole file at any time.
 */
final class RunFolder {

  private static final String MODEL = "model";

  /** What files of objects may hold; the rest of the class path is no business of a file's. */
  private static final ObjectInputFilter OWN_CLASSES =
      ObjectInputFilter.Config.createFilter("lfnn.**;java.lang.*;java.util.*;!*");

  private final Path folder;

  private RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * A folder without a model; it need not exist.
   *
   * @throws IOException if it holds a model, or is a file
   */
  static RunFolder create(Path folder) throws IOException {
    if (Files.isRegularFile(folder)) {
      throw new IOException(folder + ": is a file, expected a folder; choose another name");
    }
    if (Files.exists(folder.resolve(MODEL))) {
      throw new IOException(
          folder
              + ": holds a model already; give another folder with --out, or go on with its"
              + " training with --resume");
    }
    return new RunFolder(folder);
  }

  /** The folder of an earlier training. */
  static RunFolder open(Path folder) {
    return new RunFolder(folder);
  }

  Path path() {
    return folder;
  }

  boolean hasModel() {
    return Files.isRegularFile(folder.resolve(MODEL));
  }

  /**
   * Reads the model.
   *
   * @throws IOException if there is none, or it cannot be read
   */
  SavedRun read() throws IOException {
    return read(folder);
  }

  /**
   * Reads a model.
   *
   * @param place its folder, or the file itself
   * @throws IOException if there is none, or it cannot be read
   */
  static SavedRun read(Path place) throws IOException {
    Path file = Files.isDirectory(place) ? place.resolve(MODEL) : place;
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          file + ": there is no such file, expected the model of a training; check the folder");
    }
    return read(
        file, SavedRun.class::cast, "a model", "train again, or use the version that wrote it");
  }

  /**
   * Reads an object.
   *
   * @param cast makes of it what is expected; {@link ClassCastException} if it is something else
   * @param expected what that is, in words
   * @param remedy what to do if it is something else
   * @throws IOException if it is something else, or cannot be read
   */
  static <T> T read(Path file, Function<Object, T> cast, String expected, String remedy)
      throws IOException {
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file));
        ObjectInputStream in = new ObjectInputStream(stream)) {
      in.setObjectInputFilter(OWN_CLASSES);
      return cast.apply(in.readObject());
    } catch (ObjectStreamException | EOFException | ClassNotFoundException | ClassCastException e) {
      throw new IOException(
          String.format(
              "%s: is not %s of this version of LFNN or is damaged (%s); %s",
              file, expected, e.getMessage(), remedy),
          e);
    }
  }

  /** Writes the model. */
  void write(SavedRun run) throws IOException {
    write(MODEL, run);
  }

  /** Writes a file of an object. */
  void write(String name, Serializable object) throws IOException {
    replace(
        name,
        stream -> {
          ObjectOutputStream out = new ObjectOutputStream(stream);
          out.writeObject(object);
          out.flush();
        });
  }

  /** Writes a text file. */
  void write(String name, String text) throws IOException {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a file. */
  void write(String name, byte[] content) throws IOException {
    replace(name, stream -> stream.write(content));
  }

  private interface Content {
    void writeTo(OutputStream stream) throws IOException;
  }

  private void replace(String name, Content content) throws IOException {
    Path target = folder.resolve(name);
    Path part = folder.resolve(name + ".part");
    Files.createDirectories(target.toAbsolutePath().getParent());
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(part))) {
      content.writeTo(stream);
    }
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
