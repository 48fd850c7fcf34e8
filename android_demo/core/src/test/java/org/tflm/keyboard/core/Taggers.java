package org.tflm.keyboard.core;

import java.util.Collections;
import java.util.List;
import org.json.JSONException;
import org.json.JSONObject;

/** The taggers of {@code tests/tagger_vectors.json}. */
final class Taggers {
  private Taggers() {}

  /** Returns the rules of the first text, which all of them have. */
  static TextRules rules(JSONObject vectors) throws BundleException, JSONException {
    return TextRules.of(
        vectors.getJSONArray("splits").getJSONObject(0).getJSONObject("rules"));
  }

  static Lexicon lexicon(JSONObject tagger) {
    List<String> suffixes = Json.strings(tagger.getJSONArray("suffixes"));
    return new Lexicon(
        words(Json.strings(tagger.getJSONArray("words"))),
        suffixes.isEmpty() ? null : words(suffixes),
        tagger.getJSONObject("tagging").getInt("suffix_letters"),
        Json.strings(tagger.getJSONArray("labels")));
  }

  static FakeTagSteps steps(JSONObject tagger) {
    JSONObject tagging = tagger.getJSONObject("tagging");
    int columns = tagging.getInt("suffix_letters") > 0 ? 2 : 1;
    return new FakeTagSteps(
        tagging.getJSONArray("directions").length(),
        columns * (2 * tagging.getInt("window") + 1),
        tagger.getJSONArray("labels").length(),
        tagging.getInt("previous"));
  }

  private static Vocabulary words(List<String> words) {
    return new Vocabulary(words, new Roles(1, 0, Collections.<Integer>emptyList()));
  }
}
