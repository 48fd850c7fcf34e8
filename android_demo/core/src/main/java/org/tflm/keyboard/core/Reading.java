package org.tflm.keyboard.core;

import static org.tflm.keyboard.core.BundleException.require;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.json.JSONException;
import org.json.JSONObject;

/** What a tagger reads of a sentence at each step, and in which order. */
final class Reading {
  private static final String FORWARD = "forward";
  private static final String BACKWARD = "backward";
  private static final List<List<String>> DIRECTIONS =
      Arrays.asList(
          Collections.singletonList(FORWARD),
          Collections.singletonList(BACKWARD),
          Arrays.asList(FORWARD, BACKWARD));

  private final int window;
  private final int previous;
  private final List<String> directions;

  private Reading(int window, int previous, List<String> directions) {
    this.window = window;
    this.previous = previous;
    this.directions = directions;
  }

  /**
   * Returns what a manifest has under {@code tagging}.
   *
   * @throws BundleException this app does not know such a way to read
   */
  static Reading of(JSONObject tagging) throws JSONException, BundleException {
    Reading reading =
        new Reading(
            tagging.getInt("window"),
            tagging.getInt("previous"),
            Json.strings(tagging.getJSONArray("directions")));
    require(
        reading.window >= 0 && DIRECTIONS.contains(reading.directions),
        "the tagger reads "
            + reading.directions
            + " with a window of "
            + reading.window
            + ": update the app");
    return reading;
  }

  /** Returns how many words are read at a time: one, and those on each side of it. */
  int width() {
    return 2 * window + 1;
  }

  /** Returns how often a sentence is read. */
  int directions() {
    return directions.size();
  }

  /** Tells whether labels are fed back, of which the last number of a state is the newest. */
  boolean readsLabels() {
    return previous > 0;
  }

  /** Tells whether a sentence is read from its end. */
  boolean isBackward(int direction) {
    return directions.get(direction).equals(BACKWARD);
  }

  /**
   * Fills in the ids of the words around a word, column by column, 0 outside of the sentence.
   *
   * @param ids of a sentence [columns][words]
   * @param place of the word
   * @param isBackward whether the words stand from the last to the first
   * @param tokens what a step reads [columns * width]
   */
  void fill(int[][] ids, int place, boolean isBackward, int[] tokens) {
    int next = 0;
    for (int[] column : ids) {
      for (int i = -window; i <= window; i++) {
        int at = place + (isBackward ? -i : i);
        tokens[next++] = at >= 0 && at < column.length ? column[at] : 0;
      }
    }
  }
}
