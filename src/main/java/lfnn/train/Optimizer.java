package lfnn.train;

import static java.util.Objects.requireNonNull;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import lfnn.nn.Kernels;
import lfnn.nn.Matrix;
import lfnn.nn.OptimizerStep;
import lfnn.nn.Parameter;
import lfnn.spec.OptimizerSpec;
import org.jspecify.annotations.Nullable;

/** The moments of all parameters, and the step that moves parameters along their gradients. */
final class Optimizer {

  private final Kernels kernels;
  private final OptimizerSpec spec;
  private final double weightDecay;
  private final List<Parameter> parameters;
  private final IdentityHashMap<Parameter, Matrix[]> moments = new IdentityHashMap<>();
  private long steps;
  private @Nullable OptimizerStep weightStep;
  private @Nullable OptimizerStep biasStep;

  Optimizer(Kernels kernels, OptimizerSpec spec, double weightDecay, List<Parameter> parameters) {
    this(kernels, spec, weightDecay, parameters, Map.of());
  }

  /** An optimizer of parameters some of which {@code other} updates. */
  Optimizer(Optimizer other, List<Parameter> parameters) {
    this(other.kernels, other.spec, other.weightDecay, parameters, other.moments);
  }

  private Optimizer(
      Kernels kernels,
      OptimizerSpec spec,
      double weightDecay,
      List<Parameter> parameters,
      Map<Parameter, Matrix[]> known) {
    this.kernels = kernels;
    this.spec = spec;
    this.weightDecay = weightDecay;
    this.parameters = parameters;
    for (Parameter parameter : parameters) {
      Matrix[] others = known.get(parameter);
      if (others != null) {
        moments.put(parameter, others);
        continue;
      }
      Matrix[] own = new Matrix[OptimizerStep.moments(spec)];
      for (int i = 0; i < own.length; i++) {
        own[i] = parameter.value().alike(kernels);
      }
      moments.put(parameter, own);
    }
  }

  /** Begins the next step; every parameter is updated at most once in it. */
  void begin(double rate) {
    steps++;
    weightStep = new OptimizerStep(spec, rate, weightDecay, steps);
    biasStep = weightDecay == 0 ? weightStep : new OptimizerStep(spec, rate, 0, steps);
  }

  /** Updates parameters whose gradients are complete. Different parameters may run in parallel. */
  void update(List<Parameter> ready) {
    OptimizerStep weights = requireNonNull(weightStep, "no step has begun");
    OptimizerStep biases = requireNonNull(biasStep);
    // By index, as in all that a step goes through: it makes no iterator.
    for (int i = 0; i < ready.size(); i++) {
      Parameter parameter = ready.get(i);
      kernels.update(
          parameter.decays() ? weights : biases,
          parameter.value(),
          parameter.gradient(),
          moments.get(parameter));
    }
  }

  long steps() {
    return steps;
  }

  /** Moments in the order of the parameters: [parameter][moment][element]. */
  float[][][] moments() {
    float[][][] copies = new float[parameters.size()][][];
    for (int i = 0; i < copies.length; i++) {
      Matrix[] own = moments.get(parameters.get(i));
      copies[i] = new float[own.length][];
      for (int k = 0; k < own.length; k++) {
        copies[i][k] = own[k].toFloats();
      }
    }
    return copies;
  }

  void restore(long stepsDone, float[][][] savedMoments) {
    steps = stepsDone;
    for (int i = 0; i < savedMoments.length; i++) {
      Matrix[] own = moments.get(parameters.get(i));
      // Another number of moments means another optimizer, to which they would say nothing.
      if (own.length == savedMoments[i].length) {
        for (int k = 0; k < own.length; k++) {
          own[k].set(savedMoments[i][k]);
        }
      }
    }
  }
}
