package lfnn.packaging;

import java.awt.AWTException;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.Toolkit;
import java.awt.Window;
import java.awt.event.InputEvent;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import javax.swing.JButton;
import javax.swing.JFileChooser;
import javax.swing.JLabel;
import javax.swing.JMenuItem;
import javax.swing.JTabbedPane;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.JTree;
import javax.swing.SwingUtilities;
import javax.swing.filechooser.FileFilter;
import javax.swing.tree.TreeModel;
import javax.swing.tree.TreePath;
import weka.gui.GUIChooser;
import weka.gui.PropertyPanel;

/**
 * Does in Weka's user interface, with the mouse, what a user does on the first day: opens a file,
 * chooses LFNN in the tree of classifiers, looks at its options, starts it and reads the result,
 * then opens files of images and trains a convolutional network on one of them.
 *
 * <p>Runs in a JVM of its own, where of our classes only this one is on the class path. Arguments:
 * the data file, a compressed IDX file, a CIFAR file, a configuration of LFNN for it, and the
 * pictures to write of the options, of the result, of the dialog with the IDX file and of the
 * result with the CIFAR file. Prints the results and the names of the opened relations.
 */
public final class ExplorerSession {

  private static final long LIMIT_MILLISECONDS = 60_000;

  private static final Point PLACE_OF_DIALOGS = new Point(120, 90);

  private final Robot robot;

  private ExplorerSession() throws AWTException {
    robot = new Robot();
    robot.setAutoDelay(50);
    robot.setAutoWaitForIdle(true);
  }

  /** Plays the session; any step that does not come about ends it with exit code 1. */
  public static void main(String[] arguments) throws Exception {
    int exitCode = 1;
    GUIChooser.main(new String[0]);
    ExplorerSession session = new ExplorerSession();
    try {
      System.out.println(
          session.play(new File(arguments[0]), new File(arguments[4]), new File(arguments[5])));
      File idx = new File(arguments[1]);
      System.out.println(
          session.openImages(
              idx, "-idx3-ubyte.gz", "1x28x28", Optional.of(new File(arguments[6]))));
      File cifar = new File(arguments[2]);
      System.out.println(session.openImages(cifar, ".bin", "3x32x32", Optional.empty()));
      System.out.println(session.trainOnImages(arguments[3], new File(arguments[7])));
      exitCode = 0;
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      for (Window window : Window.getWindows()) {
        System.err.println(window);
      }
      session.capture(
          new Rectangle(Toolkit.getDefaultToolkit().getScreenSize()), new File(arguments[5]));
    } finally {
      // Weka's windows would keep the JVM running
      System.exit(exitCode);
    }
  }

  private String play(File data, File optionsImage, File resultImage) throws Exception {
    JButton tip = button(titled("Weka GUIChooser"), "OK");
    click(tip);
    awaitTrue("end of the tip of the day", () -> !tip.isShowing());
    click(button(Window::isShowing, "Explorer"));
    Predicate<Window> explorer = titled("Weka Explorer");
    open(data, ".arff", Optional.empty());

    JTabbedPane tabs = tabs(explorer);
    int classify = tabs.indexOfTab("Classify");
    awaitTrue("data in the Explorer", () -> tabs.isEnabledAt(classify));
    click(tabs, tabs.getBoundsAt(classify));

    click(button(explorer, "Choose"));
    JTree tree = await("tree of classifiers", Window::isShowing, JTree.class, shown -> true);
    TreePath path = onEventThread(() -> pathTo(tree, "weka", "classifiers", "functions", "LFNN"));
    Rectangle row =
        onEventThread(
            () -> {
              tree.makeVisible(path);
              tree.scrollPathToVisible(path);
              return tree.getPathBounds(path);
            });
    click(tree, row);

    awaitTrue("end of choosing", () -> !tree.isShowing());
    click(await("LFNN beside Choose", explorer, PropertyPanel.class, shown -> true));
    Predicate<Window> editor = titled("weka.gui.GenericObjectEditor");
    JButton accept = button(editor, "OK");
    robot.delay(500);
    capture(SwingUtilities.getWindowAncestor(accept), optionsImage);
    click(accept);

    click(button(explorer, "Start"));
    JTextArea output =
        await(
            "result",
            explorer,
            JTextArea.class,
            area -> area.getText().contains("=== Confusion Matrix ==="));
    robot.delay(1000);
    capture(SwingUtilities.getWindowAncestor(output), resultImage);
    return onEventThread(output::getText);
  }

