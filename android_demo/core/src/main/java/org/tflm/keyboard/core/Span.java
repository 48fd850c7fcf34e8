package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Words of a sentence that belong together, and what they are, as {@code
 * tflm/text/tagged/spans.py}.
 */
public final class Span {
  private static final String OUTSIDE = "O";
  private static final Pattern LABEL = Pattern.compile("O|[BIESLUM](-.*)?");

  private final String kind;
  private final int start;
  private final int end;

  private Span(String kind, int start, int end) {
    this.kind = kind;
    this.start = start;
    this.end = end;
  }

  /** Returns what the words are, such as {@code city}. */
  public String kind() {
    return kind;
  }

  /** Returns the place of its first word. */
  public int start() {
    return start;
  }

  /** Returns the place after its last word. */
  public int end() {
    return end;
  }

  /** Tells labels of spans from those of words, as parts of speech are. */
  static boolean areLabels(List<String> labels) {
    boolean isAny = false;
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        return false;
      }
      isAny |= !label.equals(OUTSIDE);
    }
    return isAny;
  }

  /**
   * Returns the spans that the labels of a sentence say, from left to right, as conlleval does:
   * what does not go on with a span begins one.
   */
  static List<Span> of(List<String> labels) {
    List<Span> found = new ArrayList<>();
    int start = -1;
    String before = OUTSIDE;
    for (int place = 0; place <= labels.size(); place++) {
      String label = place < labels.size() ? labels.get(place) : OUTSIDE;
      boolean isNew = begins(before, label);
      if (start >= 0 && (isNew || letter(label).equals(OUTSIDE))) {
        found.add(new Span(kind(before), start, place));
        start = -1;
      }
      start = isNew ? place : start;
      before = label;
    }
    return found;
  }

  private static boolean begins(String before, String label) {
    String letter = letter(label);
    return !letter.equals(OUTSIDE)
        && ("BS".contains(letter)
            || "OES".contains(letter(before))
            || !kind(label).equals(kind(before)));
  }

  /** Returns where in a span a label is, one of B, I, E, S and O. */
  private static String letter(String label) {
    int hyphen = label.indexOf('-');
    String letter = hyphen < 0 ? label : label.substring(0, hyphen);
    switch (letter) { // As BILOU and BMES call them.
      case "L":
        return "E";
      case "U":
        return "S";
      case "M":
        return "I";
      default:
        return letter;
    }
  }

  private static String kind(String label) {
    return label.substring(label.indexOf('-') < 0 ? label.length() : label.indexOf('-') + 1);
  }
}
