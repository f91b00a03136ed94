package lfnn.experiment;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A folder of IDX files with tiny images of three classes that can be told apart. */
final class TinyImages {

  static final int SIDE = 6;
  static final int CLASSES = 3;

  private TinyImages() {}

  /** Writes training and test images. */
  static Path write(Path folder, int training, int test, long seed) throws IOException {
    Files.createDirectories(folder);
    write(folder, "train", training, new Random(seed));
    if (test > 0) {
      write(folder, "t10k", test, new Random(~seed));
    }
    return folder;
  }

  private static void write(Path folder, String name, int count, Random random) throws IOException {
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    DataOutputStream labelStream = new DataOutputStream(labels);
    ByteArrayOutputStream images = new ByteArrayOutputStream();
    DataOutputStream imageStream = new DataOutputStream(images);
    labelStream.writeInt(0x801);
    labelStream.writeInt(count);
    imageStream.writeInt(0x803);
    imageStream.writeInt(count);
    imageStream.writeInt(SIDE);
    imageStream.writeInt(SIDE);
    for (int i = 0; i < count; i++) {
      int label = i % CLASSES;
      labelStream.writeByte(label);
      for (int row = 0; row < SIDE; row++) {
        for (int column = 0; column < SIDE; column++) {
          // A bright band of two rows says the class.
          int light = row / 2 == label ? 120 : 0;
          imageStream.writeByte(light + random.nextInt(136));
        }
      }
    }
    Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.toByteArray());
    Files.write(folder.resolve(name + "-images-idx3-ubyte"), images.toByteArray());
  }
}
