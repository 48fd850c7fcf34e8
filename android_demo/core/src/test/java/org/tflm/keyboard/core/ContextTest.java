package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import org.junit.Test;

public final class ContextTest {
  private static Context context(String before) {
    return Context.of(before, TextRules.TYPED);
  }

  private static String repeat(String text, int times) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < times; i++) {
      all.append(text);
    }
    return all.toString();
  }

  @Test
  public void theLastTokenIsTheOneBeingTyped() {
    assertEquals(Arrays.asList("see", "you"), context("See you la").words());
    assertEquals("la", context("See you la").prefix());
    assertEquals("", context("See you la ").prefix());
    assertEquals(3, context("See you la ").words().size());
  }

  @Test
  public void anEmptyTextHasNothing() {
    assertEquals(Collections.emptyList(), context("").words());
    assertEquals("", context(" \n ").prefix());
  }

  @Test
  public void whatWasTypedIsThePrefixAsItStandsThere() {
    for (String word : new String[] {"don\u2019t", "cafe\u0301", "o\u2018", ":)", "\uD83D\uDE00"}) {
      assertEquals(word, context("a " + word).typed());
    }
    assertEquals("caf\u00E9", context("cafe\u0301").prefix());
  }

  @Test
  public void whatIsReadAsSomethingElseIsNotThere() {
    for (String word : new String[] {"12", "wait..", "a.com", "hi\u200B"}) {
      assertEquals(word, "", context(word).typed());
    }
  }

  @Test
  public void anApostropheBelongsToTheWordBeforeIt() {
    assertEquals("dogs'", context("the dogs'").prefix());
    assertEquals(Arrays.asList("the"), context("the dogs'").words());
    assertEquals("'", context("the '").prefix());
    assertEquals("'", context(":'").prefix());
  }

  @Test
  public void aLongTextBeginsWithASentence() {
    Context context = context(repeat("a b c d e f g h i. ", 20));
    assertEquals(60, context.words().size());
    assertEquals("a", context.words().get(0));
  }

  @Test
  public void aLongSentenceIsCutInSteps() {
    for (int words = 0; words < 300; words++) {
      int read = context(repeat("a ", words)).words().size();
      assertTrue(read <= Context.MAX_WORDS && read >= Math.min(words, Context.MAX_WORDS / 2));
      assertTrue(words <= Context.MAX_WORDS || (words - read) % (Context.MAX_WORDS / 2) == 0);
    }
  }

  @Test
  public void halfACharacterIsCutOff() {
    String text = repeat("\uD83D\uDE00", Context.MAX_CHARS) + "a ";
    assertEquals("\uD83D\uDE00", context(text).words().get(0));
    assertEquals("\uD83D\uDE00", context("x" + text + "b").words().get(0));
  }
}
