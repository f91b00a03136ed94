package weka.core.converters;

import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import lfnn.data.LabelledImages;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.Environment;
import weka.core.Instance;
import weka.core.Instances;
import weka.core.Utils;

/**
 * What the loaders of images have in common. Pixels are whole numbers from 0 to 255 in the
 * attributes {@code pixel1}, {@code pixel2} …, channel by channel and row by row; the nominal
 * attribute {@code class} comes last. The name of the relation ends with the shape, channels ×
 * height × width.
 *
 * <p>Files are read when the structure is asked for. Weka's instances take eight bytes per pixel;
 * those that are read one by one take one byte per pixel in the loader.
 */
public abstract class AbstractImageLoader extends AbstractFileLoader
    implements BatchConverter, IncrementalConverter {

  private static final long serialVersionUID = 1;

  private transient LabelledImages images;
  private transient int position;

  /**
   * Reads images.
   *
   * @param source the file or folder that was chosen, without variables
   * @throws IOException of one line that says what is wrong
   */
  abstract LabelledImages read(File source) throws IOException;

  @Override
  public void reset() throws IOException {
    super.reset();
    forget();
  }

  private void forget() {
    images = null;
    position = 0;
  }

  /**
   * Chooses what to read; it is not opened yet.
   *
   * @param file or folder; its name may have environment variables
   * @throws IOException if it is null
   */
  @Override
  public void setSource(File file) throws IOException {
    if (file == null) {
      throw new IOException("there is no file to read images from");
    }
    reset();
    m_sourceFile = m_useRelativePath ? relative(file) : file;
    m_File = m_sourceFile.getPath();
  }

  private static File relative(File file) throws IOException {
    try {
      return Utils.convertToRelativePath(file);
    } catch (Exception e) {
      // Weka declares no other kind.
      throw new IOException(file + ": has no path relative to this directory", e);
    }
  }

  private File source() throws IOException {
    if (m_sourceFile == null) {
      throw new IOException("no file or folder has been chosen to read images from");
    }
    Environment environment = m_env == null ? Environment.getSystemWide() : m_env;
    try {
      return new File(environment.substitute(m_sourceFile.getPath()));
    } catch (Exception e) {
      // Weka declares no other kind.
      throw new IOException(m_sourceFile + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the images, and gives their attributes.
   *
   * @throws IOException of one line that says what is wrong with the files
   */
  @Override
  public Instances getStructure() throws IOException {
    if (images == null) {
      try {
        File source = source();
        images = read(source);
        m_structure = structure(source.getName(), images);
      } catch (IOException e) {
        throw shown(e);
      } catch (InvalidPathException e) {
        throw shown(new IOException("no file can be named so: " + e.getMessage(), e));
      }
    }
    return new Instances(m_structure, 0);
  }

  /** Weka's command line says that a file cannot be opened, and drops the reason. */
  static IOException shown(IOException reason) {
    System.err.println(reason.getMessage());
    return reason;
  }

  private static Instances structure(String name, LabelledImages images) {
    int pixels = images.shape().size();
    ArrayList<Attribute> attributes = new ArrayList<>(pixels + 1);
    for (int i = 1; i <= pixels; i++) {
      attributes.add(new Attribute("pixel" + i));
    }
    attributes.add(new Attribute("class", images.classNames()));
    return new Instances(name + " " + images.shape(), attributes, 0);
  }

  /**
   * All images.
   *
   * @throws IOException of one line that says what is wrong with the files, or if images have been
   *     taken one by one before
   */
  @Override
  public Instances getDataSet() throws IOException {
    setRetrievalOnly(BATCH);
    Instances structure = getStructure();
    Instances all = new Instances(structure, images.size());
    for (int i = 0; i < images.size(); i++) {
      all.add(instance(i));
    }
    forget();
    return all;
  }

  /**
   * The next image; null after the last.
   *
   * @throws IOException of one line that says what is wrong with the files, or if all images have
   *     been taken at once before
   */
  @Override
  public Instance getNextInstance(Instances structure) throws IOException {
    setRetrievalOnly(INCREMENTAL);
    getStructure();
    if (position == images.size()) {
      return null;
    }
    Instance next = instance(position++);
    next.setDataset(structure);
    return next;
  }

  private void setRetrievalOnly(int mode) throws IOException {
    if (getRetrieval() != NONE && getRetrieval() != mode) {
      throw new IOException("images can be read one by one or all at once; reset the loader first");
    }
    setRetrieval(mode);
  }

  private Instance instance(int image) {
    int pixels = images.shape().size();
    double[] row = new double[pixels + 1];
    int start = image * pixels;
    for (int i = 0; i < pixels; i++) {
      row[i] = images.pixels()[start + i] & 255;
    }
    row[pixels] = images.labels()[image];
    return new DenseInstance(1, row);
  }

  /** The first of its extensions. */
  @Override
  public String getFileExtension() {
    return getFileExtensions()[0];
  }

  @Override
  public String getRevision() {
    return "0.1.0";
  }
}
