package org.tflm.keyboard.model;

import android.content.Context;
import android.content.pm.PackageManager;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import org.tflm.keyboard.core.BundleException;
import org.tflm.keyboard.core.ModelBundle;

/**
 * A mark on a model while it is being loaded, so that one that ends the app does not do so for ever.
 *
 * <p>Native code ends a process without an exception. A mark that is found was left by such an end;
 * after two of them the model is left alone, and people can type, until the app is installed again.
 */
final class Loading {
  private static final int MOST_ENDS = 2;

  private final File mark; // Has a byte for each time that loading began and did not end.
  private final String name;

  private Loading(File mark, String name) {
    this.mark = mark;
    this.name = name;
  }

  /** Returns that of a model in this installation of the app. */
  static Loading of(Context context, ModelBundle bundle) {
    Context safe = context.createDeviceProtectedStorageContext(); // Before it is unlocked, too.
    File folder = new File(safe.getNoBackupFilesDir(), "loading");
    String installed = Long.toString(installed(context), Character.MAX_RADIX);
    return new Loading(new File(folder, bundle.modelSha256() + "-" + installed), bundle.name());
  }

  /**
   * Sets the mark.
   *
   * @throws BundleException the app has ended twice since
   */
  void begin() throws BundleException {
    if (mark.length() >= MOST_ENDS) {
      throw new BundleException(
          name + ": the app ended twice while this model was loaded, so it is left alone; install"
              + " the app again, with another model");
    }
    mark.getParentFile().mkdirs();
    try (FileOutputStream stream = new FileOutputStream(mark, true)) {
      stream.write(1);
      stream.getFD().sync();
    } catch (IOException error) {
      // A full disk: the model is loaded without a mark.
    }
  }

  /** Takes the mark away: the model was loaded, or refused in an orderly way. */
  void end() {
    mark.delete();
  }

  private static long installed(Context context) {
    try {
      PackageManager manager = context.getPackageManager();
      return manager.getPackageInfo(context.getPackageName(), 0).lastUpdateTime;
    } catch (PackageManager.NameNotFoundException error) {
      return 0; // It is this app, so it is there.
    }
  }
}
