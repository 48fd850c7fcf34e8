package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Test;

public final class TextRulesTest {
  @Test
  public void givesTheWordsThatPythonGives() throws Exception {
    JSONArray vectors = new JSONArray(Repository.text("tests/text_rules_vectors.json"));
    assertTrue(vectors.length() > 60);
    for (int i = 0; i < vectors.length(); i++) {
      JSONObject vector = vectors.getJSONObject(i);
      if (vector.has("engine")) {
        continue; // What only Android's boundaries of words give.
      }
      TextRules rules = TextRules.of(vector.getJSONObject("rules"));
      String text = vector.getString("text");
      List<String> expected = Json.strings(vector.getJSONArray("tokens"));
      assertEquals(vector.toString(), expected, rules.words(text));
    }
  }

  @Test
  public void aWordThatIsStrippedToNothingIsNotBeingTyped() {
    Splitter rules = new TextVectorization(true, true, "whitespace");
    assertTrue(rules.isOpen("so goo"));
    assertTrue(rules.isOpen("so good."));
    assertFalse(rules.isOpen("so good -"));
    assertFalse(rules.isOpen("so good "));
  }

  @Test
  public void whatIsFilteredEndsAWord() {
    Splitter rules = new KerasTokenizer(true, ",.", " ", false);
    assertTrue(rules.isOpen("so goo"));
    assertFalse(rules.isOpen("so good,"));
    assertFalse(rules.isOpen(""));
  }

  @Test
  public void piecesOfWordsAreRefusedByName() {
    JSONObject text = new JSONObject().put("tokenizer", "subwords").put("lower_case", false);
    BundleException error = assertThrows(BundleException.class, () -> TextRules.of(text));
    assertTrue(error.getMessage().contains("'subwords' are not known: update the app"));
  }
}
