package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

/** Two quick spaces. */
public final class TypistSpaceTest extends TypistFixture {
  @Test
  public void twoQuickSpacesAreAFullStop() {
    type("hello");
    typist.space();
    millis += 300;
    typist.space();
    assertText("Hello. ");
    assertEquals(Shift.ON, typist.shift());
  }

  @Test
  public void aBackspaceGivesTheTwoSpacesBack() {
    type("hello");
    typist.space();
    typist.space();
    typist.backspace();
    assertText("Hello  ");
  }

  @Test
  public void twoQuickSpacesStaySpacesIfTheUserWantsThat() {
    typist.setDoubleSpaceFullStop(false);
    type("hello");
    typist.space();
    typist.space();
    assertText("Hello  ");
  }

  @Test
  public void twoSlowSpacesStaySpaces() {
    type("hello  ");
    assertText("Hello  ");
  }

  @Test
  public void aThirdQuickSpaceIsASpace() {
    type("hello");
    for (int i = 0; i < 3; i++) {
      typist.space();
    }
    assertText("Hello.  ");
  }

  @Test
  public void noFullStopFollowsPunctuationOrNothing() {
    typist.space();
    typist.space();
    assertText("  ");
    editor.set("a,");
    typist.space();
    typist.space();
    assertText("a,  ");
  }

  @Test
  public void twoSpacesInAPasswordStaySpaces() {
    start(PASSWORD);
    type("a");
    typist.space();
    typist.space();
    assertText("a  ");
  }
}
