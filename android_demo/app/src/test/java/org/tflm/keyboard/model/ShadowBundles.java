package org.tflm.keyboard.model;

import android.content.res.AssetManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.json.JSONException;
import org.json.JSONObject;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.tflm.keyboard.core.Files;
import org.tflm.keyboard.core.Task;

/** The app's bundles as they could be: several, damaged, or as they are. */
@Implements(value = Bundles.class, isInAndroidSdk = false)
public final class ShadowBundles {
  private static int count = 1;
  private static String damaged = "";
  private static String language = "";
  private static List<String> taggers = Collections.emptyList();

  /** Lets the app have its bundle so many times. */
  public static void setCount(int bundles) {
    count = bundles;
  }

  /** Lets a file be another one than the manifest says. */
  public static void damage(String name) {
    damaged = name;
  }

  /** Lets the bundle be of a language, by its tag. */
  public static void setLanguage(String tag) {
    language = tag;
  }

  /** Lets the app have a tagger, whose model is that of {@link ShadowStepModels}. */
  public static void addTagger() {
    taggers = Collections.singletonList(SmallTagger.FOLDER);
  }

  /** Lets the app have what it has. */
  public static void reset() {
    taggers = Collections.emptyList();
    count = 1;
    damaged = "";
    language = "";
  }

  @Implementation
  protected static List<String> folders(AssetManager assets, Task task) {
    return task == Task.PREDICT ? Collections.nCopies(count, "keyboard") : taggers;
  }

  @Implementation
  protected static Files files(AssetManager assets, String folder) {
    return name -> {
      if (name.equals(damaged)) {
        return new ByteArrayInputStream(new byte[1]);
      }
      if (folder.equals(SmallTagger.FOLDER)) {
        return SmallTagger.file(name);
      }
      InputStream found = assets.open(folder + "/" + name);
      boolean isToChange = name.equals("manifest.json") && !language.isEmpty();
      return isToChange ? inLanguage(found) : found;
    };
  }

  private static InputStream inLanguage(InputStream manifest) throws IOException {
    String text = new String(manifest.readAllBytes(), StandardCharsets.UTF_8);
    try {
      JSONObject changed = new JSONObject(text);
      changed.getJSONObject("text").put("locale", language);
      return new ByteArrayInputStream(changed.toString().getBytes(StandardCharsets.UTF_8));
    } catch (JSONException error) {
      throw new IOException(error);
    }
  }
}
