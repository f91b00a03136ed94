package lfnn.nn;

import java.util.EnumMap;
import lfnn.data.InputShape;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Convolutions of any size by ND4J's own, a few images at a time so that they stay in cache. */
final class DirectConvolution {

  /** Floats of input and output of a chunk. */
  private static final int CHUNK = 1 << 20;

  private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

  /** What an array in native memory is for. */
  private enum Role {
    INPUT,
    INPUT_GRADIENT,
    OUTPUT,
    WEIGHT_GRADIENT,
    BIAS_GRADIENT
  }

  /** Arrays of a thread for one chunk of one group; each grows with what the thread needs. */
  private static final class Buffers {
    private final EnumMap<Role, INDArray> storage = new EnumMap<>(Role.class);

    /** An array of this shape; contents undefined. */
    INDArray array(Role role, long... shape) {
      long length = 1;
      for (long size : shape) {
        length *= size;
      }
      INDArray current = storage.get(role);
      if (current == null || current.length() < length) {
        current = Nd4jConvolution.allocate(DataType.FLOAT, length);
        storage.put(role, current);
      }
      return Nd4jBackend.rowMajorView(current, 0, shape);
    }
  }

  /** Some images of a heap array, and a group of their channels. */
  private record Slice(InputShape shape, int from, int count, int groups, int group) {

    int channels() {
      return shape.channels() / groups;
    }

    int pixels() {
      return count * shape.height() * shape.width();
    }

    INDArray array(Buffers buffers, Role role) {
      return buffers.array(role, count, shape.height(), shape.width(), channels());
    }

    /** The slice of {@code images} in native memory. */
    INDArray put(float[] images, Buffers buffers, Role role) {
      INDArray target = array(buffers, role);
      if (groups == 1) {
        Nd4jBackend.copy(images, from * shape.size(), target, count * shape.size());
        return target;
      }
      int own = channels();
      int start = from * shape.size() + group * own;
      float[] slice = ThreadScratch.ofThread().row(0, pixels() * own);
      for (int p = 0; p < pixels(); p++) {
        System.arraycopy(images, start + p * shape.channels(), slice, p * own, own);
      }
      Nd4jBackend.copy(slice, 0, target, pixels() * own);
      return target;
    }

    /** Copies native memory to the slice of {@code images}. */
    void get(INDArray source, float[] images) {
      if (groups == 1) {
        Nd4jBackend.copy(source, images, from * shape.size(), count * shape.size());
        return;
      }
      int own = channels();
      int start = from * shape.size() + group * own;
      float[] slice = ThreadScratch.ofThread().row(0, pixels() * own);
      Nd4jBackend.copy(source, slice, 0, pixels() * own);
      for (int p = 0; p < pixels(); p++) {
        System.arraycopy(slice, p * own, images, start + p * shape.channels(), own);
      }
    }
  }

  private final Parallel parallel;
  private final Window window;
  private final int groups;
  private final int filters;

  DirectConvolution(Parallel parallel, Window window, int groups) {
    this.parallel = parallel;
    this.window = window;
    this.groups = groups;
    this.filters = window.output().channels() / groups;
  }

  private int chunk() {
    long perImage = (long) window.input().size() + window.output().size();
    return (int) Math.max(1, Math.min(64, CHUNK / perImage));
  }

  private static Buffers buffers() {
    Nd4jConvolution.keepToThisThread();
    return BUFFERS.get();
  }

  private Slice slice(InputShape shape, int chunk, int examples, int group) {
    int from = chunk * chunk();
    return new Slice(shape, from, Math.min(chunk(), examples - from), groups, group);
  }

