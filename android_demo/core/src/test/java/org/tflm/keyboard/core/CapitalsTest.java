package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public final class CapitalsTest {
  private static void assertStarts(boolean starts, String before) {
    assertEquals(before, starts ? Shift.ON : Shift.OFF, Capitals.SENTENCES.after(before));
  }

  @Test
  public void aSentenceBeginsAfterTheEndOfAnother() {
    for (String before :
        new String[] {
          "", "  ", "a. ", "a?  ", "a!\n", "a\n", "a, b\n ", "a.\" ", "(a.) ", "a\u2026 ", "a... "
        }) {
      assertStarts(true, before);
    }
  }

  @Test
  public void anOpeningQuotationBelongsToTheSentence() {
    assertStarts(true, "\u201C");
    assertStarts(true, "a. (");
    assertStarts(true, "a. \u00BF");
    assertStarts(false, "a (");
  }

  @Test
  public void withinASentenceThereIsNone() {
    String[] texts = {"a", "a ", "a.", "a, ", "e.g. ", "the U.S. ", ":) ", "3.5"};
    for (String before : texts) {
      assertStarts(false, before);
    }
  }

  @Test
  public void wordsBeginAfterSpaces() {
    assertEquals(Shift.ON, Capitals.WORDS.after(""));
    assertEquals(Shift.ON, Capitals.WORDS.after("new "));
    assertEquals(Shift.ON, Capitals.WORDS.after("new ("));
    assertEquals(Shift.OFF, Capitals.WORDS.after("new"));
  }

  @Test
  public void theOthersDoNotDependOnTheText() {
    assertEquals(Shift.LOCKED, Capitals.CHARACTERS.after("a"));
    assertEquals(Shift.OFF, Capitals.NONE.after(""));
  }
}
