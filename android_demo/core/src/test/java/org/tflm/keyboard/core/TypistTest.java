package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.tflm.keyboard.core.FieldPolicy.IME_FLAG_NO_PERSONALIZED_LEARNING;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_TEXT;

import java.util.Arrays;
import org.junit.Test;

/** What is deleted, learned and asked for. */
public final class TypistTest extends TypistFixture {
  @Test
  public void backspaceDeletesTheSelection() {
    editor.set("one two");
    editor.select(3, editor.end);
    typist.backspace();
    assertText("one");
  }

  @Test
  public void backspaceDeletesAWholeEmoji() {
    editor.set("a\uD83D\uDC4D\uD83C\uDFFD");
    typist.backspace();
    assertText("a");
  }

  @Test
  public void deleteWordTakesTheSpaceBehindIt() {
    editor.set("one two  ");
    typist.deleteWord();
    assertText("one ");
    typist.deleteWord();
    typist.deleteWord();
    assertText("");
  }

  @Test
  public void enterBeginsALineOrActs() {
    type("hi");
    typist.enter();
    assertText("Hi\n");
    start(PLAIN);
    typist.enter();
    assertText("Hi\n");
    assertEquals(1, editor.actions);
  }

  @Test
  public void wordsAreLearnedWhenTheyEnd() {
    type("one two, don't (three) ");
    typist.enter();
    assertEquals(Arrays.asList("One", "two", "don't", "three"), learned);
  }

  @Test
  public void aClosingQuotationMarkIsNoPartOfALearnedWord() {
    type("say 'hello' ");
    assertEquals(Arrays.asList("Say", "hello"), learned);
  }

  @Test
  public void nothingIsLearnedFromPrivateFieldsOrIncognito() {
    int incognito = IME_FLAG_NO_PERSONALIZED_LEARNING;
    for (FieldPolicy field :
        new FieldPolicy[] {PASSWORD, FieldPolicy.of(TYPE_CLASS_TEXT, incognito)}) {
      start(field);
      type("secret words ");
      typist.enter();
    }
    assertTrue(learned.isEmpty());
  }

  @Test
  public void incognitoPredicts() {
    start(FieldPolicy.of(TYPE_CLASS_TEXT, IME_FLAG_NO_PERSONALIZED_LEARNING));
    type("hello");
    assertEquals("hello", typist.request().before());
  }

  @Test
  public void passwordsAreNotAskedAboutAndNothingIsChosenInThem() {
    start(PASSWORD);
    type("hel");
    assertNull(typist.request());
    typist.choose(completion("hello", "hel"));
    assertText("hel");
  }

  @Test
  public void aRequestHoldsTheTextAndTheShift() {
    type("hi. ");
    assertEquals("Hi. ", typist.request().before());
    assertEquals(Shift.ON, typist.request().shift());
    editor.select(0, editor.end);
    assertNull(typist.request());
  }

  @Test
  public void nothingIsAskedAfterTheEnd() {
    assertNotNull(typist.request());
    typist.finish();
    assertNull(typist.request());
  }

  @Test
  public void whatIsSuggestedForASelectionOrAnotherTextIsNotTaken() {
    type("hi");
    Request asked = typist.request();
    assertTrue(typist.offer(asked, Arrays.asList(completion("him", "hi"))));
    editor.select(0, editor.end);
    assertFalse(typist.offer(asked, Arrays.asList(completion("him", "hi"))));
    editor.select(1, 1);
    assertFalse(typist.offer(asked, Arrays.asList(completion("him", "hi"))));
  }

  @Test
  public void aFieldThatTellsNothingGetsDeleteKeys() {
    editor.set("abc");
    start(FieldPolicy.of(0, 0));
    typist.backspace();
    typist.deleteWord();
    assertEquals(2, editor.deleteKeys);
  }

  @Test
  public void asksForMarksWhereTheyAreWanted() {
    type("hi ");
    assertFalse(typist.request().marks());
    typist.setMarks(true);
    assertTrue(typist.request().marks());
    typist.choose(next("there"));
    typist.choose(next("!"));
    assertText("Hi there! ");
  }
}
