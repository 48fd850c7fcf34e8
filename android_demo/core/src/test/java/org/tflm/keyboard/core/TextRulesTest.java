package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Collections;
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
    Splitter rules = new KerasTokenizer(true, ",.", " ", false, Collections.<String>emptyList());
    assertTrue(rules.isOpen("so goo"));
    assertFalse(rules.isOpen("so good,"));
    assertFalse(rules.isOpen(""));
  }
}
