package org.tflm.keyboard.core;

import java.util.Arrays;
import java.util.List;

/**
 * What a model thinks after each word of the text so far.
 *
 * <p>Keeps the state after every word, so that one more word costs one step, the same words cost
 * none, and going back costs one. Its size does not depend on the text.
 *
 * <p>With a {@link WordCache} it also remembers words of the field that are not in the text any
 * more: those before what is read of a long text, and those of a text that is gone at once, as
 * one that was sent. Words that are deleted one by one are forgotten.
 */
final class StateCache {
  private final Step step;
  private final List<Integer> start;
  private final WordCache cache; // null for none.
  private final int[] tokens; // First those of the start.
  private final float[][] states; // states[i] is the one before tokens[i].
  private final float[][] hidden; // hidden[i] is what the softmax read after tokens[i].
  private final float[] logits;
  private int size; // Tokens that were read.
  private int scored; // Tokens after which the logits are, 0 if none.

  /**
   * @param step the model
   * @param start ids that it reads before the first word
   * @param settings of its cache of words, null for none
   */
  StateCache(Step step, List<Integer> start, CacheSettings settings) {
    this.step = step;
    this.start = start;
    tokens = new int[start.size() + Context.MAX_WORDS];
    states = new float[tokens.length + 1][step.stateSize()];
    logits = new float[step.vocabularySize()];
    int width = settings == null ? 0 : step.hiddenSize();
    cache = settings == null ? null : new WordCache(settings, width, logits.length);
    hidden = new float[tokens.length][width];
  }

  /**
   * Returns the scores of the word after some words; where nothing is to be read, all are 0.
   *
   * @param words their ids, at most {@link Context#MAX_WORDS}
   * @param isPrivate whether words of the field may not be remembered
   * @return [vocabulary], valid until the next call
   */
  float[] after(List<Integer> words, boolean isPrivate) {
    if (isPrivate && cache != null) {
      cache.forget();
    }
    int length = start.size() + words.size();
    int common = 0;
    while (common < Math.min(size, length) && tokens[common] == token(words, common)) {
      common++;
    }
    if (common < length || scored != length) {
      scored = 0; // If a step throws, nothing wrong is left.
      goBack(words, Math.max(0, Math.min(common, length - 1)));
      if (length == 0) {
        Arrays.fill(logits, 0);
      }
      while (size < length) {
        read(token(words, size), isPrivate);
      }
      if (cache != null && length > 0) {
        cache.mix(hidden[length - 1], logits);
      }
      scored = length;
    }
    return logits;
  }

  /** Returns the state after the words of the last {@link #after}, valid until the next. */
  float[] state() {
    return states[size];
  }

  /** Wipes all that tells of the text. */
  void forget() {
    size = 0;
    scored = 0;
    Arrays.fill(tokens, 0);
    Arrays.fill(logits, 0);
    for (float[][] vectors : new float[][][] {states, hidden}) {
      for (float[] vector : vectors) {
        Arrays.fill(vector, 0);
      }
    }
    if (cache != null) {
      cache.forget();
    }
  }

  private void read(int token, boolean isPrivate) {
    step.read(token, states[size], logits, states[size + 1]);
    tokens[size] = token;
    if (cache != null) {
      step.hidden(hidden[size]);
      if (!isPrivate && pairs(size + 1) > pairs(size)) {
        cache.add(hidden[size - 1], token);
      }
    }
    size++;
  }

  /** Leaves the first tokens as read, and of the others' words those that were not deleted. */
  private void goBack(List<Integer> words, int length) {
    if (cache != null) {
      int kept = Math.max(pairs(length), pairs(start.size() + said(words, length)));
      cache.drop(pairs(size) - kept);
    }
    size = length;
  }

  /** Returns how many words at the beginning of the old text were said before the new one. */
  private int said(List<Integer> words, int length) {
    int old = size - start.size();
    if (length > start.size() || old < 2) {
      return 0; // It was edited.
    }
    for (int said = 1; said < old; said++) {
      if (old - said <= words.size() && isNext(words, said, old)) {
        return said; // What is read of a long text begins later.
      }
    }
    return old;
  }

  private boolean isNext(List<Integer> words, int said, int old) {
    for (int i = said; i < old; i++) {
      if (tokens[start.size() + i] != words.get(i - said)) {
        return false;
      }
    }
    return true;
  }

  /** Returns how many words have something read before them, of the first tokens. */
  private int pairs(int length) {
    return Math.max(0, length - Math.max(1, start.size()));
  }

  private int token(List<Integer> words, int place) {
    return place < start.size() ? start.get(place) : words.get(place - start.size());
  }
}
