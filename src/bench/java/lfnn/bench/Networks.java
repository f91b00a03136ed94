package lfnn.bench;

import lfnn.data.Augmentation;
import lfnn.data.BatchLayout;
import lfnn.data.InputShape;
import lfnn.spec.Algorithm;
import lfnn.spec.Architecture;
import lfnn.spec.LeadershipSpec;
import lfnn.spec.NetworkSpec;
import lfnn.spec.OptimizerSpec;
import lfnn.spec.Preset;
import lfnn.spec.ScheduleSpec;
import lfnn.spec.Task;
import lfnn.spec.TrainingSpec;

/** The networks that are measured, and how they are trained. */
final class Networks {

  /** Images of MNIST. */
  static final InputShape MNIST = InputShape.parse("1x28x28");

  /** 784 → 32×10 → 32×10 → 10. */
  static final Architecture DENSE = dense(32, 2, 10);

  /** The paper's larger network for MNIST. */
  static final Architecture CONVOLUTIONAL = Preset.MNIST_438K.architecture();

  /** One network per class with one stage of 32 sigmoid workers. */
  static final Architecture ONE_VS_ALL =
      Architecture.of(MNIST, Task.oneVsAll(10), NetworkSpec.parse("fc(workers=32)"));

  private Networks() {}

  /** Whether the first stage has filters, and not neurons that read images as values. */
  static boolean readsImages(Architecture architecture) {
    return architecture.inputLayout() == BatchLayout.CHANNELS_LAST;
  }

  /** Stages of neuron workers on images of MNIST. */
  static Architecture dense(int workers, int stages, int classes) {
    String stage = "fc(workers=" + workers + ");";
    String text = stage.repeat(stages);
    return Architecture.of(
        MNIST,
        Task.classification(classes),
        NetworkSpec.parse(text.substring(0, text.length() - 1)));
  }

  /** Adam at 0.001, 70 % leaders. */
  static TrainingSpec training(Algorithm algorithm, int batchSize, int threads) {
    return training(algorithm, OptimizerSpec.Adam.DEFAULTS, batchSize, threads);
  }

  /** The same with another Adam. */
  static TrainingSpec training(
      Algorithm algorithm, OptimizerSpec optimizer, int batchSize, int threads) {
    return new TrainingSpec(
        algorithm,
        LeadershipSpec.DEFAULTS,
        optimizer,
        TrainingSpec.DEFAULTS.learningRate(),
        new ScheduleSpec.Constant(),
        0,
        1,
        batchSize,
        0,
        1,
        Augmentation.NONE,
        1,
        threads);
  }
}
