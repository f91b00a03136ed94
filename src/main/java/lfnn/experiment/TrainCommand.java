package lfnn.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import lfnn.data.ImageData;
import lfnn.experiment.NetworkRun.Description;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a network on the images of a folder, or goes on with training. */
@Command(
    name = "train",
    description = {
      "Trains a network on images and writes the model, its curves and a report into a folder.",
      "",
      "Everything is written after each epoch. Ctrl-C ends training after the mini-batch and keeps"
          + " what has been learned; --resume then goes on, as if nothing had happened."
    })
final class TrainCommand implements Callable<Integer> {

  private static final String DATA = "--data";

  /** Where the results are does not say how they came about. */
  private static final List<String> NOT_KEPT = List.of("--out", "--resume");

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private TrainOptions options = new TrainOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, String> given = CommandLineOptions.given(command);
    Path resume = options.output.resume;
    return resume == null ? start(given) : resume(resume, given);
  }

  private int start(Map<String, String> given) throws IOException, InterruptedException {
    Path data = options.data.folder;
    Path out = options.output.folder;
    if (data == null || out == null) {
      throw usage(
          "--data and --out are needed, as in train --data mnist --out runs/first; or --resume to"
              + " go on with training");
    }
    checkValues();
    if (options.steps.epochs < 1) {
      throw usage("--epochs must be at least 1, not " + options.steps.epochs);
    }
    return train(
        data,
        RunFolder.create(out),
        List.of(CommandLineOptions.text(command, given)),
        Optional.empty());
  }

  private int resume(Path place, Map<String, String> given)
      throws IOException, InterruptedException {
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      String name = option.longestName();
      if (!name.equals("--resume") && !TrainOptions.CHANGEABLE.contains(name)) {
        throw usage(
            name
                + " cannot be given anew when training goes on; only "
                + String.join(", ", new TreeSet<>(TrainOptions.CHANGEABLE))
                + " can");
      }
    }
    RunFolder folder = RunFolder.open(place);
    SavedRun before = folder.read();
    Map<String, String> values = new LinkedHashMap<>(before.options());
    values.putAll(given);
    List<String> commands = new ArrayList<>(before.commands());
    commands.add(CommandLineOptions.text(command, given));
    try {
      TrainCommand again = parse(values, command.commandLine());
      return again.goOn(folder, commands, before);
    } catch (ParameterException e) {
      // The one who is told is the one who asked.
      throw usage(e.getMessage());
    }
  }

  /**
   * A command with options that need not come from a command line.
   *
   * @param values of options, by name
   * @param like whose streams it writes to
   * @throws ParameterException if a value is wrong
   */
  static TrainCommand parse(Map<String, String> values, CommandLine like) {
    TrainCommand train = new TrainCommand();
    new CommandLine(train)
        .setOut(like.getOut())
        .setErr(like.getErr())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(CommandLineOptions.arguments(train.command, values).toArray(String[]::new));
    train.checkValues();
    return train;
  }

  private int goOn(RunFolder folder, List<String> commands, SavedRun before)
      throws IOException, InterruptedException {
    int done = before.state().epochs();
    if (options.steps.epochs < done) {
      throw usage(
          folder.path()
              + ": has been trained for "
              + done
              + " epochs; --epochs is their number all in all, and must be at least that");
    }
    Path data = options.data.folder;
    if (data == null) {
      throw usage(
          folder.path() + ": does not say what it was trained on; give the folder with --data");
    }
    return train(data, folder, commands, Optional.of(before));
  }

  private int train(Path data, RunFolder folder, List<String> commands, Optional<SavedRun> before)
      throws IOException, InterruptedException {
    Training training;
    try {
      training = training(data, folder, commands, before);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
    return training.run(command.commandLine().getOut(), command.commandLine().getErr());
  }

  private Training training(
      Path place, RunFolder folder, List<String> commands, Optional<SavedRun> before)
      throws IOException {
    ImageData read = ImageData.open(place, Optional.ofNullable(options.data.size));
    RunData data = RunData.of(read, options);
    if (before.isPresent() && before.get().checksum() != data.checksum()) {
      throw new IOException(
          place
              + ": has other training images than those that training began with; give the folder"
              + " of those with --data");
    }
    Map<String, String> values = new LinkedHashMap<>(CommandLineOptions.values(command));
    values.put(DATA, place.toAbsolutePath().normalize().toString());
    // 0 stands for the rate of the rule; what it was is kept.
    values.put("--learning-rate", String.valueOf(options.training().learningRate()));
    values.keySet().removeAll(NOT_KEPT);
    String title = place.toAbsolutePath().normalize().getFileName() + ", " + options.network.rule;
    Description description = new Description(title, commands, values);
    return new Training(
        NetworkRuns.open(options, data, folder, description, before), options.output.measureStages);
  }

  private void checkValues() {
    if (options.data.limit < 0) {
      throw usage("--limit must be at least 0 (0 = all images), not " + options.data.limit);
    }
    if (options.data.testLimit < 0) {
      throw usage(
          "--test-limit must be at least 0 (0 = all images), not " + options.data.testLimit);
    }
    if (options.leadership.alsoLeaders.values().contains(options.leadership.leaders)) {
      throw usage(
          "--also-leaders has the share "
              + options.leadership.leaders
              + " that --leaders has; name other shares");
    }
    try {
      options.training();
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private ParameterException usage(@Nullable String message) {
    return new ParameterException(command.commandLine(), message);
  }

  TrainOptions options() {
    return options;
  }
}
