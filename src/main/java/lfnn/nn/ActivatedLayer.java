package lfnn.nn;

import java.util.SplittableRandom;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** A layer with parameters: y = activation(z), where z depends on x and on the parameters. */
abstract class ActivatedLayer extends Layer {

  private final Activation activation;

  ActivatedLayer(Kernels kernels, LayerShape output, int groups, Activation activation) {
    super(kernels, output, groups);
    this.activation = activation;
  }

  /** Computes z into {@link LayerMemory#output()}. */
  abstract void preactivate(Matrix x, LayerMemory memory, Pass pass);

  /** {@link Layer#backward} where {@link LayerMemory#gradient()} is that of z. */
  abstract void backwardFromPreactivation(
      Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx);

  /** Derivative of z along a direction of x; overwrites {@code tangent}. */
  abstract void inputTangent(Matrix x, Matrix xTangent, LayerMemory memory, Matrix tangent);

  /** Derivative of z along the direction that the gradients of the parameters hold. */
  abstract void parameterTangent(Matrix x, LayerMemory memory, Matrix tangent);

  /** Multiplies the direction that the gradients of the parameters hold by the slopes. */
  abstract void scaleDirection(Slopes slopes);

  @Override
  final void forward(Matrix x, LayerMemory memory, Pass pass) {
    preactivate(x, memory, pass);
    kernels().activate(activation, memory.output());
  }

  @Override
  final void backward(
      Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    kernels().activationGradient(activation, memory.output(), memory.gradient());
    backwardFromPreactivation(x, memory, pass, learns, dx);
  }

  @Override
  final void perturb(LayerMemory memory, Perturbation perturbation, SplittableRandom random) {
    if (!moves(perturbation)) {
      return;
    }
    if (perturbation == Perturbation.ACTIVITIES) {
      kernels().drawNormal(random.nextLong(), memory.gradient());
    } else {
      parameters().forEach(p -> kernels().drawNormal(random.nextLong(), p.gradient()));
    }
  }

  @Override
  final void tangent(
      Matrix x,
      @Nullable Matrix xTangent,
      LayerMemory memory,
      Pass pass,
      Perturbation perturbation) {
    Matrix tangent = memory.tangent();
    if (xTangent != null) {
      inputTangent(x, xTangent, memory, tangent);
    }
    if (moves(perturbation)) {
      Matrix own = memory.gradient();
      if (perturbation == Perturbation.WEIGHTS) {
        parameterTangent(x, memory, own);
      }
      if (xTangent == null) {
        kernels().copy(own, tangent);
      } else {
        kernels().layers().add(tangent, own, tangent);
      }
    }
    kernels().activationGradient(activation, memory.output(), tangent);
  }

  @Override
  final void learnFromDirection(
      Matrix x, LayerMemory memory, Pass pass, Perturbation perturbation, Slopes slopes) {
    if (!moves(perturbation)) {
      return;
    }
    if (perturbation == Perturbation.WEIGHTS) {
      scaleDirection(slopes);
    } else {
      int channels = groups() * output().channels();
      kernels().scaleSlices(slopes.ofExamples(), channels / slopes.parts(), memory.gradient());
      backwardFromPreactivation(x, memory, pass, true, null);
    }
  }
}
