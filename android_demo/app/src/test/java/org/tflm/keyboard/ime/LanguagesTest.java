package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.text.InputType;
import android.view.View;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.tflm.keyboard.model.ShadowBundles;
import org.tflm.keyboard.ui.Key;
import org.tflm.keyboard.ui.KeyView;

/** The keyboard has the keys of its bundle's language, in their case and direction. */
@RunWith(RobolectricTestRunner.class)
public final class LanguagesTest {
  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver open(String language) {
    ShadowBundles.setLanguage(language);
    KeyboardDriver keyboard = keyboards.add();
    keyboard.open(InputType.TYPE_CLASS_TEXT, 0);
    return keyboard;
  }

  @Test
  public void theLettersAreThoseOfTheLanguage() {
    assertTrue(open("").texts().startsWith("qwertyuiopasdfghjkl"));
    assertTrue(open("de").texts().startsWith("qwertzuiop\u00FCasdfghjkl\u00F6\u00E4y"));
    assertTrue(open("fr-CA").texts().startsWith("azertyuiopqsdfghjklmw"));
    assertTrue(open("es").texts().contains("l\u00F1z"));
    assertTrue(open("ar").texts().startsWith("\u0636\u0635\u062B"));
    assertTrue(open("hi").texts().endsWith("\u0964"));
    assertTrue(open("fi").texts().startsWith("qwertyuiop\u00E5asdfghjkl\u00F6\u00E4z"));
    assertTrue(open("ru").texts().startsWith("\u0439\u0446\u0443\u043A\u0435\u043D"));
    assertTrue(open("vi").texts().startsWith("qwertyuiopasdfghjkl"));
  }

  @Test
  public void iKeepsItsDotInTurkish() {
    KeyboardDriver keyboard = open("tr");
    keyboard.press(Key.Role.SHIFT);
    click("i", keyboard);
    click("\u0131", keyboard);
    assertEquals("\u0130\u0131", keyboard.text());
  }

  /** Without regard to case, the two would be one. */
  private static void click(String text, KeyboardDriver keyboard) {
    for (KeyView key : keyboard.keys()) {
      if (key.key().text().equals(text)) {
        key.performClick();
        keyboard.settle();
        return;
      }
    }
    throw new AssertionError("there is no key " + text);
  }

  @Test
  public void arabicIsSuggestedFromTheRightAndHasNoShift() {
    KeyboardDriver keyboard = open("ar");
    assertEquals(View.LAYOUT_DIRECTION_RTL, keyboard.view().suggestionBar().getLayoutDirection());
    assertEquals(View.LAYOUT_DIRECTION_LTR, keyboard.view().keyboard().getLayoutDirection());
    List<Key.Role> roles = new ArrayList<>();
    for (KeyView key : keyboard.keys()) {
      roles.add(key.key().role());
    }
    assertFalse(roles.contains(Key.Role.SHIFT));
    assertEquals(
        View.LAYOUT_DIRECTION_LTR, open("de").view().suggestionBar().getLayoutDirection());
  }
}
