package lfnn.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkSpecTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auto",
        "a",
        "0",
        "00",
        "i",
        "o",
        "t",
        "128",
        "128,64",
        "a,o,t,i,5",
        "fc(workers=32)",
        "fc(workers=32); fc(workers=32)",
        "fc(workers=4, neurons=1)",
        "block(dense(256), heads=8); block(dense(256), heads=8)",
        "block(dense(256), heads=8); block(dense(256), heads=8, split)",
        "block(dense(64, activation=tanh), dense(32), heads=4, split)",
        "block(dense(7, activation=leaky-relu), heads=1); fc(workers=3)",
        "block(dense(7, activation=sigmoid), dense(9, activation=identity), heads=2)",
        "block(dense(8, groups=4, activation=tanh), flatten, dropout(0.5), heads=2)",
        "block(conv(8), conv(16, kernel=5, stride=2, padding=valid, groups=4,"
            + " activation=leaky-relu), max-pool(2), average-pool(3, stride=2), heads=2)",
        "block(batch-norm, relu, batch-norm(activation=relu), layer-norm, layer-norm(plain,"
            + " activation=tanh), leaky-relu, global-average, heads=2)",
        "block(mix-pixels, mix-pixels(activation=identity), heads=1, split, pool=2,"
            + " similarity=0.99, strict)",
        "block(residual(conv(4), residual(conv(4)), activation=relu), heads=1)",
        "filters(workers=16); filters(batch-norm, relu, max-pool(2), workers=4, kernel=5, stride=2,"
            + " padding=valid)",
        "mnist-438k",
        "vgg8b(similarity=0)",
        "cifar10-876k(heads=4, split, pool=2, similarity=0.5, strict)",
      })
  void canonicalTextIsPrintedBackUnchanged(String text) {
    assertThat(NetworkSpec.parse(text)).hasToString(text);
    assertThat(NetworkSpec.parse(NetworkSpec.parse(text).toString()))
        .isEqualTo(NetworkSpec.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'  auto '                                     | auto",
        "'128 , 64'                                    | 128,64",
        "'128,\n64'                                    | 128,64",
        "'fc'                                          | fc(workers=32)",
        "'fc(16)'                                      | fc(workers=16)",
        "' fc ( workers = 16 ) ;fc(neurons=2,workers=4)' | fc(workers=16); fc(workers=4,"
            + " neurons=2)",
        "'fc(+1e1)'                                    | fc(workers=10)",
        "'block(dense(9))'                             | block(dense(9), heads=8)",
        "'block(heads=3, split, dense(units=9, activation=relu))'"
            + "                                            | block(dense(9), heads=3, split)",
      })
  void otherSpellingsArePrintedCanonically(String text, String canonical) {
    assertThat(NetworkSpec.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                            | 0  | expected a name, found the end of the text",
        "'128,,64'                     | 4  | '' is not a width, expected a whole number, a, i, o"
            + " or t",
        "'128, x'                      | 5  | 'x' is not a width, expected a whole number, a, i, o"
            + " or t",
        "'128,64,'                     | 7  | '' is not a width",
        "'128,1.5'                     | 4  | '1.5' is not a width",
        "'12345678'                    | 0  | '12345678' is not a width",
        "'5,0'                         | 2  | width 0 (no hidden stage) must stand alone",
        "'-5'                          | 0  | '-5' is not a stage, expected fc, filters or block",
        "'a b'                         | 2  | expected ';' or the end, found 'b'",
        "'128;64'                      | 0  | '128' is not a stage, expected fc, filters or block",
        "'FC(workers=3)'               | 0  | 'FC' is not a stage, expected fc, filters or block",
        "'fc; auto'                    | 4  | 'auto' is not a stage, expected fc, filters or"
            + " block (auto,",
        "'fc(workers=3); '             | 15 | expected a name, found the end of the text",
        "'fc(workers=3'                | 12 | expected ',' or ')', found the end of the text",
        "'fc(workers=3 4)'             | 13 | expected ',' or ')', found '4'",
        "'fc(workers=3))'              | 13 | expected ';' or the end, found ')'",
        "'fc workers=3'                | 3  | expected ';' or the end, found 'w'",
        "'fc()'                        | 3  | expected a name or a number, found ')'",
        "'fc(workers=)'                | 11 | expected a value for workers, found ')'",
        "'fc(workers==3)'              | 11 | expected a value for workers, found '='",
        "'fc(workers=many)'            | 11 | expected a number for workers, found 'many'",
        "'fc(workers=2.5)'             | 11 | expected a whole number for workers, found 2.5",
        "'fc(workers=1e99)'            | 11 | expected a whole number for workers, found 1e99",
        "'fc(workers=1e999)'           | 11 | expected a whole number for workers, found Infinity",
        "'fc(workers=32d)'             | 11 | expected a number, found '32d'",
        "'fc(workers=0x20)'            | 11 | expected a number, found '0x20'",
        "'fc(workers=1-2)'             | 11 | expected a number, found '1-2'",
        "'fc(workers=NaN)'             | 11 | expected a number for workers, found 'NaN'",
        "'fc(workers=0)'               | 0  | workers must be between 1 and 1000000, not 0",
        "'fc; fc(workers=-1)'          | 4  | workers must be between 1 and 1000000, not -1",
        "'fc(workers=2000000000)'      | 0  | workers must be between 1 and 1000000, not"
            + " 2000000000",
        "'fc(neurons=-1)'              | 0  | neurons must be at least 1, not -1",
        "'fc(worker=3)'                | 3  | unknown setting 'worker' of fc, expected workers or"
            + " neurons",
        "'fc(workers=3, heads=2)'      | 14 | unknown setting 'heads' of fc, expected workers or"
            + " neurons",
        "'fc(workers=3, workers=4)'    | 14 | 'workers' of fc is given twice, expected it once",
        "'fc(3, 1, 7)'                 | 9  | unknown setting 7 of fc, expected workers or neurons",
        "'fc(split)'                   | 3  | unknown setting 'split' of fc",
        "'block(heads=3)'              | 0  | a block needs at least one layer, such as dense(256)",
        "'block(256, heads=3)'         | 0  | a block needs at least one layer, such as dense(256)",
        "'block(convolve(3))'          | 6  | 'convolve' is not a layer, expected dense, conv",
        "'block(dense)'                | 11 | expected dense(units=…)",
        "'block(dense(0))'             | 6  | dense needs between 1 and 1000000 units, not 0",
        "'block(dense(3000000))'       | 6  | dense needs between 1 and 1000000 units, not 3000000",
        "'block(dense(8), heads=0)'    | 0  | heads must be between 1 and 1000000, not 0",
        "'block(dense(8), similarity=1)' | 0 | similarity, the weight of the similarity loss, must"
            + " be in [0, 1), not 1.0",
        "'block(conv(8, kernel=0))'    | 6  | the kernel of conv must be between 1 and 1000, not 0",
        "'block(conv(8, padding=full))' | 22 | expected same or valid for padding, found 'full'",
        "'block(conv(8, groups=3))'    | 6  | 8 filters do not divide into 3 groups of equal size",
        "'block(dropout(1))'           | 6  | the rate of dropout must be in [0, 1), not 1.0",
        "'block(dropout)'              | 13 | expected dropout(rate=…)",
        "'block(residual)'             | 6  | residual needs at least one layer, such as conv(64)",
        "'block(identity)'             | 6  | 'identity' is not a layer",
        "'filters(dense(3))'           | 0  | after the filters come batch-norm, activations",
        "'mnist-438k(heads=0)'         | 0  | heads must be between 1 and 1000000, not 0",
        "'mnist-438k(pool=0)'          | 0  | pool must be between 1 and 1000 pixels, not 0",
        "'mnist-438k(workers=3)'       | 11 | unknown setting 'workers' of mnist-438k",
        "'mnist-438k; fc'              | 0  | 'mnist-438k' is not a stage, expected fc, filters",
        "'block(dense(8), split=1)'    | 16 | 'split' of block takes no value, expected the word"
            + " alone",
        "'block(dense(8), units=3)'    | 16 | unknown setting 'units' of block, expected heads,"
            + " split, pool, similarity or strict",
        "'block(dense(8, activation=elu))'                            | 26 | expected relu,"
            + " leaky-relu, tanh, sigmoid or identity for activation, found 'elu'",
        "'block(dense(8, activation=3))' | 26 | identity for activation, found 3",
        "'block(dense(8, activation=tanh(2)))' | 31 | expected no setting for tanh, found 2",
        "'block(dense(8, tanh))'       | 15 | unknown setting 'tanh' of dense, expected units,"
            + " activation or groups",
        "'block(dense(8, 9))'          | 6  | 8 units do not divide into 9 groups of equal size",
        "'fc(,)'                       | 3  | expected a name or a number, found ','",
        "'fc(workers=3), fc'           | 13 | expected ';' or the end, found ','",
      })
  void mistakesAreReportedWithPositionAndExpectation(String text, int position, String problem) {
    SpecSyntaxException e =
        catchThrowableOfType(SpecSyntaxException.class, () -> NetworkSpec.parse(text));
    assertThat(e)
        .hasMessageContaining(problem)
        .hasMessageStartingWith("network \"" + text + "\", character " + (position + 1) + ": ");
    assertThat(e.position()).isEqualTo(position);
  }

  @Test
  void messagesDoNotDependOnTheLanguageOfTheMachine() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThatThrownBy(() -> NetworkSpec.parse("fc(workers=0)"))
          .hasMessage(
              "network \"fc(workers=0)\", character 1: workers must be between 1 and 1000000, not"
                  + " 0");
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"a,6", "i,10", "o,3", "t,13", "25,25"})
  void lettersAreWidthsOfTheData(String text, int units) {
    assertThat(NetworkSpec.parse(text).resolve(10, Task.classification(3)))
        .containsExactly(
            new StageSpec.Block(
                List.of(new LayerSpec.Dense(units)), StageSpec.Block.DEFAULT_HEADS, false));
  }

  @Test
  void widthZeroMeansNoHiddenStage() {
    assertThat(NetworkSpec.parse("0").resolve(10, Task.regression())).isEmpty();
  }

  @Test
  void everyWidthIsABlock() {
    assertThat(NetworkSpec.parse("128,64").resolve(10, Task.regression()))
        .extracting(StageSpec::toString)
        .containsExactly("block(dense(128), heads=8)", "block(dense(64), heads=8)");
  }

  @ParameterizedTest
  @CsvSource({"1,2,128", "4,3,128", "60,4,128", "60,5,256", "784,10,512"})
  void autoGrowsWithTheDataWithinBounds(int features, int classes, int units) {
    List<StageSpec> stages = NetworkSpec.DEFAULT.resolve(features, Task.classification(classes));
    assertThat(stages)
        .containsExactly(new StageSpec.Block(List.of(new LayerSpec.Dense(units)), 8, false));
  }

  @Test
  void recordsRefuseWhatTheParserRefuses() {
    assertThatThrownBy(() -> new NetworkSpec.Widths(List.of())).hasMessage("no width given");
    assertThatThrownBy(() -> new NetworkSpec.Stages(List.of())).hasMessage("no stage given");
    assertThatThrownBy(() -> new StageSpec.Block(List.of(), 1, false))
        .hasMessageContaining("at least one layer");
  }
}
