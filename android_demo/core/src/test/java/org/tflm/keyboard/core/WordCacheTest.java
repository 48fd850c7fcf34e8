package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Test;

public final class WordCacheTest {
  private static final CacheSettings SETTINGS = new CacheSettings(8, 0.5, 0.3);
  private static final String SENT = "they are happy they are ";

  private final FakeStep step = Models.step();

  @Test
  public void suggestsWhatPythonSuggestsWithACache() throws Exception {
    JSONObject vectors = new JSONObject(Repository.resource("cache_vectors.json"));
    CacheSettings settings = CacheSettings.of(vectors);
    JSONArray fields = vectors.getJSONArray("fields");
    for (int i = 0; i < fields.length(); i++) {
      Predictor predictor = Models.predictor(step, settings);
      JSONArray texts = fields.getJSONArray(i);
      for (int k = 0; k < texts.length(); k++) {
        JSONObject vector = texts.getJSONObject(k);
        List<String> expected = Json.strings(vector.getJSONArray("suggestions"));
        String text = vector.getString("text");
        assertEquals(i + ": " + text, expected, predictor.suggest(text, 5));
      }
    }
  }

  @Test
  public void goingBackForgetsTheWordsThatAreDeleted() throws Exception {
    Predictor used = Models.predictor(step, SETTINGS);
    used.suggest("hello how are you you ", 5);
    assertEquals(
        Models.predictor(step, SETTINGS).suggest("hello how ", 5), used.suggest("hello how ", 5));
  }

  @Test
  public void aMessageThatWasSentIsRemembered() throws Exception {
    assertNotEquals(plain(), afterSent(false));
  }

  @Test
  public void nothingIsRememberedInAPrivateField() throws Exception {
    assertEquals(plain(), afterSent(true));
  }

  @Test
  public void whatIsWipedIsNotRemembered() throws Exception {
    Predictor predictor = Models.predictor(step, SETTINGS);
    predictor.suggest(SENT, 5);
    predictor.forget();
    assertEquals(plain(), Models.texts(predictor.suggest(Models.request(""))));
  }

  @Test
  public void aLetterCostsNoStep() throws Exception {
    Predictor predictor = Models.predictor(step, SETTINGS);
    predictor.suggest("hello how are ", 3);
    int before = step.steps;
    predictor.suggest("hello how are y", 3);
    assertEquals(before, step.steps);
  }

  @Test
  public void aLongTextRemembersWhatIsNotReadAnyMore() throws Exception {
    CacheSettings byCount = new CacheSettings(1000, 0, 0.99);
    Predictor used = Models.predictor(step, byCount);
    StringBuilder text = new StringBuilder("hello weather . hello weather . ");
    for (int i = 0; i < Context.MAX_WORDS; i++) {
      text.append("they are . ");
      used.suggest(text.toString(), 5);
    }
    List<String> said = Arrays.asList("hello", "weather");
    assertTrue(used.suggest(text.toString(), 5).containsAll(said));
    Predictor other = Models.predictor(step, byCount);
    assertFalse(other.suggest(text.toString(), 5).containsAll(said));
  }

  @Test
  public void aModelThatGivesNoVectorIsRefused() {
    Step without =
        new FakeStep() {
          @Override
          public int hiddenSize() {
            return 0;
          }
        };
    assertThrows(BundleException.class, () -> Models.predictor(without, SETTINGS));
  }

  @Test
  public void aCacheThatNoneCanBeIsRefused() {
    String[] caches = {
      "{'window': 0, 'theta': 1, 'lambda': 0.1}",
      "{'window': 9, 'theta': -1, 'lambda': 0.1}",
      "{'window': 9, 'theta': 1, 'lambda': 1}",
    };
    for (String cache : caches) {
      JSONObject manifest = new JSONObject().put("cache", new JSONObject(cache.replace('\'', '"')));
      assertThrows(cache, BundleException.class, () -> CacheSettings.of(manifest));
    }
  }

  private List<String> plain() throws BundleException {
    return Models.texts(Models.predictor(Models.step()).suggest(Models.request("")));
  }

  private List<String> afterSent(boolean isPrivate) throws BundleException {
    Predictor predictor = Models.predictor(step, SETTINGS);
    predictor.suggest(new Request(SENT, Shift.OFF, isPrivate, false));
    return Models.texts(predictor.suggest(new Request("", Shift.OFF, isPrivate, false)));
  }
}
