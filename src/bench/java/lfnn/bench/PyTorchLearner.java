package lfnn.bench;

import com.yahoo.labs.samoa.instances.Instance;
import lfnn.spec.Algorithm;
import lfnn.spec.TrainingSpec;
import lfnn.train.Trainer;
import moa.classifiers.AbstractClassifier;
import moa.classifiers.MultiClassClassifier;
import moa.core.Measurement;

/**
 * The one-vs-all network of LFNN-ℓ in PyTorch as a learner for MOA, for images of MNIST, instance
 * by instance.
 */
public final class PyTorchLearner extends AbstractClassifier implements MultiClassClassifier {

  private static final long serialVersionUID = 1;

  private static final int PIXELS = 784;
  private static final int CLASSES = 10;
  private static final float LARGEST_PIXEL = 255;

  private transient PyTorchStages stages;

  private PyTorchStages stages() {
    if (stages == null) {
      TrainingSpec training = Networks.training(Algorithm.LFNN_L, 1, Setting.threads());
      stages =
          PyTorchStages.of(
              Networks.ONE_VS_ALL,
              training,
              new Trainer(Networks.ONE_VS_ALL, training).parameters());
    }
    return stages;
  }

  private static float[] pixels(Instance instance) {
    float[] pixels = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      pixels[i] = (float) instance.value(i) / LARGEST_PIXEL;
    }
    return pixels;
  }

  @Override
  public void resetLearningImpl() {
    stages = null;
  }

  @Override
  public void trainOnInstanceImpl(Instance instance) {
    float[] oneHot = new float[CLASSES];
    oneHot[(int) instance.classValue()] = 1;
    stages().step(1, pixels(instance), oneHot);
  }

  @Override
  public double[] getVotesForInstance(Instance instance) {
    float[] predictions = stages().predict(1, pixels(instance));
    double[] votes = new double[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      votes[c] = predictions[c];
    }
    return votes;
  }

  @Override
  public boolean isRandomizable() {
    return false;
  }

  @Override
  protected Measurement[] getModelMeasurementsImpl() {
    return new Measurement[0];
  }

  @Override
  public void getModelDescription(StringBuilder out, int indent) {
    out.append("one-vs-all stages in PyTorch");
  }
}
