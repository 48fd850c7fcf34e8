package org.tflm.keyboard.core;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Words that are never suggested: offensive ones, and those that the user removed.
 *
 * <p>They can still be typed. Any thread may use it.
 */
public final class BlockList implements Predicate<String> {
  private static final String RESOURCE = "offensive_words.txt";

  private final Set<String> given;
  private final Set<String> removed = new TreeSet<>();
  private final Storage storage;

  /**
   * @param given words that are always blocked, in lower case
   * @param storage where the user's removals are kept, one a line
   */
  public BlockList(Set<String> given, Storage storage) {
    this.given = Collections.unmodifiableSet(new HashSet<>(given));
    this.storage = storage;
    for (String word : storage.load().split("\n")) {
      if (!word.isEmpty()) {
        removed.add(word);
      }
    }
  }

  /** Returns the offensive words that the keyboard comes with. */
  public static Set<String> offensive() {
    try (InputStream stream = BlockList.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException(RESOURCE + " is not packed beside the classes");
      }
      return read(stream);
    } catch (IOException error) {
      throw new IllegalStateException(RESOURCE + " cannot be read", error);
    }
  }

  /** Reads words, one a line in UTF-8; lines that begin with {@code #} are remarks. */
  public static Set<String> read(InputStream stream) throws IOException {
    Set<String> words = new HashSet<>();
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      String word = line.trim();
      if (!word.isEmpty() && !word.startsWith("#")) {
        words.add(Tokenizer.lower(word));
      }
    }
    return words;
  }

  @Override
  public synchronized boolean test(String word) {
    String lower = Tokenizer.lower(word);
    return given.contains(lower) || removed.contains(lower);
  }

  /** Blocks a word that the user does not want to see again, and saves that. */
  public synchronized void remove(String word) {
    if (removed.add(Tokenizer.lower(word))) {
      save();
    }
  }

  /** Allows a removed word again. */
  public synchronized void restore(String word) {
    if (removed.remove(Tokenizer.lower(word))) {
      save();
    }
  }

  /** Returns the words that the user removed, in alphabetical order. */
  public synchronized Set<String> removed() {
    return new TreeSet<>(removed);
  }

  /** Allows all words again that the user removed. */
  public synchronized void wipe() {
    removed.clear();
    save();
  }

  private void save() {
    StringBuilder text = new StringBuilder();
    for (String word : removed) {
      text.append(word).append('\n');
    }
    storage.save(text.toString());
  }
}
