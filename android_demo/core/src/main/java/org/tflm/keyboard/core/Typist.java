package org.tflm.keyboard.core;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the keys do to the text: the whole keyboard but for its looks and its model.
 *
 * <p>A chosen suggestion is followed by an automatic space, which punctuation swallows. One
 * backspace takes a choice back. Two quick spaces are a full stop and a space. No key waits for the
 * app that has the text: see {@link FieldText}. Used by one thread, a phone's main thread.
 */
public final class Typist {
  private final FieldText text;
  private final Runnable changed;
  private final Learning learning;
  private final ShiftKey shift;
  private final DoubleSpace doubleSpace;
  private final Corrections corrections = new Corrections();
  private Locale locale = Locale.ROOT;
  private boolean marks;

  private FieldPolicy field = FieldPolicy.CLOSED;
  private boolean automaticSpace;
  private Change undo = Change.NONE;

  /**
   * @param editor the text
   * @param clock milliseconds that only grow, such as {@code SystemClock.uptimeMillis}
   * @param learn gets each word that was typed to its end, where the field allows to learn
   * @param changed runs when the text turns out to be another than the keys made
   */
  public Typist(Editor editor, LongSupplier clock, Consumer<String> learn, Runnable changed) {
    this.changed = changed;
    text = new FieldText(editor, this::follow);
    learning = new Learning(learn);
    shift = new ShiftKey(clock);
    doubleSpace = new DoubleSpace(clock);
  }

  /** Says whether two quick spaces are a full stop and a space; they are unless told otherwise. */
  public void setDoubleSpaceFullStop(boolean doubleSpaceFullStop) {
    doubleSpace.setEnabled(doubleSpaceFullStop);
  }

  /** Says whether a space writes what was meant for what was typed; it does not unless told. */
  public void setAutoCorrect(boolean autoCorrect) {
    corrections.setEnabled(autoCorrect);
  }

  /** Says whether punctuation and emoji are suggested as next words; they are not unless told. */
  public void setMarks(boolean marks) {
    this.marks = marks;
  }

  /** Types in the case of a language, as {@link Casing#locale} gives it. */
  public void setLocale(Locale locale) {
    this.locale = locale;
  }

  /**
   * Begins with a field.
   *
   * @param start of the selection, -1 if that is unknown; the cursor if it is also its end
   * @param around the text there, null if it is not known yet
   */
  public void start(FieldPolicy field, int start, int end, TextAround around) {
    this.field = field;
    learning.start(field);
    corrections.start();
    shift.reset();
    leave();
    text.open(field, Math.min(start, end), Math.max(start, end), around);
    follow(false);
  }

  /** Goes on in the same field, or begins if it is another one; the rest as {@link #start}. */
  public void restart(FieldPolicy field, int start, int end, TextAround around) {
    if (!field.equals(this.field)) {
      start(field, start, end, around);
    } else if (!text.reopen(Math.min(start, end), Math.max(start, end), around)) {
      leave();
      follow(false);
    }
  }

  /** Goes on in the same field, of which nothing new is told. */
  public void check() {
    text.check();
  }

  /** Ends with a field, and keeps nothing of it. */
  public void finish() {
    field = FieldPolicy.CLOSED;
    learning.start(field);
    text.close();
    shift.reset();
    leave();
  }

  /**
   * Notes where the selection is, from either end.
   *
   * @return whether it is not where the last key left it, and suggestions are to be asked for again
   */
  public boolean select(int start, int end) {
    if (!text.select(Math.min(start, end), Math.max(start, end))) {
      return false;
    }
    leave();
    follow(false);
    return true;
  }

  public FieldPolicy field() {
    return field;
  }

  public Shift shift() {
    return shift.state();
  }

  /** Returns what to ask suggestions for, or null where none may be made. */
  public Request request() {
    boolean suggests = field.predicts() && text.isKnown() && !text.hasSelection();
    return suggests ? new Request(text.before(), shift(), !field.learns(), marks) : null;
  }

  /** Notes what is suggested for a text; returns whether it is still the same. */
  public boolean offer(Request request, List<Suggestion> suggestions) {
    Request now = request();
    boolean isSame = now != null && now.before().equals(request.before());
    if (isSame) {
      corrections.offer(suggestions);
    }
    return isSame;
  }

  /** Types a letter, a mark or an emoji, as it is on its key without shift. */
  public void type(String key) {
    shift.letterTyped();
    String typed = Casing.type(key, shift(), locale);
    String now = text.before();
    if (!Spacing.continuesWord(typed)) {
      learning.end(now);
    }
    boolean joins = automaticSpace && Spacing.joinsWord(typed) && endsWithSpace(now);
    boolean spaced = joins && Spacing.endsWord(typed);
    leave();
    text.replace(joins ? " " : "", spaced ? typed + " " : typed);
    automaticSpace = spaced;
    update();
  }

