package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Test;

public final class GoldenTest {
  private final Vocabulary vocabulary = Models.vocabulary();

  private static Files files(String golden) {
    return Repository.memory(
        Collections.singletonMap("golden.json", golden.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes what a step answers to one text, as {@code tflm.bundle.golden}. */
  private JSONObject golden(Step step) {
    JSONArray steps = new JSONArray();
    List<Integer> tokens = Arrays.asList(vocabulary.id("<eos>"), vocabulary.id("hello"));
    Candidates candidates = new Candidates(vocabulary, word -> false);
    float[] state = new float[step.stateSize()];
    for (int token : tokens) {
      float[] logits = new float[step.vocabularySize()];
      float[] next = new float[step.stateSize()];
      step.read(token, state, logits, next);
      state = next;
      JSONArray scores = new JSONArray();
      List<Integer> best = candidates.best(logits, "", 3);
      for (int id : best) {
        scores.put((double) logits[id]);
      }
      JSONObject suggestions = new JSONObject();
      for (String prefix : new String[] {"", "th", "zz"}) {
        JSONArray words = new JSONArray();
        for (int id : candidates.best(logits, prefix, 3)) {
          words.put(vocabulary.word(id));
        }
        suggestions.put(prefix, words);
      }
      steps.put(
          new JSONObject()
              .put("top", new JSONArray(best))
              .put("logits", scores)
              .put("suggestions", suggestions));
    }
    JSONObject sequence =
        new JSONObject().put("text", "hello").put("tokens", new JSONArray(tokens));
    return new JSONObject()
        .put("tolerance", 0.2)
        .put("sequences", new JSONArray().put(sequence.put("steps", steps)));
  }

  private Golden.Result check(JSONObject golden) throws BundleException {
    return Golden.read(files(golden.toString()), vocabulary).check(Models.step());
  }

  private static JSONObject firstStep(JSONObject golden) {
    return golden.getJSONArray("sequences").getJSONObject(0).getJSONArray("steps").getJSONObject(0);
  }

  @Test
  public void theSameModelPasses() throws Exception {
    Golden.Result result = check(golden(Models.step()));
    assertTrue(result.passes());
    assertEquals(2, result.steps());
    assertEquals(0, result.largestDifference(), 0);
  }

  @Test
  public void aLogitMayDifferByTheTolerance() throws Exception {
    JSONObject golden = golden(Models.step());
    JSONArray logits = firstStep(golden).getJSONArray("logits");
    double right = logits.getDouble(1);
    logits.put(1, right + 0.19);
    assertTrue(check(golden).passes());
    assertEquals(0.19, check(golden).largestDifference(), 1e-6);
    logits.put(1, right - 0.21);
    Golden.Result result = check(golden);
    assertFalse(result.passes());
    assertEquals(1, result.wrongLogits().size());
    assertTrue(result.wrongLogits().get(0).startsWith("after 1 words of 'hello' a logit is "));
  }

  @Test
  public void logitsThatAreNoNumbersFail() throws Exception {
    Step broken =
        new FakeStep() {
          @Override
          public void read(int token, float[] state, float[] logits, float[] next) {
            Arrays.fill(logits, Float.NaN);
          }
        };
    Golden golden = Golden.read(files(golden(Models.step()).toString()), vocabulary);
    assertEquals(6, golden.check(broken).wrongLogits().size());
  }

  @Test
  public void otherSuggestionsFail() throws Exception {
    JSONObject golden = golden(Models.step());
    firstStep(golden).getJSONObject("suggestions").getJSONArray("th").put(0, "tho");
    Golden.Result result = check(golden);
    assertFalse(result.passes());
    assertEquals(1, result.otherWords().size());
    assertTrue(result.otherWords().get(0).contains("'th' gives"));
  }

  @Test
  public void anotherOrderOfTheLikeliestFails() throws Exception {
    JSONObject golden = golden(Models.step());
    firstStep(golden).getJSONArray("top").put(0, 4);
    assertFalse(check(golden).passes());
  }

  @Test
  public void nothingToCheckIsNoPass() throws Exception {
    assertFalse(check(new JSONObject("{\"tolerance\": 1, \"sequences\": []}")).passes());
  }

  @Test
  public void whatIsNoGoldenFileIsRefused() {
    for (String text : new String[] {"", "{}", "[1]"}) {
      assertThrows(BundleException.class, () -> Golden.read(files(text), vocabulary));
    }
    assertThrows(
        BundleException.class,
        () -> check(new JSONObject("{\"tolerance\": 1, \"sequences\": [{\"text\": \"\"}]}")));
  }

  @Test
  public void readsTheKeyboardsOwn() throws Exception {
    Files keyboard = Repository.keyboard();
    Vocabulary words = Bundle.read(keyboard).vocabulary();
    Golden golden = Golden.read(keyboard, words);
    assertFalse(golden.check(new FakeStep(words.size())).passes());
  }
}
