package org.tflm.keyboard.core;

/**
 * One step of a language model: reads one word and tells how likely each next one is.
 *
 * <p>The only thing that the core knows of TensorFlow Lite. Used by one thread at a time.
 */
public interface Step extends AutoCloseable {
  /** Returns the number of words, and so of logits. */
  int vocabularySize();

  /** Returns the number of floats that the model carries from word to word. */
  int stateSize();

  /**
   * Reads a word.
   *
   * @param token id of the word
   * @param state what the model returned after the word before, zeros at first [stateSize]
   * @param logits filled with a score for each next word [vocabularySize]
   * @param next filled with the state after this word [stateSize]; never the array {@code state}
   */
  void read(int token, float[] state, float[] logits, float[] next);

  /** Returns the size of what the softmax reads, 0 if the model does not give it. */
  int hiddenSize();

  /**
   * Tells what the softmax read in the last {@link #read}, if the model gives it.
   *
   * @param vector filled with it [hiddenSize]
   */
  void hidden(float[] vector);

  @Override
  void close();

  /** A step that knows how long the model itself took, without copies in and out. */
  interface Timed extends Step {
    /** Returns the nanoseconds that the last {@link #read} spent in the model. */
    long lastInvokeNanos();
  }
}
