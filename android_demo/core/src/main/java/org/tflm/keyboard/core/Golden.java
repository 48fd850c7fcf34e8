package org.tflm.keyboard.core;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * The answers that Python had from a bundle's model, and whether a {@link Step} gives the same.
 *
 * <p>Each of its texts begins with a state of zeros and what the bundle says.
 */
public final class Golden {
  private final Vocabulary vocabulary;
  private final Candidates candidates;
  private final JSONArray sequences;
  private final double tolerance;

  private Golden(Vocabulary vocabulary, JSONObject content) throws JSONException {
    this.vocabulary = vocabulary;
    candidates = new Candidates(vocabulary, word -> false);
    sequences = content.getJSONArray("sequences");
    tolerance = content.getDouble("tolerance");
  }

  /** What a check found. */
  public static final class Result {
    private final double tolerance;
    private int steps;
    private double largestDifference;
    private final List<String> wrongLogits = new ArrayList<>();
    private final List<String> otherWords = new ArrayList<>();

    Result(double tolerance) {
      this.tolerance = tolerance;
    }

    /** Returns the number of words that were read. */
    public int steps() {
      return steps;
    }

    /** Returns how far a logit may be from the expected one. */
    public double tolerance() {
      return tolerance;
    }

    /** Returns the largest distance of a logit from the expected one. */
    public double largestDifference() {
      return largestDifference;
    }

    /** Returns a line for each step with a logit that is further away than the tolerance. */
    public List<String> wrongLogits() {
      return Collections.unmodifiableList(wrongLogits);
    }

    /** Returns a line for each list of suggestions that is not the expected one. */
    public List<String> otherWords() {
      return Collections.unmodifiableList(otherWords);
    }

    /** Tells whether all logits are near enough and all suggestions the same. */
    public boolean passes() {
      return steps > 0 && wrongLogits.isEmpty() && otherWords.isEmpty();
    }

    /** Counts a step and compares its logits with the expected ones of the likeliest. */
    void logits(JSONObject expected, float[] logits, String place) throws JSONException {
      steps++;
      JSONArray top = expected.getJSONArray("top");
      JSONArray scores = expected.getJSONArray("logits");
      for (int i = 0; i < top.length(); i++) {
        double difference = Math.abs(logits[top.getInt(i)] - scores.getDouble(i));
        largestDifference = Math.max(largestDifference, difference);
        if (!(difference <= tolerance)) {
          wrongLogits.add(
              place + " a logit is " + logits[top.getInt(i)] + ", not " + scores.getDouble(i));
        }
      }
    }

    /** Compares a list with the expected one. */
    void same(String what, List<?> found, JSONArray expected) {
      if (!new JSONArray(found).toString().equals(expected.toString())) {
        otherWords.add(what + " are " + found + ", not " + expected);
      }
    }
  }

  /**
   * Reads the golden file of a bundle.
   *
   * @throws BundleException it is missing or no golden file
   */
  public static Golden read(Files files, Vocabulary vocabulary) throws BundleException {
    try {
      return new Golden(vocabulary, content(files));
    } catch (JSONException error) {
      throw unreadable(error);
    }
  }

  /** Returns what the golden file of any bundle has. */
  static JSONObject content(Files files) throws BundleException {
    try {
      String text = BundleFiles.decode(Bundle.GOLDEN, BundleFiles.bytes(files, Bundle.GOLDEN));
      return new JSONObject(text);
    } catch (IOException | JSONException error) {
      throw unreadable(error);
    }
  }

  static BundleException incomplete(JSONException error) {
    return new BundleException(
        Bundle.GOLDEN + " is incomplete: copy the whole bundle again", error);
  }

  private static BundleException unreadable(Exception error) {
    return new BundleException(
        Bundle.GOLDEN + " cannot be read: copy the whole bundle again", error);
  }

  /**
   * Runs a model over the texts.
   *
   * @throws BundleException the golden file is incomplete
   */
  public Result check(Step step) throws BundleException {
    Result result = new Result(tolerance);
    try {
      for (int i = 0; i < sequences.length(); i++) {
        checkSequence(step, sequences.getJSONObject(i), result);
      }
    } catch (JSONException error) {
      throw incomplete(error);
    }
    return result;
  }

  private void checkSequence(Step step, JSONObject sequence, Result result) throws JSONException {
    JSONArray tokens = sequence.getJSONArray("tokens");
    JSONArray steps = sequence.getJSONArray("steps");
    float[] state = new float[step.stateSize()];
    float[] logits = new float[step.vocabularySize()];
    for (int i = 0; i < tokens.length(); i++) {
      float[] next = new float[state.length];
      step.read(tokens.getInt(i), state, logits, next);
      state = next;
      String place = "after " + (i + 1) + " words of '" + sequence.getString("text") + "'";
      JSONObject expected = steps.getJSONObject(i);
      result.logits(expected, logits, place);
      JSONArray top = expected.getJSONArray("top");
      List<Integer> best = candidates.best(logits, "", Math.max(1, top.length()));
      result.same(place + " the likeliest", best, top);
      checkWords(expected.getJSONObject("suggestions"), logits, place, result);
    }
  }

  private void checkWords(JSONObject expected, float[] logits, String place, Result result)
      throws JSONException {
    for (String prefix : Json.keys(expected)) {
      List<String> words = Json.strings(expected.getJSONArray(prefix));
      List<String> found = new ArrayList<>();
      for (int id : candidates.best(logits, prefix, Math.max(1, words.size()))) {
        found.add(vocabulary.word(id));
      }
      if (!found.equals(words)) {
        result.otherWords.add(place + " '" + prefix + "' gives " + found + ", not " + words);
      }
    }
  }
}
