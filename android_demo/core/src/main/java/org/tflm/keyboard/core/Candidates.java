package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The words that may be suggested, in alphabetical order, as {@code tflm/text/candidates.py}.
 *
 * <p>All words with one prefix are then neighbours, so that completing a word is looking at a
 * slice. Special words are not among them.
 */
public final class Candidates {
  private final Vocabulary vocabulary;
  private final Predicate<String> blocked;
  private final int[] ids; // In the order of their words.

  /**
   * @param vocabulary where they come from
   * @param blocked words that are not to be suggested; asked anew each time
   */
  public Candidates(Vocabulary vocabulary, Predicate<String> blocked) {
    this.vocabulary = vocabulary;
    this.blocked = blocked;
    List<Integer> found = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (!vocabulary.isSpecial(id)) {
        found.add(id);
      }
    }
    found.sort((a, b) -> compare(vocabulary.word(a), vocabulary.word(b)));
    ids = new int[found.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = found.get(i);
    }
  }

  /** Returns the same as {@link #best(float[], String, int, boolean)}, marks among them. */
  public List<Integer> best(float[] logits, String prefix, int count) {
    return best(logits, prefix, count, true);
  }

  /**
   * Returns ids of the likeliest words with a prefix, best first; of equals, the lower id first.
   *
   * @param logits a score for each word [vocabulary]
   * @param prefix letters already typed of the word, in the model's case
   * @param count how many at most
   * @param marks whether punctuation and emoji are among the next words; they always complete what
   *     begins like them
   */
  public List<Integer> best(float[] logits, String prefix, int count, boolean marks) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1, got " + count);
    }
    int[] best = new int[count];
    int size = 0;
    for (int i = start(prefix); i < ids.length && word(i).startsWith(prefix); i++) {
      int id = ids[i];
      boolean fits = size < count || isBetter(id, best[size - 1], logits);
      if (!fits || blocked.test(word(i)) || !isShown(word(i), prefix, marks)) {
        continue;
      }
      int place = size < count ? size++ : size - 1;
      while (place > 0 && isBetter(id, best[place - 1], logits)) {
        best[place] = best[--place];
      }
      best[place] = id;
    }
    List<Integer> found = new ArrayList<>(size);
    for (int id : Arrays.copyOf(best, size)) {
      found.add(id);
    }
    return found;
  }

  /** Returns how many there are. */
  int size() {
    return ids.length;
  }

  /** Returns the id of a candidate by its place in alphabetical order. */
  int id(int place) {
    return ids[place];
  }

  /** Returns the candidates in alphabetical order. */
  String[] words() {
    String[] words = new String[ids.length];
    for (int place = 0; place < words.length; place++) {
      words[place] = word(place);
    }
    return words;
  }

  /** Orders texts by code points, as Python does; {@code String} orders by UTF-16 units. */
  static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char left = a.charAt(i);
      char right = b.charAt(i);
      if (left != right) {
        boolean alike = Character.isSurrogate(left) == Character.isSurrogate(right);
        return alike ? left - right : Character.isSurrogate(left) ? 1 : -1;
      }
    }
    return a.length() - b.length();
  }

  private static boolean isBetter(int id, int other, float[] logits) {
    return logits[id] > logits[other] || (logits[id] == logits[other] && id < other);
  }

  private static boolean isShown(String word, String prefix, boolean marks) {
    return marks || !prefix.isEmpty() || Tokenizer.isWord(word);
  }

  private int start(String prefix) {
    int low = 0;
    int high = ids.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(word(middle), prefix) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private String word(int place) {
    return vocabulary.word(ids[place]);
  }
}
