package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

/** When letters are capitals, and who decides that. */
public final class TypistShiftTest extends TypistFixture {
  @Test
  public void sentencesBeginWithACapital() {
    type("hi. you? ok\n");
    assertText("Hi. You? Ok\n");
    assertEquals(Shift.ON, typist.shift());
  }

  @Test
  public void plainFieldsHaveNoCapitals() {
    start(PLAIN);
    type("hi. you");
    assertText("hi. you");
  }

  @Test
  public void shiftIsForOneLetter() {
    start(PLAIN);
    typist.pressShift();
    type("ab");
    assertText("Ab");
  }

  @Test
  public void aQuickSecondPressLocksShiftUntilAThird() {
    start(PLAIN);
    typist.pressShift();
    millis += 200;
    typist.pressShift();
    assertEquals(Shift.LOCKED, typist.shift());
    type("ab c");
    assertText("AB C");
    typist.pressShift();
    type("d");
    assertText("AB Cd");
  }

  @Test
  public void aLetterBetweenTwoPressesIsNoDoubleTap() {
    start(PLAIN);
    typist.pressShift();
    type("a");
    typist.pressShift();
    assertEquals(Shift.ON, typist.shift());
  }

  @Test
  public void aSlowSecondPressEndsShift() {
    start(PLAIN);
    typist.pressShift();
    millis += 1000;
    typist.pressShift();
    assertEquals(Shift.OFF, typist.shift());
  }

  @Test
  public void shiftCanRefuseTheCapitalOfASentence() {
    typist.pressShift();
    type("hi");
    assertText("hi");
  }
}
