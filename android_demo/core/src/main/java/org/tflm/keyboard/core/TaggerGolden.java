package org.tflm.keyboard.core;

import java.util.ArrayList;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** The same as {@link Golden} of a tagger, as {@code tflm/bundle/tagging.py} writes them. */
public final class TaggerGolden {
  private final JSONObject content;
  private final TextRules rules;
  private final Lexicon lexicon;
  private final Reading reading;

  TaggerGolden(JSONObject content, TextRules rules, Lexicon lexicon, Reading reading) {
    this.content = content;
    this.rules = rules;
    this.lexicon = lexicon;
    this.reading = reading;
  }

  /**
   * Reads the golden file of a bundle.
   *
   * @throws BundleException it is missing or no golden file
   */
  public static TaggerGolden read(Files files, TaggerBundle bundle) throws BundleException {
    return new TaggerGolden(
        Golden.content(files), bundle.rules(), bundle.lexicon(), bundle.reading());
  }

  /**
   * Runs a tagger over the texts.
   *
   * <p>Each step goes on with the label that Python had: where two are as likely, this processor
   * may prefer the other.
   *
   * @throws BundleException the golden file is incomplete
   */
  public Golden.Result check(TagSteps steps) throws BundleException {
    try {
      Golden.Result result = new Golden.Result(content.getDouble("tolerance"));
      JSONArray sequences = content.getJSONArray("sequences");
      for (int i = 0; i < sequences.length(); i++) {
        JSONObject sequence = sequences.getJSONObject(i);
        checkWords(steps, sequence, result);
        for (int direction = 0; direction < reading.directions(); direction++) {
          checkSteps(steps, direction, sequence, result);
        }
      }
      return result;
    } catch (JSONException error) {
      throw Golden.incomplete(error);
    }
  }

  private void checkWords(TagSteps steps, JSONObject sequence, Golden.Result result)
      throws JSONException {
    String text = sequence.getString("text");
    List<String> words = rules.split(text);
    List<String> labels = new ArrayList<>();
    for (int id : new LabelDecoder(steps, reading).label(lexicon.encode(words))) {
      labels.add(lexicon.labels().get(id));
    }
    result.same("the words of '" + text + "'", words, sequence.getJSONArray("words"));
    result.same("the labels of '" + text + "'", labels, sequence.getJSONArray("labels"));
  }

  private void checkSteps(TagSteps steps, int direction, JSONObject sequence, Golden.Result result)
      throws JSONException {
    int[][] ids = columns(sequence.getJSONArray("ids"));
    boolean isBackward = reading.isBackward(direction);
    String name = isBackward ? "backward" : "forward";
    JSONArray expected = sequence.getJSONObject("steps").getJSONArray(name);
    int[] tokens = new int[steps.tokens()];
    float[] logits = new float[steps.labels()];
    float[] state = new float[steps.stateSize(direction)];
    for (int i = 0; i < expected.length(); i++) {
      float[] next = new float[state.length];
      reading.fill(ids, isBackward ? expected.length() - 1 - i : i, isBackward, tokens);
      steps.read(direction, tokens, state, logits, next);
      JSONObject step = expected.getJSONObject(i);
      String place = "after " + (i + 1) + " words of '" + sequence.getString("text") + "'";
      result.logits(step, logits, place + ", " + name + ",");
      if (reading.readsLabels()) {
        next[next.length - 1] = step.getInt("label") + 1;
      }
      state = next;
    }
  }

  /** Returns the ids of a sentence [columns][words], which JSON has the other way round. */
  private static int[][] columns(JSONArray rows) throws JSONException {
    int[][] columns = new int[rows.getJSONArray(0).length()][rows.length()];
    for (int i = 0; i < rows.length(); i++) {
      for (int k = 0; k < columns.length; k++) {
        columns[k][i] = rows.getJSONArray(i).getInt(k);
      }
    }
    return columns;
  }
}
