package org.tflm.keyboard.core;

/**
 * Finds what can be done with the sentence that is being typed.
 *
 * <p>A letter costs the steps of its sentence, a space none. Used by one thread at a time: {@link
 * Worker}'s.
 */
public final class ActionFinder implements Worker.Model {
  private static final int MAX_CHARS = 300; // Of a sentence, which bounds the time.

  private final Tagger tagger;
  private String sentence = "";
  private SlotAction found; // In that sentence.

  /**
   * @param tagger says what the words are; {@link #close} closes it
   */
  public ActionFinder(Tagger tagger) {
    this.tagger = tagger;
  }

  /** Returns what can be done with the last such part of the text, null if there is none. */
  public SlotAction find(Request request) {
    if (request.isPrivate()) { // Nothing of it is to be handed on.
      forget();
      return null;
    }
    String now = lastSentence(Tokenizer.normalize(request.before()));
    if (!now.equals(sentence)) {
      sentence = now;
      found = now.isEmpty() ? null : last(now);
    }
    return found;
  }

  @Override
  public void forget() {
    sentence = "";
    found = null;
  }

  @Override
  public void close() {
    forget();
    tagger.close();
  }

  private SlotAction last(String sentence) {
    SlotAction.Kind last = null;
    int start = 0;
    int end = 0;
    for (Found part : tagger.find(sentence)) {
      SlotAction.Kind kind = SlotAction.kind(part);
      if (kind != null) {
        boolean goesOn = kind == last && joins(kind, sentence.substring(end, part.start()));
        start = goesOn ? start : part.start();
        end = part.start() + part.text().length();
        last = kind;
      }
    }
    return last == null ? null : new SlotAction(last, sentence.substring(start, end), sentence);
  }

  /** Tells times with one word between, as in "tomorrow at 7": the two are one time. */
  private static boolean joins(SlotAction.Kind kind, String between) {
    return kind == SlotAction.Kind.CALENDAR && WhiteSpace.parts(between).size() <= 1;
  }

  /** Returns the sentence at the end of a text, without the spaces around it. */
  static String lastSentence(String text) {
    String trimmed = text.trim();
    int start = Math.max(0, trimmed.length() - MAX_CHARS);
    for (int i = trimmed.length() - 1; i > start; i--) {
      if (beginsSentence(trimmed, i)) {
        start = i;
      }
    }
    boolean isWhole = start == 0 || beginsSentence(trimmed, start);
    return isWhole ? trimmed.substring(start) : withoutFirstWord(trimmed.substring(start));
  }

  /** Tells a place behind a line's end, or behind a mark and a space: not that of "p.m. on". */
  private static boolean beginsSentence(String text, int place) {
    if (text.charAt(place - 1) == '\n') {
      return true;
    }
    if (place < 2 || !TextRules.isSpace(text.charAt(place - 1))) {
      return false;
    }
    char mark = text.charAt(place - 2);
    return mark == '?' || mark == '!' || (mark == '.' && !isLower(text.codePointAt(place)));
  }

  private static boolean isLower(int letter) {
    return Character.isLowerCase(letter);
  }

  private static String withoutFirstWord(String text) {
    int end = 0;
    while (end < text.length() && !TextRules.isSpace(text.charAt(end))) {
      end++;
    }
    return text.substring(end).trim();
  }
}
