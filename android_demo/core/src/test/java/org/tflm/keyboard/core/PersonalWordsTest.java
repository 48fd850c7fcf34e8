package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

public final class PersonalWordsTest {
  private final MemoryStorage storage = new MemoryStorage();
  private final PersonalWords words = new PersonalWords(storage);

  @Before
  public void agree() {
    words.setEnabled(true);
  }

  private void type(String word, int times) {
    for (int i = 0; i < times; i++) {
      words.typed(word);
    }
  }

  @Test
  public void nothingIsKeptWithoutConsent() {
    PersonalWords asked = new PersonalWords(storage);
    for (int i = 0; i < 9; i++) {
      asked.typed("Helga");
    }
    asked.save();
    assertEquals(Collections.emptyList(), asked.words());
    assertEquals(0, storage.saves);
  }

  @Test
  public void aWordIsSuggestedOnceItWasTypedThreeTimes() {
    type("Helga", PersonalWords.TIMES - 1);
    assertEquals(Collections.emptyList(), words.completions("he", 3));
    type("Helga", 1);
    assertEquals(Collections.singletonList("Helga"), words.completions("HE", 3));
    assertEquals(Collections.emptyList(), words.completions("hx", 3));
    assertEquals(Collections.emptyList(), words.completions("", 3));
  }

  @Test
  public void withdrawnConsentHidesThem() {
    type("Helga", 3);
    words.setEnabled(false);
    assertEquals(Collections.emptyList(), words.completions("he", 3));
    assertEquals(Collections.singletonList("Helga"), words.words());
  }

  @Test
  public void theMostTypedComesFirstAndThenTheAlphabet() {
    type("zebulon", 5);
    type("zac", 3);
    type("zab", 3);
    assertEquals(Arrays.asList("zebulon", "zab"), words.completions("z", 2));
  }

  @Test
  public void theCapitalOfASentenceDoesNotChangeASpelling() {
    type("zac", 2);
    type("Zac", 1);
    assertEquals(Collections.singletonList("zac"), words.completions("z", 1));
    type("ZAc", 1);
    assertEquals(Collections.singletonList("ZAc"), words.completions("z", 1));
  }

  @Test
  public void codesAndSingleLettersAreNotKept() {
    for (String word : new String[] {"1234", "pa55word", "x", "<url>", ":)", "", "a b"}) {
      type(word, 5);
    }
    type(new String(new char[40]).replace('\0', 'a'), 5);
    assertEquals(Collections.emptyList(), words.words());
  }

  @Test
  public void savedWordsComeBack() {
    type("Helga", 3);
    type("O'Neal", 1);
    words.save();
    PersonalWords again = new PersonalWords(storage);
    again.setEnabled(true);
    assertEquals(Arrays.asList("Helga", "O'Neal"), again.words());
    assertEquals(Collections.singletonList("Helga"), again.completions("h", 1));
  }

  @Test
  public void whatCannotBeReadIsSkipped() {
    storage.text = "3 Helga\nnonsense\n\nx y\n99999999999 much\n7 12\n-4 few\n";
    assertEquals(Arrays.asList("Helga", "few"), new PersonalWords(storage).words());
  }

  @Test
  public void nothingIsSavedTwice() {
    type("Helga", 1);
    words.save();
    words.save();
    assertEquals(1, storage.saves);
  }

  @Test
  public void aRemovedWordIsGoneAtOnce() {
    type("Helga", 3);
    words.save();
    words.remove("helga");
    assertEquals("", storage.text);
    assertEquals(Collections.emptyList(), words.completions("he", 3));
  }

  @Test
  public void aWipeLeavesNothing() {
    type("Helga", 3);
    words.save();
    words.wipe();
    assertEquals("", storage.text);
    assertEquals(Collections.emptyList(), words.words());
  }

  @Test
  public void theOneNotTypedForTheLongestTimeMakesRoom() {
    for (int i = 0; i < PersonalWords.MAX_WORDS + 10; i++) {
      words.typed("first");
      words.typed("word" + letters(i));
    }
    List<String> kept = words.words();
    assertEquals(PersonalWords.MAX_WORDS, kept.size());
    assertEquals("first", kept.get(0));
    assertFalse(kept.contains("word" + letters(0)));
  }

  private static String letters(int number) {
    return "" + (char) ('a' + number / 676) + (char) ('a' + number / 26 % 26)
        + (char) ('a' + number % 26);
  }
}
