package lfnn.experiment;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import lfnn.spec.Algorithm;

/**
 * What the tables of <a href="https://arxiv.org/abs/2310.07885v1">Yin et al. 2023</a> say, by the
 * size of the network; errors in percent.
 */
final class PaperErrors {

  private static final String SMALL = "MNIST 275K";
  private static final String MIDDLE = "MNIST 438K";
  private static final String LARGE = "CIFAR-10 876K";

  private static final List<String> SIZES = List.of(SMALL, MIDDLE, LARGE);

  private static final Map<String, String> SIZE_OF_NETWORK =
      Map.of(
          "mnist-275k", SMALL,
          "localmixer-272k", SMALL,
          "mnist-438k", MIDDLE,
          "localmixer-429k", MIDDLE,
          "cifar10-876k", LARGE,
          "localmixer-919k", LARGE);

  /** Test / training error of each size. */
  private static final Map<Algorithm, String> TABLE_1 =
      Map.of(
          Algorithm.BP, "2.01 / 0.00;1.88 / 0.00;20.90 / 0.00",
          Algorithm.LG_BP, "2.43 / 0.00;2.81 / 0.00;33.84 / 0.05",
          Algorithm.LFNN, "1.18 / 1.15;2.14 / 1.49;19.21 / 3.57",
          Algorithm.FA, "2.82 / 0.00;2.90 / 0.00;39.94 / 28.44",
          Algorithm.FG_W, "9.25 / 8.93;8.56 / 8.64;55.95 / 54.28",
          Algorithm.FG_A, "3.24 / 1.53;3.76 / 1.75;59.72 / 41.27",
          Algorithm.LG_FG_W, "9.25 / 8.93;5.66 / 4.59;52.70 / 51.71",
          Algorithm.LG_FG_A, "3.24 / 1.53;2.55 / 0.00;30.68 / 19.39",
          Algorithm.LFNN_L, "1.49 / 0.04;1.20 / 1.15;20.85 / 4.69");

  /** Test errors at 10, 20 … 100 % leaders. */
  private static final Map<String, double[]> TABLE_2 =
      Map.of(
          SMALL + Algorithm.LFNN_L,
          new double[] {1.96, 1.67, 1.98, 1.49, 1.49, 1.49, 1.49, 1.64, 1.69, 1.57},
          SMALL + Algorithm.LFNN,
          new double[] {1.24, 1.68, 1.50, 1.60, 1.40, 1.20, 1.18, 1.40, 1.44, 1.51},
          MIDDLE + Algorithm.LFNN_L,
          new double[] {1.25, 1.49, 1.85, 1.12, 1.27, 1.76, 1.20, 1.64, 1.20, 1.23},
          MIDDLE + Algorithm.LFNN,
          new double[] {1.89, 2.49, 2.20, 2.97, 2.23, 2.70, 2.14, 2.27, 2.20, 2.67},
          LARGE + Algorithm.LFNN_L,
          new double[] {23.37, 23.09, 21.26, 21.56, 21.11, 21.57, 20.85, 21.21, 21.28, 21.34},
          LARGE + Algorithm.LFNN,
          new double[] {23.36, 20.11, 19.56, 19.32, 19.64, 18.84, 19.21, 19.84, 19.92, 18.41});

  /** Test errors at 10, 20 … 100 % leaders on Tiny ImageNet. */
  private static final Map<Algorithm, double[]> TABLE_3 =
      Map.of(
          Algorithm.LFNN_L,
          new double[] {73.98, 63.09, 54.24, 49.63, 44.87, 40.96, 37.17, 38.05, 36.06, 39.56},
          Algorithm.LFNN,
          new double[] {39.85, 40.12, 39.34, 39.18, 39.33, 39.41, 39.42, 38.63, 35.21, 39.56});

  private PaperErrors() {}

  /** Data and parameters of the paper's networks that a network is compared with. */
  static Optional<String> size(String network) {
    return Optional.ofNullable(SIZE_OF_NETWORK.get(network.replaceFirst("\\(.*", "")));
  }

  /** Test / training error of Table 1. */
  static Optional<String> table1(String network, Algorithm rule) {
    return size(network)
        .flatMap(
            size ->
                Optional.ofNullable(TABLE_1.get(rule))
                    .map(errors -> errors.split(";", -1)[SIZES.indexOf(size)]));
  }

  /** Test error of Table 1. */
  static OptionalDouble table1Test(String network, Algorithm rule) {
    return table1(network, rule).stream()
        .mapToDouble(errors -> Double.parseDouble(errors.split(" / ", -1)[0]))
        .findFirst();
  }

  /** Test errors of Table 2 at 10, 20 … 100 % leaders. */
  static Optional<double[]> table2(String network, Algorithm rule) {
    return size(network)
        .flatMap(size -> Optional.ofNullable(TABLE_2.get(size + rule)))
        .map(double[]::clone);
  }

  /** Test errors of Table 3 on Tiny ImageNet at 10, 20 … 100 % leaders. */
  static Optional<double[]> table3(String network, Algorithm rule) {
    return Optional.ofNullable(TABLE_3.get(rule)).map(double[]::clone);
  }
}
