package org.tflm.keyboard.benchmark;

import android.os.Bundle;
import android.os.ParcelFileDescriptor;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.Files;
import org.tflm.keyboard.model.Bundles;

/** The files of a model that came from elsewhere, open, so that they can go to another process. */
final class ForeignFiles implements Files, AutoCloseable {
  private static final String MANIFEST = "manifest.json";
  private static final String MODEL = org.tflm.keyboard.core.Bundle.MODEL;
  private static final String NAME = ""; // Of the name of all of them, which no file has.

  private final Bundle files; // ParcelFileDescriptors by name.

  /** Takes files that came from another process. */
  ForeignFiles(Bundle files) {
    this.files = files;
  }

  /**
   * Opens a model's file, or the directory of a bundle.
   *
   * @throws BundleException it is neither
   */
  static ForeignFiles open(File path) throws BundleException {
    Bundle files = new Bundle();
    files.putString(NAME, path.getName());
    ForeignFiles opened = new ForeignFiles(files);
    try {
      if (path.isFile()) {
        opened.add(MODEL, path);
        return opened;
      }
      File[] all = path.listFiles(File::isFile);
      for (File each : all == null ? new File[0] : all) {
        opened.add(each.getName(), each);
      }
    } catch (IOException error) {
      opened.close();
      throw new BundleException(
          path.getName() + " cannot be read (" + error.getMessage() + "): push it again", error);
    }
    if (!opened.areBundle() || !files.containsKey(MODEL)) {
      opened.close();
      org.tflm.keyboard.core.Bundle.read(Bundles.files(path)); // It says what is missing.
    }
    return opened;
  }

  private void add(String name, File file) throws IOException {
    files.putParcelable(
        name, ParcelFileDescriptor.open(file, ParcelFileDescriptor.MODE_READ_ONLY));
  }

  /** Returns them as another process takes them. */
  Bundle bundle() {
    return files;
  }

  /** Returns the name of the file or directory. */
  String name() {
    return files.getString(NAME);
  }

  boolean areBundle() {
    return files.containsKey(MANIFEST);
  }

  /** Returns the model, at its beginning; it is closed with all. */
  FileInputStream model() throws IOException {
    return stream(MODEL);
  }

  @Override
  public InputStream open(String name) throws IOException {
    return new FilterInputStream(stream(name)) {
      @Override
      public void close() {
        // It may be read again.
      }
    };
  }

  private FileInputStream stream(String name) throws IOException {
    ParcelFileDescriptor file = files.getParcelable(name);
    if (file == null) {
      throw new FileNotFoundException(name);
    }
    FileInputStream stream = new FileInputStream(file.getFileDescriptor());
    stream.getChannel().position(0);
    return stream;
  }

  @Override
  public void close() {
    for (String name : files.keySet()) {
      Object file = files.get(name);
      if (file instanceof ParcelFileDescriptor) {
        try {
          ((ParcelFileDescriptor) file).close();
        } catch (IOException error) {
          // It was only read.
        }
      }
    }
  }
}
