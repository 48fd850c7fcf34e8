package org.tflm.keyboard.core;

import static org.tflm.keyboard.core.BundleException.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * A bundle whose files are all there and the ones that its manifest names.
 *
 * <p>The model's bytes are checked and not kept: a phone maps that file into memory.
 */
public final class Bundle {
  /** The name of the model's file. */
  public static final String MODEL = BundleFiles.MODEL;

  /** The name of the file with the answers that are expected of the model. */
  public static final String GOLDEN = BundleFiles.GOLDEN;

  private final JSONObject manifest;
  private final Vocabulary vocabulary;
  private final TextRules rules;
  private final List<Integer> start;
  private final CacheSettings cache;
  private final Map<String, Integer> operations = new TreeMap<>();
  private final Map<String, Double> metrics = new TreeMap<>();
  private final String card;

  private Bundle(BundleFiles files) throws JSONException, BundleException {
    manifest = files.manifest();
    vocabulary = vocabulary(manifest, files.text(BundleFiles.VOCABULARY));
    card = files.text(BundleFiles.CARD);
    rules =
        TextRules.of(
            manifest.getJSONObject("text"),
            files.json(BundleFiles.PIECES),
            vocabulary.words());
    start = start(manifest, vocabulary.size());
    cache = CacheSettings.of(manifest);
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
  }

  /**
   * Reads a bundle.
   *
   * @throws BundleException it is no bundle, is of another format version, lacks a file, has a
   *     file that is not the one that the manifest names, or contradicts itself
   */
  public static Bundle read(Files files) throws BundleException {
    try {
      return new Bundle(BundleFiles.read(files));
    } catch (JSONException error) {
      String line = String.valueOf(error.getMessage()).split("\n", 2)[0];
      throw new BundleException(
          BundleFiles.MANIFEST + " is incomplete (" + line + "): export the model again", error);
    }
  }

  /** Returns the name of the model, for people. */
  public String name() {
    return manifest.optString("name");
  }

  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Returns how text is split, cased and shown. */
  public TextRules rules() {
    return rules;
  }

  /** Returns the ids that the model reads, from a state of zeros, before a text's first word. */
  public List<Integer> start() {
    return start;
  }

  /** Returns how words of a field are remembered, null for not at all. */
  CacheSettings cache() {
    return cache;
  }

  /** Returns the number of floats that the model carries from word to word. */
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

  private JSONObject model() {
    return manifest.optJSONObject("files").optJSONObject(MODEL);
  }

  private static Vocabulary vocabulary(JSONObject manifest, String text)
      throws BundleException, JSONException {
    String lines = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    List<String> words = Arrays.asList(lines.split("\n", -1));
    Roles roles = Roles.of(manifest.getJSONObject("special_ids"), words.size());
    Vocabulary vocabulary;
    try {
      vocabulary = new Vocabulary(words, roles);
    } catch (IllegalArgumentException error) {
      throw new BundleException(
          BundleFiles.VOCABULARY + ": " + error.getMessage() + "; export the model again", error);
    }
    JSONObject signature = manifest.getJSONObject("signature");
    agree("vocabulary_size", manifest.getInt("vocabulary_size"), vocabulary.size());
    agree("logits", last(signature, "outputs", "logits"), vocabulary.size());
    agree("state input", last(signature, "inputs", "state"), manifest.getInt("state_size"));
    agree("state output", last(signature, "outputs", "state"), manifest.getInt("state_size"));
    return vocabulary;
  }

  private static int last(JSONObject signature, String side, String tensor) throws JSONException {
    return signature.getJSONObject(side).getJSONObject(tensor).getJSONArray("shape").getInt(1);
  }

  private static void agree(String what, int stated, int found) throws BundleException {
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

  /** Returns what a text begins with: in format 1, the end of the sentence before it. */
  private static List<Integer> start(JSONObject manifest, int size)
      throws JSONException, BundleException {
    if (manifest.getInt("format_version") == 1) {
      return Collections.singletonList(manifest.getJSONObject("special_ids").getInt("eos"));
    }
    JSONArray listed = manifest.getJSONObject("protocol").getJSONArray("start");
    List<Integer> start = new ArrayList<>(listed.length());
    for (int i = 0; i < listed.length(); i++) {
      int id = listed.getInt(i);
      require(
          id >= 0 && id < size,
          BundleFiles.MANIFEST + " begins a text with " + id + " of " + size + ": export again");
      start.add(id);
    }
    return Collections.unmodifiableList(start);
  }
}
