package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.text.InputType;
import android.view.inputmethod.EditorInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.shadows.ShadowLog;
import org.tflm.keyboard.core.PersonalWords;
import org.tflm.keyboard.model.ShadowStepModel;
import org.tflm.keyboard.settings.KeyboardApplication;
import org.tflm.keyboard.settings.Setting;
import org.tflm.keyboard.ui.Key;

/** What is shown, read by the model and kept in fields that want their text for themselves. */
@RunWith(RobolectricTestRunner.class)
public final class PrivateFieldsTest {
  private static final int TEXT = InputType.TYPE_CLASS_TEXT;
  private static final int[] PRIVATE = {
    TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD,
    TEXT | InputType.TYPE_TEXT_VARIATION_VISIBLE_PASSWORD,
    TEXT | InputType.TYPE_TEXT_VARIATION_WEB_PASSWORD,
    TEXT | InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS,
    TEXT | InputType.TYPE_TEXT_FLAG_AUTO_COMPLETE,
    TEXT | InputType.TYPE_TEXT_VARIATION_EMAIL_ADDRESS,
    TEXT | InputType.TYPE_TEXT_VARIATION_URI,
  };

  private static final String SECRET = "xyzzy";

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver keyboard;

  @Before
  public void consentToLearning() {
    keyboard = keyboards.add();
    Setting.PERSONAL.set(keyboard.context(), true);
    KeyboardApplication.words(keyboard.context()).personal().setEnabled(true);
  }

  @Test
  public void nothingIsShownOrReadByTheModel() {
    for (int inputType : PRIVATE) {
      keyboard.open(inputType, 0);
      keyboard.type(SECRET + ". ");
      assertEquals(SECRET + ". ", keyboard.text());
      assertTrue(keyboard.suggestions().isEmpty());
    }
    assertEquals(0, ShadowStepModel.steps());
  }

  @Test
  public void nothingIsKept() throws IOException {
    for (int inputType : PRIVATE) {
      keyboard.open(inputType, 0);
      typeOften(SECRET);
      keyboard.leave();
    }
    assertEquals(List.of(), learned());
    assertNowhere(SECRET);
  }

  @Test
  public void aPasswordOfDigitsHasItsPad() {
    keyboard.open(InputType.TYPE_CLASS_NUMBER | InputType.TYPE_NUMBER_VARIATION_PASSWORD, 0);
    keyboard.type("1234");
    assertEquals("1234", keyboard.text());
    assertTrue(keyboard.suggestions().isEmpty());
    assertEquals(0, ShadowStepModel.steps());
  }

  @Test
  public void aQuickLetterOfAPasswordIsNotDeletedByTheKeyBefore() {
    keyboard.open(PRIVATE[0], 0);
    keyboard.press("abc");
    keyboard.key(Key.Role.DELETE).performClick();
    keyboard.key(Key.Role.DELETE).performClick();
    keyboard.press("d");
    keyboard.settle();
    assertEquals("ad", keyboard.text());
  }

  @Test
  public void anOldAppDeletesInPasswordsByTheKey() {
    keyboard.open(PRIVATE[0], 0).beOld();
    keyboard.type("abc");
    keyboard.press(Key.Role.DELETE);
    assertEquals("ab", keyboard.text());
  }

  @Test
  public void whatTheSuggestionBarShowedIsGoneInAPassword() {
    keyboard.open(TEXT, 0);
    keyboard.type("see ");
    assertFalse(keyboard.suggestions().isEmpty());
    keyboard.open(PRIVATE[0], 0);
    assertTrue(keyboard.suggestions().isEmpty());
  }

  @Test
  public void incognitoPredictsAndDoesNotLearn() {
    keyboard.open(TEXT, EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING);
    typeOften(SECRET);
    assertEquals(3, keyboard.suggestions().size());
    keyboard.leave();
    assertEquals(List.of(), learned());
  }

  @Test
  public void aFieldLearnsByConsent() {
    keyboard.open(TEXT, 0);
    typeOften(SECRET);
    assertEquals(List.of(SECRET), learned());
    keyboard.type("xyz");
    assertTrue(keyboard.suggestions().contains(SECRET));
  }

  @Test
  public void nothingIsLearnedWithoutConsent() {
    KeyboardApplication.words(keyboard.context()).personal().setEnabled(false);
    keyboard.open(TEXT, 0);
    typeOften(SECRET);
    assertEquals(List.of(), learned());
  }

  @Test
  public void nothingTypedIsLogged() {
    keyboard.open(TEXT, 0);
    typeOften(SECRET);
    keyboard.leave();
    for (ShadowLog.LogItem line : ShadowLog.getLogs()) {
      assertFalse(line.msg, line.msg.toLowerCase().contains(SECRET));
    }
  }

  private void typeOften(String word) {
    for (int i = 0; i < PersonalWords.TIMES; i++) {
      keyboard.type(word + " ");
    }
  }

  private List<String> learned() {
    return KeyboardApplication.words(keyboard.context()).personal().words();
  }

  /** Checks that no file of the app has the text. */
  private void assertNowhere(String text) throws IOException {
    Path data = Paths.get(keyboard.context().getDataDir().getPath());
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).collect(Collectors.toList())) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(file.toString(), content.contains(text));
      }
    }
  }
}