  private JTabbedPane tabs(Predicate<Window> explorer) throws Exception {
    return await("tabs", explorer, JTabbedPane.class, tab -> tab.indexOfTab("Classify") >= 0);
  }

  /** Opens a file with the filter of its extension. */
  private void open(File data, String extension, Optional<File> picture) throws Exception {
    click(button(titled("Weka Explorer"), "Open file..."));
    JFileChooser chooser =
        await("file dialog", Window::isShowing, JFileChooser.class, shown -> true);
    onEventThread(
        () -> {
          chooser.setCurrentDirectory(data.getParentFile());
          for (FileFilter filter : chooser.getChoosableFileFilters()) {
            if (filter.getDescription().endsWith("(*" + extension + ")")) {
              chooser.setFileFilter(filter);
            }
          }
          return null;
        });
    JTextField name =
        await("name field", Window::isShowing, JTextField.class, f -> chooser.isAncestorOf(f));
    onEventThread(
        () -> {
          name.setText(data.getName());
          return null;
        });
    if (picture.isPresent()) {
      robot.delay(500);
      capture(SwingUtilities.getWindowAncestor(chooser), picture.get());
    }
    click(button(Window::isShowing, chooser.getUI().getDefaultButton(chooser).getText()));
  }

  private String openImages(File images, String extension, String shape, Optional<File> picture)
      throws Exception {
    Predicate<Window> explorer = titled("Weka Explorer");
    JTabbedPane tabs = tabs(explorer);
    click(tabs, tabs.getBoundsAt(tabs.indexOfTab("Preprocess")));
    open(images, extension, picture);
    JLabel relation =
        await(
            "images in the Explorer",
            explorer,
            JLabel.class,
            label -> label.getText() != null && label.getText().endsWith(shape));
    return onEventThread(relation::getText);
  }

  /** Enters a configuration in the menu of the right mouse button, and starts it. */
  private String trainOnImages(String configuration, File picture) throws Exception {
    Predicate<Window> explorer = titled("Weka Explorer");
    JTabbedPane tabs = tabs(explorer);
    click(tabs, tabs.getBoundsAt(tabs.indexOfTab("Classify")));
    PropertyPanel scheme =
        await("LFNN beside Choose", explorer, PropertyPanel.class, shown -> true);
    robot.delay(500);
    clickRight(scheme);
    click(
        await(
            "menu of the configuration",
            Window::isShowing,
            JMenuItem.class,
            item -> "Enter configuration...".equals(item.getText())));
    JTextField field = await("configuration", titled("Input"), JTextField.class, shown -> true);
    onEventThread(
        () -> {
          field.setText(configuration);
          return null;
        });
    click(button(titled("Input"), "OK"));
    click(button(explorer, "Start"));
    JTextArea output =
        await(
            "result with images",
            explorer,
            JTextArea.class,
            area ->
                area.getText().contains("3x32x32")
                    && area.getText().contains("=== Confusion Matrix ==="));
    robot.delay(1000);
    capture(SwingUtilities.getWindowAncestor(output), picture);
    return onEventThread(output::getText);
  }

  private static TreePath pathTo(JTree tree, String... names) {
    TreeModel model = tree.getModel();
    TreePath path = new TreePath(model.getRoot());
    for (int level = 1; level < names.length; level++) {
      Object parent = path.getLastPathComponent();
      Object next = null;
      for (int i = 0; i < model.getChildCount(parent); i++) {
        Object child = model.getChild(parent, i);
        if (child.toString().equals(names[level])) {
          next = child;
        }
      }
      if (next == null) {
        throw new IllegalStateException("no " + names[level] + " under " + path);
      }
      path = path.pathByAddingChild(next);
    }
    return path;
  }

