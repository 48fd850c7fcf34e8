package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Whole words from a model of pieces, as {@code tflm/text/word_search.py}: the likeliest
 * beginnings are read first.
 */
final class WordSearch {
  /** Steps of the model for one search, at most. */
  static final int STEPS = 64;

  private static final int WIDTH = 16; // Pieces that a beginning may go on with.
  private static final String PART = "\uFFFD"; // Stands for some bytes of a letter.
  private static final Pattern LETTER = Pattern.compile("[\\p{L}\\p{M}\\p{N}]");

  private final Step step;
  private final Predicate<String> blocked;
  private final String[] written; // Each piece without the space that begins it.
  private final boolean[] begins;
  private final boolean[] isWord;
  private final boolean[] ends;
  private final float[] logits;

  /** The beginning of a word, whose last piece was not read. */
  private static final class Start {
    final double loss; // -log P(its pieces | the text before).
    final String text;
    final int piece;
    final float[] state; // Before that piece.

    Start(double loss, String text, int piece, float[] state) {
      this.loss = loss;
      this.text = text;
      this.piece = piece;
      this.state = state;
    }
  }

  /**
   * @param step the model
   * @param texts each piece as it is written after another word
   * @param blocked words that are not suggested
   */
  WordSearch(Step step, List<String> texts, Predicate<String> blocked) {
    this.step = step;
    this.blocked = blocked;
    int size = texts.size();
    written = new String[size];
    begins = new boolean[size];
    isWord = new boolean[size];
    ends = new boolean[size];
    for (int id = 0; id < size; id++) {
      boolean spaced = texts.get(id).startsWith(" ");
      written[id] = spaced ? texts.get(id).substring(1) : texts.get(id);
      begins[id] = spaced || Scripts.beginsSpaceless(texts.get(id));
      boolean part = written[id].contains(PART);
      isWord[id] = LETTER.matcher(written[id]).find() && !part;
      ends[id] = begins[id] || (!isWord[id] && !part);
    }
    logits = new float[size];
  }

  /**
   * Returns the likeliest next words, best first.
   *
   * @param after scores of the piece after the text [vocabulary]
   * @param state after the text [stateSize]
   * @param prefix letters already typed of the word
   * @param count how many words at most
   * @param atStart whether there is no text before the word, where a piece needs no mark that it
   *     begins one
   */
  List<String> wordsAfter(
      float[] after, float[] state, String prefix, int count, boolean atStart) {
    Map<String, Double> found = new LinkedHashMap<>(); // Words, and -log P of each.
    List<Start> queue = new ArrayList<>(); // In the order in which they were found.
    IntPredicate first = id -> begins[id] || (atStart && !written[id].isEmpty());
    IntPredicate later = id -> !begins[id] && !written[id].isEmpty();
    add(queue, after, first, new Start(0, "", -1, state), prefix);
    for (int turn = 0; turn < STEPS && !queue.isEmpty(); turn++) {
      Start start = queue.get(likeliest(queue));
      if (isSettled(found, count, start.loss)) {
        break;
      }
      queue.remove(start);
      float[] next = new float[state.length];
      step.read(start.piece, start.state, logits, next);
      if (!start.text.isEmpty() && start.text.startsWith(prefix) && !blocked.test(start.text)) {
        double loss = start.loss + logSum(logits, false) - logSum(logits, true);
        found.merge(start.text, loss, Math::min);
      }
      add(queue, logits, later, new Start(start.loss, start.text, -1, next), prefix);
    }
    List<String> words = new ArrayList<>(found.keySet());
    words.sort((a, b) -> Double.compare(found.get(a), found.get(b)));
    return words.subList(0, Math.min(count, words.size()));
  }

  /** Adds a beginning with each of the likeliest pieces more. */
  private void add(
      List<Start> queue, float[] scores, IntPredicate allowed, Start start, String prefix) {
    double total = logSum(scores, false);
    for (int id : options(scores, allowed, start.text, prefix)) {
      queue.add(
          new Start(start.loss + total - scores[id], start.text + written[id], id, start.state));
    }
  }

  /** Returns the likeliest pieces to go on with, best first. */
  private List<Integer> options(
      float[] scores, IntPredicate allowed, String text, String prefix) {
    String rest = prefix.substring(Math.min(text.length(), prefix.length()));
    List<Integer> best = new ArrayList<>(WIDTH + 1);
    for (int id = 0; id < scores.length; id++) {
      boolean full = best.size() == WIDTH;
      if (full && scores[id] <= scores[best.get(WIDTH - 1)]) {
        continue;
      }
      if (!allowed.test(id) || !isShown(id, text, rest)) {
        continue;
      }
      int place = best.size();
      while (place > 0 && scores[id] > scores[best.get(place - 1)]) {
        place--;
      }
      best.add(place, id);
      if (full) {
        best.remove(WIDTH);
      }
    }
    return best;
  }

  /** What was typed may have any piece, and what is suggested words alone. */
  private boolean isShown(int id, String text, String rest) {
    String piece = written[id];
    if (rest.isEmpty()) {
      return isWord[id] || (text.isEmpty() && piece.isEmpty());
    }
    return rest.startsWith(piece) || (piece.startsWith(rest) && isWord[id]);
  }

  /** Returns log of the sum of exp: of all, or of what ends a word. */
  private double logSum(float[] scores, boolean ofEnds) {
    double top = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      top = Math.max(top, score);
    }
    double sum = 0;
    for (int id = 0; id < scores.length; id++) {
      if (!ofEnds || ends[id]) {
        sum += Math.exp(scores[id] - top);
      }
    }
    return top + Math.log(sum);
  }

  private static int likeliest(List<Start> queue) {
    int best = 0;
    for (int i = 1; i < queue.size(); i++) {
      best = queue.get(i).loss < queue.get(best).loss ? i : best;
    }
    return best;
  }

  /** Tells whether no word can still be among the likeliest. */
  private static boolean isSettled(Map<String, Double> found, int count, double least) {
    if (found.size() < count) {
      return false;
    }
    List<Double> losses = new ArrayList<>(found.values());
    Collections.sort(losses);
    return losses.get(count - 1) <= least;
  }
}
