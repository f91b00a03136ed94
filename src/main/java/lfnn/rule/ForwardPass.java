package lfnn.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import lfnn.nn.Activations;
import lfnn.nn.Batch;
import lfnn.nn.Matrix;
import lfnn.nn.Network;
import lfnn.nn.Parameter;
import lfnn.nn.Pass;
import lfnn.nn.Workspace;
import lfnn.rule.LearningRule.GradientSink;

/**
 * What every rule does with a batch: it goes forward through the stages, and the output layer
 * learns the exact gradient of its own loss.
 */
final class ForwardPass {

  /** How a stage learns by itself. */
  interface StageLearner {
    /** Computes gradients of stage {@code stage} from its own activations and those below. */
    List<Parameter> learn(int stage, Batch batch, SplittableRandom random);
  }

  private final Network network;
  private final Workspace workspace;
  private final int first;
  private final OutputSignals outputSignals;
  private final List<Parameter> outputParameters;

  ForwardPass(Network network, Workspace workspace) {
    this(network, workspace, 0);
  }

  /**
   * @param first stage to go through, where those below have gone through elsewhere
   */
  ForwardPass(Network network, Workspace workspace, int first) {
    this.first = first;
    this.network = network;
    this.workspace = workspace;
    this.outputParameters = network.output().parameters();
    this.outputSignals = new OutputSignals(network.kernels(), network.output().task());
  }

  /** What stage {@code index} reads, or for the number of stages the output layer. */
  Matrix input(int index, Batch batch) {
    return workspace.input(index, batch.inputs());
  }

  /** A generator for each stage, so that stages may draw in any order. */
  List<SplittableRandom> stageRandoms(SplittableRandom random) {
    List<SplittableRandom> randoms = new ArrayList<>();
    for (int s = 0; s < network.stages().size(); s++) {
      randoms.add(random.split());
    }
    return randoms;
  }

  /**
   * Computes the outputs of all stages, the predictions and the signals of the output layer.
   *
   * @param seed from which everything random in the pass comes
   */
  void run(Batch batch, long seed) {
    run(batch, seed, stage -> {});
  }

  private void run(Batch batch, long seed, IntConsumer afterStage) {
    workspace.begin(batch.size(), Pass.training(seed));
    int last = network.stages().size();
    for (int s = first; s < last; s++) {
      network.stages().get(s).forward(input(s, batch), workspace.stage(s));
      afterStage.accept(s);
    }
    Activations output = workspace.output();
    network.output().forward(input(last, batch), output);
    outputSignals.write(batch, output);
  }

  /**
   * The whole step of a rule whose stages learn by themselves: each as soon as it has its output,
   * while the stages above it go on.
   *
   * @param learnsOutput whether the output layer learns
   * @return as {@link #loss}
   */
  double learnStageByStage(
      Batch batch,
      SplittableRandom random,
      StageTasks tasks,
      GradientSink sink,
      boolean learnsOutput,
      StageLearner learner) {
    List<SplittableRandom> randoms = stageRandoms(random);
    try {
      run(
          batch,
          random.nextLong(),
          s -> {
            tasks.start(() -> sink.ready(learner.learn(s, batch, randoms.get(s))));
            if (s + 1 < network.stages().size()) {
              // The next stage may use the memory of one below, whose neighbour reads it while it
              // learns.
              tasks.awaitAllBut(workspace.kept() - 2);
            }
          });
      if (learnsOutput) {
        learnOutput(batch, false, sink);
      }
    } catch (RuntimeException | Error e) {
      try {
        tasks.join();
      } catch (RuntimeException | Error another) {
        e.addSuppressed(another);
      }
      throw e;
    }
    tasks.join();
    return loss(batch);
  }

  /**
   * Computes the gradients of the output layer.
   *
   * @param toStages whether the gradient of its input is wanted, too
   */
  void learnOutput(Batch batch, boolean toStages, GradientSink sink) {
    int last = network.stages().size();
    network.output().backward(input(last, batch), workspace.output(), toStages && last > 0);
    sink.ready(outputParameters);
  }

  /** L_g, the mean error of the output layer, summed over groups. */
  double loss(Batch batch) {
    return outputSignals.loss(batch, workspace.output());
  }
}