  private static Predicate<Window> titled(String title) {
    return window ->
        (window instanceof java.awt.Frame frame && title.equals(frame.getTitle()))
            || (window instanceof Dialog dialog && title.equals(dialog.getTitle()));
  }

  private JButton button(Predicate<Window> window, String text) throws Exception {
    return await(
        "button " + text,
        window,
        JButton.class,
        button -> text.equals(button.getText()) && button.isEnabled());
  }

  private <T extends Component> T await(
      String what, Predicate<Window> window, Class<T> type, Predicate<T> wanted) throws Exception {
    long end = System.nanoTime() + LIMIT_MILLISECONDS * 1_000_000;
    while (System.nanoTime() < end) {
      Optional<T> found = onEventThread(() -> find(window, type, wanted));
      if (found.isPresent()) {
        return found.get();
      }
      robot.delay(100);
    }
    throw new IllegalStateException(what + " did not appear");
  }

  private void awaitTrue(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + LIMIT_MILLISECONDS * 1_000_000;
    while (!onEventThread(condition)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(what + " did not come about");
      }
      robot.delay(100);
    }
  }

  private static <T extends Component> Optional<T> find(
      Predicate<Window> window, Class<T> type, Predicate<T> wanted) {
    for (Window candidate : Window.getWindows()) {
      if (candidate.isShowing() && window.test(candidate)) {
        Optional<T> found = find(candidate, type, wanted);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static <T extends Component> Optional<T> find(
      Container container, Class<T> type, Predicate<T> wanted) {
    for (Component component : container.getComponents()) {
      if (component.isShowing() && type.isInstance(component)) {
        T typed = type.cast(component);
        if (wanted.test(typed)) {
          return Optional.of(typed);
        }
      }
      if (component instanceof Container inner) {
        Optional<T> found = find(inner, type, wanted);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private void click(Component component) throws Exception {
    click(
        component,
        onEventThread(() -> new Rectangle(0, 0, component.getWidth(), component.getHeight())));
  }

  private void clickRight(Component component) throws Exception {
    click(
        component,
        onEventThread(() -> new Rectangle(0, 0, component.getWidth(), component.getHeight())),
        InputEvent.BUTTON3_DOWN_MASK);
  }

  private void click(Component component, Rectangle area) throws Exception {
    click(component, area, InputEvent.BUTTON1_DOWN_MASK);
  }

  /**
   * Moves a dialog to its place, if it is not there. On a display without a window manager Java may
   * take a new dialog to be at 0, 0 wherever the display has put it, so that clicks miss it; where
   * Java itself has moved it, both agree.
   */
  private void place(Window window) throws Exception {
    if (window instanceof Dialog && !window.getLocation().equals(PLACE_OF_DIALOGS)) {
      robot.delay(500);
      onEventThread(
          () -> {
            window.setLocation(PLACE_OF_DIALOGS);
            return null;
          });
      robot.delay(500);
    }
  }

  private void click(Component component, Rectangle area, int mouseButton) throws Exception {
    place(SwingUtilities.getWindowAncestor(component));
    Point corner = onEventThread(component::getLocationOnScreen);
    for (Point before = null; !corner.equals(before); ) {
      // a window that has just opened may still be on its way to its place
      before = corner;
      robot.delay(300);
      corner = onEventThread(component::getLocationOnScreen);
    }
    robot.mouseMove(corner.x + area.x + area.width / 2, corner.y + area.y + area.height / 2);
    robot.mousePress(mouseButton);
    robot.mouseRelease(mouseButton);
  }

  private void capture(Window window, File image) throws Exception {
    place(window);
    Rectangle bounds = onEventThread(() -> window.getBounds());
    capture(bounds, image);
  }

  private void capture(Rectangle bounds, File image) throws IOException {
    BufferedImage picture = robot.createScreenCapture(bounds);
    if (!ImageIO.write(picture, "png", image)) {
      throw new IOException("no writer for " + image);
    }
  }

  private static <T> T onEventThread(Callable<T> task)
      throws InterruptedException, InvocationTargetException, Exception {
    FutureTask<T> future = new FutureTask<>(task);
    SwingUtilities.invokeAndWait(future);
    return future.get();
  }
}
