package org.tflm.keyboard.core;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the keys do to the text: the whole keyboard but for its looks and its model.
 *
 * <p>A chosen suggestion is followed by an automatic space, which punctuation swallows. One
 * backspace takes a choice back. Two quick spaces are a full stop and a space. Used by one thread,
 * a phone's main thread.
 */
public final class Typist {
  private static final long DOUBLE_SPACE_MILLIS = 1100; // For a full stop.
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final Editor editor;
  private final LongSupplier clock;
  private final Consumer<String> learn;
  private final ShiftKey shift;
  private Locale locale = Locale.ROOT;

  private FieldPolicy field = FieldPolicy.CLOSED;
  private int seen; // Hash of the text before the cursor after the last key.
  private boolean doubleSpaceFullStop = true;
  private boolean automaticSpace;
  private final Corrections corrections = new Corrections();
  private Change undo = Change.NONE;
  private String corrected = ""; // What was typed, if undoing is taking a correction back.
  private long lastSpace = NEVER;

  /**
   * @param editor the text
   * @param clock milliseconds that only grow, such as {@code SystemClock.uptimeMillis}
   * @param learn gets each word that was typed to its end, where the field allows to learn
   */
  public Typist(Editor editor, LongSupplier clock, Consumer<String> learn) {
    this.editor = editor;
    this.clock = clock;
    this.learn = learn;
    shift = new ShiftKey(clock);
  }

  /** Says whether two quick spaces are a full stop and a space; they are unless told otherwise. */
  public void setDoubleSpaceFullStop(boolean doubleSpaceFullStop) {
    this.doubleSpaceFullStop = doubleSpaceFullStop;
  }

  /** Says whether a space writes what was meant for what was typed; it does not unless told. */
  public void setAutoCorrect(boolean autoCorrect) {
    corrections.setEnabled(autoCorrect);
  }

  /** Notes what is suggested for a text, if it is still the same. */
  public void offer(Request request, List<Suggestion> suggestions) {
    if (request.before().hashCode() == seen) {
      corrections.offer(suggestions);
    }
  }

  /** Begins with a field, or with the same one again. */
  public void start(FieldPolicy field) {
    this.field = field;
    corrections.start();
    shift.reset();
    leave();
    update();
  }

  /** Ends with a field, and keeps nothing of it. */
  public void finish() {
    field = FieldPolicy.CLOSED;
    seen = 0;
    shift.reset();
    leave();
  }

  /**
   * Notes that the text or the cursor is not where the last key left it, if that is so.
   *
   * @return whether it is so, and suggestions are to be asked for again
   */
  public boolean cursorMoved() {
    if (field.isPassword() || text().hashCode() == seen) {
      return false;
    }
    leave();
    update();
    return true;
  }

  /** Types in the case of a language, as {@link Casing#locale} gives it. */
  public void setLocale(Locale locale) {
    this.locale = locale;
  }

  public FieldPolicy field() {
    return field;
  }

  public Shift shift() {
    return shift.state();
  }

  /** Returns what to ask suggestions for, or null where none may be made. */
  public Request request() {
    boolean suggests = field.predicts() && !editor.hasSelection();
    return suggests ? new Request(text(), shift(), !field.learns()) : null;
  }

  /** Types a letter, a mark or an emoji, as it is on its key without shift. */
  public void type(String key) {
    shift.letterTyped();
    String typed = Casing.type(key, shift(), locale);
    boolean continues = continuesWord(typed);
    String now = continues && !automaticSpace ? "" : text(); // Asking an app takes time.
    if (!continues) {
      learnFrom(now);
    }
    boolean joins = automaticSpace && Spacing.joinsWord(typed) && endsWithSpace(now);
    boolean spaced = joins && Spacing.endsWord(typed);
    if (joins) {
      editor.deleteBefore(1);
    }
    editor.commit(spaced ? typed + " " : typed);
    leave();
    automaticSpace = spaced;
    update();
  }

  /** Types a space; an automatic one takes its place, and two quick ones are a full stop. */
  public void space() {
    String now = text();
    boolean swallowed = automaticSpace && endsWithSpace(now);
    boolean isFullStop = !swallowed && isSecondSpace(now);
    Suggestion correction = correction(now);
    leave();
    if (correction != null) {
      correct(correction);
    } else if (isFullStop) {
      replace(" ", ". ");
      undo = new Change("  ", ". ");
    } else {
      learnFrom(now);
      if (!swallowed) {
        editor.commit(" ");
      }
      lastSpace = clock.getAsLong();
    }
    update();
  }

  /** Returns what a space writes for the word before the cursor, or null for itself. */
  private Suggestion correction(String now) {
    boolean corrects = field.learns() && !editor.hasSelection() && !now.isEmpty();
    return corrects ? corrections.of(Context.of(now, TextRules.TYPED).typed()) : null;
  }

