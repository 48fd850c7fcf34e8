package org.tflm.keyboard.core;

import java.util.List;

/** Splits a word into pieces, in one of the ways that libraries have. */
interface PieceModel {
  /** Returns the pieces of a word, of which some may be unknown. */
  List<String> split(String word);
}
