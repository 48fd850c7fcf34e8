package org.tflm.keyboard.core;

/**
 * From the steps of a tagger to the labels of a sentence, as {@code tflm/evaluation/decoding.py}.
 *
 * <p>The likeliest label of each word is fed back, in the state, as it comes. Each direction reads
 * its own labels; where there are two, their log-probabilities are added.
 */
final class LabelDecoder {
  private final TagSteps steps;
  private final Reading reading;

  /**
   * @param steps one for each direction of {@code reading}
   * @param reading how they read a sentence
   */
  LabelDecoder(TagSteps steps, Reading reading) {
    this.steps = steps;
    this.reading = reading;
  }

  /** Returns the likeliest label of each word of a sentence, its ids being [columns][words]. */
  int[] label(int[][] ids) {
    double[][] scores = scores(ids);
    int[] labels = new int[scores.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = likeliest(scores[i]);
    }
    return labels;
  }

  /** Returns how likely each label of each word is, up to a constant [words][labels]. */
  double[][] scores(int[][] ids) {
    double[][] scores = new double[ids[0].length][steps.labels()];
    for (int direction = 0; direction < reading.directions(); direction++) {
      addScores(direction, ids, scores);
    }
    return scores;
  }

  private void addScores(int direction, int[][] ids, double[][] scores) {
    boolean isBackward = reading.isBackward(direction);
    int[] tokens = new int[steps.tokens()];
    float[] logits = new float[steps.labels()];
    float[] state = new float[steps.stateSize(direction)];
    for (int i = 0; i < scores.length; i++) {
      int place = isBackward ? scores.length - 1 - i : i;
      float[] next = new float[state.length];
      reading.fill(ids, place, isBackward, tokens);
      steps.read(direction, tokens, state, logits, next);
      state = next;
      double whole = Likelihood.logTotal(logits);
      for (int label = 0; label < logits.length; label++) {
        scores[place][label] += logits[label] - whole;
      }
    }
  }

  /** Returns the place of the largest score, the first of several. */
  private static int likeliest(double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }
}
