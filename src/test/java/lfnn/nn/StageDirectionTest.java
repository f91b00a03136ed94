package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lfnn.OneThread;
import lfnn.Tolerances;
import lfnn.data.InputShape;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Derivatives along directions through every kind of stage, in double precision, against the
 * gradient of the same loss: along each unit they are its elements.
 *
 * <p>The losses are random linear functions: of the stage's output, as if the loss came from above,
 * and of the workers' logits, as if it were the stage's own.
 */
class StageDirectionTest {

  private static final int EXAMPLES = 3;
  private static Kernels kernels;

  @BeforeAll
  static void useOneThread() {
    OneThread.use();
    kernels = Nd4jKernels.doublePrecision();
  }

  private static Task task(String name) {
    return switch (name) {
      case "classes" -> Task.classification(3);
      case "two classes" -> Task.classification(2);
      case "one-vs-all" -> Task.oneVsAll(3);
      default -> Task.regression();
    };
  }

  /** The second stage of a network, with a batch on its way through it. */
  private static final class Run {
    final Stage stage;
    final Activations activations;
    final Batch batch;
    final Matrix x;
    final double[] ofOutput;
    final double[] ofLogits;

    Run(String task, String input, String stages, long seed) {
      Architecture architecture =
          Architecture.of(InputShape.parse(input), task(task), NetworkSpec.parse(stages));
      SplittableRandom random = new SplittableRandom(seed);
      Network network = new Network(architecture, kernels);
      network.initialise(random.split());
      for (Parameter parameter : network.parameters()) {
        if (!parameter.decays()) {
          parameter.value().set(random(parameter.value().size(), random));
        }
      }
      Workspace workspace = network.workspace(EXAMPLES + 1);
      workspace.begin(EXAMPLES, Pass.training(5));
      batch = new Batch(architecture, kernels, EXAMPLES + 1);
      float[] features = new float[EXAMPLES * architecture.input().size()];
      for (int i = 0; i < features.length; i++) {
        features[i] = (float) (2 * random.nextDouble() - 1);
      }
      batch.set(EXAMPLES, features, new float[] {0, 1, 1}, new float[] {1, 0.5f, 2});
      Matrix value = batch.inputs();
      int last = network.stages().size() - 1;
      for (int s = 0; s < last; s++) {
        network.stages().get(s).forward(value, workspace.stage(s));
        value = workspace.stage(s).output();
      }
      x = value;
      stage = network.stages().get(last);
      activations = workspace.stage(last);
      stage.forward(x, activations);
      stage.predict(activations);
      ofOutput = random(activations.output().size(), random);
      ofLogits = random(activations.logits().size(), random);
    }

    private static double[] random(int size, SplittableRandom random) {
      double[] values = new double[size];
      Arrays.setAll(values, i -> 2 * random.nextDouble() - 1);
      return values;
    }

    Matrix outputGradient() {
      Matrix gradient = activations.output().alike(kernels);
      gradient.set(ofOutput);
      return gradient;
    }

    void backward(boolean local) {
      if (local) {
        activations.signals().set(ofLogits);
        stage.takeLocalSignals(batch, activations);
      } else {
        stage.takeNoLocalSignals(activations);
        stage.addOutputGradient(activations, outputGradient());
      }
      stage.backward(x, activations, false);
    }

    /** Learns from the direction that parameters or activities hold. */
    void forward(boolean local, Perturbation perturbation) {
      Slopes slopes;
      if (local) {
        activations.signals().set(ofLogits);
        slopes = stage.localSlopes(batch, x, activations, perturbation);
      } else {
        Matrix tangent = stage.tangent(x, null, activations, perturbation);
        // Groups of one-vs-all each have a loss of their own.
        slopes = Slopes.of(kernels, tangent.columns() / stage.groups(), outputGradient(), tangent);
      }
      stage.learnFromDirection(x, activations, perturbation, slopes);
    }

    /** What holds the directions of activities. */
    List<Matrix> activities() {
      if (stage instanceof NeuronStage) {
        return List.of(activations.direction());
      }
      List<Matrix> all = new ArrayList<>();
      collect(activations.layers(), all);
      all.forEach(matrix -> matrix.fill(0));
      stage.perturb(activations, Perturbation.ACTIVITIES, new SplittableRandom(1));
      all.removeIf(matrix -> Arrays.stream(matrix.toDoubles()).allMatch(value -> value == 0));
      return all;
    }

    private static void collect(List<LayerMemory> memories, List<Matrix> all) {
      for (LayerMemory memory : memories) {
        all.add(memory.gradient());
        collect(memory.parts(), all);
      }
    }

