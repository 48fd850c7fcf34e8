package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Test;

public final class TokenizerTest {
  @Test
  public void givesTheTokensThatPythonGives() throws Exception {
    JSONArray vectors = new JSONArray(Repository.text("tests/tokenizer_vectors.json"));
    assertTrue(vectors.length() > 60);
    for (int i = 0; i < vectors.length(); i++) {
      JSONObject vector = vectors.getJSONObject(i);
      String text = vector.getString("text");
      assertEquals(
          text, Json.strings(vector.getJSONArray("tokens")), Tokenizer.tokenize(text));
    }
  }

  @Test
  public void splitKeepsTheCase() {
    assertEquals(Arrays.asList("I'm", "OK", ":D"), Tokenizer.split("I’m OK :D"));
  }

  @Test
  public void onlyWordsAreLowered() {
    assertEquals("\u00E9t\u00E9", Tokenizer.lower("\u00C9T\u00C9"));
    assertEquals(":D", Tokenizer.lower(":D"));
  }

  @Test
  public void aWordBeginsWithALetterOrDigit() {
    assertTrue(Tokenizer.isWord("2nd"));
    assertTrue(Tokenizer.isWord("\uD835\uDCD7i"));
    assertFalse(Tokenizer.isWord("<number>"));
    assertFalse(Tokenizer.isWord(""));
  }

  @Test
  public void halfACharacterIsNoToken() {
    assertEquals(Arrays.asList("a", "b"), Tokenizer.split("a\uD83D b\uDE00"));
  }

  @Test(timeout = 5000)
  public void takesTimeInProportionToHostileText() {
    String[] parts = {"a.", "a@", "1,", "a'", "!", "\uD83D\uDE00\u200D", "www.", ":"};
    for (String part : parts) {
      StringBuilder text = new StringBuilder();
      while (text.length() < 20_000) {
        text.append(part);
      }
      assertFalse(Tokenizer.split(text.toString()).isEmpty());
    }
  }
}
