package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;

import android.content.ClipData;
import android.content.ClipboardManager;
import android.os.PersistableBundle;
import android.text.InputType;
import android.view.inputmethod.EditorInfo;
import java.util.concurrent.TimeUnit;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.shadows.ShadowLooper;
import org.tflm.keyboard.settings.Setting;

/** What was copied last is offered, unless it was private. */
@RunWith(RobolectricTestRunner.class)
public final class ClipboardTest {
  private static final int TEXT = InputType.TYPE_CLASS_TEXT;
  private static final int PASSWORD = TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD;

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver keyboard;

  @Before
  public void startService() {
    keyboard = keyboards.add();
  }

  private void copy(ClipData clip) {
    keyboard.context().getSystemService(ClipboardManager.class).setPrimaryClip(clip);
  }

  private void copy(String text) {
    copy(ClipData.newPlainText("", text));
  }

  @Test
  public void aTouchWritesIt() {
    copy("12 Main Street");
    keyboard.open(TEXT, 0);
    assertEquals("12 Main Street", keyboard.action());
    assertEquals("", keyboard.text());
    keyboard.act();
    assertEquals("12 Main Street", keyboard.text());
    assertEquals("", keyboard.action());
  }

  @Test
  public void aLetterTakesTheOfferBack() {
    copy("12 Main Street");
    keyboard.open(TEXT, 0);
    keyboard.type("a");
    assertEquals("", keyboard.action());
  }

  @Test
  public void whatWasCopiedLongAgoIsNotOffered() {
    copy("12 Main Street");
    ShadowLooper.idleMainLooper(10, TimeUnit.MINUTES);
    keyboard.open(TEXT, 0);
    assertEquals("", keyboard.action());
  }

  @Test
  public void nothingComesFromPrivateFields() {
    keyboard.open(PASSWORD, 0);
    copy("hunter2");
    keyboard.open(TEXT, 0);
    assertEquals("", keyboard.action());
    keyboard.open(TEXT, EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING);
    copy("hunter2");
    keyboard.open(TEXT, 0);
    assertEquals("", keyboard.action());
  }

  @Test
  public void nothingIsOfferedInPrivateFields() {
    copy("12 Main Street");
    keyboard.open(PASSWORD, 0);
    assertEquals("", keyboard.action());
  }

  @Test
  public void whatAnAppCallsSensitiveIsNotOffered() {
    ClipData clip = ClipData.newPlainText("", "hunter2");
    PersistableBundle extras = new PersistableBundle();
    extras.putBoolean("android.content.extra.IS_SENSITIVE", true);
    clip.getDescription().setExtras(extras);
    copy(clip);
    keyboard.open(TEXT, 0);
    assertEquals("", keyboard.action());
  }

  @Test
  public void itIsOffIfTheUserSaysSo() {
    Setting.CLIPBOARD.set(keyboard.context(), false);
    copy("12 Main Street");
    keyboard.open(TEXT, 0);
    assertEquals("", keyboard.action());
  }
}
