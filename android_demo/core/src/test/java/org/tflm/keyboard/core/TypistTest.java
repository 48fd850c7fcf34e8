package org.tflm.keyboard.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.tflm.keyboard.core.FieldPolicy.IME_FLAG_NO_PERSONALIZED_LEARNING;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_CLASS_TEXT;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_CAP_SENTENCES;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_FLAG_MULTI_LINE;
import static org.tflm.keyboard.core.FieldPolicy.TYPE_TEXT_VARIATION_PASSWORD;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.Before;
import org.junit.Test;
import org.tflm.keyboard.core.Suggestion.Kind;

public final class TypistTest {
  private static final FieldPolicy CHAT =
      FieldPolicy.of(
          TYPE_CLASS_TEXT | TYPE_TEXT_FLAG_CAP_SENTENCES | TYPE_TEXT_FLAG_MULTI_LINE, 0);
  private static final FieldPolicy PLAIN = FieldPolicy.of(TYPE_CLASS_TEXT, 0);
  private static final FieldPolicy PASSWORD =
      FieldPolicy.of(TYPE_CLASS_TEXT | TYPE_TEXT_VARIATION_PASSWORD, 0);

  private final FakeEditor editor = new FakeEditor();
  private final List<String> learned = new ArrayList<>();
  private long millis;
  private final Typist typist = new Typist(editor, () -> millis, learned::add);

  @Before
  public void startChatting() {
    typist.start(CHAT);
  }

  /** Types text letter by letter, slowly; capitals are those of the shift key. */
  private void type(String text) {
    for (int i = 0; i < text.length(); i++) {
      millis += 5000;
      if (text.charAt(i) == ' ') {
        typist.space();
      } else {
        typist.type(text.substring(i, i + 1));
      }
    }
  }

  private static Suggestion completion(String text, String typed) {
    return new Suggestion(text, Kind.COMPLETION, typed);
  }

  private static Suggestion next(String text) {
    return new Suggestion(text, Kind.NEXT, "");
  }

  private void assertText(String expected) {
    assertEquals(expected, editor.toString());
  }

  @Test
  public void sentencesBeginWithACapital() {
    type("hi. you? ok\n");
    assertText("Hi. You? Ok\n");
    assertEquals(Shift.ON, typist.shift());
  }

  @Test
  public void plainFieldsHaveNoCapitals() {
    typist.start(PLAIN);
    type("hi. you");
    assertText("hi. you");
  }

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
    assertTrue(typist.cursorMoved());
    type(".");
    assertText("Other .");
  }

  @Test
  public void theKeyboardsOwnEditsAreNoMoves() {
    typist.choose(next("Hello"));
    assertFalse(typist.cursorMoved());
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
  public void aPrefixWithPointsIsReplacedAsAWhole() {
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
    editor.start = 4;
    typist.choose(next("three"));
    assertText("one three ");
  }

  @Test
  public void twoQuickSpacesAreAPoint() {
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
    typist.setDoubleSpacePoint(false);
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
  public void noPointFollowsPunctuationOrNothing() {
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
    typist.start(PASSWORD);
    type("a");
    typist.space();
    typist.space();
    assertText("a  ");
  }

  @Test
  public void shiftIsForOneLetter() {
    typist.start(PLAIN);
    typist.pressShift();
    type("ab");
    assertText("Ab");
  }

  @Test
  public void aQuickSecondPressLocksShiftUntilAThird() {
    typist.start(PLAIN);
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
    typist.start(PLAIN);
    typist.pressShift();
    type("a");
    typist.pressShift();
    assertEquals(Shift.ON, typist.shift());
  }

  @Test
  public void aSlowSecondPressEndsShift() {
    typist.start(PLAIN);
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

  @Test
  public void backspaceDeletesTheSelection() {
    editor.set("one two");
    editor.start = 3;
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
    typist.start(PLAIN);
    typist.enter();
    assertText("Hi\n");
    assertEquals(1, editor.actions);
  }

  @Test
  public void enterSwallowsTheAutomaticSpace() {
    typist.choose(next("Hello"));
    typist.enter();
    assertText("Hello\n");
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
      typist.start(field);
      type("secret words ");
      typist.enter();
    }
    assertTrue(learned.isEmpty());
  }

  @Test
  public void incognitoPredicts() {
    typist.start(FieldPolicy.of(TYPE_CLASS_TEXT, IME_FLAG_NO_PERSONALIZED_LEARNING));
    type("hello");
    assertEquals("hello", typist.request().before());
  }

  @Test
  public void passwordsAreNotAskedAboutAndNothingIsChosenInThem() {
    typist.start(PASSWORD);
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
    editor.start = 0;
    assertNull(typist.request());
  }

  @Test
  public void nothingIsAskedAfterTheEnd() {
    assertNotNull(typist.request());
    typist.finish();
    assertNull(typist.request());
  }

  @Test
  public void aFieldThatTellsNothingGetsDeleteKeys() {
    int[] deleted = {0};
    Typist blind =
        new Typist(
            new Editor() {
              @Override
              public void commit(String text) {}

              @Override
              public void deleteBefore(int chars) {
                deleted[0] += chars;
              }

              @Override
              public String textBefore(int chars) {
                return "";
              }

              @Override
              public void action() {}

              @Override
              public boolean hasSelection() {
                return false;
              }
            },
            () -> millis,
            learned::add);
    blind.start(FieldPolicy.of(0, 0));
    blind.type("a");
    blind.backspace();
    blind.deleteWord();
    assertEquals(2, deleted[0]);
  }
}
