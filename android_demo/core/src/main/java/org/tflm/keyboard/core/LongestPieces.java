package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The longest pieces from the start on, or the whole word where one is missing: WordPiece. */
final class LongestPieces implements PieceModel {
  private final Set<String> pieces;
  private final String continues;
  private final int longest;

  /**
   * @param pieces all that there are
   * @param continues what pieces begin with that do not begin a word
   * @param longest characters of a word that is split at all
   */
  LongestPieces(Set<String> pieces, String continues, int longest) {
    this.pieces = pieces;
    this.continues = continues;
    this.longest = longest;
  }

  @Override
  public List<String> split(String word) {
    List<String> whole = Collections.singletonList(word);
    if (word.codePointCount(0, word.length()) > longest) {
      return whole;
    }
    List<String> found = new ArrayList<>();
    for (int start = 0; start < word.length(); ) {
      String mark = start == 0 ? "" : continues;
      int end = word.length();
      while (end > start && !pieces.contains(mark + word.substring(start, end))) {
        end--;
      }
      if (end == start) {
        return whole;
      }
      found.add(mark + word.substring(start, end));
      start = end;
    }
    return found;
  }
}
