package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.text.InputType;
import android.view.MotionEvent;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.tflm.keyboard.model.ShadowStepModel;
import org.tflm.keyboard.ui.Key;
import org.tflm.keyboard.ui.KeyView;

/** Apps that answer late, or tell of the same field again. */
@RunWith(RobolectricTestRunner.class)
public final class SlowAppTest {
  private static final int CHAT =
      InputType.TYPE_CLASS_TEXT | InputType.TYPE_TEXT_FLAG_CAP_SENTENCES;

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver keyboard;

  @Before
  public void startService() {
    keyboard = keyboards.add();
  }

  @Test
  public void noLetterWaitsForTheApp() {
    FakeField field = keyboard.open(CHAT, 0);
    field.block();
    keyboard.press("hello there. you");
    assertEquals("Hello there. You", keyboard.text());
    field.release();
    keyboard.settle();
    assertEquals(3, keyboard.suggestions().size());
    assertFalse(field.wasReadOnMain());
  }

  @Test
  public void aKeyReadsTheFieldOnce() {
    FakeField field = keyboard.open(CHAT, 0);
    int before = field.reads();
    keyboard.type("see yo");
    keyboard.choose(1);
    keyboard.press(Key.Role.DELETE);
    assertTrue("" + field.reads(), field.reads() <= before + 8);
    assertFalse(field.wasReadOnMain());
  }

  @Test
  public void whatIsNotToldYetIsNoBeginning() {
    FakeField field = new FakeField(keyboard.context(), CHAT, 0);
    field.commitText("Hello ", 1);
    field.block();
    keyboard.openAtOnce(field);
    keyboard.press("there");
    assertEquals("Hello there", keyboard.text());
    field.release();
    keyboard.settle();
    assertTrue(keyboard.suggestions().contains("there"));
  }

  @Test
  public void aFieldThatIsToldOfAgainKeepsItsPageAndCapitals() {
    keyboard.open(CHAT, 0);
    keyboard.press(Key.Role.SHIFT);
    keyboard.hold(keyboard.key(Key.Role.SHIFT), 1_000);
    keyboard.type("ab");
    keyboard.press(Key.Role.SYMBOLS);
    keyboard.restart();
    keyboard.type("1");
    keyboard.press(Key.Role.LETTERS);
    keyboard.type("c");
    assertEquals("AB1C", keyboard.text());
  }

  @Test
  public void aFieldThatIsToldOfAgainKeepsTheLastChoice() {
    keyboard.open(CHAT, 0);
    keyboard.type("see yo");
    keyboard.choose(1);
    keyboard.restart();
    keyboard.press(Key.Role.DELETE);
    assertEquals("See yo", keyboard.text());
  }

  @Test
  public void anEmptiedFieldBeginsAnew() {
    keyboard.open(CHAT, 0);
    keyboard.type("see yo");
    keyboard.choose(1);
    keyboard.field().deleteSurroundingText(100, 0);
    keyboard.restart();
    keyboard.type("a.");
    assertEquals("A.", keyboard.text());
  }

  @Test
  public void theNextFieldBeginsOnItsFirstPage() {
    keyboard.open(CHAT, 0);
    keyboard.press(Key.Role.SYMBOLS);
    keyboard.leave();
    keyboard.open(CHAT, 0);
    keyboard.type("a");
    assertEquals("A", keyboard.text());
  }

  @Test
  public void aLetterUnderTheFingerIsTypedThoughTheFieldIsToldOfAgain() {
    keyboard.open(CHAT, 0);
    keyboard.type("a");
    KeyView key = keyboard.key("b");
    KeyboardDriver.touch(key, MotionEvent.ACTION_DOWN);
    keyboard.restart();
    KeyboardDriver.touch(key, MotionEvent.ACTION_UP);
    assertEquals("Ab", keyboard.text());
  }

  @Test
  public void aLateAnswerIsNotShownForWhatWasSelectedSince() {
    keyboard.open(CHAT, 0);
    keyboard.type("see ");
    ShadowStepModel.block();
    keyboard.press("you ");
    keyboard.selectAtOnce(0, 3);
    assertTrue(keyboard.suggestions().isEmpty());
    ShadowStepModel.release();
    keyboard.settle();
    assertTrue(keyboard.suggestions().isEmpty());
  }
}
