package org.tflm.keyboard.core;

import static org.tflm.keyboard.core.BundleException.require;

import java.util.Collections;
import java.util.List;
import org.json.JSONException;
import org.json.JSONObject;

/** A tagger's bundle whose files are all there and the ones that its manifest names. */
public final class TaggerBundle extends ModelBundle {
  private static final String LABELS = "labels.txt";
  private static final String SUFFIXES = "suffixes.txt";
  private static final int PADDING = 0; // In both lists of words.
  private static final int UNKNOWN = 1;

  private final TextRules rules;
  private final Lexicon lexicon;
  private final Reading reading;

  private TaggerBundle(BundleFiles files) throws JSONException, BundleException {
    super(files);
    JSONObject manifest = files.manifest();
    JSONObject tagging = manifest.getJSONObject("tagging");
    rules = TextRules.of(manifest.getJSONObject("text"));
    reading = Reading.of(tagging);
    lexicon = lexicon(files, tagging.getInt("suffix_letters"));
    agree("labels", tagging.getInt("labels"), lexicon.labels().size());
    checkSignature(manifest, lexicon.labels().size());
    agree("token input", tokens(manifest), lexicon.columns() * reading.width());
  }

  /**
   * Reads a bundle.
   *
   * @throws BundleException it is no bundle, is a language model's or of another format version,
   *     lacks a file, has a file that is not the one that the manifest names, or contradicts itself
   */
  public static TaggerBundle read(Files files) throws BundleException {
    return BundleFiles.read(files, Task.TAG, TaggerBundle::new);
  }

  @Override
  public Vocabulary vocabulary() {
    return lexicon.words();
  }

  @Override
  public TextRules rules() {
    return rules;
  }

  /** Returns its words, their suffixes and labels. */
  Lexicon lexicon() {
    return lexicon;
  }

  /** Returns how it reads a sentence. */
  Reading reading() {
    return reading;
  }

  private static int tokens(JSONObject manifest) throws JSONException {
    JSONObject inputs = manifest.getJSONObject("signature").getJSONObject("inputs");
    return inputs.getJSONObject("token").getJSONArray("shape").getInt(0);
  }

  private static Lexicon lexicon(BundleFiles files, int letters) throws BundleException {
    List<String> labels = lines(files.text(LABELS));
    require(
        labels.size() > 1,
        LABELS + " has one label, and a tagger chooses from several: export the tagger again");
    Vocabulary words = words(files, BundleFiles.VOCABULARY);
    return new Lexicon(words, letters > 0 ? words(files, SUFFIXES) : null, letters, labels);
  }

  private static Vocabulary words(BundleFiles files, String name) throws BundleException {
    Roles roles = new Roles(UNKNOWN, PADDING, Collections.<Integer>emptyList());
    List<String> words = lines(files.text(name));
    require(
        words.size() > UNKNOWN,
        name + " has no word for those that are not known: export the tagger again");
    return words(name, words, roles);
  }
}
