package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Before;
import org.junit.Test;

public final class TaggerGoldenTest {
  private JSONObject vectors;
  private JSONArray taggers;

  @Before
  public void read() throws Exception {
    vectors = new JSONObject(Repository.text("tests/tagger_vectors.json"));
    taggers = vectors.getJSONArray("taggers");
  }

  private Golden.Result check(JSONObject tagger) throws BundleException {
    TaggerGolden golden =
        new TaggerGolden(
            tagger.getJSONObject("golden"),
            Taggers.rules(vectors),
            Taggers.lexicon(tagger),
            Reading.of(tagger.getJSONObject("tagging")));
    return golden.check(Taggers.steps(tagger));
  }

  private static JSONObject sequence(JSONObject tagger) {
    return tagger.getJSONObject("golden").getJSONArray("sequences").getJSONObject(0);
  }

  private static JSONObject step(JSONObject tagger, int place) {
    return sequence(tagger).getJSONObject("steps").getJSONArray("forward").getJSONObject(place);
  }

  @Test
  public void theSameTaggersPass() throws Exception {
    for (int i = 0; i < taggers.length(); i++) {
      JSONObject tagger = taggers.getJSONObject(i);
      int directions = tagger.getJSONObject("tagging").getJSONArray("directions").length();
      Golden.Result result = check(tagger);
      assertTrue(result.otherWords() + " " + result.wrongLogits(), result.passes());
      assertEquals(directions * sequence(tagger).getJSONArray("ids").length(), result.steps());
      assertEquals(0, result.largestDifference(), 1e-4);
    }
  }

  @Test
  public void anotherLogitIsTold() throws Exception {
    JSONObject tagger = taggers.getJSONObject(0);
    JSONArray logits = step(tagger, 1).getJSONArray("logits");
    logits.put(0, logits.getDouble(0) + 1);
    Golden.Result result = check(tagger);
    assertFalse(result.passes());
    assertTrue(result.wrongLogits().get(0).startsWith("after 2 words of 'will it rain"));
  }

  @Test
  public void otherLabelsAndWordsAreTold() throws Exception {
    JSONObject tagger = taggers.getJSONObject(0);
    sequence(tagger).getJSONArray("labels").put(0, "B-other");
    sequence(tagger).getJSONArray("words").put(0, "Will");
    assertEquals(2, check(tagger).otherWords().size());
  }

  @Test
  public void eachStepReadsTheLabelThatTheFileHas() throws Exception {
    JSONObject tagger = taggers.getJSONObject(0);
    step(tagger, 0).put("label", (step(tagger, 0).getInt("label") + 1) % 3);
    assertTrue(check(tagger).wrongLogits().get(0).startsWith("after 2 words of"));
  }

  @Test
  public void anIncompleteFileIsTold() {
    JSONObject tagger = taggers.getJSONObject(0);
    sequence(tagger).remove("steps");
    String message = assertThrows(BundleException.class, () -> check(tagger)).getMessage();
    assertTrue(message, message.contains("golden.json is incomplete"));
  }
}
