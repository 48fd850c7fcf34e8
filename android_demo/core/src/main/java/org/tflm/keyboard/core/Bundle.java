package org.tflm.keyboard.core;

import static org.tflm.keyboard.core.BundleException.require;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** A language model's bundle whose files are all there and the ones that its manifest names. */
public final class Bundle extends ModelBundle {
  /** The name of the file with the answers that are expected of the model. */
  public static final String GOLDEN = BundleFiles.GOLDEN;

  private final Vocabulary vocabulary;
  private final TextRules rules;
  private final List<Integer> start;
  private final CacheSettings cache;

  private Bundle(BundleFiles files) throws JSONException, BundleException {
    super(files);
    JSONObject manifest = files.manifest();
    vocabulary = vocabulary(manifest, files.text(BundleFiles.VOCABULARY));
    rules =
        TextRules.of(
            manifest.getJSONObject("text"),
            files.json(BundleFiles.PIECES),
            vocabulary.words());
    start = start(manifest, vocabulary.size());
    cache = CacheSettings.of(manifest);
  }

  /**
   * Reads a bundle.
   *
   * @throws BundleException it is no bundle, is a tagger's or of another format version, lacks a
   *     file, has a file that is not the one that the manifest names, or contradicts itself
   */
  public static Bundle read(Files files) throws BundleException {
    return BundleFiles.read(files, Task.PREDICT, Bundle::new);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
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

  private static Vocabulary vocabulary(JSONObject manifest, String text)
      throws BundleException, JSONException {
    List<String> words = lines(text);
    Roles roles = Roles.of(manifest.getJSONObject("special_ids"), words.size());
    Vocabulary vocabulary = words(BundleFiles.VOCABULARY, words, roles);
    agree("vocabulary_size", manifest.getInt("vocabulary_size"), vocabulary.size());
    checkSignature(manifest, vocabulary.size());
    return vocabulary;
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
