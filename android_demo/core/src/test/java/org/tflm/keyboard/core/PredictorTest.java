package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Test;
import org.tflm.keyboard.core.Suggestion.Kind;

public final class PredictorTest {
  private final FakeStep step = Models.step();

  @Test
  public void suggestsWhatPythonsTypistSuggests() throws Exception {
    for (String tokenizer : new String[] {"typed", "white space"}) {
      TextRules rules = Models.rules(tokenizer.equals("typed"));
      Predictor predictor =
          new Predictor(
              step,
              Models.vocabulary(),
              rules,
              Models.START,
              null,
              Models.nothingBlocked(),
              new PersonalWords(new MemoryStorage()),
              Keyboard.ENGLISH);
      JSONArray vectors = Models.VECTORS.getJSONArray(tokenizer);
      for (int i = 0; i < vectors.length(); i++) {
        JSONObject vector = vectors.getJSONObject(i);
        String text = vector.getString("text");
        List<String> expected = Json.strings(vector.getJSONArray("suggestions"));
        assertEquals(tokenizer + ": " + text, expected, predictor.suggest(text, 5));
      }
    }
  }

  @Test
  public void whatWasReadBeforeChangesNothing() throws Exception {
    Predictor used = Models.predictor(step);
    JSONArray vectors = Models.VECTORS.getJSONArray("typed");
    for (int i = vectors.length() - 1; i >= 0; i--) {
      String text = vectors.getJSONObject(i).getString("text");
      assertEquals(text, Models.predictor(Models.step()).suggest(text, 3), used.suggest(text, 3));
    }
  }

  @Test
  public void aWordCostsOneStepAndALetterNone() throws Exception {
    Predictor predictor = Models.predictor(step);
    predictor.suggest(Models.request("hello how are "));
    int before = step.steps;
    for (String text : new String[] {"hello how are y", "hello how are yo", "hello how are you"}) {
      predictor.suggest(Models.request(text));
    }
    assertEquals(before, step.steps);
    predictor.suggest(Models.request("hello how are you "));
    assertEquals(before + 1, step.steps);
  }

  @Test
  public void goingBackCostsOneStepAndGoingOnAgainOne() throws Exception {
    Predictor predictor = Models.predictor(step);
    predictor.suggest(Models.request("hello how are you "));
    int before = step.steps;
    predictor.suggest(Models.request("hello how "));
    assertEquals(before + 1, step.steps);
    predictor.suggest(Models.request("hello how is "));
    assertEquals(before + 2, step.steps);
  }

  @Test
  public void aStepThatFailsLeavesNothingWrongBehind() throws Exception {
    boolean[] fails = {false};
    Step failing =
        new FakeStep() {
          @Override
          public void read(int token, float[] state, float[] logits, float[] next) {
            super.read(token, state, logits, next);
            if (fails[0]) {
              Arrays.fill(logits, -1);
              throw new IllegalStateException("no");
            }
          }
        };
    Predictor predictor = Models.predictor(failing);
    List<String> expected = predictor.suggest("hello how ", 3);
    predictor.suggest("hello ", 3);
    fails[0] = true;
    assertThrows(IllegalStateException.class, () -> predictor.suggest("hello how ", 3));
    fails[0] = false;
    assertEquals(expected, predictor.suggest("hello how ", 3));
  }

  @Test
  public void aLongTextCostsNoMoreThanItsEnd() throws Exception {
    Predictor predictor = Models.predictor(step);
    StringBuilder text = new StringBuilder();
    int most = 0;
    int total = 0;
    for (int word = 0; word < 1000; word++) {
      text.append(word % 10 == 9 ? ". " : " the");
      step.steps = 0;
      predictor.suggest(Models.request(text + " "));
      most = Math.max(most, step.steps);
      total += step.steps;
    }
    assertTrue("" + most, most <= Context.MAX_WORDS + 1);
    assertTrue("" + total, total < 10_000);
  }

  @Test
  public void theLiteralWordIsKeptFirst() throws Exception {
    List<Suggestion> shown = Models.predictor(step).suggest(Models.request("hel"));
    assertEquals(Arrays.asList("hel", "hello", "\u00e9lan"), Models.texts(shown));
    assertEquals(Kind.LITERAL, shown.get(0).kind());
    assertEquals(Kind.CORRECTION, shown.get(1).kind());
    assertEquals("hel", shown.get(1).replaces());
  }

  @Test
  public void aLiteralThatIsACompletionIsNotShownTwice() throws Exception {
    List<Suggestion> shown = Models.predictor(step).suggest(Models.request("he"));
    assertEquals(Arrays.asList("hello", "he", "the"), Models.texts(shown));
  }

