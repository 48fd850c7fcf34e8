package org.tflm.keyboard.core;

import java.util.Arrays;
import java.util.List;

/**
 * What a model thinks after each word of the text so far.
 *
 * <p>Keeps the state after every word, so that one more word costs one step, the same words cost
 * none, and going back costs one. Its size does not depend on the text.
 */
final class StateCache {
  private final Step step;
  private final List<Integer> start;
  private final int[] tokens; // First those of the start.
  private final float[][] states; // states[i] is the one before tokens[i].
  private final float[] logits;
  private int size; // Tokens that were read.
  private int scored; // Tokens after which the logits are, 0 if none.

  /**
   * @param step the model
   * @param start ids that it reads before the first word
   */
  StateCache(Step step, List<Integer> start) {
    this.step = step;
    this.start = start;
    tokens = new int[start.size() + Context.MAX_WORDS];
    states = new float[tokens.length + 1][step.stateSize()];
    logits = new float[step.vocabularySize()];
  }

  /**
   * Returns the scores of the word after some words; where nothing is to be read, all are 0.
   *
   * @param words their ids, at most {@link Context#MAX_WORDS}
   * @return [vocabulary], valid until the next call
   */
  float[] after(List<Integer> words) {
    int length = start.size() + words.size();
    int common = 0;
    while (common < Math.min(size, length) && tokens[common] == token(words, common)) {
      common++;
    }
    if (common < length || scored != length) {
      scored = 0; // If a step throws, nothing wrong is left.
      size = Math.max(0, Math.min(common, length - 1));
      if (length == 0) {
        Arrays.fill(logits, 0);
      }
      while (size < length) {
        tokens[size] = token(words, size);
        step.read(tokens[size], states[size], logits, states[size + 1]);
        size++;
      }
      scored = length;
    }
    return logits;
  }

  /** Wipes all that tells of the text. */
  void forget() {
    size = 0;
    scored = 0;
    Arrays.fill(tokens, 0);
    Arrays.fill(logits, 0);
    for (float[] state : states) {
      Arrays.fill(state, 0);
    }
  }

  private int token(List<Integer> words, int place) {
    return place < start.size() ? start.get(place) : words.get(place - start.size());
  }
}
