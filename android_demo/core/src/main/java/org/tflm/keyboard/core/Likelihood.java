package org.tflm.keyboard.core;

/** What logits say of their words or labels. */
final class Likelihood {
  private Likelihood() {}

  /** Returns the logarithm of the sum of the exponentials, which may be large themselves. */
  static double logTotal(float[] logits) {
    double top = Double.NEGATIVE_INFINITY; // Differences of floats would be rounded.
    for (float logit : logits) {
      top = Math.max(top, logit);
    }
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit - top);
    }
    return top + Math.log(total);
  }
}
