package org.tflm.keyboard.core;

/** What a chosen word takes the place of before the cursor. */
final class TypedPart {
  private TypedPart() {}

  /** Returns the end of a text, to which letters may have come since the suggestion was made. */
  static String of(Suggestion suggestion, String now) {
    String typed = Context.of(now, TextRules.TYPED).typed();
    String asked = suggestion.replaces();
    if (Scripts.endsSpaceless(now)) {
      return now.endsWith(asked) ? asked : ""; // No space tells where its word began.
    }
    return asked.length() > typed.length() && now.endsWith(asked) ? asked : typed;
  }
}