  void forward(Matrix x, Matrix weights, Matrix biases, Matrix z) {
    int examples = x.rows();
    float[] inputs = x.values();
    float[] outputs = z.valuesToWrite();
    INDArray allWeights = weights.array();
    INDArray allBiases = biases.array();
    parallel.parts(
        (examples + chunk() - 1) / chunk(),
        chunk -> {
          Buffers buffers = buffers();
          for (int g = 0; g < groups; g++) {
            Slice out = slice(window.output(), chunk, examples, g);
            INDArray result = out.array(buffers, Role.OUTPUT);
            Nd4jConvolution.forward(
                window,
                slice(window.input(), chunk, examples, g).put(inputs, buffers, Role.INPUT),
                Nd4jConvolution.weights(window, groups, g, allWeights),
                Nd4jBackend.rowMajorView(allBiases, (long) g * filters, filters),
                result);
            out.get(result, outputs);
          }
        });
  }

  void gradient(
      Matrix x, Matrix weights, Matrix dz, Matrix dWeights, Matrix dBiases, @Nullable Matrix dx) {
    int examples = x.rows();
    int chunks = (examples + chunk() - 1) / chunk();
    int size = dWeights.size() / groups;
    float[] inputs = x.values();
    float[] signals = dz.values();
    float[] inputGradient = dx == null ? null : dx.valuesToWrite();
    INDArray allWeights = weights.array();
    float[][] weightSums = PartialSums.zeros(chunks, dWeights.size());
    double[][] biasSums = PartialSums.doubles(chunks, dBiases.size());
    PartialSums.add(
        parallel,
        chunks,
        (part, chunk) -> {
          Buffers buffers = buffers();
          for (int g = 0; g < groups; g++) {
            Slice in = slice(window.input(), chunk, examples, g);
            INDArray dxPart =
                backward(
                    in.put(inputs, buffers, Role.INPUT),
                    slice(window.output(), chunk, examples, g).put(signals, buffers, Role.OUTPUT),
                    Nd4jConvolution.weights(window, groups, g, allWeights),
                    in.array(buffers, Role.INPUT_GRADIENT),
                    buffers);
            float[] sum = ThreadScratch.ofThread().row(0, size);
            Nd4jBackend.copy(
                buffers.array(Role.WEIGHT_GRADIENT, Nd4jConvolution.weightShape(window, groups)),
                sum,
                0,
                size);
            for (int i = 0; i < size; i++) {
              weightSums[part][g * size + i] += sum[i];
            }
            Nd4jBackend.copy(buffers.array(Role.BIAS_GRADIENT, filters), sum, 0, filters);
            for (int i = 0; i < filters; i++) {
              biasSums[part][g * filters + i] += sum[i];
            }
            if (inputGradient != null) {
              in.get(dxPart, inputGradient);
            }
          }
        });
    PartialSums.total(weightSums, chunks, dWeights.size(), dWeights.valuesToWrite());
    PartialSums.total(biasSums, chunks, dBiases.size(), dBiases.valuesToWrite());
  }

  void inputGradient(Matrix weights, Matrix dz, Matrix dx) {
    int examples = dz.rows();
    float[] signals = dz.values();
    float[] inputGradient = dx.valuesToWrite();
    INDArray allWeights = weights.array();
    parallel.parts(
        (examples + chunk() - 1) / chunk(),
        chunk -> {
          Buffers buffers = buffers();
          for (int g = 0; g < groups; g++) {
            Slice in = slice(window.input(), chunk, examples, g);
            INDArray result =
                backward(
                    // The gradient of the input does not depend on the input.
                    in.array(buffers, Role.INPUT),
                    slice(window.output(), chunk, examples, g).put(signals, buffers, Role.OUTPUT),
                    Nd4jConvolution.weights(window, groups, g, allWeights),
                    in.array(buffers, Role.INPUT_GRADIENT),
                    buffers);
            in.get(result, inputGradient);
          }
        });
  }

  /** Runs ND4J's gradients, of which the biases are not read; returns {@code dx}. */
  private INDArray backward(
      INDArray x, INDArray dz, INDArray weights, INDArray dx, Buffers buffers) {
    INDArray biasGradient = buffers.array(Role.BIAS_GRADIENT, filters);
    Nd4jConvolution.backward(
        window,
        x,
        weights,
        biasGradient,
        dz,
        dx,
        buffers.array(Role.WEIGHT_GRADIENT, Nd4jConvolution.weightShape(window, groups)),
        biasGradient);
    return dx;
  }
}
