package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import org.junit.Test;

/** The cursor, moved by the space key. */
public final class TypistCursorTest extends TypistFixture {
  @Test
  public void itGoesByCharactersAndNoFurtherThanTheText() {
    editor.set("a\uD83D\uDC4D\uD83C\uDFFDb", "c\uD83D\uDE00d");
    typist.moveCursor(-1);
    assertEquals(5, editor.start);
    typist.moveCursor(-1);
    assertEquals(1, editor.start);
    typist.moveCursor(-5);
    assertEquals(0, editor.start);
    typist.moveCursor(9);
    assertEquals(editor.text.length(), editor.start);
  }

  @Test
  public void whatIsTypedThereIsWrittenThere() {
    editor.set("helo", "");
    typist.moveCursor(-1);
    type("l");
    assertText("hello");
    assertEquals("hell", typist.request().before());
    assertFalse(typist.select(editor.start, editor.end));
  }

  @Test
  public void aSelectionMayBeToldFromItsEnd() {
    editor.set("one two", "");
    editor.start = 4;
    typist.select(7, 4);
    typist.choose(next("three"));
    assertText("one three ");
    assertFalse(typist.select(10, 10));
  }

  @Test
  public void itGoesFarThroughALongText() {
    editor.set("", new String(new char[300]).replace('\0', 'x'));
    for (int i = 0; i < 30; i++) {
      typist.moveCursor(10);
    }
    assertEquals(300, editor.start);
  }

  @Test
  public void itStaysWhereTheTextIsUnknown() {
    editor.set("hello", "");
    editor.isSlow = true;
    start(CHAT);
    typist.moveCursor(-1);
    assertEquals(5, editor.start);
  }

  @Test
  public void aCopiedTextIsWrittenAsItIs() {
    editor.set("see ", "");
    typist.paste("You There");
    assertText("see You There");
  }
}