  /** Types a space; an automatic one takes its place, and two quick ones are a full stop. */
  public void space() {
    String now = text.before();
    boolean swallowed = automaticSpace && endsWithSpace(now);
    boolean isFullStop = !swallowed && field.predicts() && doubleSpace.isSecond(now);
    Suggestion correction = correction(now);
    leave();
    if (correction != null) {
      change(Change.correction(correction.replaces(), correction.text() + " "));
    } else if (isFullStop) {
      text.replace(" ", ". ");
      undo = new Change("  ", ". ");
    } else {
      learning.end(now);
      if (!swallowed) {
        text.commit(" ");
      }
      doubleSpace.typed();
    }
    update();
  }

  /** Deletes the selection, takes the last choice back, or deletes a character. */
  public void backspace() {
    String now = text.before();
    Change last = undo;
    leave();
    if (text.hasSelection()) {
      text.commit("");
    } else if (last.endsText(now)) {
      text.replace(last.written, last.removed);
      if (last.isCorrection && corrections.refuse(last.removed)) {
        learning.insist(last.removed); // It was taken back so often that it is meant.
      }
    } else {
      text.deleteBefore(Math.max(1, LastCharacter.length(now)));
    }
    update();
  }

  /** Deletes the word before the cursor and the space behind it, as a held backspace does. */
  public void deleteWord() {
    leave();
    if (text.hasSelection()) {
      text.commit("");
    } else {
      text.deleteBefore(Math.max(1, LastWord.length(text.before())));
    }
    update();
  }

  /** Begins a line, or does what the field's enter key is for. */
  public void enter() {
    String now = text.before();
    learning.end(now);
    if (automaticSpace && endsWithSpace(now)) {
      text.deleteBefore(1);
    }
    leave();
    if (field.entersNewLine()) {
      text.commit("\n");
    } else {
      text.action();
    }
    update();
  }

  /** Moves the cursor by so many characters to the right, or to the left if it is negative. */
  public void moveCursor(int characters) {
    leave();
    text.move(characters);
    update();
  }

  /** Writes a text that was copied, as it is. */
  public void paste(String copied) {
    learning.end(text.before());
    leave();
    text.commit(copied);
    update();
  }

  /** Presses shift: once for a capital, twice quickly for capitals that stay. */
  public void pressShift() {
    shift.tap();
  }

  /** Locks shift, as a long press of it does. */
  public void lockShift() {
    shift.lock();
  }

  /** Writes a suggestion in place of the typed part of its word, and a space. */
  public void choose(Suggestion suggestion) {
    if (!field.predicts() || !text.isKnown()) {
      return; // The suggestion bar is from another field, or another text.
    }
    String now = text.before();
    String word = suggestion.text();
    boolean takesSpace = Spacing.takesSpace(word);
    String removed = text.hasSelection() ? "" : TypedPart.of(suggestion, now);
    String rest = removed.isEmpty() ? "" : WordRest.of(text.after(), takesSpace);
    if (removed.isEmpty() && Spacing.joinsWord(word) && endsWithSpace(now)) {
      removed = " ";
    }
    learning.choose(suggestion, now);
    leave();
    if (!rest.isEmpty()) {
      text.deleteAfter(rest.length());
    }
    String written = takesSpace ? word + " " : word;
    change(new Change(removed, written));
    undo = new Change(removed + rest, written);
    automaticSpace = takesSpace;
    update();
  }

  private void change(Change change) {
    text.replace(change.removed, change.written);
    undo = change;
  }

  /** Returns what a space writes for the word before the cursor, or null for itself. */
  private Suggestion correction(String now) {
    boolean endsWord = !text.hasSelection() && WordRest.of(text.after(), false).isEmpty();
    boolean corrects = field.learns() && endsWord && !now.isEmpty();
    return corrects ? corrections.of(Context.of(now, TextRules.TYPED).typed()) : null;
  }

  private static boolean endsWithSpace(String text) {
    return text.endsWith(" ");
  }

  /** Drops what only holds until the next key. */
  private void leave() {
    automaticSpace = false;
    undo = Change.NONE;
    corrections.leave();
    doubleSpace.leave();
  }

  /** Sees to what follows from a key. */
  private void update() {
    follow(true);
    text.check();
  }

  private void follow(boolean isTyped) {
    if (text.isKnown() || field.capitals() == Capitals.CHARACTERS) {
      shift.follow(field.capitals(), text.before());
    } else if (isTyped) {
      shift.followUnknown();
    }
  }

  /** Takes the text as the app says that it is. */
  private void follow() {
    leave();
    follow(false);
    changed.run();
  }
}
