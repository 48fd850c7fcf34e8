package org.tflm.keyboard.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which words are written in place of those typed, without being chosen.
 *
 * <p>A correction that was taken back is not made again in the same field; the second time, its
 * word is learned and is left alone for good.
 */
final class Corrections {
  private static final int TIMES = 2; // Until a word is learned.
  private static final int MAX_WORDS = 100; // That are remembered; then all are forgotten.

  private final Map<String, Integer> refused = new LinkedHashMap<>();
  private boolean enabled;
  private List<Suggestion> shown = Collections.emptyList();
  private String refusedHere = "";

  void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  /** Notes what is suggested for the text as it is. */
  void offer(List<Suggestion> suggestions) {
    shown = suggestions;
  }

  /** Begins with a field. */
  void start() {
    shown = Collections.emptyList();
    refusedHere = "";
  }

  /** Forgets what was suggested for a text that is another now. */
  void leave() {
    shown = Collections.emptyList();
  }

  /** Returns what to write for a typed word, or null to leave it as it is. */
  Suggestion of(String typed) {
    for (Suggestion suggestion : shown) {
      boolean fits =
          suggestion.kind() == Suggestion.Kind.CORRECTION && suggestion.replaces().equals(typed);
      if (enabled && fits && !isRefused(typed)) {
        return suggestion;
      }
    }
    return null;
  }

  /** Notes that a typed word was meant; returns whether it is to be learned. */
  boolean refuse(String typed) {
    refusedHere = typed;
    if (refused.size() >= MAX_WORDS) {
      refused.clear();
    }
    int times = refused.containsKey(typed) ? refused.get(typed) + 1 : 1;
    refused.put(typed, times);
    return times == TIMES;
  }

  private boolean isRefused(String typed) {
    Integer times = refused.get(typed);
    return typed.equals(refusedHere) || (times != null && times >= TIMES);
  }
}
