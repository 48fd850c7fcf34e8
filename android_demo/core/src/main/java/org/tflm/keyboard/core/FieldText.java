package org.tflm.keyboard.core;

import java.text.BreakIterator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * What is known of the text around the cursor, so that no key waits for the app that has it.
 *
 * <p>Each edit is made here as in the field. After each key, and when the cursor was moved, the
 * field is asked once; the answer, which may be late or never come, takes the place of what was
 * thought. Text that is unknown is not empty: nothing is inferred from it.
 */
final class FieldText {
  private static final int UNKNOWN = -1;
  private static final int MOST_AWAITED = 64; // Places of the cursor that an app may still report.

  private final Editor editor;
  private final Runnable changed;
  private final Deque<Integer> awaited = new ArrayDeque<>();
  private boolean hasText; // Otherwise it wants key events.
  private boolean isReadable;
  private String before; // Null if it is unknown.
  private String after; // The same.
  private boolean isAfterCut;
  private int start = UNKNOWN; // Of the selection; the cursor if it is also its end.
  private int end = UNKNOWN;

  /**
   * @param editor the field
   * @param changed runs when the text is known, or is not what the keys made of it
   */
  FieldText(Editor editor, Runnable changed) {
    this.editor = editor;
    this.changed = changed;
  }

  /**
   * Begins with a field.
   *
   * @param start of the selection, -1 if that is unknown
   * @param around the text there, null if it is unknown
   */
  void open(FieldPolicy field, int start, int end, TextAround around) {
    hasText = field.kind() != FieldPolicy.Kind.NONE;
    isReadable = field.tellsText();
    place(start, end, around);
  }

  /**
   * Goes on in the same field, of which the app tells anew.
   *
   * @return whether it is as the last key left it
   */
  boolean reopen(int start, int end, TextAround around) {
    boolean isThere = start == this.start && end == this.end;
    boolean isSame = around == null || (before != null && isSame(around.before, before));
    if (isThere && isSame) {
      check();
      return true;
    }
    place(start, end, around);
    return false;
  }

  /** Ends with a field, and keeps nothing of it. */
  void close() {
    hasText = false;
    isReadable = false;
    forget(UNKNOWN, UNKNOWN);
  }

  /** Notes where the app says that the selection is; returns whether no key put it there. */
  boolean select(int start, int end) {
    if (start == this.start && end == this.end) {
      awaited.clear();
      return false;
    }
    if (start == end && awaited.contains(start)) { // The app is not yet where the keys are.
      while (awaited.remove() != start) {}
      return false;
    }
    place(start, end, null);
    return true;
  }

  /** Tells whether {@link #before} is what stands there. */
  boolean isKnown() {
    return before != null;
  }

  /** Returns the text before the cursor, empty if it is unknown. */
  String before() {
    return before == null ? "" : before;
  }

  /** Returns the beginning of the text after the cursor, empty if it is unknown. */
  String after() {
    return after == null ? "" : after;
  }

  boolean hasSelection() {
    return start != end;
  }

  void commit(String text) {
    editor.commit(text);
    set(before == null ? null : before + text, start == UNKNOWN ? UNKNOWN : start + text.length());
  }

  /** Writes text in place of what stands before the cursor. */
  void replace(String removed, String written) {
    if (!removed.isEmpty()) {
      deleteBefore(removed.length());
    }
    commit(written);
  }

  /**
   * Deletes so many UTF-16 units before the cursor; one character where they are unknown.
   *
   * <p>The key that deletes is for what is no text and for places that are unknown, as apps take it
   * after all else that waits: a letter that is typed after it may be there before it.
   */
  void deleteBefore(int chars) {
    if (hasText && before == null && start > 0) {
      editor.deleteCodePoint();
      set(null, start - 1); // The app will say if it was a character of two units.
      return;
    }
    if (before == null || before.isEmpty()) {
      editor.deleteKey();
      set(before, start == 0 ? 0 : UNKNOWN); // Nothing is deleted at the beginning.
      return;
    }
    editor.deleteBefore(chars);
    int kept = Math.max(0, before.length() - chars);
    set(before.substring(0, kept), start == UNKNOWN ? UNKNOWN : Math.max(0, start - chars));
  }

  void deleteAfter(int chars) {
    editor.deleteAfter(chars);
    after = after == null ? null : after.substring(Math.min(chars, after.length()));
  }

  /**
   * Moves the cursor by so many characters, as far as the text is known; nowhere if it is not.
   *
   * @param steps to the right, to the left if it is negative
   */
  void move(int steps) {
    if (before == null || after == null || start == UNKNOWN || hasSelection()) {
      return;
    }
    int place = before.length();
    String all = before + after;
    for (int i = 0; i < Math.abs(steps); i++) {
      place += steps < 0 ? -LastCharacter.length(all.substring(0, place)) : next(all, place);
    }
    int cursor = start + place - before.length();
    if (cursor != start) {
      editor.moveTo(cursor);
      String rest = all.substring(place);
      set(all.substring(0, place), cursor);
      after = rest;
      isAfterCut |= steps > 0; // There may be more of it.
    }
  }

  private static int next(String text, int place) {
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(text);
    return place == text.length() ? 0 : characters.following(place) - place;
  }

  /** Does what the enter key is for; who knows what the field has then. */
  void action() {
    editor.action();
  }

  /** Asks the field for what it has, without waiting. */
  void check() {
    if (isReadable) {
      boolean asksMore = after == null || isAfterCut;
      editor.read(Context.MAX_CHARS, asksMore ? WordRest.MAX_CHARS : 0, this::take);
    }
  }

  private void take(TextAround found) {
    if (found == null || !isReadable) {
      return; // It says nothing, which is not that it has nothing.
    }
    if (found.after != null) {
      after = found.after;
      isAfterCut = false;
    }
    boolean isNew = before == null || !isSame(found.before, before);
    before = found.before;
    if (isNew) {
      changed.run();
    }
  }

  /** Compares texts, of which the field gives as much as was asked for and keys may have cut one. */
  private static boolean isSame(String found, String expected) {
    boolean isCut = found.length() >= Context.MAX_CHARS && expected.length() > found.length() / 2;
    return found.equals(expected) || (isCut && found.endsWith(expected));
  }

  private void place(int start, int end, TextAround around) {
    forget(start, end);
    if (isReadable && around != null) {
      before = around.before;
      after = around.after;
    } else if (isReadable && start == 0) {
      before = ""; // Nothing can stand there.
    }
    check();
  }

  private void forget(int start, int end) {
    awaited.clear();
    before = null;
    after = null;
    isAfterCut = false;
    this.start = start;
    this.end = end;
  }

  private void set(String text, int cursor) {
    if (start != UNKNOWN) {
      if (awaited.size() == MOST_AWAITED) {
        awaited.remove();
      }
      awaited.add(start);
    }
    int cut = text == null ? 0 : Math.max(0, text.length() - Context.MAX_CHARS);
    before = text == null ? null : text.substring(cut);
    start = cursor;
    end = cursor;
  }
}
