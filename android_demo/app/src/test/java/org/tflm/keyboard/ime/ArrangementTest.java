package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.text.InputType;
import android.view.MotionEvent;
import android.view.View;
import android.widget.TextView;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Suggestion;
import org.tflm.keyboard.core.Suggestion.Kind;
import org.tflm.keyboard.settings.Setting;
import org.tflm.keyboard.ui.Key;
import org.tflm.keyboard.ui.KeyView;

/** Where keys and suggestions stand on which screen, and as the user wishes. */
@RunWith(RobolectricTestRunner.class)
public final class ArrangementTest {
  private static final int TEXT = InputType.TYPE_CLASS_TEXT;

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver open(String qualifiers, Setting... wishes) {
    RuntimeEnvironment.setQualifiers("+" + qualifiers);
    KeyboardDriver keyboard = keyboards.add();
    for (Setting wish : wishes) {
      Setting.preferences(keyboard.context()).edit().putBoolean(wish.name(), true).commit();
    }
    keyboard.open(TEXT, 0);
    return keyboard;
  }

  /** Returns where a view is in the window, from its left end. */
  private static int left(View view) {
    int[] place = new int[2];
    view.getLocationInWindow(place);
    return place[0];
  }

  @Test
  public void inLandscapeHalfOfTheScreenIsLeft() {
    for (String screen :
        new String[] {"w740dp-h360dp-land", "w568dp-h320dp-land", "sw800dp-w1280dp-h800dp-land"}) {
      KeyboardDriver keyboard = open(screen, Setting.NUMBER_ROW);
      int screenHeight = keyboard.context().getResources().getDisplayMetrics().heightPixels;
      assertTrue(screen, keyboard.view().getHeight() <= screenHeight / 2);
      keyboard.press(Key.Role.EMOJI);
      assertTrue(screen, keyboard.view().getHeight() <= screenHeight / 2);
    }
  }

  @Test
  public void numbersStandAboveTheLettersIfWished() {
    assertTrue(open("port").texts().startsWith("qwerty"));
    KeyboardDriver keyboard = open("port", Setting.NUMBER_ROW);
    assertTrue(keyboard.texts().startsWith("1234567890qwerty"));
    keyboard.type("1");
    assertEquals("1", keyboard.text());
  }

  @Test
  public void onTabletsKeysStandAtBothSidesIfWished() {
    KeyboardDriver keyboard = open("sw800dp-w1280dp-h800dp-land", Setting.SPLIT);
    int middle = keyboard.view().getWidth() / 2;
    for (String key : new String[] {"t", "g", "v"}) {
      assertTrue(left(keyboard.key(key)) + keyboard.key(key).getWidth() < middle);
    }
    for (String key : new String[] {"y", "h", "b"}) {
      assertTrue(left(keyboard.key(key)) > middle);
    }
    List<View> spaces = new ArrayList<>();
    for (KeyView key : keyboard.keys()) {
      if (key.key().role() == Key.Role.SPACE) {
        spaces.add(key);
      }
    }
    assertEquals(2, spaces.size());
    KeyboardDriver phone = open("sw360dp-w360dp-h740dp-port", Setting.SPLIT);
    assertTrue(left(phone.key("y")) - left(phone.key("t")) <= phone.key("t").getWidth() + 1);
  }

  @Test
  public void keysStandAtOneSideForOneHand() {
    KeyboardDriver keyboard = open("port", Setting.ONE_HANDED);
    int width = keyboard.view().getWidth();
    assertTrue(left(keyboard.key("q")) > width / 6);
    View other = null;
    for (View view : keyboard.views(View.class)) {
      boolean isShown = view.isShown() && view.getContentDescription() != null;
      if (isShown && view.getContentDescription().equals("Keys to the other side")) {
        other = view;
      }
    }
    other.performClick();
    keyboard.layout();
    KeyView last = keyboard.key("p");
    assertTrue(left(last) + last.getWidth() < 5 * width / 6);
    assertTrue(left(keyboard.key("q")) < width / 12);
    assertTrue(Setting.LEFT_HAND.isOn(keyboard.context()));
  }

