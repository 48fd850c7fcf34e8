package org.tflm.keyboard.core;

import java.util.Arrays;

/**
 * Finds all words that may have been meant by what was typed, as {@code tflm/text/slips/search.py}.
 *
 * <p>An edit distance whose edits cost what slips do. Words are in alphabetical order, and a word
 * goes on from the rows of the dynamic programme that it shares with the one before; where all of
 * a row is above the bound, words that begin so are passed over. All room is taken beforehand.
 */
final class SlipSearch {
  static final int NEVER = 1 << 20; // A cost above any bound.
  private static final int MAX_LETTERS = 24; // Longer words are not searched for.

  private final Slips slips;
  private final int[] alphabet; // Letters of the words, ascending.
  private final int[] plain; // The same without accents.
  private final int[][] words; // Places in the alphabet.
  private final int[] shared; // Letters that each has in common with the one before.

  private final int[] whole;
  private final int[] begun;

  private final int[][] rows;
  private final int[] least; // Of each row.
  private final int[] beginning; // Least cost of all typed letters up to each row.
  private final int[][] substitution = new int[MAX_LETTERS][];
  private final int[][] insertion = new int[MAX_LETTERS][];
  private final int[] typed = new int[MAX_LETTERS]; // Places, -1 for letters of no word.
  private int length;
  private String last = ""; // What was searched for, and is not searched for again.

  /** Takes words in the order of their code points. */
  SlipSearch(String[] sorted, Slips slips) {
    this.slips = slips;
    words = new int[sorted.length][];
    alphabet = Arrays.stream(sorted).flatMapToInt(String::codePoints).distinct().sorted().toArray();
    plain = Arrays.stream(alphabet).map(Slips::plain).toArray();
    shared = new int[sorted.length];
    int longest = 0;
    for (int i = 0; i < sorted.length; i++) {
      words[i] = sorted[i].codePoints().map(this::place).toArray();
      longest = Math.max(longest, words[i].length);
      while (i > 0 && common(words[i], words[i - 1], shared[i])) {
        shared[i]++;
      }
    }
    whole = new int[sorted.length];
    begun = new int[sorted.length];
    rows = new int[longest + 1][MAX_LETTERS + 1];
    least = new int[longest + 1];
    beginning = new int[longest + 1];
    for (int j = 0; j < MAX_LETTERS; j++) {
      substitution[j] = new int[alphabet.length];
      insertion[j] = new int[alphabet.length];
    }
  }

  /** Returns the cost that all of a word was typed, in the last search, or {@link #NEVER}. */
  int whole(int word) {
    return whole[word];
  }

  /** Returns the cost that the beginning of a word was typed, or {@link #NEVER}. */
  int begun(int word) {
    return begun[word];
  }

  /** Looks at all words; returns whether any may be found. */
  boolean search(String text) {
    int letters = text.codePointCount(0, text.length());
    int bound = Slips.bound(letters);
    if (bound == 0 || letters > MAX_LETTERS) {
      return false;
    }
    if (text.equals(last)) {
      return true;
    }
    begin(text, letters);
    last = text;
    int dead = Integer.MAX_VALUE; // Letters with which nothing goes on.
    for (int i = 0; i < words.length; i++) {
      int[] word = words[i];
      int depth = dead;
      if (shared[i] < dead) {
        dead = Integer.MAX_VALUE;
        for (depth = shared[i] + 1; ; depth++) {
          fill(word, depth);
          if (!goesOn(depth, bound)) {
            dead = depth;
            break;
          }
          if (depth == word.length) {
            break;
          }
        }
      }
      whole[i] = within(depth == word.length ? rows[depth][length] : NEVER, bound);
      begun[i] = within(beginning[depth], bound);
    }
    return true;
  }

  /** Wipes all that tells of the text. */
  void forget() {
    last = "";
    for (int[] numbers : new int[][] {whole, begun, typed}) {
      Arrays.fill(numbers, 0);
    }
    for (int[][] table : new int[][][] {rows, substitution, insertion}) {
      for (int[] row : table) {
        Arrays.fill(row, 0);
      }
    }
  }

  private void begin(String text, int letters) {
    length = letters;
    for (int j = 0, at = 0; j < letters; j++) {
      int letter = text.codePointAt(at);
      at += Character.charCount(letter);
      typed[j] = place(letter);
      for (int k = 0; k < alphabet.length; k++) {
        substitution[j][k] = slips.substitution(letter, alphabet[k], plain[k]);
        insertion[j][k] = slips.insertion(letter, alphabet[k]);
      }
      rows[0][j] = j * Slips.EXTRA + (j > 0 ? Slips.FIRST : 0);
    }
    rows[0][letters] = NEVER; // Not all letters are too many.
    least[0] = 0;
    beginning[0] = NEVER;
  }

  /** Fills the row after so many letters of a word, at least one. */
  private void fill(int[] word, int depth) {
    int letter = word[depth - 1];
    int before = depth > 1 ? word[depth - 2] : -1;
    int first = depth == 1 ? Slips.FIRST : 0;
    int[] up = rows[depth - 1];
    int[] row = rows[depth];
    int omitted =
        first + Slips.omission(alphabet[letter], before < 0 ? -1 : alphabet[before]);
    row[0] = up[0] + omitted;
    int smallest = row[0];
    for (int j = 1; j <= length; j++) {
      int wrong = substitution[j - 1][letter];
      int cost = up[j - 1] + (wrong > 0 ? wrong + first : 0);
      cost = Math.min(cost, up[j] + omitted);
      cost = Math.min(cost, row[j - 1] + insertion[j - 1][letter]);
      if (j > 1) {
        cost = Math.min(cost, two(depth, j, letter, before));
      }
      row[j] = cost;
      smallest = Math.min(smallest, cost);
    }
    least[depth] = smallest;
    beginning[depth] = Math.min(beginning[depth - 1], row[length]);
  }

  /** Returns the cost if the last two typed letters are one slip. */
  private int two(int depth, int j, int letter, int before) {
    int cost = NEVER;
    if (typed[j - 1] == letter && insertion[j - 2][letter] == Slips.BRUSHED) {
      cost = rows[depth - 1][j - 2] + Slips.BRUSHED;
    }
    boolean isSwapped = typed[j - 1] == before && typed[j - 2] == letter && letter != before;
    if (isSwapped && before >= 0) {
      cost = Math.min(cost, rows[depth - 2][j - 2] + Slips.TRANSPOSED);
    }
    return cost;
  }

  private boolean goesOn(int depth, int bound) {
    return least[depth] <= bound || least[depth - 1] + Slips.TRANSPOSED <= bound;
  }

  private static int within(int cost, int bound) {
    return cost <= bound ? cost : NEVER;
  }

  private static boolean common(int[] word, int[] other, int place) {
    return place < word.length && place < other.length && word[place] == other[place];
  }

  private int place(int letter) {
    return Math.max(-1, Arrays.binarySearch(alphabet, letter));
  }
}
