package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.text.InputType;
import android.view.View;
import android.widget.TextView;
import java.util.HashSet;
import java.util.Set;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.tflm.keyboard.R;
import org.tflm.keyboard.ui.Key;
import org.tflm.keyboard.ui.KeyView;

/** What people get who do not see the keyboard, or not well. */
@RunWith(RobolectricTestRunner.class)
public final class AccessibilityTest {
  private static final int DP = 48;
  private static final int[] KINDS = {
    InputType.TYPE_CLASS_TEXT,
    InputType.TYPE_CLASS_TEXT | InputType.TYPE_TEXT_VARIATION_EMAIL_ADDRESS,
    InputType.TYPE_CLASS_TEXT | InputType.TYPE_TEXT_VARIATION_URI,
    InputType.TYPE_CLASS_NUMBER,
    InputType.TYPE_CLASS_PHONE,
    InputType.TYPE_CLASS_DATETIME,
  };
  private static final String[] SCREENS = {
    "sw360dp-w360dp-h740dp-port", "sw600dp-w600dp-h960dp-port", "sw800dp-w1280dp-h800dp-land",
  };

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  @Test
  public void everyKeyHasANameOfItsOwn() {
    KeyboardDriver keyboard = keyboards.add();
    for (int kind : KINDS) {
      keyboard.open(kind, 0);
      checkNames(keyboard);
    }
    keyboard.open(InputType.TYPE_CLASS_TEXT, 0);
    for (Key.Role page : new Key.Role[] {Key.Role.SHIFT, Key.Role.SYMBOLS, Key.Role.MORE}) {
      keyboard.press(page);
      checkNames(keyboard);
    }
  }

  private static void checkNames(KeyboardDriver keyboard) {
    Set<String> names = new HashSet<>();
    for (KeyView key : keyboard.keys()) {
      String name = String.valueOf(key.getContentDescription());
      assertTrue("a second " + name, names.add(name));
      boolean isPlain = name.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || c == ' ');
      assertTrue(name + " is not a word", isPlain || name.equals("Shift, on"));
      assertTrue(key.isClickable() && key.isImportantForAccessibility());
    }
  }

  /** Where the screen is low, half of it is for the text. */
  @Test
  public void everyTargetIs48DpHighWhereThereIsRoom() {
    for (String screen : SCREENS) {
      RuntimeEnvironment.setQualifiers("+" + screen);
      KeyboardDriver keyboard = keyboards.add();
      for (int kind : KINDS) {
        keyboard.open(kind, 0);
        float density = keyboard.context().getResources().getDisplayMetrics().density;
        for (KeyView key : keyboard.keys()) {
          assertTrue(screen + " " + key.getHeight(), key.getHeight() >= DP * density);
        }
        assertTrue(keyboard.view().suggestionBar().getHeight() >= DP * density);
      }
    }
  }

  @Test
  public void aSuggestionSaysWhatItIs() {
    KeyboardDriver keyboard = keyboards.add();
    keyboard.open(InputType.TYPE_CLASS_TEXT, 0);
    keyboard.type("see yo");
    TextView literal = keyboard.view().findViewById(R.id.first);
    TextView completion = keyboard.view().findViewById(R.id.second);
    assertEquals("As typed: yo", literal.getContentDescription().toString());
    assertEquals("Suggestion: you", completion.getContentDescription().toString());
  }

  @Test
  public void anEmptyPlaceIsNotRead() {
    KeyboardDriver keyboard = keyboards.add();
    keyboard.open(InputType.TYPE_CLASS_TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD, 0);
    View place = keyboard.view().findViewById(R.id.first);
    assertFalse(place.isClickable() || place.isImportantForAccessibility());
  }
}
