package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.util.Collections;
import org.junit.Test;
import org.tflm.keyboard.core.Suggestion.Kind;

/** What a chosen suggestion writes, and how it is taken back. */
public final class TypistChoiceTest extends TypistFixture {
  @Test
  public void aChosenCompletionReplacesWhatWasTypedAndAddsASpace() {
    type("hel");
    typist.choose(completion("Hello", "Hel"));
    assertText("Hello ");
  }

  @Test
  public void aNextWordIsWrittenBehind() {
    type("see ");
    typist.choose(next("you"));
    typist.choose(next("later"));
    assertText("See you later ");
  }

  @Test
  public void punctuationSwallowsTheAutomaticSpace() {
    for (String mark : new String[] {".", ",", "!", "?", ")"}) {
      editor.set("");
      typist.choose(next("Hello"));
      typist.type(mark);
      assertText("Hello" + mark + " ");
    }
  }

  @Test
  public void marksInARowAllSwallowIt() {
    typist.choose(next("Wait"));
    type("...");
    assertText("Wait... ");
  }

  @Test
  public void anApostropheSwallowsItAndGoesOn() {
    typist.choose(next("dogs"));
    type("'");
    assertText("dogs'");
  }

  @Test
  public void aTypedSpaceIsNotSwallowed() {
    type("hello .");
    assertText("Hello .");
  }

  @Test
  public void aMovedCursorEndsTheAutomaticSpace() {
    typist.choose(next("Hello"));
    editor.set("Other ");
    type(".");
    assertText("Other .");
  }

  @Test
  public void theKeyboardsOwnEditsAreNoMoves() {
    typist.choose(next("Hello"));
    assertFalse(typist.select(editor.start, editor.end));
    type(".");
    assertText("Hello. ");
  }

  @Test
  public void aTypedSpaceTakesThePlaceOfTheAutomaticOne() {
    typist.choose(next("Hello"));
    typist.space();
    assertText("Hello ");
    type(",");
    assertText("Hello ,");
  }

  @Test
  public void aSuggestedMarkStandsAtItsWord() {
    typist.choose(next("Hello"));
    typist.choose(next(","));
    typist.choose(next("you"));
    typist.choose(next("?"));
    assertText("Hello, you? ");
  }

  @Test
  public void aSuggestedBracketOpensWithoutASpace() {
    type("see ");
    typist.choose(next("("));
    assertText("See (");
  }

  @Test
  public void aBackspaceTakesAChoiceBack() {
    type("hel");
    typist.choose(completion("Held", "Hel"));
    typist.backspace();
    assertText("Hel");
    typist.backspace();
    assertText("He");
  }

  @Test
  public void aBackspaceTakesANextWordBack() {
    type("see ");
    typist.choose(next("you"));
    typist.backspace();
    assertText("See ");
  }

  @Test
  public void aBackspaceTakesASuggestedMarkBack() {
    type("see ");
    typist.choose(next("."));
    assertText("See. ");
    typist.backspace();
    assertText("See ");
  }

  @Test
  public void onlyTheNextKeyTakesAChoiceBack() {
    type("hel");
    typist.choose(completion("Hello", "Hel"));
    type("x");
    typist.backspace();
    typist.backspace();
    assertText("Hello");
  }

  @Test
  public void aChoiceIsNotTakenBackFromAnotherText() {
    type("hel");
    typist.choose(completion("Hello", "Hel"));
    editor.set("abc");
    typist.backspace();
    assertText("ab");
  }

  @Test
  public void aLateChoiceReplacesLettersTypedSince() {
    type("hell");
    typist.choose(completion("Hello", "Hel"));
    assertText("Hello ");
    typist.backspace();
    assertText("Hell");
  }

  @Test
  public void aLateNextWordReplacesTheWordBegunSince() {
    type("see y");
    typist.choose(next("them"));
    assertText("See them ");
  }

  @Test
  public void aCurlyApostropheIsReplacedToo() {
    editor.set("I don\u2019");
    typist.choose(completion("don't", "don\u2019"));
    assertText("I don't ");
  }

  @Test
  public void aPrefixWithFullStopsIsReplacedAsAWhole() {
    editor.set("the u.s");
    typist.choose(completion("u.s.", "u.s"));
    assertText("the u.s. ");
  }

  @Test
  public void theLiteralWordIsKeptAsTyped() {
    type("xyz");
    typist.choose(new Suggestion("Xyz", Kind.LITERAL, "Xyz"));
    assertText("Xyz ");
    assertEquals(Collections.singletonList("Xyz"), learned);
  }

  @Test
  public void aChoiceReplacesASelection() {
    editor.set("one two");
    editor.select(4, editor.end);
    typist.choose(next("three"));
    assertText("one three ");
  }

  @Test
  public void enterSwallowsTheAutomaticSpace() {
    typist.choose(next("Hello"));
    typist.enter();
    assertText("Hello\n");
  }
}
