package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.json.JSONObject;
import org.junit.Test;

/** Pieces of words: what {@code tests/piece_vectors.py} had of the libraries and of Python. */
public final class PiecesTest {
  private final JSONObject vectors;

  public PiecesTest() throws Exception {
    vectors = new JSONObject(Repository.resource("piece_vectors.json"));
  }

  private static List<String> words(JSONObject vector) throws Exception {
    return Json.strings(vector.getJSONArray("words"));
  }

  private static TextRules rules(JSONObject vector) throws Exception {
    return TextRules.of(
        vector.getJSONObject("text"), vector.getJSONObject("pieces"), words(vector));
  }

  private static Vocabulary vocabulary(JSONObject vector) throws Exception {
    JSONObject special = vector.getJSONObject("special_ids");
    return new Vocabulary(words(vector), Roles.of(special, words(vector).size()));
  }

  private static Predictor predictor(JSONObject vector, Step step) throws Exception {
    return new Predictor(
        step,
        vocabulary(vector),
        rules(vector),
        Models.START,
        null,
        Models.nothingBlocked(),
        new PersonalWords(new MemoryStorage()),
        Keyboard.ENGLISH);
  }

  @Test
  public void givesTheIdsOfTheLibraries() throws Exception {
    assertTrue(vectors.length() > 10);
    for (String name : Json.keys(vectors)) {
      JSONObject vector = vectors.getJSONObject(name);
      JSONObject expected = vector.getJSONObject("ids");
      Vocabulary vocabulary = vocabulary(vector);
      TextRules rules = rules(vector);
      for (String text : Json.keys(expected)) {
        List<Integer> found = new ArrayList<>();
        for (String piece : rules.words(text)) {
          int id = vocabulary.id(piece);
          if (id != Vocabulary.SKIPPED) {
            found.add(id);
          }
        }
        String what = name + ": '" + text + "' in " + rules.words(text);
        assertEquals(what, expected.getJSONArray(text).toString(), found.toString().replace(" ", ""));
      }
    }
  }

  @Test
  public void joinsPiecesToTheWordsOfPython() throws Exception {
    for (String name : Json.keys(vectors)) {
      JSONObject vector = vectors.getJSONObject(name);
      Predictor predictor = predictor(vector, new FakeStep(words(vector).size()));
      JSONObject expected = vector.getJSONObject("suggestions");
      for (String text : Json.keys(expected)) {
        List<String> words = Json.strings(expected.getJSONArray(text));
        assertEquals(name + ": '" + text + "'", words, predictor.suggest(text, 3));
      }
    }
  }

  @Test
  public void aKeyPressCostsABoundedNumberOfSteps() throws Exception {
    JSONObject vector = vectors.getJSONObject("sentencepiece bpe");
    FakeStep step = new FakeStep(words(vector).size());
    Predictor predictor = predictor(vector, step);
    predictor.suggest("we like the ", 3);
    for (String text : new String[] {"we like the g", "we like the ga", "we like the qx"}) {
      step.steps = 0;
      predictor.suggest(text, 3);
      assertTrue(step.steps <= WordSearch.STEPS);
    }
  }
}