  @Test
  public void theBestSuggestionHasOnePlace() {
    KeyboardDriver keyboard = open("port");
    TextView middle = keyboard.view().findViewById(R.id.second);
    Suggestion best = new Suggestion("best", Kind.NEXT, "");
    Suggestion other = new Suggestion("other", Kind.NEXT, "");
    keyboard.view().suggestionBar().show(List.of(best, other));
    assertEquals("best", middle.getText().toString());
    Suggestion literal = new Suggestion("bst", Kind.LITERAL, "bst");
    keyboard.view().suggestionBar().show(List.of(literal, best, other));
    assertEquals("best", middle.getText().toString());
    keyboard.view().suggestionBar().show(List.of(best));
    assertEquals("best", middle.getText().toString());
  }

  @Test
  public void longWordsFitIntoTheBarWithLargeLetters() {
    RuntimeEnvironment.setFontScale(2);
    try {
      KeyboardDriver keyboard = open("sw320dp-w320dp-h533dp-port-mdpi");
      List<Suggestion> words = new ArrayList<>();
      for (String word : new String[] {"tomorrow's", "something", "understand"}) {
        words.add(new Suggestion(word, Kind.NEXT, ""));
      }
      keyboard.view().suggestionBar().show(words);
      keyboard.layout();
      for (int id : new int[] {R.id.first, R.id.second, R.id.third}) {
        TextView slot = keyboard.view().findViewById(id);
        assertEquals(0, slot.getLayout().getEllipsisCount(0));
        assertTrue(slot.getLayout().getHeight() <= slot.getHeight());
      }
    } finally {
      RuntimeEnvironment.setFontScale(1);
    }
  }

  @Test
  public void theLetterUnderTheFingerIsSeenButNotInPasswords() {
    KeyboardDriver keyboard = open("port");
    assertTrue(isSeenUnderAFinger(keyboard));
    keyboard.open(TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD, 0);
    assertFalse(isSeenUnderAFinger(keyboard));
  }

  @Test
  public void aFieldThatTurnsIntoAPasswordHidesTheLetter() {
    KeyboardDriver keyboard = open("port");
    KeyboardDriver.touch(keyboard.key("g"), MotionEvent.ACTION_DOWN);
    assertTrue(isLetterSeen(keyboard));
    keyboard.field().info().inputType |= InputType.TYPE_TEXT_VARIATION_PASSWORD;
    keyboard.restart();
    assertFalse(isLetterSeen(keyboard));
    KeyboardDriver.touch(keyboard.key("g"), MotionEvent.ACTION_UP);
  }

  private static boolean isSeenUnderAFinger(KeyboardDriver keyboard) {
    KeyboardDriver.touch(keyboard.key("g"), MotionEvent.ACTION_DOWN);
    boolean isSeen = isLetterSeen(keyboard);
    KeyboardDriver.touch(keyboard.key("g"), MotionEvent.ACTION_UP);
    return isSeen;
  }

  private static boolean isLetterSeen(KeyboardDriver keyboard) {
    boolean isSeen = false;
    for (TextView view : keyboard.views(TextView.class)) {
      boolean isPreview = view.getClass().getSimpleName().equals("PreviewView");
      isSeen |= isPreview && view.getVisibility() == View.VISIBLE && view.length() == 1;
    }
    return isSeen;
  }

  @Test
  public void theHeldSpaceKeyMovesTheCursor() {
    KeyboardDriver keyboard = open("port");
    keyboard.type("helo");
    keyboard.slide(keyboard.key(Key.Role.SPACE), -10);
    keyboard.type("l");
    assertEquals("hello", keyboard.text());
    keyboard.slide(keyboard.key(Key.Role.SPACE), 60);
    keyboard.type(" ");
    assertEquals("hello ", keyboard.text());
  }

  @Test
  public void dateAndTimeAreTypedOnOnePad() {
    KeyboardDriver keyboard = open("port");
    keyboard.open(InputType.TYPE_CLASS_DATETIME, 0);
    keyboard.type("31/12 10:30");
    assertEquals("31/12 10:30", keyboard.text());
    for (String digit : new String[] {"1", "4", "7"}) {
      assertEquals(keyboard.key("1").getWidth(), keyboard.key(digit).getWidth());
    }
  }
}
