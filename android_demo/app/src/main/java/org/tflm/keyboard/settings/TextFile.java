package org.tflm.keyboard.settings;

import android.util.AtomicFile;
import android.util.Log;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.tflm.keyboard.core.Storage;

/** One text in a file that is never backed up. It is whole even if the phone dies meanwhile. */
final class TextFile implements Storage {
  private static final String TAG = "tflm";

  private final AtomicFile file;

  TextFile(File file) {
    this.file = new AtomicFile(file);
  }

  @Override
  public String load() {
    try {
      return new String(file.readFully(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException error) {
      return "";
    } catch (IOException error) {
      Log.w(TAG, "a file of words cannot be read");
      return "";
    }
  }

  @Override
  public void save(String text) {
    if (text.isEmpty()) {
      file.delete();
      return;
    }
    FileOutputStream stream = null;
    try {
      stream = file.startWrite();
      stream.write(text.getBytes(StandardCharsets.UTF_8));
      file.finishWrite(stream);
    } catch (IOException error) {
      file.failWrite(stream);
      Log.w(TAG, "a file of words cannot be written");
    }
  }
}
