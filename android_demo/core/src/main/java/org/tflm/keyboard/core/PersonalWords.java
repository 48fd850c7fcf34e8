package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Words that the user typed and the model does not know, kept only if the user agreed.
 *
 * <p>A word is suggested once it was typed {@link #TIMES} times. At most {@link #MAX_WORDS} are
 * kept; then the one that was not typed for the longest time makes room. Words with digits are
 * never kept: they may be codes. Any thread may use it.
 */
public final class PersonalWords {
  /** How often a word is typed before it is suggested. */
  public static final int TIMES = 3;

  /** Words that are kept at most, those that were not typed often enough included. */
  public static final int MAX_WORDS = 1000;

  private static final int MAX_LENGTH = 32; // UTF-16 units; longer ones are no words.
  private static final int MAX_COUNT = 1000; // Counts end here.

  private final Storage storage;
  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private boolean enabled;
  private boolean changed;

  private static final class Entry {
    String spelling;
    int count;
  }

  /** Reads what was saved; it learns nothing until {@link #setEnabled}. */
  public PersonalWords(Storage storage) {
    this.storage = storage;
    for (String line : storage.load().split("\n")) {
      read(line);
    }
  }

  /** Says whether the user agrees to keeping words; what is kept stays until {@link #wipe}. */
  public synchronized void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  public synchronized boolean isEnabled() {
    return enabled;
  }

  /** Counts a word that was typed; {@link #save} keeps it. */
  public synchronized void typed(String word) {
    if (!enabled || !isKept(word)) {
      return;
    }
    String key = Tokenizer.lower(word);
    Entry entry = entries.get(key);
    if (entry == null) {
      makeRoom();
      entry = new Entry();
      entry.spelling = word;
      entries.put(key, entry);
    } else if (!word.equals(Casing.capitalize(entry.spelling, Locale.ROOT))) {
      entry.spelling = word; // A capital alone may be that of a sentence.
    }
    entry.count = Math.min(entry.count + 1, MAX_COUNT);
    changed = true;
  }

  /**
   * Returns words that begin with a prefix in any case, the one typed most often first.
   *
   * @param prefix letters of the word, at least one
   * @param count how many at most
   */
  public synchronized List<String> completions(String prefix, int count) {
    List<Entry> found = new ArrayList<>();
    String start = Tokenizer.lower(prefix);
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      boolean fits = entry.getValue().count >= TIMES && entry.getKey().startsWith(start);
      if (enabled && !start.isEmpty() && fits) {
        found.add(entry.getValue());
      }
    }
    Collections.sort(
        found,
        (a, b) -> a.count != b.count ? b.count - a.count : a.spelling.compareTo(b.spelling));
    return spellings(found.subList(0, Math.min(count, found.size())));
  }

  /** Tells whether a word is suggested, in any case. */
  public synchronized boolean has(String word) {
    Entry entry = entries.get(Tokenizer.lower(word));
    return enabled && entry != null && entry.count >= TIMES;
  }

  /** Returns all kept words in alphabetical order, for a list where they can be removed. */
  public synchronized List<String> words() {
    List<String> words = spellings(entries.values());
    Collections.sort(words);
    return words;
  }

  /** Forgets a word, and saves that. */
  public synchronized void remove(String word) {
    if (entries.remove(Tokenizer.lower(word)) != null) {
      changed = true;
      save();
    }
  }

  /** Forgets all words, and saves that. */
  public synchronized void wipe() {
    entries.clear();
    changed = true;
    save();
  }

  /** Writes what is kept, if it changed: a line for each word, its count and itself. */
  public synchronized void save() {
    if (!changed) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries.values()) {
      text.append(entry.count).append(' ').append(entry.spelling).append('\n');
    }
    storage.save(text.toString());
    changed = false;
  }

  private void read(String line) {
    int space = line.indexOf(' ');
    String word = line.substring(space + 1);
    if (space < 1 || !isKept(word)) {
      return; // Of another version, or nothing.
    }
    try {
      Entry entry = new Entry();
      entry.count = Math.max(1, Math.min(Integer.parseInt(line.substring(0, space)), MAX_COUNT));
      entry.spelling = word;
      makeRoom();
      entries.put(Tokenizer.lower(word), entry);
    } catch (NumberFormatException error) {
      return; // The same.
    }
  }

  private void makeRoom() {
    if (entries.size() >= MAX_WORDS) {
      entries.remove(entries.keySet().iterator().next());
    }
  }

  private static boolean isKept(String word) {
    if (word.length() < 2 || word.length() > MAX_LENGTH || !Tokenizer.isWord(word)) {
      return false;
    }
    for (int i = 0; i < word.length(); i += Character.charCount(word.codePointAt(i))) {
      int letter = word.codePointAt(i);
      if (Character.isDigit(letter) || TextRules.isSpace(letter)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> spellings(Iterable<Entry> entries) {
    List<String> found = new ArrayList<>();
    for (Entry entry : entries) {
      found.add(entry.spelling);
    }
    return found;
  }
}
