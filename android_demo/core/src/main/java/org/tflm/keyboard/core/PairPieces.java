package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Characters, of which the pair with the lowest rank is joined first: BPE. */
final class PairPieces implements PieceModel {
  /** The rank of a pair that is never joined. */
  static final double NEVER = Double.POSITIVE_INFINITY;

  /** Tells when two neighbours are joined. */
  interface Ranks {
    double of(String left, String right);
  }

  private final Ranks ranks;
  private final Set<String> whole;

  /**
   * @param ranks of pairs
   * @param whole words that are pieces as they are
   */
  PairPieces(Ranks ranks, Set<String> whole) {
    this.ranks = ranks;
    this.whole = whole;
  }

  @Override
  public List<String> split(String word) {
    List<String> parts = new ArrayList<>();
    if (whole.contains(word)) {
      parts.add(word);
      return parts;
    }
    parts.addAll(KerasTokenizer.characters(word));
    List<Double> pairs = new ArrayList<>();
    for (int i = 0; i + 1 < parts.size(); i++) {
      pairs.add(rank(parts, i));
    }
    for (int at = least(pairs); at >= 0; at = least(pairs)) {
      parts.set(at, parts.get(at) + parts.remove(at + 1));
      pairs.remove(at);
      for (int i = Math.max(0, at - 1); i <= at && i < pairs.size(); i++) {
        pairs.set(i, rank(parts, i));
      }
    }
    return parts;
  }

  private double rank(List<String> parts, int place) {
    return ranks.of(parts.get(place), parts.get(place + 1));
  }

  /** Returns the place of the first of the lowest ranks, -1 if none is to be joined. */
  private static int least(List<Double> pairs) {
    int least = -1;
    for (int i = 0; i < pairs.size(); i++) {
      if (pairs.get(i) < (least < 0 ? NEVER : pairs.get(least))) {
        least = i;
      }
    }
    return least;
  }
}
