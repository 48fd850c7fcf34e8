package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Finds what was meant by what was typed, by model and slips together, as {@code
 * tflm/text/slips/corrector.py}.
 */
final class Corrector {
  private static final double EULER = 0.5772156649; // Of the harmonic numbers, for Zipf's law.

  private static final int MOST_LETTERS = 100; // Words, of which some are one letter.

  // How much likelier than the typed word another has to be.
  private static final int KNOWN = Slips.nats(4);
  private static final int UNKNOWN = Slips.nats(0);
  private static final int LETTER = Slips.nats(1.5);

  private final Vocabulary vocabulary;
  private final BlockList blocked;
  private final Candidates candidates;
  private final Slips slips;
  private final SlipSearch search;

  /** Words that may have been meant; of two, the less is the likelier. */
  private static final class Reading implements Comparable<Reading> {
    final int loss;
    final float logit;
    final int[] ids;

    Reading(int loss, float logit, int... ids) {
      this.loss = loss;
      this.logit = logit;
      this.ids = ids;
    }

    @Override
    public int compareTo(Reading other) {
      if (loss != other.loss) {
        return Integer.compare(loss, other.loss);
      }
      if (logit != other.logit) {
        return Float.compare(other.logit, logit);
      }
      int both = Integer.compare(ids[0], other.ids[0]);
      both = both != 0 ? both : Integer.compare(ids.length, other.ids.length);
      return both != 0 ? both : Integer.compare(ids[ids.length - 1], other.ids[ids.length - 1]);
    }
  }

  Corrector(
      Vocabulary vocabulary, Candidates candidates, BlockList blocked, Keyboard keyboard) {
    this.vocabulary = vocabulary;
    this.candidates = candidates;
    this.blocked = blocked;
    slips = new Slips(keyboard);
    search = new SlipSearch(candidates.words(), slips);
  }

  /**
   * Returns ids of words that were or will be meant, one or two each, the likeliest first.
   *
   * @param logits a score for each word [vocabulary]
   * @param normalizer of these, as {@link #normalizer} gives it
   * @param typed letters of the word so far, in the model's case
   * @param count how many at most
   * @param marks whether punctuation and emoji are among the next words
   */
  List<int[]> suggest(
      float[] logits, int normalizer, String typed, int count, boolean marks) {
    List<Reading> found = new ArrayList<>();
    for (int id : candidates.best(logits, typed, count, marks)) {
      found.add(new Reading(loss(logits, id, normalizer), logits[id], id));
    }
    if (isSpelled(typed)) {
      addBest(found, logits, normalizer, typed, count, false);
      addTwoWords(found, logits, normalizer, typed);
    }
    Collections.sort(found);
    List<int[]> ids = new ArrayList<>(count);
    for (Reading reading : found.subList(0, Math.min(count, found.size()))) {
      ids.add(reading.ids);
    }
    return ids;
  }

  /** Returns ids of what to write for a word that is finished; null for itself. */
  int[] correct(float[] logits, int normalizer, String typed) {
    if (!isSpelled(typed)) {
      return null;
    }
    List<Reading> found = new ArrayList<>();
    addBest(found, logits, normalizer, typed, 1, true);
    addTwoWords(found, logits, normalizer, typed);
    if (found.isEmpty()) {
      return null;
    }
    Reading best = Collections.min(found);
    return best.loss < allowed(logits, normalizer, typed) ? best.ids : null;
  }

  /** Wipes all that tells of the text. */
  void forget() {
    search.forget();
  }

  private int allowed(float[] logits, int normalizer, String typed) {
    if (vocabulary.contains(typed)) {
      return loss(logits, vocabulary.id(typed), normalizer) - KNOWN;
    }
    int unk = vocabulary.unk();
    int unknown = unk == Vocabulary.SKIPPED ? 0 : loss(logits, unk, normalizer);
    return unknown + typed.codePointCount(0, typed.length()) * LETTER - UNKNOWN;
  }

