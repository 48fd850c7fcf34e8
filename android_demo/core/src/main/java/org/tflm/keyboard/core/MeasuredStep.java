package org.tflm.keyboard.core;

/** A step whose durations are counted while people type. */
public final class MeasuredStep implements Step {
  private final Step step;
  private final LatencyStats stats;

  /**
   * @param step what is measured, and closed with this
   * @param stats gets the nanoseconds of each step, with its copies in and out
   */
  public MeasuredStep(Step step, LatencyStats stats) {
    this.step = step;
    this.stats = stats;
  }

  @Override
  public int vocabularySize() {
    return step.vocabularySize();
  }

  @Override
  public int stateSize() {
    return step.stateSize();
  }

  @Override
  public void read(int token, float[] state, float[] logits, float[] next) {
    long start = System.nanoTime();
    step.read(token, state, logits, next);
    stats.add(System.nanoTime() - start);
  }

  @Override
  public void close() {
    step.close();
  }
}
