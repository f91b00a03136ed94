package lfnn.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lfnn.data.BatchLayout;
import lfnn.spec.Architecture;
import lfnn.spec.StageSpec;

/** A leader–follower network: hidden stages in order, then an output layer. */
public final class Network {

  private final Architecture architecture;
  private final Kernels kernels;
  private final List<Stage> stages = new ArrayList<>();
  private final int shared;
  private final OutputLayer output;

  /** A network with all parameters zero. */
  public Network(Architecture architecture, Kernels kernels) {
    this(architecture, kernels, List.of());
  }

  private Network(Architecture architecture, Kernels kernels, List<Stage> lower) {
    this.architecture = architecture;
    this.kernels = kernels;
    this.shared = lower.size();
    stages.addAll(lower);
    for (int s = shared; s < architecture.stages().size(); s++) {
      stages.add(stage(kernels, architecture.stages().get(s), StagePlace.of(architecture, s)));
    }
    int last = architecture.stages().size();
    output =
        new OutputLayer(
            kernels,
            architecture.inputShape(last),
            architecture.inputGroups(last),
            architecture.task());
  }

  private static Stage stage(Kernels kernels, StageSpec spec, StagePlace place) {
    if (spec instanceof StageSpec.Block block) {
      return new BlockStage(kernels, place, block);
    }
    if (spec instanceof StageSpec.Filters filters) {
      return new FilterStage(kernels, place, filters);
    }
    return new NeuronStage(kernels, place, spec.workers());
  }

  /**
   * The kernels for training on this machine: heap loops on the CPU, ND4J operations on a device.
   */
  public static Kernels defaultKernels() {
    return defaultKernels(0);
  }

  /**
   * The same for at most {@code threads} threads; 0 means one per processor. Results do not depend
   * on it.
   */
  public static Kernels defaultKernels(int threads) {
    if (!computesOnHeap()) {
      return Nd4jKernels.singlePrecision();
    }
    return threads == 0 ? new HeapKernels() : new HeapKernels(threads);
  }

  /**
   * The default kernels for a network of such sizes, of which at most {@code threads} threads work
   * on a pass; 0 means one per processor.
   */
  public static Kernels kernelsFor(Architecture architecture, int threads) {
    return defaultKernels(splitsPasses(architecture) ? threads : 1);
  }

  /** Whether the default kernels compute on the heap, and not on a device. */
  public static boolean computesOnHeap() {
    return !Nd4jBackend.hasDevice();
  }

  /**
   * Whether each pass through such a network is split between threads: layers for images do that,
   * the passes of others are too short.
   */
  public static boolean splitsPasses(Architecture architecture) {
    return architecture.inputLayout() == BatchLayout.CHANNELS_LAST;
  }

  /**
   * A network of the same sizes that has its lower stages in common with this one: what one of them
   * learns, the other knows. The other parameters are zero.
   *
   * @param count stages in common, from the first on
   */
  public Network sharing(int count) {
    return new Network(architecture, kernels, stages.subList(0, count));
  }

  /** Draws initial values of all parameters, but for those of another network's stages. */
  public void initialise(SplittableRandom random) {
    // One generator per stage, so that adding a stage above does not change those below.
    for (int s = 0; s < stages.size(); s++) {
      SplittableRandom own = random.split();
      if (s >= shared) {
        stages.get(s).initialise(own);
      }
    }
    output.initialise(random.split());
  }

  /**
   * From now on errors go down through fixed random matrices instead of the weights; each has the
   * shape of the weights that it stands for and is drawn as they were at first.
   *
   * @return the matrices, by weights
   */
  public Map<Parameter, Matrix> fixFeedback(SplittableRandom random) {
    Map<Parameter, Matrix> fixed = new LinkedHashMap<>();
    stages.forEach(stage -> stage.fixFeedback(random.split(), fixed::put));
    output.fixFeedback(random.split(), fixed::put);
    return fixed;
  }

  /** Sizes of everything. */
  public Architecture architecture() {
    return architecture;
  }

  /** The arithmetic that the network's matrices belong to. */
  public Kernels kernels() {
    return kernels;
  }

  /** The hidden stages in order. */
  public List<Stage> stages() {
    return stages;
  }

  /** The output layer. */
  public OutputLayer output() {
    return output;
  }

  /** All parameters, stage by stage (body, heads), then the output layer. */
  public List<Parameter> parameters() {
    return Stream.concat(
            stages.stream().flatMap(stage -> stage.parameters().stream()),
            output.parameters().stream())
        .toList();
  }

  /** All that predictions depend on: the values of the parameters, then running statistics. */
  public List<Matrix> state() {
    return Stream.concat(
            parameters().stream().map(Parameter::value),
            stages.stream().flatMap(stage -> stage.statistics().stream()))
        .toList();
  }

  /**
   * Sets what {@link #state()} has.
   *
   * @param values [matrix][element]
   */
  public void setState(float[][] values) {
    List<Matrix> state = state();
    if (state.size() != values.length) {
      throw new IllegalArgumentException(
          "the network has "
              + state.size()
              + " arrays of parameters and statistics, not "
              + values.length);
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i].length != state.get(i).size()) {
        throw new IllegalArgumentException(
            "array "
                + i
                + " of the network's parameters and statistics has "
                + values[i].length
                + " elements, not "
                + state.get(i).size());
      }
      state.get(i).set(values[i]);
    }
  }

  /**
   * Matrices for batches of at most {@code examples} examples, which keep the activations of all
   * stages.
   */
  public Workspace workspace(int examples) {
    return workspace(examples, keepingAll());
  }

  private int keepingAll() {
    return Math.max(2, stages.size() + 1);
  }

  /**
   * The same where no more than {@code kept} stages in a row are needed at the same time: stages
   * that are alike then share memory.
   *
   * @param kept at least 2: a stage reads the one below
   */
  public Workspace workspace(int examples, int kept) {
    return new Workspace(this, examples, kept, List.of());
  }

  /**
   * Matrices for batches as large as those of {@code lower}, with what that has for the stages in
   * common.
   *
   * @param lower of the network that this one shares stages with
   */
  public Workspace workspace(Workspace lower) {
    return new Workspace(this, lower.capacity(), keepingAll(), lower.stages(shared));
  }

  /**
   * Predicts without learning: heads are not used.
   *
   * @param x [N, inputs]
   * @return [N, G·C], valid until the workspace is used again
   */
  public Matrix predict(Matrix x, Workspace workspace) {
    workspace.begin(x.rows(), Pass.PREDICTION);
    Matrix input = x;
    for (int s = 0; s < stages.size(); s++) {
      stages.get(s).forward(input, workspace.stage(s));
      input = workspace.stage(s).output();
    }
    output.forward(input, workspace.output());
    return workspace.output().predictions();
  }
}
