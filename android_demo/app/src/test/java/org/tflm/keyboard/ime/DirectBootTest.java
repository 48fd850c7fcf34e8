package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.content.pm.PackageManager;
import android.content.pm.ServiceInfo;
import android.os.UserManager;
import android.text.InputType;
import android.widget.GridView;
import java.io.File;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.Shadows;
import org.tflm.keyboard.core.PersonalWords;
import org.tflm.keyboard.settings.KeyboardApplication;
import org.tflm.keyboard.ui.Key;

/** A phone that was started and not unlocked yet: its password is typed with this keyboard. */
@RunWith(RobolectricTestRunner.class)
public final class DirectBootTest {
  private static final int TEXT = InputType.TYPE_CLASS_TEXT;

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver keyboard;

  @Before
  public void startPhone() {
    unlock(false);
    keyboard = keyboards.add();
  }

  private static void unlock(boolean isUnlocked) {
    UserManager manager = RuntimeEnvironment.getApplication().getSystemService(UserManager.class);
    Shadows.shadowOf(manager).setUserUnlocked(isUnlocked);
  }

  @Test
  public void theKeyboardIsThere() throws PackageManager.NameNotFoundException {
    int flags = PackageManager.GET_SERVICES | PackageManager.MATCH_DIRECT_BOOT_AWARE;
    PackageManager manager = keyboard.context().getPackageManager();
    String name = keyboard.context().getPackageName();
    for (ServiceInfo service : manager.getPackageInfo(name, flags).services) {
      boolean isKeyboard = service.name.equals(KeyboardService.class.getName());
      assertEquals(service.name, isKeyboard, service.directBootAware);
    }
    keyboard.open(TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD, 0);
    keyboard.type("hunter2".replaceAll("[0-9]", ""));
    assertEquals("hunter", keyboard.text());
  }

  @Test
  public void wordsAreSuggestedAndNoneKept() {
    PersonalWords words = KeyboardApplication.words(keyboard.context()).personal();
    words.setEnabled(true);
    keyboard.open(TEXT, 0);
    keyboard.type("xyzzy xyzzy xyzzy ");
    assertEquals(3, keyboard.suggestions().size());
    keyboard.leave();
    File[] kept = keyboard.context().getNoBackupFilesDir().listFiles(File::isFile);
    assertEquals(0, kept.length);
  }

  @Test
  public void whatTheUserTaughtIsThereOnceThePhoneIsUnlocked() {
    keyboard.open(TEXT, 0);
    keyboard.leave();
    unlock(true);
    PersonalWords words = KeyboardApplication.words(keyboard.context()).personal();
    words.setEnabled(true);
    for (int i = 0; i < PersonalWords.TIMES; i++) {
      words.typed("xyzzy");
    }
    keyboard.open(TEXT, 0);
    keyboard.type("xyz");
    List<String> shown = keyboard.suggestions();
    assertTrue(shown.toString(), shown.contains("xyzzy"));
  }

  @Test
  public void theLastEmojiAreThereOnceThePhoneIsUnlocked() {
    keyboard.open(TEXT, 0);
    keyboard.leave();
    unlock(true);
    KeyboardApplication.recentEmoji(keyboard.context()).add("\uD83C\uDF55");
    keyboard.open(TEXT, 0);
    keyboard.press(Key.Role.EMOJI);
    GridView emoji = keyboard.views(GridView.class).get(0);
    assertEquals("\uD83C\uDF55", emoji.getAdapter().getItem(0));
  }
}
