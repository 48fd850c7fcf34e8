package org.tflm.keyboard.core;

/** Where a field wants capitals without a press of the shift key. */
public enum Capitals {
  NONE,
  SENTENCES,
  WORDS,
  CHARACTERS;

  private static final String OPENING = "\"'([{\u201C\u2018\u00AB\u00BF\u00A1";
  private static final String CLOSING = "\"')]}\u201D\u2019\u00BB";

  /** Returns how the letter after {@code before} is written if nobody presses shift. */
  public Shift after(String before) {
    switch (this) {
      case CHARACTERS:
        return Shift.LOCKED;
      case WORDS:
        return beginsWord(before, skip(before, before.length(), OPENING)) ? Shift.ON : Shift.OFF;
      case SENTENCES:
        return beginsSentence(before) ? Shift.ON : Shift.OFF;
      default:
        return Shift.OFF;
    }
  }

  private static boolean beginsWord(String text, int end) {
    return end == 0 || TextRules.isSpace(text.charAt(end - 1));
  }

  private static boolean beginsSentence(String text) {
    int end = skip(text, text.length(), OPENING);
    if (!beginsWord(text, end)) {
      return false;
    }
    while (end > 0 && TextRules.isSpace(text.charAt(end - 1))) {
      end--;
      if (text.charAt(end) == '\n') {
        return true;
      }
    }
    end = skip(text, end, CLOSING);
    return end == 0 || (".?!\u2026".indexOf(text.charAt(end - 1)) >= 0 && !isShort(text, end));
  }

  /** Tells the full stop of an abbreviation: {@code e.g.} has one after each letter. */
  private static boolean isShort(String text, int end) {
    return end >= 3
        && text.charAt(end - 1) == '.'
        && Character.isLetter(text.charAt(end - 2))
        && text.charAt(end - 3) == '.';
  }

  private static int skip(String text, int end, String marks) {
    while (end > 0 && marks.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return end;
  }
}
