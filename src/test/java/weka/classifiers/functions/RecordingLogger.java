package weka.classifiers.functions;

import java.util.ArrayList;
import java.util.List;
import weka.gui.Logger;

/** Remembers what it is told. */
final class RecordingLogger implements Logger {

  private final List<String> messages = new ArrayList<>();
  private final List<String> statuses = new ArrayList<>();

  @Override
  public synchronized void logMessage(String message) {
    messages.add(message);
  }

  @Override
  public synchronized void statusMessage(String message) {
    statuses.add(message);
  }

  synchronized List<String> messages() {
    return List.copyOf(messages);
  }

  synchronized List<String> statuses() {
    return List.copyOf(statuses);
  }
}
