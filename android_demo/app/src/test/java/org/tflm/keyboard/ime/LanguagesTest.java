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

  private static String texts(KeyboardDriver keyboard) {
    StringBuilder texts = new StringBuilder();
    for (KeyView key : keyboard.keys()) {
      texts.append(key.key().text());
    }
    return texts.toString();
  }

  @Test
  public void theLettersAreThoseOfTheLanguage() {
    assertTrue(texts(open("")).startsWith("qwertyuiopasdfghjkl"));
    assertTrue(texts(open("de")).startsWith("qwertzuiop\u00FCasdfghjkl\u00F6\u00E4y"));
    assertTrue(texts(open("fr-CA")).startsWith("azertyuiopqsdfghjklmw"));
    assertTrue(texts(open("es")).contains("l\u00F1z"));
    assertTrue(texts(open("ar")).startsWith("\u0636\u0635\u062B"));
    assertTrue(texts(open("hi")).endsWith("\u0964"));
    assertTrue(texts(open("fi")).startsWith("qwertyuiop\u00E5asdfghjkl\u00F6\u00E4z"));
    assertTrue(texts(open("ru")).startsWith("\u0439\u0446\u0443\u043A\u0435\u043D"));
    assertTrue(texts(open("vi")).startsWith("qwertyuiopasdfghjkl"));
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
