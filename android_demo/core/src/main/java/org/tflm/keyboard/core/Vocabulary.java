package org.tflm.keyboard.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The words that a model knows; the id of a word is its place in the list. */
public final class Vocabulary {
  private static final String EOS = "<eos>";
  private static final String UNK = "<unk>";

  private final String[] words;
  private final Map<String, Integer> ids;

  /**
   * @param words one for each id
   * @throws IllegalArgumentException a word is repeated or empty, or {@code <eos>} or {@code <unk>}
   *     is not among them
   */
  public Vocabulary(List<String> words) {
    this.words = words.toArray(new String[0]);
    ids = new HashMap<>(2 * this.words.length);
    for (int id = 0; id < this.words.length; id++) {
      String word = this.words[id];
      if (word.isEmpty()) {
        throw new IllegalArgumentException("word " + id + " is empty");
      }
      if (ids.put(word, id) != null) {
        throw new IllegalArgumentException("it has '" + word + "' twice");
      }
    }
    for (String word : new String[] {EOS, UNK}) {
      if (!ids.containsKey(word)) {
        throw new IllegalArgumentException("it lacks " + word);
      }
    }
  }

  public int size() {
    return words.length;
  }

  public String word(int id) {
    return words[id];
  }

  /** Returns the id of a word, that of {@code <unk>} if the model does not know it. */
  public int id(String word) {
    Integer id = ids.get(word);
    return id == null ? unk() : id;
  }

  public boolean contains(String word) {
    return ids.containsKey(word);
  }

  /** Returns the id of {@code <eos>}, which ends a message and is read before the first. */
  public int eos() {
    return ids.get(EOS);
  }

  /** Returns the id of {@code <unk>}, which stands for any word that is not here. */
  public int unk() {
    return ids.get(UNK);
  }

  /** Tells words in angle brackets, which are read but never suggested. */
  public boolean isSpecial(int id) {
    String word = words[id];
    return word.length() > 2 && word.startsWith("<") && word.endsWith(">");
  }
}
