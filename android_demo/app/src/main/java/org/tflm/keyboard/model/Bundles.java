package org.tflm.keyboard.model;

import android.content.res.AssetManager;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.tflm.keyboard.core.Files;
import org.tflm.keyboard.core.ModelBundle;
import org.tflm.keyboard.core.Task;

/** Where bundles are: folders of the app's assets, or directories. */
public final class Bundles {
  private static final String MANIFEST = "manifest.json";

  private Bundles() {}

  /** Returns the asset folders that hold a bundle of a task, in alphabetical order. */
  public static List<String> folders(AssetManager assets, Task task) {
    TreeSet<String> found = new TreeSet<>();
    for (String path : list(assets, "")) {
      String folder = path.split("/", 2)[0]; // Robolectric lists what is in folders too.
      if (list(assets, folder).contains(MANIFEST) && task(assets, folder) == task) {
        found.add(folder);
      }
    }
    return new ArrayList<>(found);
  }

  private static Task task(AssetManager assets, String folder) {
    try {
      return ModelBundle.task(files(assets, folder));
    } catch (Throwable error) { // This runs before a key can be typed.
      return Task.PREDICT; // Whoever opens it says what is wrong.
    }
  }

  /** Returns the files of the bundle in an asset folder. */
  public static Files files(AssetManager assets, String folder) {
    return name -> assets.open(folder + "/" + name);
  }

  /** Returns the files of the bundle in a directory. */
  public static Files files(File directory) {
    return name -> new FileInputStream(new File(directory, name));
  }

  private static List<String> list(AssetManager assets, String folder) {
    try {
      String[] names = assets.list(folder);
      return names == null ? new ArrayList<>() : Arrays.asList(names);
    } catch (IOException error) {
      return new ArrayList<>(); // It is a file, or was packed in a way that cannot be listed.
    }
  }
}
