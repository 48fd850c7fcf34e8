package org.tflm.keyboard.core;

/**
 * The steps of a tagger, one for each direction in which it reads a sentence: each reads what is
 * around one word and tells how likely each label of it is.
 *
 * <p>Used by one thread at a time.
 */
public interface TagSteps extends AutoCloseable {
  /** Returns how many steps there are. */
  int directions();

  /** Returns the number of ids that a step reads for a word. */
  int tokens();

  /** Returns the number of labels, and so of logits. */
  int labels();

  /** Returns the number of floats that the step of a direction carries from word to word. */
  int stateSize(int direction);

  /**
   * Reads a word.
   *
   * @param direction which of the steps reads it
   * @param tokens ids of the words around it, and then of their suffixes [tokens]
   * @param state what the step returned at the word before, zeros at first [stateSize]
   * @param logits filled with a score for each label [labels]
   * @param next filled with the state after this word [stateSize]; never the array {@code state}
   */
  void read(int direction, int[] tokens, float[] state, float[] logits, float[] next);

  @Override
  void close();
}
