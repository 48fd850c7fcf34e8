package org.tflm.keyboard.core;

import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What can be done with a part of what was typed: a time goes into a calendar. */
public final class SlotAction {
  /** What is done. */
  public enum Kind {
    /** The sentence goes into the calendar. */
    CALENDAR,
    /** The part is copied. */
    COPY,
    /** A text that was copied is written. */
    PASTE
  }

  /** By the kinds of spans, in lower case, as the corpora of slots and of entities call them. */
  private static final Map<String, Kind> KINDS = kinds();

  private final Kind kind;
  private final String text;
  private final String sentence;

  /**
   * @param kind what is done
   * @param text the part, whose last marks are none of it
   * @param sentence all of the sentence
   */
  SlotAction(Kind kind, String text, String sentence) {
    this.kind = kind;
    this.text = withoutLastMarks(text);
    this.sentence = sentence;
  }

  /** Returns the offer to write a text that was copied, which is the sentence. */
  public static SlotAction paste(String copied) {
    return new SlotAction(Kind.PASTE, copied.trim(), copied);
  }

  /** Returns what can be done with a part of a text, null for nothing. */
  static Kind kind(Found part) {
    return KINDS.get(part.kind().toLowerCase(Locale.ROOT));
  }

  public Kind kind() {
    return kind;
  }

  /** Returns the part: {@code tomorrow at 7 pm}. */
  public String text() {
    return text;
  }

  /** Returns all of the sentence. */
  public String sentence() {
    return sentence;
  }

  /** Tells the kind only: no typed text ever gets into a log. */
  @Override
  public String toString() {
    return "SlotAction " + kind;
  }

  /** Taggers that saw no marks when they learned take them for part of what is before. */
  private static String withoutLastMarks(String text) {
    int end = text.length();
    while (end > 0 && ".,;:!?".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(0, end).trim();
  }

  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new HashMap<>();
    for (String time : new String[] {"timerange", "date", "time"}) {
      kinds.put(time, Kind.CALENDAR);
    }
    for (String number : new String[] {"party_size_number", "number", "cardinal"}) {
      kinds.put(number, Kind.COPY);
    }
    return Collections.unmodifiableMap(kinds);
  }
}