    static boolean allZero(double[][] values) {
      return Arrays.stream(values).flatMapToDouble(Arrays::stream).allMatch(value -> value == 0);
    }

    double[][] gradients(List<Parameter> parameters) {
      return parameters.stream()
          .map(parameter -> parameter.gradient().toDoubles())
          .toArray(double[][]::new);
    }
  }

  static List<Object[]> stages() {
    return List.of(
        new Object[] {"classes", "4x1x1", "fc(workers=3)"},
        new Object[] {"classes", "4x1x1", "fc(workers=2); fc(workers=3)"},
        new Object[] {"two classes", "4x1x1", "fc(workers=4, neurons=1)"},
        new Object[] {"regression", "4x1x1", "block(dense(3), heads=2); fc(workers=3)"},
        new Object[] {"one-vs-all", "4x1x1", "fc(workers=2); fc(workers=2)"},
        new Object[] {"one-vs-all", "3x1x1", "block(dense(4, activation=tanh), heads=2)"},
        new Object[] {
          "one-vs-all", "3x1x1", "fc(workers=2); block(dense(2), dense(4), heads=2, split)"
        },
        new Object[] {"classes", "4x1x1", "block(dense(4), dense(3, activation=tanh), heads=2)"},
        new Object[] {"classes", "4x1x1", "block(dense(4), dense(6), layer-norm, heads=3, split)"},
        new Object[] {
          "classes", "4x1x1", "block(dense(6, groups=1), dense(6, groups=3), heads=3, split)"
        },
        new Object[] {"classes", "4x1x1", "block(residual(dense(6), tanh), heads=3, split)"},
        new Object[] {"classes", "1x4x4", "filters(workers=2)"},
        new Object[] {"classes", "2x4x4", "filters(tanh, max-pool(2), workers=2, kernel=2)"},
        new Object[] {
          "regression", "1x4x4", "block(conv(2), heads=1); filters(average-pool(2), workers=3)"
        },
        new Object[] {"classes", "1x4x4", "block(conv(4, activation=tanh), heads=2, pool=2)"},
        new Object[] {
          "classes",
          "4x3x3",
          "block(residual(layer-norm(plain), mix-pixels, conv(4, groups=2)), max-pool(2), heads=2,"
              + " split)"
        },
        new Object[] {
          "classes", "2x3x3", "block(residual(conv(2), tanh), flatten, heads=2, split)"
        },
        new Object[] {
          "classes",
          "1x4x4",
          "block(conv(4, kernel=2), residual(conv(4, kernel=2), tanh), average-pool(2),"
              + " dropout(0.2), heads=2, split)"
        },
        new Object[] {"one-vs-all", "3x1x1", "block(dense(4), dropout(0.3), dense(4), heads=2)"});
  }

  static List<Object[]> stagesWithSimilarity() {
    return List.of(
        new Object[] {
          "classes", "4x1x1", "block(dense(6, activation=tanh), heads=2, similarity=0.4)"
        },
        new Object[] {
          "classes", "1x4x4", "block(conv(4, activation=tanh), heads=2, split, similarity=0.4)"
        });
  }

  /**
   * Where batch normalisation couples examples, perturbed activities are biased. A shortcut that
   * changes the shape has one, too.
   */
  static List<Object[]> stagesWithBatchNorm() {
    return List.of(
        new Object[] {"classes", "4x1x1", "block(dense(4), batch-norm, tanh, heads=2)"},
        new Object[] {
          "classes", "1x4x4", "block(conv(4, kernel=2), batch-norm, max-pool(2), heads=2, split)"
        },
        new Object[] {"regression", "1x4x4", "filters(batch-norm, tanh, workers=2)"},
        new Object[] {
          "classes",
          "1x4x4",
          "block(conv(2, kernel=2), residual(conv(4, kernel=2, stride=2), tanh), heads=2)"
        });
  }

  @ParameterizedTest
  @MethodSource({"stages", "stagesWithSimilarity", "stagesWithBatchNorm"})
  void alongUnitsOfParametersAreElementsOfTheGradient(String task, String input, String stages) {
    for (boolean local : List.of(false, true)) {
      Run run = new Run(task, input, stages, 1);
      run.backward(local);
      List<Parameter> body = run.stage.bodyParameters();
      double[][] expected = run.gradients(body);
      double[][] heads = run.gradients(run.stage.headParameters());
      for (int p = 0; p < expected.length; p++) {
        for (int i = 0; i < expected[p].length; i++) {
          body.forEach(parameter -> parameter.gradient().fill(0));
          double[] unit = new double[expected[p].length];
          unit[i] = 1;
          body.get(p).gradient().set(unit);
          run.forward(local, Perturbation.WEIGHTS);
          double[][] learned = run.gradients(body);
          String what = (local ? "own loss, " : "loss from above, ") + body.get(p).name();
          assertThat(learned[p][i])
              .as("%s [%d]", what, i)
              .isCloseTo(expected[p][i], Tolerances.derivative(expected[p][i]));
          learned[p][i] = 0;
          assertThat(learned).as("%s: only its own", what).matches(Run::allZero);
        }
      }
      if (local) {
        assertClose("heads", run.gradients(run.stage.headParameters()), heads);
      }
    }
  }

