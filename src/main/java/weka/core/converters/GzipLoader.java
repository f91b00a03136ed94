package weka.core.converters;

import java.io.File;
import java.io.IOException;
import java.util.Locale;
import weka.core.Instance;
import weka.core.Instances;

/**
 * Reads a compressed file with the loader that it needs. Weka looks for loaders by the last
 * extension of a name, and only if there is none for {@code .gz}, by the last two: MNIST's official
 * files ({@code train-images-idx3-ubyte.gz}) have one only.
 *
 * <p>A file with two extensions that Weka knows, such as {@code .arff.gz}, is read as it is without
 * this loader. Any other is taken for images of an IDX pair, see {@link IdxLoader}.
 */
public class GzipLoader extends AbstractFileLoader
    implements BatchConverter, IncrementalConverter, URLSourcedLoader {

  private static final long serialVersionUID = 1;

  private static final String EXTENSION = ".gz";

  /** What Weka's loaders have as long as there is no address. */
  private static final String NO_URL = "http://";

  private String url = NO_URL;
  private transient AbstractFileLoader loader;
  // What a loader that cannot read row by row has read, and how much of it has been asked for.
  private transient Instances all;
  private transient int position;

  /** What the loader is, for the object editor. */
  public String globalInfo() {
    return "Reads a compressed file with the loader for its extension, such as .arff.gz or .bin.gz;"
        + " a file without such an extension as the images of an IDX pair, such as"
        + " train-images-idx3-ubyte.gz.";
  }

  @Override
  public String getFileExtension() {
    return EXTENSION;
  }

  @Override
  public String[] getFileExtensions() {
    return new String[] {EXTENSION};
  }

  @Override
  public String getFileDescription() {
    return "Compressed files";
  }

  /** The loader for a file of this name. */
  private static AbstractFileLoader loaderFor(String name) throws IOException {
    int dot = name.lastIndexOf('.', name.length() - EXTENSION.length() - 1);
    String extensions = dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
    AbstractFileLoader found = ConverterUtils.getLoaderForExtension(extensions);
    if (found != null) {
      return found;
    }
    if (dot >= 0 && !name.contains("idx")) {
      throw AbstractImageLoader.shown(
          new IOException(name + ": Weka has no loader for " + extensions + " files"));
    }
    return new IdxLoader();
  }

  private AbstractFileLoader loader() throws IOException {
    if (loader == null) {
      if (m_sourceFile != null) {
        AbstractFileLoader chosen = loaderFor(m_sourceFile.getName());
        if (m_env != null) {
          chosen.setEnvironment(m_env);
        }
        chosen.setFile(m_sourceFile);
        loader = chosen;
      } else if (url.equals(NO_URL)) {
        throw new IOException("no compressed file has been chosen");
      } else {
        AbstractFileLoader chosen = loaderFor(url.substring(url.lastIndexOf('/') + 1));
        if (!(chosen instanceof URLSourcedLoader remote)) {
          throw new IOException(url + ": such files cannot be read from the net; get it first");
        }
        try {
          remote.setURL(url);
        } catch (IOException e) {
          throw e;
        } catch (Exception e) {
          // Weka declares no other kind.
          throw new IOException(url + ": " + e.getMessage(), e);
        }
        loader = chosen;
      }
    }
    return loader;
  }

  @Override
  public void reset() throws IOException {
    super.reset();
    loader = null;
    all = null;
    position = 0;
  }

  /**
   * Chooses what to read; it is not opened yet.
   *
   * @throws IOException if it is null
   */
  @Override
  public void setSource(File file) throws IOException {
    if (file == null) {
      throw new IOException("there is no compressed file to read");
    }
    reset();
    url = NO_URL;
    m_sourceFile = file;
    m_File = file.getPath();
  }

  /** Chooses what to read from the net; it is not opened yet. */
  @Override
  public void setURL(String value) throws IOException {
    reset();
    url = value;
    m_sourceFile = null;
  }

  @Override
  public String retrieveURL() {
    return url;
  }

  @Override
  public Instances getStructure() throws IOException {
    return loader().getStructure();
  }

  @Override
  public Instances getDataSet() throws IOException {
    return loader().getDataSet();
  }

  /** The next row, even if the loader that the file needs can read all of them at once only. */
  @Override
  public Instance getNextInstance(Instances structure) throws IOException {
    if (loader() instanceof IncrementalConverter) {
      return loader().getNextInstance(structure);
    }
    if (all == null) {
      all = loader().getDataSet();
    }
    if (position == all.numInstances()) {
      return null;
    }
    Instance next = all.instance(position++);
    next.setDataset(structure);
    return next;
  }

  @Override
  public String getRevision() {
    return "0.1.0";
  }
}
