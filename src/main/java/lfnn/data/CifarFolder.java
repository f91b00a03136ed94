package lfnn.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of CIFAR-10 or CIFAR-100 in a folder, known by their official names, with or without
 * {@code .gz} after them:
 *
 * <pre>
 * CIFAR-10    data_batch_1.bin  data_batch_2.bin  …    test_batch.bin
 * CIFAR-100   train.bin                                test.bin
 * </pre>
 *
 * <p>All training batches must be there: those before the last in any case, and all five if one of
 * them is as long as in the official data set. A sample of it may have fewer batches, of fewer
 * images.
 *
 * @param kind of all files
 * @param training files in their order; empty if there are none
 * @param test one file, or none
 */
public record CifarFolder(CifarFile.Kind kind, List<Path> training, List<Path> test) {

  private static final Pattern BATCH = Pattern.compile("data_batch_([1-9][0-9]{0,5})\\.bin");

  /** Batches of the official data set, of {@link #OFFICIAL_LENGTH} bytes each. */
  private static final int OFFICIAL_BATCHES = 5;

  /** Bytes of ten thousand images. */
  private static final long OFFICIAL_LENGTH = 10_000L * CifarFile.Kind.CIFAR_10.recordLength();

  /** Copies the lists. */
  public CifarFolder {
    training = List.copyOf(training);
    test = List.copyOf(test);
  }

  /**
   * Looks for files in a folder; they are not read.
   *
   * @return one for each kind of which there is a file
   * @throws IOException if there is no such folder, or a training batch is missing
   */
  public static List<CifarFolder> find(Path folder) throws IOException {
    SortedMap<String, Path> files = BinaryFile.inFolder(folder);
    List<CifarFolder> found = new ArrayList<>();
    found.add(
        new CifarFolder(
            CifarFile.Kind.CIFAR_10, batches(folder, files), named(files, "test_batch.bin")));
    found.add(
        new CifarFolder(
            CifarFile.Kind.CIFAR_100, named(files, "train.bin"), named(files, "test.bin")));
    found.removeIf(one -> one.training.isEmpty() && one.test.isEmpty());
    return found;
  }

  private static List<Path> named(SortedMap<String, Path> files, String name) {
    Path file = files.get(name);
    return file == null ? List.of() : List.of(file);
  }

  private static List<Path> batches(Path folder, SortedMap<String, Path> files) throws IOException {
    // The tenth comes after the ninth.
    TreeMap<Integer, Path> batches = new TreeMap<>();
    files.forEach(
        (name, file) -> {
          Matcher matcher = BATCH.matcher(name);
          if (matcher.matches()) {
            batches.put(Integer.valueOf(matcher.group(1)), file);
          }
        });
    if (!batches.isEmpty()) {
      requireAll(folder, batches);
    }
    return List.copyOf(batches.values());
  }

  private static void requireAll(Path folder, SortedMap<Integer, Path> batches) throws IOException {
    int expected = batches.lastKey();
    if (expected < OFFICIAL_BATCHES) {
      for (Path file : batches.values()) {
        if (BinaryFile.unpackedLength(file) == OFFICIAL_LENGTH) {
          expected = OFFICIAL_BATCHES;
        }
      }
    }
    List<String> missing = new ArrayList<>();
    for (int i = 1; i <= expected && missing.size() < OFFICIAL_BATCHES; i++) {
      if (!batches.containsKey(i)) {
        missing.add("data_batch_" + i + ".bin");
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          folder
              + ": has no "
              + String.join(", ", missing)
              + ", plain or .gz, expected data_batch_1.bin to data_batch_"
              + expected
              + ".bin; "
              + (missing.size() == 1 ? "get the missing file" : "get the missing files"));
    }
  }

  /**
   * Makes sure that each training batch of CIFAR-10 is once among files of a folder, plain or
   * compressed.
   *
   * @throws IOException that names those that are missing, or there twice
   */
  public static void requireAllBatches(Path folder, List<Path> files) throws IOException {
    SortedMap<String, Path> byName = new TreeMap<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      Path other = byName.put(BinaryFile.plainName(name), file);
      if (other != null) {
        throw new IOException(
            folder
                + ": "
                + other.getFileName()
                + " and "
                + name
                + " are the same batch, whose images would be read twice, expected one of them;"
                + " remove the other or choose a pattern that only one matches");
      }
    }
    batches(folder, byName);
  }

  /** For example {@code CIFAR-10 files (data_batch_1.bin)}. */
  @Override
  public String toString() {
    return kind + " files (" + (training.isEmpty() ? test : training).get(0).getFileName() + ")";
  }
}
