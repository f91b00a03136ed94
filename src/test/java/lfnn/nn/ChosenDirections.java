package lfnn.nn;

import java.util.ArrayList;
import java.util.List;
import lfnn.data.BatchLayout;
import lfnn.spec.Activation;
import lfnn.spec.PredictionKind;

/**
 * Kernels in double precision that give rules the directions of a test in place of random ones, and
 * note those that rules drew.
 */
public final class ChosenDirections implements Kernels {

  private final Kernels precise = Nd4jKernels.doublePrecision();
  private final List<double[]> drawn = new ArrayList<>();
  private List<double[]> chosen = List.of();

  /**
   * Sets the directions of the next step, in the order in which a rule draws: one array for each
   * parameter or layer, or none at all for random ones.
   */
  public void choose(List<double[]> directions) {
    chosen = directions;
    drawn.clear();
  }

  /** Directions since the last {@link #choose}. */
  public List<double[]> drawn() {
    return List.copyOf(drawn);
  }

  /** All directions of as many numbers along which a single number moves, by 1. */
  public static List<List<double[]>> units(List<double[]> directions) {
    List<List<double[]>> units = new ArrayList<>();
    for (int moving = 0; moving < directions.size(); moving++) {
      for (int i = 0; i < directions.get(moving).length; i++) {
        List<double[]> unit = new ArrayList<>();
        directions.forEach(direction -> unit.add(new double[direction.length]));
        unit.get(moving)[i] = 1;
        units.add(unit);
      }
    }
    return units;
  }

  @Override
  public void drawNormal(long seed, Matrix x) {
    if (chosen.isEmpty()) {
      precise.drawNormal(seed, x);
    } else {
      x.set(chosen.get(drawn.size()));
    }
    drawn.add(x.toDoubles());
  }

  @Override
  public Matrix matrix(int rows, int columns, BatchLayout layout) {
    return precise.matrix(rows, columns, layout);
  }

  @Override
  public LayerKernels layers() {
    return precise.layers();
  }

  @Override
  public void copy(Matrix x, Matrix y) {
    precise.copy(x, y);
  }

  @Override
  public void affine(Matrix x, Matrix weights, Matrix biases, int groups, Matrix z) {
    precise.affine(x, weights, biases, groups, z);
  }

  @Override
  public void affineGradient(
      Matrix x, Matrix dz, int groups, Matrix weightGradient, Matrix biasGradient) {
    precise.affineGradient(x, dz, groups, weightGradient, biasGradient);
  }

  @Override
  public void affineInputGradient(Matrix dz, Matrix weights, int groups, Matrix dx) {
    precise.affineInputGradient(dz, weights, groups, dx);
  }

  @Override
  public void activate(Activation activation, Matrix y) {
    precise.activate(activation, y);
  }

  @Override
  public void activationGradient(Activation activation, Matrix y, Matrix dy) {
    precise.activationGradient(activation, y, dy);
  }

  @Override
  public void predict(PredictionKind kind, int outputs, Matrix z, Matrix p) {
    precise.predict(kind, outputs, z, p);
  }

  @Override
  public void addPredictionGradient(
      PredictionKind kind, int outputs, Matrix p, Matrix dp, Matrix dz) {
    precise.addPredictionGradient(kind, outputs, p, dp, dz);
  }

  @Override
  public void errors(
      PredictionKind kind, int outputs, int workers, Matrix p, Matrix targets, Matrix errors) {
    precise.errors(kind, outputs, workers, p, targets, errors);
  }

  @Override
  public void meanErrors(Matrix errors, Matrix weights, Matrix means) {
    precise.meanErrors(errors, weights, means);
  }

  @Override
  public void selectLeaders(
      Matrix errors,
      int workers,
      int leaders,
      Matrix referenceRank,
      Matrix mask,
      Matrix reference) {
    precise.selectLeaders(errors, workers, leaders, referenceRank, mask, reference);
  }

  @Override
  public void errorSignals(
      PredictionKind kind,
      int outputs,
      int workers,
      Matrix p,
      Aligned aligned,
      Matrix targets,
      Matrix weights,
      LeaderChoice leadership,
      double leaderScale,
      double followerScale,
      Matrix signals) {
    precise.errorSignals(
        kind,
        outputs,
        workers,
        p,
        aligned,
        targets,
        weights,
        leadership,
        leaderScale,
        followerScale,
        signals);
  }

  @Override
  public double followerLoss(
      int outputs, int workers, Matrix values, Matrix weights, LeaderChoice leadership) {
    return precise.followerLoss(outputs, workers, values, weights, leadership);
  }

  @Override
  public double leaderLoss(int workers, Matrix errors, Matrix weights, LeaderChoice leadership) {
    return precise.leaderLoss(workers, errors, weights, leadership);
  }

  @Override
  public void scaleSlices(Matrix factors, int columnsPerSlice, Matrix values) {
    precise.scaleSlices(factors, columnsPerSlice, values);
  }

  @Override
  public void scaleOutputs(Matrix factors, int groups, Matrix weights) {
    precise.scaleOutputs(factors, groups, weights);
  }

  @Override
  public void directionalDerivatives(
      int outputs, Matrix signals, Matrix tangent, Matrix derivatives) {
    precise.directionalDerivatives(outputs, signals, tangent, derivatives);
  }

  @Override
  public void update(OptimizerStep step, Matrix value, Matrix gradient, Matrix... moments) {
    precise.update(step, value, gradient, moments);
  }
}
