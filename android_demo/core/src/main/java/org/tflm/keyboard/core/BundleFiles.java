package org.tflm.keyboard.core;

import static org.tflm.keyboard.core.BundleException.require;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.json.JSONException;
import org.json.JSONObject;

/** A bundle's manifest, and its files, which are those that the manifest names. */
final class BundleFiles {
  static final String MANIFEST = "manifest.json";
  static final String MODEL = "model.tflite";
  static final String VOCABULARY = "vocabulary.txt";
  static final String GOLDEN = "golden.json";
  static final String PIECES = "pieces.json";
  static final String CARD = "MODEL_CARD.md";

  private static final int NEWEST_FORMAT = 3; // It reads all before it, too.
  private static final int TAGGER_FORMAT = 3; // Those before know no task but prediction.
  private static final String[] REQUIRED = {MODEL, VOCABULARY, GOLDEN, CARD};
  private static final String AGAIN = "copy the whole bundle again";

  private final JSONObject manifest;
  private final Map<String, byte[]> texts;

  private BundleFiles(JSONObject manifest, Map<String, byte[]> texts) {
    this.manifest = manifest;
    this.texts = texts;
  }

  /** What is made of a bundle's files. */
  interface Reader<T> {
    T read(BundleFiles files) throws BundleException, JSONException;
  }

  /**
   * Reads a bundle of a task.
   *
   * @throws BundleException it is no bundle or one of another task, or is not whole
   */
  static <T> T read(Files files, Task task, Reader<T> reader) throws BundleException {
    try {
      JSONObject manifest = manifest(files);
      Task found = task(manifest);
      require(
          found == task,
          manifest.optString("name")
              + " is "
              + found.whose()
              + " bundle, which "
              + found.does()
              + ": give "
              + task.whose());
      return reader.read(read(files, manifest));
    } catch (JSONException error) {
      String line = String.valueOf(error.getMessage()).split("\n", 2)[0];
      throw new BundleException(
          MANIFEST + " is incomplete (" + line + "): export the model again", error);
    }
  }

  /** Returns the task of a bundle, whose other files are not read. */
  static Task task(Files files) throws BundleException {
    return task(manifest(files));
  }

  private static Task task(JSONObject manifest) throws BundleException {
    if (manifest.optInt("format_version") < TAGGER_FORMAT) {
      return Task.PREDICT;
    }
    String task = manifest.optString("task");
    require(
        task.equals("tag"), "the bundle is for the task '" + task + "', not known: update the app");
    return Task.TAG;
  }

  /** Reads and checks all files; the model's bytes are not kept. */
  private static BundleFiles read(Files files, JSONObject manifest)
      throws BundleException, JSONException {
    JSONObject listed = manifest.getJSONObject("files");
    for (String name : REQUIRED) {
      require(listed.has(name), MANIFEST + " names no " + name + ": export the model again");
    }
    Map<String, byte[]> texts = new TreeMap<>();
    for (String name : Json.keys(listed)) {
      byte[] content = content(files, name);
      check(name, content, listed.getJSONObject(name));
      if (!name.equals(MODEL)) {
        texts.put(name, content);
      }
    }
    return new BundleFiles(manifest, texts);
  }

  JSONObject manifest() {
    return manifest;
  }

  /** Returns one that is no model. */
  String text(String name) throws BundleException {
    require(texts.containsKey(name), MANIFEST + " names no " + name + ": export the model again");
    return decode(name, texts.get(name));
  }

  /** Returns what a file of JSON has, nothing if there is no such file. */
  JSONObject json(String name) throws BundleException, JSONException {
    return texts.containsKey(name) ? new JSONObject(text(name)) : new JSONObject();
  }

  /** Returns all of a file. */
  static byte[] bytes(Files files, String name) throws IOException {
    try (InputStream stream = files.open(name)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (int size = stream.read(buffer); size >= 0; size = stream.read(buffer)) {
        all.write(buffer, 0, size);
      }
      return all.toByteArray();
    }
  }

  /** Returns the text in a file of a bundle. */
  static String decode(String name, byte[] content) throws BundleException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException error) {
      throw new BundleException(name + " is not UTF-8 text: " + AGAIN, error);
    }
  }

  private static JSONObject manifest(Files files) throws BundleException {
    JSONObject manifest;
    int version;
    try {
      manifest = new JSONObject(decode(MANIFEST, bytes(files, MANIFEST)));
      version = manifest.getInt("format_version");
    } catch (IOException | JSONException error) {
      throw new BundleException(
          "this is no bundle (no readable " + MANIFEST + "): make one with tflm export", error);
    }
    require(
        version >= 1 && version <= NEWEST_FORMAT,
        "the bundle is of format "
            + version
            + ", this keyboard reads 1 to "
            + NEWEST_FORMAT
            + ": export the model again");
    return manifest;
  }

  private static byte[] content(Files files, String name) throws BundleException {
    require(
        name.indexOf('/') < 0 && name.indexOf('\\') < 0,
        MANIFEST + " names '" + name + "', which is outside the bundle: " + AGAIN);
    try {
      return bytes(files, name);
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
}
