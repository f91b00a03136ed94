package lfnn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import lfnn.data.InputShape;
import lfnn.spec.Architecture;
import lfnn.spec.NetworkSpec;
import lfnn.spec.Preset;
import lfnn.spec.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkTest {

  @ParameterizedTest(name = "{0} classes, one-vs-all {1}, {2}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | false | 1x1x5 | 0",
        "3 | false | 1x1x5 | fc(workers=4); block(dense(6), heads=3, split)",
        "0 | false | 1x1x6 | block(dense(6, groups=3), batch-norm, layer-norm, heads=3)",
        "3 | true  | 1x1x5 | fc(workers=4); block(dense(6), batch-norm, heads=3, split)",
        "3 | true  | 1x1x5 | block(batch-norm, relu, dense(6), batch-norm, heads=3)",
        "3 | true  | 1x1x5 | block(batch-norm, dense(6), heads=3); block(batch-norm, heads=2)",
        "3 | false | 2x6x5 | block(conv(4, groups=2), batch-norm, max-pool(2), heads=2, split)",
        "3 | false | 2x6x5 | block(conv(4), heads=2, similarity=0.5, pool=2); fc(workers=2)",
        "3 | false | 2x6x5 | filters(batch-norm, relu, workers=2); filters(workers=3, stride=2)",
        "3 | false | 2x6x5 | block(residual(conv(4, stride=2), batch-norm), mix-pixels, heads=1)",
        "0 | false | 2x6x5 | block(layer-norm, dense(7), batch-norm, residual(dense(4)), heads=2)",
        "0 | false | 2x6x5 | block(layer-norm(plain), conv(3, kernel=5), dense(4), heads=9)",
        "2 | false | 2x6x5 | block(conv(4), relu, conv(4), batch-norm, dense(3), heads=2, strict)",
      })
  void networksHaveWhatTheirArchitectureCounts(
      int classes, boolean oneVsAll, String input, String network) {
    checkCounts(
        Architecture.of(
            InputShape.parse(input), Task.of(classes, oneVsAll), NetworkSpec.parse(network)));
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void networksWithANameHaveWhatTheirArchitectureCounts(Preset preset) {
    checkCounts(preset.architecture());
  }

  private static void checkCounts(Architecture architecture) {
    Network network = new Network(architecture, new HeapKernels());
    long parameters = 0;
    for (Parameter parameter : network.parameters()) {
      parameters += parameter.value().size();
      assertThat(parameter.gradient().size()).isEqualTo(parameter.value().size());
    }
    long state = network.state().stream().mapToLong(Matrix::size).sum();
    assertThat(architecture.parameterCount()).isEqualTo(parameters);
    assertThat(architecture.statisticCount()).isEqualTo(state - parameters);
    assertThat(network.parameters()).extracting(Parameter::name).doesNotHaveDuplicates();
    Workspace workspace = network.workspace(2);
    for (int s = 0; s < network.stages().size(); s++) {
      Matrix output = workspace.stage(s).output();
      assertThat(output.columns()).isEqualTo(architecture.stageWidth(s));
      assertThat(output.isRowMajor()).isEqualTo(architecture.inputShape(s + 1).isImage());
      assertThat(workspace.stage(s).inputGradient().columns())
          .isEqualTo(architecture.inputWidth(s));
    }
  }

  @Test
  void aStateOfAnotherNetworkIsRefused() {
    Network network =
        new Network(
            Architecture.of(
                InputShape.flat(3), Task.classification(2), NetworkSpec.parse("fc(workers=2)")),
            new HeapKernels());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.setState(new float[5][]))
        .withMessage("the network has 4 arrays of parameters and statistics, not 5");
  }
}
