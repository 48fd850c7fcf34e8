package org.tflm.keyboard.core;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.json.JSONObject;

/** The vocabulary of {@code typing_vectors.json}, and predictors with it. */
public final class Models {
  static final JSONObject VECTORS;

  /** What a text begins with: the word that ends sentences. */
  static final List<Integer> START = Collections.singletonList(0);

  static {
    try {
      VECTORS = new JSONObject(Repository.resource("typing_vectors.json"));
    } catch (IOException error) {
      throw new IllegalStateException(error);
    }
  }

  private Models() {}

  static Vocabulary vocabulary() {
    return new Vocabulary(Json.strings(VECTORS.getJSONArray("words")));
  }

  static TextRules rules(boolean typed) {
    Map<String, String> display = new HashMap<>();
    JSONObject listed = VECTORS.getJSONObject("display");
    for (String key : Json.keys(listed)) {
      display.put(key, listed.getString(key));
    }
    Splitter splitter =
        typed ? new TypedText(true, Locale.ROOT) : new WhiteSpace(false, Locale.ROOT);
    return new TextRules(splitter, Locale.ROOT, display);
  }

  public static FakeStep step() {
    return new FakeStep(vocabulary().size());
  }

  static BlockList nothingBlocked() {
    return new BlockList(Collections.<String>emptySet(), new MemoryStorage());
  }

  public static Predictor predictor(Step step) throws BundleException {
    return predictor(step, nothingBlocked(), new PersonalWords(new MemoryStorage()));
  }

  public static Predictor predictor(Step step, BlockList blocked, PersonalWords personal)
      throws BundleException {
    return new Predictor(
        step, vocabulary(), rules(true), START, null, blocked, personal, Keyboard.ENGLISH);
  }

  static Predictor predictor(Step step, CacheSettings cache) throws BundleException {
    PersonalWords none = new PersonalWords(new MemoryStorage());
    return new Predictor(
        step, vocabulary(), rules(true), START, cache, nothingBlocked(), none, Keyboard.ENGLISH);
  }

  /** Asks for suggestions after a text, without shift. */
  public static Request request(String before) {
    return new Request(before, Shift.OFF, false, false);
  }

  public static List<String> texts(List<Suggestion> suggestions) {
    List<String> texts = new ArrayList<>();
    for (Suggestion suggestion : suggestions) {
      texts.add(suggestion.text());
    }
    return texts;
  }
}
