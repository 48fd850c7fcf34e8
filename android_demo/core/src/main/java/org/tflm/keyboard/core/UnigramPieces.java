package org.tflm.keyboard.core;

import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;

/** The pieces whose scores have the largest sum, by Viterbi's search. */
final class UnigramPieces implements PieceModel {
  private static final double PENALTY = 10; // Of what is unknown, below the least score.

  private final Map<String, Integer> ids;
  private final double[] scores;
  private final boolean single;
  private final double unknown;
  private int longest; // UTF-16 units of the longest piece.

  /**
   * @param ids of the pieces
   * @param scores of the pieces by id, NaN for those that no text becomes
   * @param single whether sums are rounded to single precision, as the library's are
   */
  UnigramPieces(Map<String, Integer> ids, double[] scores, boolean single) {
    this.ids = ids;
    this.scores = scores;
    this.single = single;
    double least = Double.POSITIVE_INFINITY;
    for (double score : scores) {
      least = Double.isNaN(score) ? least : Math.min(least, score);
    }
    unknown = round(round(least) - PENALTY);
    for (String piece : ids.keySet()) {
      longest = Math.max(longest, piece.length());
    }
  }

  @Override
  public List<String> split(String word) {
    double[] best = new double[word.length() + 1];
    int[] from = new int[best.length];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    best[0] = 0;
    for (int start = 0; start < word.length(); ) {
      int next = word.offsetByCodePoints(start, 1);
      for (int end = next; end <= Math.min(word.length(), start + longest); end++) {
        offer(best, from, start, end, score(word.substring(start, end)));
      }
      if (Double.isNaN(score(word.substring(start, next)))) {
        offer(best, from, start, next, unknown);
      }
      start = next;
    }
    LinkedList<String> pieces = new LinkedList<>();
    for (int end = word.length(); end > 0; end = from[end]) {
      pieces.addFirst(word.substring(from[end], end));
    }
    return pieces;
  }

  private void offer(double[] best, int[] from, int start, int end, double more) {
    double sum = round(best[start] + round(more));
    if (sum > best[end]) { // Never of NaN.
      best[end] = sum;
      from[end] = start;
    }
  }

  private double score(String piece) {
    Integer id = ids.get(piece);
    return id == null ? Double.NaN : scores[id];
  }

  private double round(double value) {
    return single ? (float) value : value;
  }
}
