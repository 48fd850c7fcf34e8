package org.tflm.keyboard.core;

import java.io.IOException;
import java.io.InputStream;

/** The files of one bundle, wherever they are: assets on a phone, a directory in a test. */
public interface Files {
  /**
   * Opens a file by its plain name, such as {@code manifest.json}; the caller closes it.
   *
   * @throws IOException there is no such file, or it cannot be read
   */
  InputStream open(String name) throws IOException;
}
