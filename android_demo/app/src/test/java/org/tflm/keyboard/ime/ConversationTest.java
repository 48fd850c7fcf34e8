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

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver keyboard;

  @Before
  public void openAChat() {
    keyboard = keyboards.add();
    keyboard.open(CHAT, 0);
  }

  @Test
  public void threeWordsAreSuggestedBeforeTheFirstLetter() {
    assertEquals(3, keyboard.suggestions().size());
    for (String word : keyboard.suggestions()) {
      assertTrue(word, Character.isUpperCase(word.charAt(0))); // A sentence begins.
    }
  }

  @Test
  public void wordsAreCompletedWhileTheyAreTyped() {
    keyboard.type("see yo");
    assertEquals("See yo", keyboard.text());
    assertEquals("“yo”", keyboard.suggestions().get(0)); // The literal word is kept.
    assertEquals("you", keyboard.suggestions().get(1));
  }

  @Test
  public void nextWordsAreSuggestedAfterASpace() {
    keyboard.type("see ");
    assertEquals(3, keyboard.suggestions().size());
    assertTrue(keyboard.suggestions().contains("you"));
  }

  @Test
  public void aChosenWordIsWrittenWithASpace() {
    keyboard.type("see yo");
    keyboard.choose(1);
    assertEquals("See you ", keyboard.text());
    assertEquals(3, keyboard.suggestions().size());
  }

  @Test
  public void punctuationSwallowsThatSpace() {
    keyboard.type("see yo");
    keyboard.choose(1);
    keyboard.type(".");
    assertEquals("See you. ", keyboard.text());
    assertTrue(Character.isUpperCase(keyboard.suggestions().get(0).charAt(0)));
  }

  @Test
  public void backspaceTakesAChoiceBack() {
    keyboard.type("see yo");
    keyboard.choose(1);
    keyboard.press(Key.Role.DELETE);
    assertEquals("See yo", keyboard.text());
    assertEquals("“yo”", keyboard.suggestions().get(0));
  }

  @Test
  public void aSentenceOfSuggestionsAlone() {
    StringBuilder chosen = new StringBuilder();
    for (int word = 0; word < 8; word++) {
      chosen.append(keyboard.choose(0)).append(' ');
    }
    String spaced = chosen.toString().replaceAll(" (?=[.,?!])", "");
    assertEquals(spaced, keyboard.text());
  }

  @Test
  public void twoQuickSpacesAreAFullStop() {
    keyboard.type("hi  ");
    assertEquals("Hi. ", keyboard.text());
  }

  @Test
  public void symbolsLeadBackToLetters() {
    keyboard.type("hi");
    keyboard.press(Key.Role.SYMBOLS);
    keyboard.type("! ");
    assertEquals("Hi! ", keyboard.text());
    keyboard.type("a"); // On the page of letters.
    assertEquals("Hi! A", keyboard.text());
  }

  @Test
  public void shiftIsForOneLetterOrLocked() {
    keyboard.type("a");
    keyboard.press(Key.Role.SHIFT);
    keyboard.type("bc");
    assertEquals("ABc", keyboard.text());
    keyboard.rest();
    keyboard.press(Key.Role.SHIFT);
    keyboard.press(Key.Role.SHIFT);
    keyboard.type("de");
    assertEquals("ABcDE", keyboard.text());
    assertEquals("Capitals locked", keyboard.key(Key.Role.SHIFT).getContentDescription());
  }

  @Test
  public void aHeldDeleteRepeats() {
    keyboard.type("hello");
    keyboard.hold(keyboard.key(Key.Role.DELETE), 10_000);
    assertEquals("", keyboard.text());
  }

  @Test
  public void aHeldKeyTypesItsAlternative() {
    keyboard.hold(keyboard.key("q"), 1_000);
    assertEquals("1", keyboard.text());
  }

  @Test
  public void aShortTouchTypesTheLetter() {
    keyboard.hold(keyboard.key("q"), 50);
    assertEquals("Q", keyboard.text());
  }

  @Test
  public void theSuggestionBarFollowsTheCursor() {
    keyboard.type("see you in ");
    List<String> atEnd = keyboard.suggestions();
    keyboard.select(6, 6); // See yo|u in
    assertNotEquals(atEnd, keyboard.suggestions());
    assertTrue(keyboard.suggestions().contains("you"));
    keyboard.select(11, 11);
    assertEquals(atEnd, keyboard.suggestions());
  }

  @Test
  public void aSelectionIsReplacedAndSuggestsNothing() {
    keyboard.type("see you");
    keyboard.select(4, 7);
    assertTrue(keyboard.suggestions().isEmpty());
    keyboard.press(Key.Role.DELETE);
    assertEquals("See ", keyboard.text());
    assertEquals(3, keyboard.suggestions().size());
  }

  @Test
  public void enterIsANewLineInAChat() {
    keyboard.type("hi");
    keyboard.press(Key.Role.ENTER);
    assertEquals("Hi\n", keyboard.text());
  }

  @Test
  public void enterIsTheActionOfASearch() {
    FakeField search = keyboard.open(InputType.TYPE_CLASS_TEXT, EditorInfo.IME_ACTION_SEARCH);
    assertEquals("Search", keyboard.key(Key.Role.ENTER).getContentDescription());
    keyboard.press(Key.Role.ENTER);
    assertEquals(EditorInfo.IME_ACTION_SEARCH, search.action());
  }

  @Test
  public void keysDoNotWaitForTheModel() {
    ShadowStepModel.block();
    keyboard.press("hello there you ");
    assertEquals("Hello there you ", keyboard.text());
    ShadowStepModel.release();
    keyboard.settle();
    assertEquals(3, keyboard.suggestions().size());
  }

  @Test
  public void oneMoreLetterCostsNoStep() {
    keyboard.type("see you ");
    int steps = ShadowStepModel.steps();
    keyboard.type("to");
    assertEquals(steps, ShadowStepModel.steps());
  }

  @Test
  public void aRemovedSuggestionIsNotMadeAgain() {
    keyboard.type("see ");
    String removed = keyboard.suggestions().get(0);
    keyboard.view().findViewById(R.id.first).performLongClick();
    assertTrue(keyboard.message(), keyboard.message().contains(removed));
    keyboard.view().findViewById(R.id.confirm).performClick();
    keyboard.settle();
    assertEquals(3, keyboard.suggestions().size());
    assertFalse(keyboard.suggestions().contains(removed));
  }

  @Test
  public void nothingIsDoneWithoutAField() {
    keyboard.leave();
    keyboard.press("a ");
    ShadowLooper.idleMainLooper();
    assertEquals("", keyboard.text());
  }
}
