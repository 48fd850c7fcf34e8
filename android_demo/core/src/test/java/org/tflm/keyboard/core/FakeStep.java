package org.tflm.keyboard.core;

/** A model of whole numbers, the one that {@code typing_vectors.json} was written with. */
public class FakeStep implements Step {
  private final int words;
  private final float[] hidden = new float[4];
  int steps;
  boolean closed;
  Thread thread;

  /** A model of the words of {@code typing_vectors.json}. */
  public FakeStep() {
    this(Models.vocabulary().size());
  }

  public FakeStep(int words) {
    this.words = words;
  }

  @Override
  public int vocabularySize() {
    return words;
  }

  @Override
  public int stateSize() {
    return 3;
  }

  @Override
  public void read(int token, float[] state, float[] logits, float[] next) {
    steps++;
    thread = Thread.currentThread();
    long a = ((long) state[0] * 31 + token * 7L + 1) % 65521;
    long b = ((long) state[1] + a) % 4099;
    for (long i = 0; i < words; i++) {
      logits[(int) i] = (a * (i + 1) * 37 + i * i + b) % 509 / 4 / 8f;
    }
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = ((a * (i + 3) + b) % 17 - 8) / 8f;
    }
    next[0] = a;
    next[1] = b;
    next[2] = (state[2] + 1) % 1000;
  }

  @Override
  public int hiddenSize() {
    return hidden.length;
  }

  @Override
  public void hidden(float[] vector) {
    System.arraycopy(hidden, 0, vector, 0, hidden.length);
  }

  @Override
  public void close() {
    closed = true;
  }
}
