package org.tflm.keyboard.model;

import android.content.res.AssetManager;
import java.io.ByteArrayInputStream;
import java.util.Collections;
import java.util.List;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.tflm.keyboard.core.Files;

/** The app's bundles as they could be: several, damaged, or as they are. */
@Implements(value = Bundles.class, isInAndroidSdk = false)
public final class ShadowBundles {
  private static int count = 1;
  private static String damaged = "";

  /** Lets the app have its bundle so many times. */
  public static void setCount(int bundles) {
    count = bundles;
  }

  /** Lets a file be another one than the manifest says. */
  public static void damage(String name) {
    damaged = name;
  }

  /** Lets the app have what it has. */
  public static void reset() {
    count = 1;
    damaged = "";
  }

  @Implementation
  protected static List<String> folders(AssetManager assets) {
    return Collections.nCopies(count, "keyboard");
  }

  @Implementation
  protected static Files files(AssetManager assets, String folder) {
    return name ->
        name.equals(damaged)
            ? new ByteArrayInputStream(new byte[1])
            : assets.open(folder + "/" + name);
  }
}
