package org.tflm.keyboard.core;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words that a model knows; the id of a word is its place in the list. */
public final class Vocabulary {
  /** The id of a word that is not read at all. */
  public static final int SKIPPED = Roles.NONE;

  private static final String UNK = "<unk>";

  private final String[] words;
  private final Map<String, Integer> ids;
  private final Map<String, Integer> spellings;
  private final Set<Integer> special;
  private final int unk;

  /**
   * @param words one for each id, of which {@code <unk>} stands for all others
   * @throws IllegalArgumentException a word is repeated or empty
   */
  public Vocabulary(List<String> words) {
    this(words, new Roles(words.indexOf(UNK), Roles.NONE, Collections.<Integer>emptyList()));
  }

  Vocabulary(List<String> words, Roles roles) {
    this.words = words.toArray(new String[0]);
    ids = new HashMap<>(2 * this.words.length);
    special = new HashSet<>(roles.neverSuggested());
    for (int id = 0; id < this.words.length; id++) {
      String word = this.words[id];
      if (word.isEmpty()) {
        throw new IllegalArgumentException("word " + id + " is empty");
      }
      if (ids.put(word, id) != null) {
        throw new IllegalArgumentException("it has '" + word + "' twice");
      }
      if (word.length() > 2 && word.startsWith("<") && word.endsWith(">")) {
        special.add(id);
      }
    }
    spellings = roles.spellings();
    unk = roles.unk();
    if (roles.padding() != Roles.NONE) {
      ids.remove(this.words[roles.padding()]);
    }
  }

  public int size() {
    return words.length;
  }

  /** Returns all words, by id. */
  List<String> words() {
    return Collections.unmodifiableList(Arrays.asList(words));
  }

  public String word(int id) {
    return words[id];
  }

  /**
   * Returns the id that a word is read as.
   *
   * <p>For a word that the model does not know it is that of the word that it is a spelling of,
   * else that of {@code <unk>}, or {@link #SKIPPED} where there is no such word.
   */
  public int id(String word) {
    Integer id = ids.get(word);
    if (id == null) {
      id = spellings.get(word);
    }
    return id == null ? unk : id;
  }

  /** Tells whether a word is here, or is another spelling of one. */
  public boolean knows(String word) {
    return contains(word) || spellings.containsKey(word);
  }

  public boolean contains(String word) {
    return ids.containsKey(word);
  }

  /** Returns the id that stands for any word that is not here, or {@link #SKIPPED}. */
  public int unk() {
    return unk;
  }

  /** Tells words that are read but never suggested, such as those in angle brackets. */
  public boolean isSpecial(int id) {
    return special.contains(id);
  }
}