  @Test
  public void anUnknownWordIsOnlyItself() throws Exception {
    List<Suggestion> shown = Models.predictor(step).suggest(Models.request("I xyzzy"));
    assertEquals(Collections.singletonList(new Suggestion("xyzzy", Kind.LITERAL, "xyzzy")), shown);
  }

  @Test
  public void nextWordsHaveNoLiteral() throws Exception {
    for (Suggestion suggestion : Models.predictor(step).suggest(Models.request("hello "))) {
      assertEquals(Kind.NEXT, suggestion.kind());
      assertEquals("", suggestion.replaces());
    }
  }

  @Test
  public void marksAreNextWordsWhereTheyAreAskedFor() throws Exception {
    Predictor predictor = Models.predictor(step);
    Request words = Models.request("hello ");
    Request all = new Request("hello ", Shift.OFF, false, true);
    assertTrue(predictor.suggest(words).stream().allMatch(s -> Tokenizer.isWord(s.text())));
    assertFalse(predictor.suggest(all).stream().allMatch(s -> Tokenizer.isWord(s.text())));
  }

  @Test
  public void aPunctuationMarkIsNotCompletedByItself() throws Exception {
    assertEquals(Collections.emptyList(), Models.predictor(step).suggest(Models.request("hello,")));
    assertEquals(3, Models.predictor(step).suggest(Models.request("hello :")).size()); // Emoticons.
  }

  @Test
  public void anApostropheGoesOnWithItsWord() throws Exception {
    List<Suggestion> shown = Models.predictor(step).suggest(Models.request("I don\u2019"));
    assertEquals(Arrays.asList("don\u2019", "don't"), Models.texts(shown));
    assertEquals("don\u2019", shown.get(1).replaces());
    assertEquals(Arrays.asList("I'm"), Models.predictor(step).suggest("I'", 3));
  }

  @Test
  public void shiftCapitalisesNextWords() throws Exception {
    Predictor predictor = Models.predictor(step);
    List<String> plain = Models.texts(predictor.suggest(Models.request("hello ")));
    List<String> upper = Models.texts(predictor.suggest(new Request("hello ", Shift.ON, false, false)));
    assertEquals("there", plain.get(0));
    assertEquals("There", upper.get(0));
    assertEquals(
        "THERE", predictor.suggest(new Request("hello ", Shift.LOCKED, false, false)).get(0).text());
  }

  @Test
  public void aBlockedWordIsNotSuggestedButMayBeTyped() throws Exception {
    BlockList blocked = Models.nothingBlocked();
    Predictor predictor =
        Models.predictor(step, blocked, new PersonalWords(new MemoryStorage()));
    blocked.remove("Hello");
    assertEquals(
        Arrays.asList("hel", "he", "\u00e9lan"),
        Models.texts(predictor.suggest(Models.request("hel"))));
    assertEquals("hello", predictor.suggest(Models.request("hello")).get(0).text());
    assertEquals(Kind.LITERAL, predictor.suggest(Models.request("hello")).get(0).kind());
  }

  @Test
  public void personalWordsComeAfterTheBestCompletion() throws Exception {
    PersonalWords personal = new PersonalWords(new MemoryStorage());
    personal.setEnabled(true);
    Predictor predictor = Models.predictor(step, Models.nothingBlocked(), personal);
    for (int i = 0; i < PersonalWords.TIMES; i++) {
      predictor.learn("Helga");
      predictor.learn("hello"); // The model knows it.
    }
    assertEquals(Collections.singletonList("Helga"), personal.words());
    List<Suggestion> shown = predictor.suggest(Models.request("hel"));
    assertEquals(Arrays.asList("hel", "hello", "Helga"), Models.texts(shown));
    assertEquals(Kind.PERSONAL, shown.get(2).kind());
  }

  @Test
  public void forgettingMeansReadingAllAgainAndSavesWords() throws Exception {
    MemoryStorage storage = new MemoryStorage();
    PersonalWords personal = new PersonalWords(storage);
    personal.setEnabled(true);
    Predictor predictor = Models.predictor(step, Models.nothingBlocked(), personal);
    List<Suggestion> expected = predictor.suggest(Models.request("hello how "));
    predictor.learn("Helga");
    predictor.forget();
    assertEquals("1 Helga\n", storage.text);
    int before = step.steps;
    assertEquals(expected, predictor.suggest(Models.request("hello how ")));
    assertEquals(before + 3, step.steps);
  }

  @Test
  public void aModelOfAnotherSizeIsRefused() {
    BundleException error =
        assertThrows(BundleException.class, () -> Models.predictor(new FakeStep(7)));
    assertTrue(error.getMessage(), error.getMessage().contains("the model has 7 words"));
  }

  @Test
  public void closingClosesTheModel() throws Exception {
    Models.predictor(step).close();
    assertTrue(step.closed);
  }
}
