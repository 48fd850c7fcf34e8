package org.tflm.keyboard.core;

/** A tagger of whole numbers, the one that {@code tests/tagger_vectors.json} was written with. */
class FakeTagSteps implements TagSteps {
  private final int directions;
  private final int tokens;
  private final int labels;
  private final int previous;
  int steps;
  boolean closed;

  /**
   * @param directions how many steps there are
   * @param tokens ids that are read for a word
   * @param labels how many there are
   * @param previous labels that are fed back
   */
  FakeTagSteps(int directions, int tokens, int labels, int previous) {
    this.directions = directions;
    this.tokens = tokens;
    this.labels = labels;
    this.previous = previous;
  }

  @Override
  public int directions() {
    return directions;
  }

  @Override
  public int tokens() {
    return tokens;
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public int stateSize(int direction) {
    return 1 + previous;
  }

  @Override
  public void read(int direction, int[] read, float[] state, float[] logits, float[] next) {
    steps++;
    long total = 5 * direction;
    for (int i = 0; i < tokens + state.length; i++) {
      long number = i < tokens ? read[i] : (long) state[i - tokens];
      total += (31L * i + 7) * number;
    }
    total %= 4099;
    int best = 0;
    for (int i = 0; i < labels; i++) {
      logits[i] = (total * (i + 1) * 37 + (long) i * i) % 509 / 32f + i / 1024f;
      best = logits[i] > logits[best] ? i : best;
    }
    next[0] = total;
    System.arraycopy(state, 2, next, 1, previous - 1);
    next[previous] = best + 1;
  }

  @Override
  public void close() {
    closed = true;
  }
}