  private void correct(Suggestion correction) {
    String written = correction.text() + " ";
    replace(correction.replaces(), written);
    undo = new Change(correction.replaces(), written);
    corrected = correction.replaces();
  }

  /** Learns a word whose correction was taken back so often that it is meant. */
  private void refuse(String typed) {
    if (!typed.isEmpty() && corrections.refuse(typed)) {
      for (int i = 0; i < PersonalWords.TIMES; i++) {
        learnFrom(typed);
      }
    }
  }

  /** Deletes the selection, takes the last choice back, or deletes a character. */
  public void backspace() {
    String now = text();
    Change change = undo;
    String refused = corrected;
    leave();
    if (editor.hasSelection()) {
      editor.commit("");
    } else if (change.endsText(now)) {
      replace(change.written, change.removed);
      refuse(refused);
    } else {
      editor.deleteBefore(Math.max(1, LastCharacter.length(now)));
    }
    update();
  }

  /** Deletes the word before the cursor and the space behind it, as a held backspace does. */
  public void deleteWord() {
    String now = text();
    leave();
    if (editor.hasSelection()) {
      editor.commit("");
    } else {
      editor.deleteBefore(Math.max(1, LastWord.length(now)));
    }
    update();
  }

  /** Begins a line, or does what the field's enter key is for. */
  public void enter() {
    String now = text();
    learnFrom(now);
    if (automaticSpace && endsWithSpace(now)) {
      editor.deleteBefore(1);
    }
    leave();
    if (field.entersNewLine()) {
      editor.commit("\n");
    } else {
      editor.action();
    }
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
    if (!field.predicts()) {
      return; // The suggestion bar is from another field.
    }
    String now = text();
    String word = suggestion.text();
    String removed = editor.hasSelection() ? "" : partOf(suggestion, now);
    String after = removed.isEmpty() ? "" : editor.textAfter(WordRest.MAX_CHARS);
    String rest = WordRest.of(after, Spacing.takesSpace(word));
    if (removed.isEmpty() && Spacing.joinsWord(word) && endsWithSpace(now)) {
      removed = " ";
    }
    String written = Spacing.takesSpace(word) ? word + " " : word;
    learnFrom(suggestion, now);
    leave();
    if (!rest.isEmpty()) {
      editor.deleteAfter(rest.length());
    }
    replace(removed, written);
    undo = new Change(removed + rest, written);
    automaticSpace = Spacing.takesSpace(word);
    update();
  }

  /** Returns what a suggestion replaces, though letters may have been typed since it was made. */
  private static String partOf(Suggestion suggestion, String now) {
    String typed = Context.of(now, TextRules.TYPED).typed();
    String asked = suggestion.replaces();
    if (Scripts.endsSpaceless(now)) {
      return now.endsWith(asked) ? asked : ""; // No space tells where its word began.
    }
    return asked.length() > typed.length() && now.endsWith(asked) ? asked : typed;
  }

  private boolean isSecondSpace(String now) {
    return doubleSpaceFullStop
        && field.predicts()
        && clock.getAsLong() - lastSpace <= DOUBLE_SPACE_MILLIS
        && now.length() >= 2
        && now.endsWith(" ")
        && Spacing.mayEndSentence(now.codePointBefore(now.length() - 1));
  }

  private void learnFrom(String now) {
    String word = field.learns() ? Context.of(now, TextRules.TYPED).prefix() : "";
    if (Tokenizer.isWord(word)) {
      boolean isQuoted = word.endsWith("'"); // Or a plural's; it is no part of the word.
      learn.accept(isQuoted ? word.substring(0, word.length() - 1) : word);
    }
  }

  private void learnFrom(Suggestion chosen, String now) {
    if (chosen.kind() == Suggestion.Kind.LITERAL) {
      learnFrom(now);
    } else if (chosen.kind() == Suggestion.Kind.PERSONAL && field.learns()) {
      learn.accept(chosen.text());
    }
  }

  private static boolean continuesWord(String typed) {
    int first = typed.codePointAt(0);
    return Character.isLetterOrDigit(first)
        || Scripts.isMark(first)
        || "'\u2019".indexOf(first) >= 0;
  }

  private static boolean endsWithSpace(String text) {
    return text.endsWith(" ");
  }

  private void replace(String removed, String written) {
    if (!removed.isEmpty()) {
      editor.deleteBefore(removed.length());
    }
    editor.commit(written);
  }

  private String text() {
    return editor.textBefore(Context.MAX_CHARS);
  }

  /** Drops what only holds until the next key. */
  private void leave() {
    automaticSpace = false;
    undo = Change.NONE;
    corrected = "";
    corrections.leave();
    lastSpace = NEVER;
  }

  private void update() {
    String now = field.isPassword() ? "" : text();
    seen = now.hashCode();
    shift.follow(field.capitals(), now);
  }
}