  /** Adds the likeliest words with slips, at most {@code count}. */
  private void addBest(
      List<Reading> found,
      float[] logits,
      int normalizer,
      String typed,
      int count,
      boolean isFinished) {
    if (!search.search(typed)) {
      return;
    }
    int begin = found.size();
    for (int place = 0; place < candidates.size(); place++) {
      int cost = search.whole(place);
      if (!isFinished) {
        cost = Math.min(cost, search.begun(place) + Slips.UNFINISHED);
      }
      if (cost >= SlipSearch.NEVER) {
        continue;
      }
      int id = candidates.id(place);
      int loss = loss(logits, id, normalizer) + cost;
      boolean fits = found.size() < begin + count || isLess(loss, logits[id], id, found);
      boolean isSlip = isFinished || !vocabulary.word(id).startsWith(typed);
      if (fits && isSlip && !blocked.test(vocabulary.word(id))) {
        if (found.size() == begin + count) {
          found.remove(found.size() - 1);
        }
        insert(found, begin, new Reading(loss, logits[id], id));
      }
    }
  }

  private static boolean isLess(int loss, float logit, int id, List<Reading> found) {
    Reading last = found.get(found.size() - 1);
    if (loss != last.loss) {
      return loss < last.loss;
    }
    return logit != last.logit ? logit > last.logit : id < last.ids[0];
  }

  private static void insert(List<Reading> found, int begin, Reading reading) {
    int place = found.size();
    while (place > begin && found.get(place - 1).compareTo(reading) > 0) {
      place--;
    }
    found.add(place, reading);
  }

  /** Adds two words each between which the space was missed, or another key was pressed. */
  private void addTwoWords(List<Reading> found, float[] logits, int normalizer, String typed) {
    for (int place = next(typed, 0); place < typed.length(); place = next(typed, place)) {
      String first = typed.substring(0, place);
      if (!isSuggested(first)) {
        continue;
      }
      add(found, logits, normalizer, first, typed.substring(place), Slips.MISSED_SPACE);
      int after = next(typed, place);
      if (slips.isAboveSpace(typed.codePointAt(place)) && after < typed.length()) {
        add(found, logits, normalizer, first, typed.substring(after), Slips.MISSED_KEY);
      }
    }
  }

  private void add(
      List<Reading> found, float[] logits, int normalizer, String one, String two, int cost) {
    if (isSuggested(two) && !blocked.test(one + " " + two)) {
      int first = vocabulary.id(one);
      int second = vocabulary.id(two);
      int loss = loss(logits, first, normalizer) + zipf(second) + cost;
      found.add(new Reading(loss, logits[first], first, second));
    }
  }

  /**
   * Returns the id of the word that a space came into, {@code th e}, or {@link Vocabulary#SKIPPED}:
   * the two make one that is likelier than each of them by its rank.
   */
  int joined(String first, String second) {
    String whole = first + second;
    boolean isWord = isSpelled(whole) && vocabulary.contains(whole) && !blocked.test(whole);
    boolean isMeant = isWord && rank(whole) < rank(first) && rank(whole) < rank(second);
    return isMeant ? vocabulary.id(whole) : Vocabulary.SKIPPED;
  }

  private int rank(String word) {
    return vocabulary.contains(word) ? vocabulary.id(word) : vocabulary.size();
  }

  /** Tells what may stand by itself: a letter does only if it is a common word, as a and I. */
  private boolean isSuggested(String word) {
    return vocabulary.contains(word)
        && (word.codePointCount(0, word.length()) > 1 || vocabulary.id(word) < MOST_LETTERS)
        && !blocked.test(word);
  }

  /** Returns the loss of a word by its rank, whatever stands before. */
  private int zipf(int id) {
    return Slips.nats(Math.log((id + 1) * (Math.log(vocabulary.size()) + EULER)));
  }

  private static int next(String text, int place) {
    return place + Character.charCount(text.codePointAt(place));
  }

  private static boolean isSpelled(String typed) {
    return typed.indexOf('\'') >= 0
        || typed.indexOf('-') >= 0
        || (!typed.isEmpty() && typed.codePoints().allMatch(Character::isLetter));
  }

  private static int loss(float[] logits, int id, int normalizer) {
    return normalizer - (int) Math.rint((double) logits[id] * Slips.UNITS);
  }

  /** Returns log of the sum of exp(logit), in 1/64 nat. */
  static int normalizer(float[] logits) {
    return (int) Math.rint(Likelihood.logTotal(logits) * Slips.UNITS);
  }
}
