package org.tflm.keyboard.core;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Before;
import org.junit.Test;

/** A tagger finds what Python's does. */
public final class TaggerVectorsTest {
  private static final double ROUNDED = 1e-4; // As the scores are.

  private JSONObject vectors;

  @Before
  public void read() throws IOException {
    vectors = new JSONObject(Repository.text("tests/tagger_vectors.json"));
  }

  private List<JSONObject> all(String name) {
    List<JSONObject> found = objects(vectors.getJSONArray(name));
    assertTrue(name, found.size() > 3);
    return found;
  }

  private static List<JSONObject> objects(JSONArray array) {
    List<JSONObject> found = new ArrayList<>();
    for (int i = 0; i < array.length(); i++) {
      found.add(array.getJSONObject(i));
    }
    return found;
  }

  private static List<String> strings(JSONObject vector, String name) {
    return Json.strings(vector.getJSONArray(name));
  }

  @Test
  public void textIsSplit() throws Exception {
    for (JSONObject vector : all("splits")) {
      TextRules rules = TextRules.of(vector.getJSONObject("rules"));
      List<String> words = rules.words(vector.getString("text"));
      assertEquals(vector.toString(), strings(vector, "words"), words);
    }
  }

  @Test
  public void wordsAreKnownByFormAndSuffix() {
    for (JSONObject vector : all("forms")) {
      String word = vector.getString("word");
      List<String> suffixes = strings(vector, "suffixes");
      assertEquals(word, vector.getString("form"), Lexicon.form(word));
      assertEquals(word, suffixes.get(0), Lexicon.suffix(word, 1));
      assertEquals(word, suffixes.get(1), Lexicon.suffix(word, 3));
    }
  }

  @Test
  public void windowsAreFilled() throws Exception {
    for (JSONObject vector : all("windows")) {
      int[][] ids = columns(vector.getJSONArray("ids"));
      for (String direction : new String[] {"forward", "backward"}) {
        JSONObject fields =
            new JSONObject().put("window", vector.getInt("window")).put("previous", 0);
        Reading reading =
            Reading.of(fields.put("directions", Collections.singletonList(direction)));
        boolean isBackward = direction.equals("backward");
        assertEquals(isBackward, reading.isBackward(0));
        int[][] expected = rows(vector.getJSONArray(direction));
        for (int place = 0; place < expected.length; place++) {
          int[] tokens = new int[ids.length * reading.width()];
          reading.fill(ids, place, isBackward, tokens);
          assertArrayEquals(vector.toString(), expected[place], tokens);
        }
      }
    }
  }

  @Test
  public void labelsAreSpans() {
    for (JSONObject vector : all("spans")) {
      JSONArray spans = new JSONArray();
      for (Span span : Span.of(strings(vector, "labels"))) {
        spans.put(new JSONArray().put(span.kind()).put(span.start()).put(span.end()));
      }
      assertEquals(vector.toString(), vector.getJSONArray("spans").toString(), spans.toString());
    }
    for (JSONObject vector : all("has_spans")) {
      boolean found = Span.areLabels(strings(vector, "labels"));
      assertEquals(vector.toString(), vector.getBoolean("answer"), found);
    }
  }

  @Test
  public void sentencesAreLabelled() throws Exception {
    for (JSONObject vector : all("taggers")) {
      Reading reading = Reading.of(vector.getJSONObject("tagging"));
      Lexicon lexicon = Taggers.lexicon(vector);
      FakeTagSteps steps = Taggers.steps(vector);
      Tagger tagger = new Tagger(steps, Taggers.rules(vectors), lexicon, reading);
      LabelDecoder decoder = new LabelDecoder(steps, reading);
      for (JSONObject sentence : objects(vector.getJSONArray("sentences"))) {
        String text = sentence.getString("text");
        List<String> words = tagger.words(text);
        assertEquals(text, strings(sentence, "labels"), tagger.label(words));
        assertEquals(text, sentence.getJSONArray("found").toString(), found(tagger, text));
        if (!words.isEmpty()) {
          int[][] ids = lexicon.encode(words);
          assertArrayEquals(text, columns(sentence.getJSONArray("ids")), ids);
          assertScores(text, sentence.getJSONArray("scores"), decoder.scores(ids));
        }
      }
    }
  }

  private static String found(Tagger tagger, String text) {
    JSONArray all = new JSONArray();
    for (Found found : tagger.find(text)) {
      all.put(new JSONArray().put(found.kind()).put(found.text()));
      assertTrue(text, text.startsWith(found.text(), found.start()));
    }
    return all.toString();
  }

  private static void assertScores(String text, JSONArray expected, double[][] scores) {
    for (int i = 0; i < scores.length; i++) {
      for (int label = 0; label < scores[i].length; label++) {
        double rounded = expected.getJSONArray(i).getDouble(label);
        assertEquals(text, rounded, scores[i][label], ROUNDED);
      }
    }
  }

  private static int[][] rows(JSONArray rows) {
    int[][] numbers = new int[rows.length()][];
    for (int i = 0; i < numbers.length; i++) {
      JSONArray row = rows.getJSONArray(i);
      numbers[i] = new int[row.length()];
      for (int k = 0; k < row.length(); k++) {
        numbers[i][k] = row.getInt(k);
      }
    }
    return numbers;
  }

  /** Python has the ids of a word in a row. */
  private static int[][] columns(JSONArray ids) {
    int[][] rows = rows(ids);
    int[][] columns = new int[rows[0].length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < columns.length; k++) {
        columns[k][i] = rows[i][k];
      }
    }
    return columns;
  }
}
