package org.tflm.keyboard.core;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * A bundle whose files are all there and the ones that its manifest names.
 *
 * <p>The model's bytes are checked and not kept: a phone maps that file into memory.
 */
public final class Bundle {
  /** The name of the model's file. */
  public static final String MODEL = "model.tflite";

  /** The name of the file with the answers that are expected of the model. */
  public static final String GOLDEN = "golden.json";

  static final String MANIFEST = "manifest.json";
  static final String VOCABULARY = "vocabulary.txt";
  static final String CARD = "MODEL_CARD.md";
  static final int FORMAT_VERSION = 1;

  private static final String[] REQUIRED = {MODEL, VOCABULARY, GOLDEN, CARD};
  private static final String AGAIN = "copy the whole bundle again";

  private final JSONObject manifest;
  private final Vocabulary vocabulary;
  private final TextRules rules;
  private final Map<String, Integer> operations = new TreeMap<>();
  private final Map<String, Double> metrics = new TreeMap<>();
  private final String card;

  private Bundle(JSONObject manifest, Map<String, byte[]> texts)
      throws JSONException, BundleException {
    this.manifest = manifest;
    vocabulary = vocabulary(manifest, text(VOCABULARY, texts.get(VOCABULARY)));
    card = text(CARD, texts.get(CARD));
    JSONObject text = manifest.getJSONObject("text");
    rules = rules(text);
    JSONObject versions = manifest.getJSONObject("operations");
    for (String name : keys(versions)) {
      operations.put(name, versions.getInt(name));
    }
    JSONObject measured = manifest.getJSONObject("metrics");
    for (String name : keys(measured)) {
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
    JSONObject manifest = manifest(files);
    try {
      JSONObject listed = manifest.getJSONObject("files");
      for (String name : REQUIRED) {
        require(listed.has(name), MANIFEST + " names no " + name + ": export the model again");
      }
      Map<String, byte[]> texts = new TreeMap<>();
      for (String name : keys(listed)) {
        byte[] content = content(files, name);
        check(name, content, listed.getJSONObject(name));
        if (!name.equals(MODEL)) {
          texts.put(name, content);
        }
      }
      return new Bundle(manifest, texts);
    } catch (JSONException error) {
      String line = firstLine(error);
      throw new BundleException(
          MANIFEST + " is incomplete (" + line + "): export the model again", error);
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

  /** Returns lower-cased words and the way they are written ({@code i}, {@code I}). */
  public Map<String, String> display() {
    return rules.display();
  }

  /** Tells whether the model knows lower-case words only. */
  public boolean lowerCase() {
    return rules.lowerCase();
  }

  /** Returns {@code typed} or {@code white space}. */
  public String tokenizer() {
    return manifest.optJSONObject("text").optString("tokenizer");
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

  /** Returns the language as a BCP 47 tag; English where the manifest has none. */
  public String language() {
    return manifest.optString("language", "en");
  }

  /**
   * Checks that a runtime is new enough.
   *
   * @param version of TensorFlow Lite, such as 2.16.1
   * @throws BundleException it is older than {@link #minimumRuntime}
   */
  public void checkRuntime(String version) throws BundleException {
    require(
        compareVersions(version, minimumRuntime()) >= 0,
        "the model needs TensorFlow Lite "
            + minimumRuntime()
            + " and this app has "
            + version
            + ": export the model for the older one, or build the app with a newer one");
  }

  private JSONObject model() {
    return manifest.optJSONObject("files").optJSONObject(MODEL);
  }

  private static JSONObject manifest(Files files) throws BundleException {
    JSONObject manifest;
    int version;
    try (InputStream stream = files.open(MANIFEST)) {
      manifest = new JSONObject(text(MANIFEST, readAll(stream)));
      version = manifest.getInt("format_version");
    } catch (IOException | JSONException error) {
      throw new BundleException(
          "this is no bundle (no readable " + MANIFEST + "): make one with tflm export", error);
    }
    require(
        version == FORMAT_VERSION,
        "the bundle is of format "
            + version
            + ", this keyboard reads "
            + FORMAT_VERSION
            + ": export the model again");
    return manifest;
  }

  private static byte[] content(Files files, String name) throws BundleException {
    require(
        name.indexOf('/') < 0 && name.indexOf('\\') < 0,
        MANIFEST + " names '" + name + "', which is outside the bundle: " + AGAIN);
    try (InputStream stream = files.open(name)) {
      return readAll(stream);
    } catch (IOException error) {
      throw new BundleException(name + " is missing: " + AGAIN, error);
    }
  }

  private static void check(String name, byte[] content, JSONObject expected)
      throws BundleException, JSONException {
    long bytes = expected.getLong("bytes");
    require(
        content.length == bytes,
        name + " has " + content.length + " bytes, the manifest says " + bytes + ": " + AGAIN);
    String sha256 = expected.getString("sha256");
    String found = Sha256.of(content);
    require(
        found.equals(sha256),
        name
            + " was changed: its SHA-256 is "
            + start(found)
            + "..., the manifest says "
            + start(sha256)
            + "...; "
            + AGAIN);
  }

  private static String start(String hash) {
    return hash.substring(0, Math.min(12, hash.length()));
  }

  private static Vocabulary vocabulary(JSONObject manifest, String text)
      throws BundleException, JSONException {
    String lines = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    List<String> words = Arrays.asList(lines.split("\n", -1));
    Vocabulary vocabulary;
    try {
      vocabulary = new Vocabulary(words);
    } catch (IllegalArgumentException error) {
      throw new BundleException(
          VOCABULARY + ": " + error.getMessage() + "; export the model again", error);
    }
    JSONObject signature = manifest.getJSONObject("signature");
    agree("vocabulary_size", manifest.getInt("vocabulary_size"), vocabulary.size());
    agree("logits", last(signature, "outputs", "logits"), vocabulary.size());
    agree("state input", last(signature, "inputs", "state"), manifest.getInt("state_size"));
    agree("state output", last(signature, "outputs", "state"), manifest.getInt("state_size"));
    JSONObject special = manifest.getJSONObject("special_ids");
    agree("eos", special.getInt("eos"), vocabulary.eos());
    agree("unk", special.getInt("unk"), vocabulary.unk());
    return vocabulary;
  }

  private static int last(JSONObject signature, String side, String tensor) throws JSONException {
    return signature.getJSONObject(side).getJSONObject(tensor).getJSONArray("shape").getInt(1);
  }

  private static void agree(String what, int stated, int found) throws BundleException {
    require(
        stated == found,
        MANIFEST + " says " + stated + " for " + what + ", not " + found + ": export again");
  }

  private static TextRules rules(JSONObject text) throws JSONException, BundleException {
    String tokenizer = text.getString("tokenizer");
    boolean typed = tokenizer.equals("typed");
    require(
        typed || tokenizer.equals("white space"),
        "the tokenizer '" + tokenizer + "' is not known: update the app");
    Map<String, String> display = new TreeMap<>();
    JSONObject listed = text.getJSONObject("display");
    for (String word : keys(listed)) {
      display.put(word, listed.getString(word));
    }
    return new TextRules(typed, text.getBoolean("lower_case"), display);
  }

  private static int compareVersions(String a, String b) {
    String[] left = a.split("[^0-9]+");
    String[] right = b.split("[^0-9]+");
    for (int i = 0; i < Math.max(left.length, right.length); i++) {
      int order = Integer.compare(number(left, i), number(right, i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int number(String[] parts, int place) {
    return place < parts.length && !parts[place].isEmpty() ? Integer.parseInt(parts[place]) : 0;
  }

  static byte[] readAll(InputStream stream) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    for (int size = stream.read(buffer); size >= 0; size = stream.read(buffer)) {
      all.write(buffer, 0, size);
    }
    return all.toByteArray();
  }

  static String text(String name, byte[] content) throws BundleException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException error) {
      throw new BundleException(name + " is not UTF-8 text: " + AGAIN, error);
    }
  }

  private static Iterable<String> keys(JSONObject object) {
    Iterator<String> keys = object.keys();
    return () -> keys;
  }

  private static String firstLine(Exception error) {
    return String.valueOf(error.getMessage()).split("\n", 2)[0];
  }

  private static void require(boolean condition, String message) throws BundleException {
    if (!condition) {
      throw new BundleException(message);
    }
  }
}
