package org.tflm.keyboard.core;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.json.JSONException;
import org.json.JSONObject;

/** How a bundle's text is read and written: how it is split, its case, its display forms. */
public final class TextRules {
  /** Rules of typed text with no display forms. */
  public static final TextRules TYPED =
      new TextRules(
          new TypedText(true, Locale.ROOT), Locale.ROOT, Collections.<String, String>emptyMap());

  private final Splitter splitter;
  private final Locale locale;
  private final Map<String, String> display;

  /**
   * @param splitter splits text into words
   * @param locale of its case, as {@link Casing#locale} gives it
   * @param display words of the model to the way they are written ({@code i} to {@code I})
   */
  TextRules(Splitter splitter, Locale locale, Map<String, String> display) {
    this.splitter = splitter;
    this.locale = locale;
    this.display = Collections.unmodifiableMap(new HashMap<>(display));
  }

  /**
   * Returns the rules that a manifest has under {@code text}.
   *
   * @throws BundleException this app does not know them
   */
  static TextRules of(JSONObject text) throws JSONException, BundleException {
    return of(text, new JSONObject(), Collections.<String>emptyList());
  }

  /**
   * Returns the same for rules that may split text into pieces of words.
   *
   * @param pieces what {@code pieces.json} has, empty if there is no such file
   * @param words the pieces, by id
   */
  static TextRules of(JSONObject text, JSONObject pieces, List<String> words)
      throws JSONException, BundleException {
    Map<String, String> display = new TreeMap<>();
    JSONObject listed = text.optJSONObject("display");
    for (String word : Json.keys(listed == null ? new JSONObject() : listed)) {
      display.put(word, listed.getString(word));
    }
    Locale locale = Casing.locale(text.optString("locale"));
    return new TextRules(splitter(text, locale, pieces, words), locale, display);
  }

  private static Splitter splitter(
      JSONObject text, Locale locale, JSONObject pieces, List<String> words)
      throws JSONException, BundleException {
    String kind = text.getString("tokenizer");
    boolean lowerCase = text.getBoolean("lower_case");
    JSONObject options = text.optJSONObject("options");
    TypedText typed = new TypedText(lowerCase, locale);
    switch (kind) {
      case "typed":
        return typed;
      case "white space":
        return new WhiteSpace(lowerCase, locale);
      case "marked":
        List<String> marks = strings(options, "marks");
        return new Marked(
            lowerCase,
            locale,
            strings(options, "ends"),
            strings(options, "beginnings"),
            mark -> options == null || !options.has("marks") || marks.contains(mark));
      case "unicode":
        return new UnicodeWords(typed);
      case "segmented":
        return new Segmented(typed, Json.strings(options.getJSONArray("lexicon")));
      case "characters":
        return new Segmented(typed, Collections.<String>emptyList());
      case "keras":
        return new KerasTokenizer(
            lowerCase,
            options.getString("filters"),
            options.getString("separator"),
            options.getBoolean("by_character"),
            pieces.has("texts") && options.getBoolean("by_character")
                ? Json.strings(pieces.getJSONArray("texts"))
                : Collections.<String>emptyList());
      case "subwords":
        BundleException.require(
            pieces.length() > 0,
            "the bundle has no " + BundleFiles.PIECES + ": export the model again");
        return PieceTable.read(pieces, words);
      case "text_vectorization":
        return new TextVectorization(
            lowerCase,
            options.getBoolean("strips_punctuation"),
            options.isNull("at") ? "" : options.getString("at"));
      default:
        throw new BundleException("the text rules '" + kind + "' are not known: update the app");
    }
  }

  /** Returns an option that may not be there. */
  private static List<String> strings(JSONObject options, String name) throws JSONException {
    return options != null && options.has(name)
        ? Json.strings(options.getJSONArray(name))
        : Collections.<String>emptyList();
  }

  /** Returns the words of a text as they were typed. */
  public List<String> split(String text) {
    return splitter.split(text);
  }

  /** Returns the words of a text as the model knows them. */
  public List<String> words(String text) {
    return splitter.words(text);
  }

  /** Returns a word that {@link #split} gave as the model knows it. */
  public String lower(String word) {
    return splitter.lower(word);
  }

  /** Returns each piece as it is written after another word; none where words are whole. */
  List<String> texts() {
    return splitter.texts();
  }

  /** Tells whether the model's words are pieces of those of people. */
  boolean areByPiece() {
    return !splitter.texts().isEmpty();
  }

  /** Tells whether the last word of a text may still be being typed. */
  public boolean isOpen(String text) {
    return splitter.isOpen(text);
  }

  /** Returns the locale of the case of words. */
  Locale locale() {
    return locale;
  }

  /** Returns a word of the model as people write it. */
  public String display(String word) {
    String written = display.get(word);
    return written == null ? word : written;
  }

  /** Tells what parts words: all that Unicode calls a space, and Python's {@code isspace}. */
  static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || codePoint == 0x85; // The old "next line".
  }
}
