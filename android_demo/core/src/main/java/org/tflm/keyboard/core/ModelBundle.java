package org.tflm.keyboard.core;

import static org.tflm.keyboard.core.BundleException.require;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * What bundles of every task say: of themselves, of their model's file, of their words.
 *
 * <p>The model's bytes are checked and not kept: a phone maps that file into memory.
 */
public abstract class ModelBundle {
  /** The name of the model's file. */
  public static final String MODEL = BundleFiles.MODEL;

  private final JSONObject manifest;
  private final Map<String, Integer> operations = new TreeMap<>();
  private final Map<String, Double> metrics = new TreeMap<>();
  private final String card;

  ModelBundle(BundleFiles files) throws JSONException, BundleException {
    manifest = files.manifest();
    card = files.text(BundleFiles.CARD);
    JSONObject versions = manifest.getJSONObject("operations");
    for (String name : Json.keys(versions)) {
      operations.put(name, versions.getInt(name));
    }
    JSONObject measured = manifest.getJSONObject("metrics");
    for (String name : Json.keys(measured)) {
      metrics.put(name, measured.getDouble(name));
    }
    for (String name : new String[] {"name", "recipe", "minimum_runtime"}) {
      manifest.getString(name);
    }
    manifest.getJSONObject("text"); // Which tells the language.
  }

  /**
   * Returns the task of a bundle, of which the manifest alone is read.
   *
   * @throws BundleException it is no bundle, or one of a task or a format that is not known
   */
  public static Task task(Files files) throws BundleException {
    return BundleFiles.task(files);
  }

  /** Returns the words that the model knows. */
  public abstract Vocabulary vocabulary();

  /** Returns how text is split, cased and shown. */
  public abstract TextRules rules();

  /** Returns the name of the model, for people. */
  public String name() {
    return manifest.optString("name");
  }

  /** Returns the number of floats that the model's (first) step carries from word to word. */
  public int stateSize() {
    return manifest.optInt("state_size");
  }

  /** Returns the oldest version of TensorFlow Lite that runs the model, such as 1.14.0. */
  public String minimumRuntime() {
    return manifest.optString("minimum_runtime");
  }

  /** Returns the version of each operation of the model, by name. */
  public Map<String, Integer> operations() {
    return Collections.unmodifiableMap(operations);
  }

  /** Returns the quality that was measured on the model's file, by name. */
  public Map<String, Double> metrics() {
    return Collections.unmodifiableMap(metrics);
  }

  /** Returns what the bundle tells people of itself, in Markdown. */
  public String card() {
    return card;
  }

  /** Returns the methods that made the model small, and its format. */
  public String recipe() {
    return manifest.optString("recipe");
  }

  /** Returns the size of the model's file in bytes. */
  public long modelBytes() {
    return model().optLong("bytes");
  }

  public String modelSha256() {
    return model().optString("sha256");
  }

  /**
   * Returns the language as a BCP 47 tag: what the manifest says of the bundle, or else that of its
   * words, or else English.
   */
  public String language() {
    String locale = manifest.optJSONObject("text").optString("locale");
    return manifest.optString("language", locale.isEmpty() ? "en" : locale);
  }

  /**
   * Checks that a runtime is new enough.
   *
   * @param version of TensorFlow Lite, such as 2.16.1
   * @throws BundleException it is older than {@link #minimumRuntime}
   */
  public void checkRuntime(String version) throws BundleException {
    require(
        new RuntimeVersion(version).compareTo(new RuntimeVersion(minimumRuntime())) >= 0,
        "the model needs TensorFlow Lite "
            + minimumRuntime()
            + " and this app has "
            + version
            + ": export the model for the older one, or build the app with a newer one");
  }

  /** Returns the lines of a file that has one entry in each. */
  static List<String> lines(String text) {
    String lines = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return Arrays.asList(lines.split("\n", -1));
  }

  /** Returns the words of the file {@code name}. */
  static Vocabulary words(String name, List<String> words, Roles roles)
      throws BundleException {
    try {
      return new Vocabulary(words, roles);
    } catch (IllegalArgumentException error) {
      throw new BundleException(
          name + ": " + error.getMessage() + "; export the model again", error);
    }
  }

  /** Checks what the signature says of the model: its labels or words, and its state. */
  static void checkSignature(JSONObject manifest, int logits)
      throws JSONException, BundleException {
    JSONObject signature = manifest.getJSONObject("signature");
    int state = manifest.getInt("state_size");
    agree("logits", last(signature, "outputs", "logits"), logits);
    agree("state input", last(signature, "inputs", "state"), state);
    agree("state output", last(signature, "outputs", "state"), state);
  }

  static void agree(String what, int stated, int found) throws BundleException {
    require(
        stated == found,
        BundleFiles.MANIFEST
            + " says "
            + stated
            + " for "
            + what
            + ", not "
            + found
            + ": export again");
  }

  private static int last(JSONObject signature, String side, String tensor) throws JSONException {
    return signature.getJSONObject(side).getJSONObject(tensor).getJSONArray("shape").getInt(1);
  }

  private JSONObject model() {
    return manifest.optJSONObject("files").optJSONObject(MODEL);
  }
}
