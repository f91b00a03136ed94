package lfnn.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import lfnn.spec.Activation;
import lfnn.spec.LayerShape;
import org.jspecify.annotations.Nullable;

/** y = activation(body(x) + shortcut(x)), where an empty shortcut is x itself. */
final class ResidualLayer extends Layer {

  private final LayerShape input;
  private final Body body;
  private final Body shortcut;
  private final Activation activation;

  ResidualLayer(
      Kernels kernels,
      LayerShape input,
      LayerShape output,
      Body body,
      Body shortcut,
      Activation activation) {
    super(kernels, output, 1);
    this.input = input;
    this.body = body;
    this.shortcut = shortcut;
    this.activation = activation;
  }

  @Override
  List<Parameter> parameters() {
    return Stream.concat(body.parameters().stream(), shortcut.parameters().stream()).toList();
  }

  @Override
  List<Matrix> statistics() {
    return Stream.concat(body.statistics().stream(), shortcut.statistics().stream()).toList();
  }

  @Override
  void initialise(SplittableRandom random) {
    body.initialise(random);
    shortcut.initialise(random);
  }

  @Override
  void fixFeedback(SplittableRandom random, BiConsumer<Parameter, Matrix> fixed) {
    body.fixFeedback(random, fixed);
    shortcut.fixFeedback(random, fixed);
  }

  @Override
  LayerMemory memory(int examples) {
    LayerMemory memory =
        super.memory(examples).with(body.memories(examples)).with(shortcut.memories(examples));
    return shortcut.size() == 0 ? memory : memory.with(1, input.size(), input.layout());
  }

  private List<LayerMemory> ofBody(LayerMemory memory) {
    return memory.parts().subList(0, body.size());
  }

  private List<LayerMemory> ofShortcut(LayerMemory memory) {
    return memory.parts().subList(body.size(), memory.parts().size());
  }

  @Override
  void forward(Matrix x, LayerMemory memory, Pass pass) {
    Matrix deep = body.forward(x, ofBody(memory), pass);
    Matrix shallow = shortcut.forward(x, ofShortcut(memory), pass);
    kernels().layers().add(deep, shallow, memory.output());
    kernels().activate(activation, memory.output());
  }

  @Override
  void backward(Matrix x, LayerMemory memory, Pass pass, boolean learns, @Nullable Matrix dx) {
    Matrix gradient = memory.gradient();
    kernels().activationGradient(activation, memory.output(), gradient);
    kernels().copy(gradient, Body.gradient(ofBody(memory)));
    body.backward(x, ofBody(memory), pass, learns, dx);
    if (shortcut.size() == 0) {
      if (dx != null) {
        kernels().layers().add(dx, gradient, dx);
      }
      return;
    }
    kernels().copy(gradient, Body.gradient(ofShortcut(memory)));
    if (dx == null) {
      shortcut.backward(x, ofShortcut(memory), pass, learns, null);
    } else {
      shortcut.backward(x, ofShortcut(memory), pass, learns, memory.extra(0));
      kernels().layers().add(dx, memory.extra(0), dx);
    }
  }

  @Override
  void perturb(LayerMemory memory, Perturbation perturbation, SplittableRandom random) {
    body.perturb(ofBody(memory), perturbation, random);
    shortcut.perturb(ofShortcut(memory), perturbation, random);
  }

  @Override
  void tangent(
      Matrix x,
      @Nullable Matrix xTangent,
      LayerMemory memory,
      Pass pass,
      Perturbation perturbation) {
    Matrix deep = body.tangent(x, xTangent, ofBody(memory), pass, perturbation);
    Matrix shallow = shortcut.tangent(x, xTangent, ofShortcut(memory), pass, perturbation);
    Matrix tangent = memory.tangent();
    if (deep != null && shallow != null) {
      kernels().layers().add(deep, shallow, tangent);
    } else if (deep != null) {
      kernels().copy(deep, tangent);
    } else if (shallow != null) {
      kernels().copy(shallow, tangent);
    }
    kernels().activationGradient(activation, memory.output(), tangent);
  }

  @Override
  void learnFromDirection(
      Matrix x, LayerMemory memory, Pass pass, Perturbation perturbation, Slopes slopes) {
    body.learnFromDirection(x, ofBody(memory), pass, perturbation, slopes);
    shortcut.learnFromDirection(x, ofShortcut(memory), pass, perturbation, slopes);
  }

  @Override
  int inputSlices(int slices) {
    return commonSlices(body.inputSlices(slices), shortcut.inputSlices(slices));
  }
}
