package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Test;
import org.tflm.keyboard.core.Suggestion.Kind;

/** Words for what was typed with slips, against those of Python. */
public final class SlipsTest {
  private final JSONObject vectors = new JSONObject(Repository.resource("slips_vectors.json"));
  private final Vocabulary vocabulary = new Vocabulary(Json.strings(vectors.getJSONArray("words")));

  public SlipsTest() throws Exception {}

  private Predictor predictor(BlockList blocked, PersonalWords personal) throws Exception {
    FakeStep step = new FakeStep(vocabulary.size());
    TextRules rules = Models.rules(true);
    return new Predictor(
        step, vocabulary, rules, Models.START, null, blocked, personal, Keyboard.ENGLISH);
  }

  private Predictor predictor() throws Exception {
    return predictor(Models.nothingBlocked(), new PersonalWords(new MemoryStorage()));
  }

  @Test
  public void eachWordCostsWhatPythonSays() throws Exception {
    String[] words = new Candidates(vocabulary, word -> false).words();
    SlipSearch search = new SlipSearch(words, new Slips(Keyboard.ENGLISH));
    JSONObject costs = vectors.getJSONObject("costs");
    for (String typed : Json.keys(costs)) {
      boolean isSearched = search.search(typed);
      JSONObject expected = costs.getJSONObject(typed);
      for (int i = 0; i < words.length; i++) {
        JSONArray cost = expected.optJSONArray(words[i]);
        String what = typed + " for " + words[i];
        assertEquals(what, cost(cost, 0), isSearched ? search.whole(i) : SlipSearch.NEVER);
        assertEquals(what, cost(cost, 1), isSearched ? search.begun(i) : SlipSearch.NEVER);
      }
    }
  }

  private static int cost(JSONArray costs, int place) throws Exception {
    int cost = costs == null ? -1 : costs.getInt(place);
    return cost < 0 ? SlipSearch.NEVER : cost;
  }

  @Test
  public void pythonSuggestsAndCorrectsAlike() throws Exception {
    Predictor predictor = predictor();
    JSONArray texts = vectors.getJSONArray("texts");
    for (int i = 0; i < texts.length(); i++) {
      JSONObject vector = texts.getJSONObject(i);
      String text = vector.getString("text");
      List<String> meant = Json.strings(vector.getJSONArray("meant"));
      assertEquals(text, meant, predictor.meant(text, 5));
      String correction = vector.isNull("correction") ? null : vector.getString("correction");
      assertEquals(text, correction, predictor.correction(text));
      String mended = vector.isNull("mended") ? null : vector.getString("mended");
      assertEquals(text, mended, predictor.mended(text));
    }
  }

  @Test
  public void keysHaveTheNeighboursThatPythonSays() throws Exception {
    JSONObject languages = vectors.getJSONObject("neighbours");
    for (String language : Json.keys(languages)) {
      Keyboard keyboard = Keyboard.of(language);
      JSONObject keys = languages.getJSONObject(language);
      for (String key : Json.keys(keys)) {
        StringBuilder found = new StringBuilder();
        for (String other : Json.keys(keys)) {
          boolean isNear =
              other.equals(" ")
                  ? keyboard.isAboveSpace(key.codePointAt(0))
                  : keyboard.areNeighbours(key.codePointAt(0), other.codePointAt(0));
          found.append(isNear && !key.equals(" ") ? other : "");
        }
        String expected = key.equals(" ") ? "" : keys.getString(key);
        assertEquals(language + " " + key, sorted(expected), sorted(found.toString()));
      }
    }
  }

  private static String sorted(String text) {
    int[] letters = text.codePoints().sorted().toArray();
    return new String(letters, 0, letters.length);
  }

  @Test
  public void aWordThatASpaceCameIntoIsOfferedInPlaceOfBothParts() throws Exception {
    Suggestion mended = new Suggestion("Tomorrow", Kind.COMPLETION, "Tomo rrow");
    assertEquals(mended, predictor().suggest(Models.request("Tomo rrow")).get(1));
  }

  @Test
  public void whatWasSearchedBeforeAndForgottenChangesNothing() throws Exception {
    Predictor predictor = predictor();
    List<String> expected = predictor.meant("see tomorow", 5);
    predictor.meant("see wqorld", 5);
    assertEquals(expected, predictor.meant("see tomorow", 5));
    predictor.forget();
    assertEquals(expected, predictor.meant("see tomorow", 5));
  }

  @Test
  public void theTypedLettersStayInTheBarBesideTheirCorrection() throws Exception {
    List<Suggestion> shown = predictor().suggest(Models.request("tomorow"));
    assertEquals(Kind.LITERAL, shown.get(0).kind());
    assertEquals("tomorow", shown.get(0).text());
    assertEquals(new Suggestion("tomorrow", Kind.CORRECTION, "tomorow"), shown.get(1));
  }

  @Test
  public void namesAndWordsOfTheUserAreNotCorrected() throws Exception {
    assertEquals("Tomorrow", predictor().correction("Tomorow"));
    assertNull(predictor().correction("see Tomorow"));
    PersonalWords personal = new PersonalWords(new MemoryStorage());
    personal.setEnabled(true);
    for (int i = 0; i < PersonalWords.TIMES; i++) {
      personal.typed("tomorow");
    }
    assertNull(predictor(Models.nothingBlocked(), personal).correction("tomorow"));
  }

  @Test
  public void aBlockedWordIsNotWhatWasMeant() throws Exception {
    BlockList blocked = new BlockList(Collections.singleton("tomorrow"), new MemoryStorage());
    Predictor predictor = predictor(blocked, new PersonalWords(new MemoryStorage()));
    assertEquals(Arrays.asList("tomorrows"), predictor.meant("tomorow", 3));
  }

  @Test
  public void twoWordsThatWereRemovedAreEachStillSuggested() throws Exception {
    BlockList blocked = new BlockList(Collections.emptySet(), new MemoryStorage());
    PersonalWords personal = new PersonalWords(new MemoryStorage());
    assertEquals("thank you", predictor(blocked, personal).correction("thankyou"));
    blocked.remove("Thank you"); // As the bar may have written them.
    blocked.remove("I can");
    assertNull(predictor(blocked, personal).correction("thankyou"));
    assertEquals(Collections.emptyList(), predictor(blocked, personal).meant("thankyou", 5));
    assertFalse(predictor(blocked, personal).meant("ican", 5).contains("I can"));
    assertEquals("thank", predictor(blocked, personal).meant("tahnk", 5).get(1));
    assertEquals("you", predictor(blocked, personal).correction("Well. oyu"));
  }
}
