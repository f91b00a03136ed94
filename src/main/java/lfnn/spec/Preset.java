package lfnn.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import lfnn.data.InputShape;

/**
 * Networks with a name: those of <a href="https://arxiv.org/abs/2310.07885v1">Yin et al. 2023</a>
 * (Table 1) and of those it compares itself with, and two that are well known.
 *
 * <p>Parameter counts are those of the network's own data, {@link #input()} and {@link #classes()};
 * they contain the heads of the blocks.
 */
public enum Preset {
  /** The authors' network for MNIST, "275K" without the heads of its blocks. */
  MNIST_275K(
      "1x28x28",
      10,
      "block(conv(128), conv(64), max-pool(2), batch-norm, dropout(0.2), heads=1, pool=14);"
          + "block(conv(64), conv(64), max-pool(2), batch-norm, dropout(0.2), heads=1, pool=7);"
          + "fc(workers=4)"),
  /** The authors' larger network for MNIST, "438K" without the heads of its blocks. */
  MNIST_438K(
      "1x28x28",
      10,
      "block(conv(128), conv(64), max-pool(2), batch-norm, dropout(0.2), heads=1, pool=14);"
          + "block(conv(64), conv(128), max-pool(2), batch-norm, dropout(0.2), heads=1, pool=7);"
          + "fc(workers=4)"),
  /** The authors' network for CIFAR-10, "876K" with the heads of its blocks. */
  CIFAR10_876K(
      "3x32x32",
      10,
      "block(conv(128), conv(64), max-pool(2), batch-norm, dropout(0.2), heads=1, pool=16);"
          + "block(conv(82), conv(128), max-pool(2), batch-norm, dropout(0.2), heads=1, pool=8);"
          + "fc(workers=5)"),
  /**
   * LocalMixer S/1/1 of <a href="https://arxiv.org/abs/2210.03310v3">Ren et al. 2022</a>: one block
   * on the whole image.
   */
  LOCALMIXER_272K("1x28x28", 10, "block(dense(256), dense(256), heads=1)"),
  /** LocalMixer M/1/16: as S/1/1, with 512 units and 16 groups in the second layer. */
  LOCALMIXER_429K("1x28x28", 10, "block(dense(512), dense(512, groups=16), heads=1)"),
  /** LocalMixer M/8/16: four blocks on 8 × 8 patches. */
  LOCALMIXER_919K(
      "3x32x32",
      10,
      "block(conv(512, kernel=4, stride=4), conv(512, kernel=1, groups=16), heads=1, pool=1);"
          + mixer("")
          + ";"
          + mixer("")
          + ";"
          + mixer(", global-average")),
  /**
   * VGG8b of <a href="https://arxiv.org/abs/1901.06656v2">Nøkland and Eidnes 2019</a>, each layer a
   * stage of its own, with their similarity loss.
   */
  VGG8B(
      "3x32x32",
      10,
      "block("
          + vgg(128, "")
          + vgg(256, ", max-pool(2)")
          + vgg(256, "")
          + vgg(512, ", max-pool(2)")
          + vgg(512, ", max-pool(2)")
          + vgg(512, ", max-pool(2)")
          + "dense(1024, activation=identity), batch-norm(activation=relu), heads=1,"
          + " similarity=0.99, strict)"),
  /**
   * ResNet-18 of <a href="https://arxiv.org/abs/1512.03385v1">He et al. 2015</a> for small images,
   * with one block of workers on each of its four residual stages.
   */
  RESNET_18(
      "3x32x32",
      10,
      "block(conv(64, activation=identity), batch-norm(activation=relu), "
          + residual(64, 1)
          + ", "
          + residual(64, 1)
          + ");"
          + "block("
          + residual(128, 2)
          + ", "
          + residual(128, 1)
          + ");"
          + "block("
          + residual(256, 2)
          + ", "
          + residual(256, 1)
          + ");"
          + "block("
          + residual(512, 2)
          + ", "
          + residual(512, 1)
          + ", global-average)");

  private final String input;
  private final int classes;
  private final String text;

  Preset(String input, int classes, String text) {
    this.input = input;
    this.classes = classes;
    this.text = text;
  }

  private static String mixer(String last) {
    return "block(residual(layer-norm(plain), mix-pixels, layer-norm(plain), conv(512, kernel=1),"
        + " conv(512, kernel=1, groups=16, activation=identity))"
        + last
        + ", heads=1, pool=1)";
  }

  private static String vgg(int filters, String pool) {
    return "conv("
        + filters
        + ", activation=identity), batch-norm(activation=relu)"
        + pool
        + ", dropout(0.05), ";
  }

  private static String residual(int filters, int stride) {
    return "residual(conv("
        + filters
        + (stride == 1 ? "" : ", stride=" + stride)
        + ", activation=identity), batch-norm(activation=relu), conv("
        + filters
        + ", activation=identity), batch-norm, activation=relu)";
  }

  /** The name used in network strings, for example {@code mnist-438k}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Shape of the data that the network was made for; others work where the layers fit. */
  public InputShape input() {
    return InputShape.parse(input);
  }

  /** Classes of the data that the network was made for. */
  public int classes() {
    return classes;
  }

  /** The stages. */
  List<StageSpec> stages() {
    return ((NetworkSpec.Stages) NetworkSpec.parse(text)).stages();
  }

  /** The network on the data that it was made for. */
  public Architecture architecture() {
    return Architecture.of(input(), Task.classification(classes), new NetworkSpec.Named(this));
  }

  static Optional<Preset> named(String label) {
    return Arrays.stream(values()).filter(preset -> preset.label().equals(label)).findFirst();
  }

  /** All names, separated by commas. */
  static String names() {
    return Arrays.stream(values()).map(Preset::label).collect(Collectors.joining(", "));
  }
}
