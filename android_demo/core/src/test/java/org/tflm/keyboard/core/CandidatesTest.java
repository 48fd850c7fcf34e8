package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.json.JSONObject;
import org.junit.Test;

public final class CandidatesTest {
  private final Vocabulary vocabulary = Models.vocabulary();
  private final Candidates candidates = new Candidates(vocabulary, word -> false);

  @Test
  public void equalsComeInTheOrderOfTheirIds() {
    float[] same = new float[vocabulary.size()];
    assertEquals(Arrays.asList(4, 5, 6), candidates.best(same, "", 3));
  }

  @Test
  public void minusZeroEqualsZero() {
    float[] zeros = new float[vocabulary.size()];
    zeros[4] = -0f;
    assertEquals(Arrays.asList(4, 5), candidates.best(zeros, "", 2));
  }

  @Test
  public void aSortOfAllFindsTheSame() {
    Random random = new Random(1);
    for (String prefix : new String[] {"", "t", "th", "he", ":", "'", "\uD835\uDCD7", "zz"}) {
      for (int round = 0; round < 50; round++) {
        float[] logits = new float[vocabulary.size()];
        for (int id = 0; id < logits.length; id++) {
          logits[id] = random.nextInt(8); // With many equals.
        }
        int count = 1 + random.nextInt(60);
        assertEquals(sorted(logits, prefix, count), candidates.best(logits, prefix, count));
      }
    }
  }

  @Test
  public void specialWordsAreNeverAmongThem() {
    float[] logits = new float[vocabulary.size()];
    Arrays.fill(logits, 0, 4, 9f);
    for (int id : candidates.best(logits, "", vocabulary.size())) {
      assertTrue(!vocabulary.isSpecial(id));
    }
    assertEquals(Collections.emptyList(), candidates.best(logits, "<", 3));
  }

  @Test
  public void aBlockedWordMakesRoomForTheNext() {
    List<String> blocked = new ArrayList<>(Arrays.asList("i", "the"));
    Candidates some = new Candidates(vocabulary, blocked::contains);
    float[] same = new float[vocabulary.size()];
    assertEquals(Arrays.asList(5, 7), some.best(same, "", 2));
    blocked.clear();
    assertEquals(Arrays.asList(4, 5), some.best(same, "", 2));
  }

  @Test
  public void marksAreNoNextWordsUnlessTheyAreAskedFor() {
    float[] same = new float[vocabulary.size()];
    for (int id : candidates.best(same, "", vocabulary.size(), false)) {
      assertTrue(Tokenizer.isWord(vocabulary.word(id)));
    }
    assertEquals(candidates.best(same, ":", 3), candidates.best(same, ":", 3, false));
  }

  @Test
  public void anotherSpellingIsReadAsItsWord() throws Exception {
    JSONObject said = new JSONObject("{'unk': 0, 'spellings': {'dont': 1}}");
    Vocabulary words = new Vocabulary(Arrays.asList("<unk>", "don't"), Roles.of(said, 2));
    assertEquals(1, words.id("dont"));
    assertTrue(words.knows("dont") && !words.contains("dont"));
    JSONObject beyond = new JSONObject("{'unk': 0, 'spellings': {'dont': 2}}");
    assertThrows(BundleException.class, () -> Roles.of(beyond, 2));
  }

  @Test
  public void wordsAreOrderedByCodePointsAsInPython() {
    assertTrue("\uFB00".compareTo("\uD835\uDCD7") > 0); // By UTF-16 units,
    assertTrue(Candidates.compare("\uFB00", "\uD835\uDCD7") < 0); // by code points.
    assertTrue(Candidates.compare("a", "ab") < 0);
    assertTrue(Candidates.compare("b", "ab") > 0);
    assertEquals(0, Candidates.compare("a\uD835\uDCD7", "a\uD835\uDCD7"));
  }

  @Test
  public void aCountBelowOneIsRefused() {
    float[] logits = new float[vocabulary.size()];
    assertThrows(IllegalArgumentException.class, () -> candidates.best(logits, "", 0));
  }

  private List<Integer> sorted(float[] logits, String prefix, int count) {
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (!vocabulary.isSpecial(id) && vocabulary.word(id).startsWith(prefix)) {
        ids.add(id);
      }
    }
    ids.sort((a, b) -> Float.compare(logits[b], logits[a]));
    return ids.subList(0, Math.min(count, ids.size()));
  }
}
