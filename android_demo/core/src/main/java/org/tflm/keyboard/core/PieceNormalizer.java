package org.tflm.keyboard.core;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** What a table of pieces does to a text first: see {@code docs/tokenizer.md}. */
final class PieceNormalizer {
  private static final String CHINESE =
      "[\\u4e00-\\u9fff\\u3400-\\u4dbf\\uf900-\\ufaff\\x{20000}-\\x{2a6df}"
          + "\\x{2a700}-\\x{2b81f}\\x{2b920}-\\x{2ceaf}\\x{2f800}-\\x{2fa1f}]";

  private final List<UnaryOperator<String>> steps = new ArrayList<>();

  /**
   * @param listed the steps, in their order
   * @throws BundleException this app does not know one
   */
  PieceNormalizer(JSONArray listed) throws JSONException, BundleException {
    for (int i = 0; i < listed.length(); i++) {
      steps.add(step(listed.getJSONObject(i)));
    }
  }

  String normalize(String text) {
    String made = text;
    for (UnaryOperator<String> step : steps) {
      made = step.apply(made);
    }
    return made;
  }

  private static UnaryOperator<String> step(JSONObject step)
      throws JSONException, BundleException {
    switch (step.getString("does")) {
      case "characters":
        Map<String, String> replace = replacements(step.getJSONObject("replace"));
        Normalizer.Form to = Normalizer.Form.valueOf(step.getString("form"));
        return text -> characters(text, replace, to);
      case "squeeze":
        return text -> text.replaceAll(" +", " ").replaceAll("^ |[ \u2581]+$", "");
      case "form":
        Normalizer.Form form = Normalizer.Form.valueOf(step.getString("form"));
        return text -> Normalizer.normalize(text, form);
      case "lower_case":
        return PieceNormalizer::lower;
      case "strip_accents":
        return text -> text.replaceAll("\\p{M}", "");
      case "strip_marks":
        return text ->
            Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{Mn}", "");
      case "part_chinese":
        return text -> text.replaceAll(CHINESE, " $0 ");
      case "clean":
        return text ->
            text.replaceAll("[\0\ufffd]|(?![\t\n\r])\\p{C}", "")
                .replaceAll("[" + Pieces.SPACES + "]", " ");
      default:
        throw new BundleException(
            "the step '" + step.getString("does") + "' is not known: update the app");
    }
  }

  private static Map<String, String> replacements(JSONObject listed) throws JSONException {
    Map<String, String> found = new HashMap<>();
    for (String character : Json.keys(listed)) {
      found.put(character, listed.getString(character));
    }
    return found;
  }

  /** Returns each character by itself, and the form of what that gives. */
  private static String characters(
      String text, Map<String, String> replace, Normalizer.Form form) {
    StringBuilder made = new StringBuilder();
    StringBuilder run = new StringBuilder();
    for (String character : KerasTokenizer.characters(text)) {
      String other = replace.get(character);
      if (other == null || Normalizer.normalize(other, form).equals(other)) {
        run.append(other == null ? character : other);
      } else { // The form would change it again.
        made.append(Normalizer.normalize(run, form)).append(other);
        run.setLength(0);
      }
    }
    return made.append(Normalizer.normalize(run, form)).toString();
  }

  /** Lowers letter by letter, so that no letter depends on those around it. */
  private static String lower(String text) {
    StringBuilder made = new StringBuilder();
    for (String letter : KerasTokenizer.characters(text)) {
      made.append(letter.toLowerCase(Locale.ROOT));
    }
    return made.toString();
  }
}