  @ParameterizedTest
  @MethodSource({"stages", "stagesWithSimilarity"})
  void sumsOverUnitsOfActivitiesAreTheGradient(String task, String input, String stages) {
    for (boolean local : List.of(false, true)) {
      Run run = new Run(task, input, stages, 2);
      run.backward(local);
      List<Parameter> body = run.stage.bodyParameters();
      double[][] expected = run.gradients(body);
      double[][] sums =
          Arrays.stream(expected).map(values -> new double[values.length]).toArray(double[][]::new);
      List<Matrix> activities = run.activities();
      assertThat(activities).isNotEmpty();
      for (Matrix moving : activities) {
        for (int i = 0; i < moving.size(); i++) {
          activities.forEach(matrix -> matrix.fill(0));
          double[] unit = new double[moving.size()];
          unit[i] = 1;
          moving.set(unit);
          run.forward(local, Perturbation.ACTIVITIES);
          double[][] learned = run.gradients(body);
          for (int p = 0; p < sums.length; p++) {
            for (int k = 0; k < sums[p].length; k++) {
              sums[p][k] += learned[p][k];
            }
          }
        }
      }
      assertClose(local ? "own loss" : "loss from above", sums, expected);
    }
  }

  private static void assertClose(String what, double[][] actual, double[][] expected) {
    for (int p = 0; p < expected.length; p++) {
      for (int i = 0; i < expected[p].length; i++) {
        assertThat(actual[p][i])
            .as("%s, parameter %d [%d]", what, p, i)
            .isCloseTo(expected[p][i], Tolerances.derivative(expected[p][i]));
      }
    }
  }

  @ParameterizedTest(name = "{0} on {1}: {2} parts")
  @CsvSource(
      delimiter = '|',
      value = {
        "fc(workers=3)                                             | 4x1x1 | 3",
        "filters(workers=3)                                        | 1x4x4 | 3",
        "block(dense(6), heads=3)                                  | 4x1x1 | 1",
        "block(dense(6), heads=3, split)                           | 4x1x1 | 3",
        "block(dense(6), heads=3, split, similarity=0.5)           | 4x1x1 | 1",
        "block(relu, heads=2)                                      | 4x1x1 | 0",
      })
  void workersWithTheirOwnWeightsHaveTheirOwnSlopes(String stages, String input, int parts) {
    Run run = new Run("classes", input, stages, 3);
    run.activations.signals().set(run.ofLogits);
    run.stage.perturb(run.activations, Perturbation.WEIGHTS, new SplittableRandom(4));
    Slopes slopes = run.stage.localSlopes(run.batch, run.x, run.activations, Perturbation.WEIGHTS);
    assertThat(slopes == null ? 0 : slopes.parts()).isEqualTo(parts);
  }

  @ParameterizedTest(name = "{0} of {1} channels: {2} slices from {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "6     | dense(6)                                              | 1 | 3",
        "6     | dense(6, groups=3)                                    | 3 | 3",
        "6     | dense(6, groups=2)                                    | 2 | 4",
        "4x3x3 | conv(4, groups=2)                                     | 2 | 4",
        "4x3x3 | conv(8)                                               | 1 | 4",
        "4x4x4 | mix-pixels, max-pool(2), batch-norm, dropout(0.2)     | 4 | 4",
        "4x3x3 | layer-norm(plain)                                     | 1 | 4",
        "4x3x3 | residual(mix-pixels)                                  | 4 | 4",
        "4x3x3 | residual(conv(4, groups=2))                           | 2 | 4",
        "2x3x3 | flatten, dense(6, groups=3)                           | 1 | 3",
        "2x3x3 | flatten, dense(6, groups=2)                           | 2 | 2",
      })
  void slicesStayApartAsFarAsNoLayerMixesThem(String input, String text, int expected, int above) {
    Body body =
        new Body(
            kernels,
            "stage",
            LayerGradientTest.Layers.specs(text),
            LayerGradientTest.Layers.shape(input),
            1,
            1);
    assertThat(body.inputSlices(above)).isEqualTo(expected);
  }
}
