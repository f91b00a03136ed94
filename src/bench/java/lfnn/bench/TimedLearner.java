package lfnn.bench;

import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.util.Locale;
import moa.classifiers.AbstractClassifier;
import moa.classifiers.MultiClassClassifier;
import moa.classifiers.deeplearning.LFNN;
import moa.core.Measurement;
import moa.core.ObjectRepository;
import moa.options.ClassOption;
import moa.tasks.MainTask;
import moa.tasks.NullMonitor;

/** LFNN in MOA, with a clock around it: which share of a task's time is the learner's. */
public final class TimedLearner extends AbstractClassifier implements MultiClassClassifier {

  private static final long serialVersionUID = 1;

  /** Of all copies that a task makes. */
  private static long learnerNanos;

  /** The learner. */
  public ClassOption learnerOption =
      new ClassOption("learner", 'l', "Learner.", MultiClassClassifier.class, LFNN.class.getName());

  private AbstractClassifier learner;

  /**
   * Runs a task and prints the share.
   *
   * @param arguments the task as {@code moa.DoTask} reads it, with this class as its learner
   */
  public static void main(String[] arguments) throws Exception {
    MainTask task = (MainTask) ClassOption.cliStringToObject(arguments[0], MainTask.class, null);
    long start = System.nanoTime();
    ObjectRepository none = null;
    task.doTask(new NullMonitor(), none);
    System.out.printf(
        Locale.ROOT,
        "the learner took %.1f %% of the task's time%n",
        100.0 * learnerNanos / (System.nanoTime() - start));
    System.exit(0);
  }

  @Override
  public void resetLearningImpl() {
    learner = (AbstractClassifier) getPreparedClassOption(learnerOption);
    learner.resetLearning();
  }

  @Override
  public void setModelContext(InstancesHeader context) {
    super.setModelContext(context);
    if (learner != null) {
      learner.setModelContext(context);
    }
  }

  @Override
  public void trainOnInstanceImpl(Instance instance) {
    long start = System.nanoTime();
    learner.trainOnInstance(instance);
    learnerNanos += System.nanoTime() - start;
  }

  @Override
  public double[] getVotesForInstance(Instance instance) {
    long start = System.nanoTime();
    double[] votes = learner.getVotesForInstance(instance);
    learnerNanos += System.nanoTime() - start;
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
    learner.getModelDescription(out, indent);
  }
}
