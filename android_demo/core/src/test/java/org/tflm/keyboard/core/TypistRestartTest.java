package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

/** What stays when an app tells of the same field again. */
public final class TypistRestartTest extends TypistFixture {
  private void restart(FieldPolicy field) {
    typist.restart(field, editor.start, editor.end, null);
  }

  @Test
  public void lockedCapitalsStay() {
    typist.lockShift();
    type("a");
    restart(CHAT);
    type("b");
    assertText("AB");
  }

  @Test
  public void theAutomaticSpaceStays() {
    typist.choose(next("Hello"));
    restart(CHAT);
    type(".");
    assertText("Hello. ");
  }

  @Test
  public void theLastChoiceCanStillBeTakenBack() {
    type("hel");
    typist.choose(completion("Hello", "Hel"));
    restart(CHAT);
    typist.backspace();
    assertText("Hel");
  }

  @Test
  public void anotherTextBeginsAnew() {
    typist.choose(next("Hello"));
    editor.text.setLength(0);
    editor.start = editor.end = 0;
    restart(CHAT);
    assertEquals(Shift.ON, typist.shift());
    type(".");
    assertText(".");
  }

  @Test
  public void whatTheAppTellsOfTheTextCounts() {
    typist.choose(next("Hello"));
    typist.restart(CHAT, 6, 6, new TextAround("Hell! ", ""));
    type(".");
    assertText("Hello .");
  }

  @Test
  public void whereNothingIsToldTheTextIsAskedForAndAllStays() {
    typist.choose(next("Hello"));
    typist.check();
    type(".");
    assertText("Hello. ");
    editor.text.replace(0, 5, "Hullo");
    typist.check();
    assertEquals("Hullo. ", typist.request().before());
  }

  @Test
  public void anotherKindOfFieldBeginsAnew() {
    typist.lockShift();
    restart(PLAIN);
    type("a");
    assertText("a");
  }
}
