package moa.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.javacliparser.Option;
import java.util.ArrayList;
import java.util.List;
import moa.options.ClassOption;
import moa.tasks.MainTask;

/** Image streams and tasks from their command lines. */
final class Streams {

  private Streams() {}

  /** The stream, with these options and prepared for use. */
  static <S extends AbstractImageStream> S prepared(S stream, String options) {
    stream.getOptions().setViaCLIString(options);
    stream.prepareForUse();
    return stream;
  }

  /** Asserts that a stream says in one line, without a stack trace, what is wrong. */
  static void assertRefused(AbstractImageStream stream, String options, String message) {
    assertThatThrownBy(() -> prepared(stream, options))
        .hasMessageContaining(message)
        .satisfies(
            e -> {
              assertThat(e.getStackTrace()).isEmpty();
              assertThat(e.getCause()).isNull();
              assertThat(e.getMessage()).doesNotContain("\n");
            });
  }

  /** Values of all instances that are left, with the class last. */
  static List<double[]> rest(InstanceStream stream) {
    List<double[]> rows = new ArrayList<>();
    while (stream.hasMoreInstances()) {
      rows.add(stream.nextInstance().getData().toDoubleArray());
    }
    return rows;
  }

  /** Result of a task. */
  static Object run(String task) {
    MainTask prepared;
    try {
      prepared = (MainTask) ClassOption.cliStringToObject(task, MainTask.class, new Option[0]);
    } catch (Exception e) {
      throw new AssertionError(task, e);
    }
    prepared.prepareForUse();
    return prepared.doTask();
  }
}
