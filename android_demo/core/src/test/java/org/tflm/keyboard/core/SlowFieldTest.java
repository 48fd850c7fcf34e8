package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_TEXT;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_CAP_CHARACTERS;

import org.junit.Test;

/** Keys wait for no app, and what an app has not told is not empty. */
public final class SlowFieldTest extends TypistFixture {
  private static final FieldPolicy CAPITALS =
      FieldPolicy.of(TYPE_CLASS_TEXT | TYPE_TEXT_FLAG_CAP_CHARACTERS, 0);

  private void open(String before, String after) {
    editor.set(before, after);
    editor.isSlow = true;
    start(CHAT);
  }

  @Test
  public void aKeyAsksTheFieldOnce() {
    int before = editor.reads;
    type("hi, you. ");
    typist.backspace();
    typist.choose(next("we"));
    typist.enter();
    assertEquals(before + 12, editor.reads);
  }

  @Test
  public void lettersAreWrittenWhileNothingIsAnswered() {
    open("Hello ", "");
    type("there");
    assertText("Hello there");
  }

  @Test
  public void whatIsUnknownIsNoBeginningOfASentence() {
    open("Hello ", "");
    assertEquals(Shift.OFF, typist.shift());
    type("the");
    editor.answer();
    type("re. you");
    assertText("Hello there. You");
  }

  @Test
  public void anEmptyFieldIsKnownWithoutAsking() {
    open("", "");
    assertEquals(Shift.ON, typist.shift());
    type("hello there. you");
    assertText("Hello there. You");
    assertEquals("Hello there. You", typist.request().before());
  }

  @Test
  public void whatTheAppTellsOfAFieldIsKnownAtOnce() {
    editor.set("See. ", "");
    editor.isSlow = true;
    typist.start(CHAT, 5, 5, new TextAround("See. ", ""));
    assertEquals(Shift.ON, typist.shift());
    assertEquals("See. ", typist.request().before());
  }

  @Test
  public void suggestionsComeOnceTheTextIsKnown() {
    open("Hello ", "");
    assertNull(typist.request());
    type("the");
    assertNull(typist.request());
    changes = 0;
    editor.answer();
    assertEquals(1, changes);
    assertEquals("Hello the", typist.request().before());
  }

  @Test
  public void nothingIsChosenForATextThatIsUnknown() {
    open("Hello the", "");
    typist.choose(completion("there", "the"));
    assertText("Hello the");
  }

  @Test
  public void unknownCharactersAreDeletedInTheirTurnAndNotByTheirKey() {
    open("Hello", "");
    typist.backspace();
    typist.backspace();
    assertText("Hel");
    editor.answer();
    typist.backspace();
    assertText("He");
    assertEquals(0, editor.deleteKeys);
  }

  @Test
  public void aCharacterOfAPasswordIsDeletedInItsTurn() {
    editor.set("hunter\uD83D\uDE00");
    start(PASSWORD);
    typist.backspace();
    assertText("hunter");
    typist.select(editor.start, editor.end);
    typist.deleteWord();
    type("2");
    typist.backspace();
    assertText("hunte");
    assertEquals(0, editor.deleteKeys);
  }

  @Test
  public void theKeyDeletesWhereThePlaceIsUnknownOrTheFirst() {
    editor.set("hunter");
    typist.start(PASSWORD, -1, -1, null);
    typist.backspace();
    typist.backspace();
    assertText("hunt");
    assertEquals(2, editor.deleteKeys);
    typist.start(PASSWORD, 0, 0, null);
    typist.backspace(); // The app may go to a field before.
    assertEquals(3, editor.deleteKeys);
  }

  @Test
  public void nothingBeforeTheCursorIsStillKnown() {
    open("", "");
    typist.backspace();
    type("hi");
    assertFalse(typist.select(2, 2));
    assertEquals("Hi", typist.request().before());
  }

  @Test
  public void capitalsLockWhereAFieldHasNothingElse() {
    editor.set("AB", "");
    editor.isSlow = true;
    start(CAPITALS);
    type("c");
    assertText("ABC");
  }

  @Test
  public void shiftIsForOneLetterThereToo() {
    open("Hello ", "");
    typist.pressShift();
    type("you");
    assertText("Hello You");
  }

  @Test
  public void lateReportsOfTheCursorAreNoMoves() {
    type("hello ");
    for (int place : new int[] {1, 3, 5}) {
      assertFalse(typist.select(place, place));
    }
    typist.choose(next("there"));
    assertFalse(typist.select(6, 6)); // Where the word was written.
    type(",");
    assertText("Hello there, ");
  }

  @Test
  public void aFieldThatChangesTheTextIsBelieved() {
    editor.isSlow = true;
    type("hello");
    editor.text.setLength(3); // It refuses more.
    editor.start = editor.end = 3;
    changes = 0;
    editor.answer();
    assertEquals(1, changes);
    assertEquals("Hel", typist.request().before());
  }

  @Test
  public void anAnswerThatIsExpectedChangesNothing() {
    editor.isSlow = true;
    typist.choose(next("Hello"));
    changes = 0;
    editor.answer();
    assertEquals(0, changes);
    type(",");
    assertText("Hello, ");
  }

  @Test
  public void noAnswerIsNotAnEmptyField() {
    Editor mute = new MuteEditor();
    Typist other = new Typist(mute, () -> millis, learned::add, () -> changes++);
    other.start(CHAT, 5, 5, null);
    assertNull(other.request());
    assertEquals(Shift.OFF, other.shift());
    other.start(CHAT, 5, 5, new TextAround("Hello", ""));
    other.type("x");
    assertEquals("Hellox", other.request().before());
  }

  @Test
  public void aPasswordIsNeverRead() {
    int before = editor.reads;
    start(PASSWORD);
    type("hunter2");
    typist.backspace();
    typist.deleteWord();
    editor.select(1, 1);
    assertEquals(before, editor.reads);
  }

  @Test
  public void aLongTextStaysKnown() {
    StringBuilder text = new StringBuilder();
    while (text.length() < 2 * Context.MAX_CHARS) {
      text.append("word ");
    }
    editor.set(text.toString());
    changes = 0;
    type("and so");
    typist.deleteWord();
    type("on");
    assertEquals(0, changes);
    assertTrue(typist.request().before().endsWith("word and on"));
  }

  @Test
  public void whatIsBehindTheCursorIsAskedForOnceItMoved() {
    open("See you tom", "orrow, then");
    editor.answer();
    assertNotNull(typist.request());
    typist.choose(completion("tomatoes", "tom"));
    assertText("See you tomatoes , then");
  }
}
