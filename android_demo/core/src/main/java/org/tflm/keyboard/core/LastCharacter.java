package org.tflm.keyboard.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one press of backspace deletes: a whole emoji or flag, else one code point. */
final class LastCharacter {
  private static final String MARKS = "[\\p{M}\\x{1F3FB}-\\x{1F3FF}\\x{E0020}-\\x{E007F}]*";
  private static final String PICTURE = "[\\p{So}\\u2194\\x{1F000}-\\x{1FAFF}]" + MARKS;
  private static final Pattern EMOJI =
      Pattern.compile(
          "[\\x{1F1E6}-\\x{1F1FF}]{2}"
              + ("|" + PICTURE + "(?:\\u200D" + PICTURE + "){0,9}")
              + "|[0-9#*]\\uFE0F?\\u20E3");
  private static final int LONGEST = 64; // UTF-16 units that are looked at.

  private LastCharacter() {}

  /** Returns its length in UTF-16 units, 0 of an empty text. */
  static int length(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    String end = text.substring(Math.max(0, text.length() - LONGEST));
    Matcher matcher = EMOJI.matcher(end);
    while (matcher.find()) {
      if (matcher.end() == end.length()) {
        return matcher.end() - matcher.start();
      }
    }
    return Character.charCount(text.codePointBefore(text.length()));
  }
}
