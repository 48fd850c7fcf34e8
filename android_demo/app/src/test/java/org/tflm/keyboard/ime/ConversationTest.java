package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import android.text.InputType;
import android.view.inputmethod.EditorInfo;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.shadows.ShadowLooper;
import org.tflm.keyboard.R;
import org.tflm.keyboard.model.ShadowStepModel;
import org.tflm.keyboard.ui.Key;

/** A chat, typed on the keys of the real service with the real model. */
@RunWith(RobolectricTestRunner.class)
public final class ConversationTest {
  private static final int CHAT =
      InputType.TYPE_CLASS_TEXT
          | InputType.TYPE_TEXT_FLAG_CAP_SENTENCES
          | InputType.TYPE_TEXT_FLAG_MULTI_LINE;

  @Rule public final Desks desks = new Desks();

  private Desk desk;

  @Before
  public void openAChat() {
    desk = desks.add();
    desk.open(CHAT, 0);
  }

  @Test
  public void threeWordsAreSuggestedBeforeTheFirstLetter() {
    assertEquals(3, desk.suggestions().size());
    for (String word : desk.suggestions()) {
      assertTrue(word, Character.isUpperCase(word.charAt(0))); // A sentence begins.
    }
  }

  @Test
  public void wordsAreCompletedWhileTheyAreTyped() {
    desk.type("see yo");
    assertEquals("See yo", desk.text());
    assertEquals("“yo”", desk.suggestions().get(0)); // The literal word is kept.
    assertEquals("you", desk.suggestions().get(1));
  }

  @Test
  public void nextWordsAreSuggestedAfterASpace() {
    desk.type("see ");
    assertEquals(3, desk.suggestions().size());
    assertTrue(desk.suggestions().contains("you"));
  }

  @Test
  public void aChosenWordIsWrittenWithASpace() {
    desk.type("see yo");
    desk.choose(1);
    assertEquals("See you ", desk.text());
    assertEquals(3, desk.suggestions().size());
  }

  @Test
  public void punctuationSwallowsThatSpace() {
    desk.type("see yo");
    desk.choose(1);
    desk.type(".");
    assertEquals("See you. ", desk.text());
    assertTrue(Character.isUpperCase(desk.suggestions().get(0).charAt(0)));
  }

  @Test
  public void backspaceTakesAChoiceBack() {
    desk.type("see yo");
    desk.choose(1);
    desk.press(Key.Role.DELETE);
    assertEquals("See yo", desk.text());
    assertEquals("“yo”", desk.suggestions().get(0));
  }

  @Test
  public void aSentenceOfSuggestionsAlone() {
    StringBuilder chosen = new StringBuilder();
    for (int word = 0; word < 8; word++) {
      chosen.append(desk.choose(0)).append(' ');
    }
    String spaced = chosen.toString().replaceAll(" (?=[.,?!])", "");
    assertEquals(spaced, desk.text());
  }

  @Test
  public void twoQuickSpacesAreAPoint() {
    desk.type("hi  ");
    assertEquals("Hi. ", desk.text());
  }

  @Test
  public void symbolsLeadBackToLetters() {
    desk.type("hi");
    desk.press(Key.Role.SYMBOLS);
    desk.type("! ");
    assertEquals("Hi! ", desk.text());
    desk.type("a"); // On the page of letters.
    assertEquals("Hi! A", desk.text());
  }

  @Test
  public void shiftIsForOneLetterOrLocked() {
    desk.type("a");
    desk.press(Key.Role.SHIFT);
    desk.type("bc");
    assertEquals("ABc", desk.text());
    desk.rest();
    desk.press(Key.Role.SHIFT);
    desk.press(Key.Role.SHIFT);
    desk.type("de");
    assertEquals("ABcDE", desk.text());
    assertEquals("Capitals locked", desk.key(Key.Role.SHIFT).getContentDescription());
  }

  @Test
  public void aHeldDeleteRepeats() {
    desk.type("hello");
    desk.hold(desk.key(Key.Role.DELETE), 10_000);
    assertEquals("", desk.text());
  }

  @Test
  public void aHeldKeyTypesItsAlternative() {
    desk.hold(desk.key("q"), 1_000);
    assertEquals("1", desk.text());
  }

  @Test
  public void aShortTouchTypesTheLetter() {
    desk.hold(desk.key("q"), 50);
    assertEquals("Q", desk.text());
  }

  @Test
  public void theSuggestionBarFollowsTheCursor() {
    desk.type("see you in ");
    List<String> atEnd = desk.suggestions();
    desk.select(6, 6); // See yo|u in
    assertNotEquals(atEnd, desk.suggestions());
    assertTrue(desk.suggestions().contains("you"));
    desk.select(11, 11);
    assertEquals(atEnd, desk.suggestions());
  }

  @Test
  public void aSelectionIsReplacedAndSuggestsNothing() {
    desk.type("see you");
    desk.select(4, 7);
    assertTrue(desk.suggestions().isEmpty());
    desk.press(Key.Role.DELETE);
    assertEquals("See ", desk.text());
    assertEquals(3, desk.suggestions().size());
  }

  @Test
  public void enterIsANewLineInAChat() {
    desk.type("hi");
    desk.press(Key.Role.ENTER);
    assertEquals("Hi\n", desk.text());
  }

  @Test
  public void enterIsTheActionOfASearch() {
    Field search = desk.open(InputType.TYPE_CLASS_TEXT, EditorInfo.IME_ACTION_SEARCH);
    assertEquals("Search", desk.key(Key.Role.ENTER).getContentDescription());
    desk.press(Key.Role.ENTER);
    assertEquals(EditorInfo.IME_ACTION_SEARCH, search.action());
  }

  @Test
  public void keysDoNotWaitForTheModel() {
    ShadowStepModel.block();
    desk.press("hello there you ");
    assertEquals("Hello there you ", desk.text());
    ShadowStepModel.release();
    desk.settle();
    assertEquals(3, desk.suggestions().size());
  }

  @Test
  public void oneMoreLetterCostsNoStep() {
    desk.type("see you ");
    int steps = ShadowStepModel.steps();
    desk.type("to");
    assertEquals(steps, ShadowStepModel.steps());
  }

  @Test
  public void aRemovedSuggestionIsNotMadeAgain() {
    desk.type("see ");
    String removed = desk.suggestions().get(0);
    desk.view().findViewById(R.id.first).performLongClick();
    assertTrue(desk.message(), desk.message().contains(removed));
    desk.view().findViewById(R.id.confirm).performClick();
    desk.settle();
    assertEquals(3, desk.suggestions().size());
    assertFalse(desk.suggestions().contains(removed));
  }

  @Test
  public void nothingIsDoneWithoutAField() {
    desk.leave();
    desk.press("a ");
    ShadowLooper.idleMainLooper();
    assertEquals("", desk.text());
  }
}
