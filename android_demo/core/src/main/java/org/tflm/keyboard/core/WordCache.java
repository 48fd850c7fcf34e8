package org.tflm.keyboard.core;

import java.util.Arrays;

/**
 * Words of a text field, each with what the model's softmax read before it: words that were said
 * where the model was in a like state are likelier to be said again.
 *
 * <p>The continuous cache of Grave et al. 2017, as {@code tflm/evaluation/cache.py}. In memory only.
 */
final class WordCache {
  private final CacheSettings settings;
  private final float[][] vectors; // A ring of pairs.
  private final int[] words;
  private final double[] weights; // Of the pairs, while they are mixed in.
  private final double[] mass; // Of each word, zeros between calls.
  private int size;
  private int next; // Place of the pair to come.

  /**
   * @param settings window, theta and lambda
   * @param width numbers of a hidden vector
   * @param vocabulary how many words there are
   */
  WordCache(CacheSettings settings, int width, int vocabulary) {
    this.settings = settings;
    vectors = new float[settings.window][width];
    words = new int[settings.window];
    weights = new double[settings.window];
    mass = new double[vocabulary];
  }

  /** Remembers what the softmax read before a word, in place of the oldest if it is full. */
  void add(float[] vector, int word) {
    System.arraycopy(vector, 0, vectors[next], 0, vector.length);
    words[next] = word;
    next = (next + 1) % words.length;
    size = Math.min(size + 1, words.length);
  }

  /** Forgets the newest pairs, as when words are deleted. */
  void drop(int count) {
    int dropped = Math.min(count, size);
    size -= dropped;
    next = Math.floorMod(next - dropped, words.length);
  }

  /** Wipes all. */
  void forget() {
    size = 0;
    next = 0;
    Arrays.fill(words, 0);
    for (float[] vector : vectors) {
      Arrays.fill(vector, 0);
    }
  }

  /**
   * Makes scores those of the model and the cache together, up to a constant.
   *
   * @param hidden what the softmax has read
   * @param logits a score for each word [vocabulary], changed
   */
  void mix(float[] hidden, float[] logits) {
    if (size == 0 || settings.share == 0) {
      return;
    }
    double total = weigh(hidden);
    double scale = Math.log(settings.share / (1 - settings.share)) + Likelihood.logTotal(logits);
    for (int i = 0; i < size; i++) {
      mass[words[place(i)]] += weights[i] / total;
    }
    for (int i = 0; i < size; i++) {
      int word = words[place(i)];
      if (mass[word] > 0) {
        logits[word] = (float) logOfSum(logits[word], Math.log(mass[word]) + scale);
        mass[word] = 0; // A word may be in several pairs.
      }
    }
  }

  /** Weighs the pairs, oldest first, by how alike their vectors are; returns the sum. */
  private double weigh(float[] hidden) {
    double top = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      float[] vector = vectors[place(i)];
      float product = 0;
      for (int k = 0; k < hidden.length; k++) {
        product += vector[k] * hidden[k];
      }
      weights[i] = settings.theta * product;
      top = Math.max(top, weights[i]);
    }
    double total = 0;
    for (int i = 0; i < size; i++) {
      weights[i] = Math.exp(weights[i] - top);
      total += weights[i];
    }
    return total;
  }

  private int place(int number) {
    return Math.floorMod(next - size + number, words.length);
  }

  private static double logOfSum(double a, double b) {
    return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
  }
}
