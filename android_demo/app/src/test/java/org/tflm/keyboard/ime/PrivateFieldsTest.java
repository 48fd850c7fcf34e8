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

  @Rule public final Desks desks = new Desks();

  private Desk desk;

  @Before
  public void consentToLearning() {
    desk = desks.add();
    Setting.PERSONAL.set(desk.context(), true);
    KeyboardApplication.words(desk.context()).personal().setEnabled(true);
  }

  @Test
  public void nothingIsShownOrReadByTheModel() {
    for (int inputType : PRIVATE) {
      desk.open(inputType, 0);
      desk.type(SECRET + ". ");
      assertEquals(SECRET + ". ", desk.text());
      assertTrue(desk.suggestions().isEmpty());
    }
    assertEquals(0, ShadowStepModel.steps());
  }

  @Test
  public void nothingIsKept() throws IOException {
    for (int inputType : PRIVATE) {
      desk.open(inputType, 0);
      typeOften(SECRET);
      desk.leave();
    }
    assertEquals(List.of(), learned());
    assertNowhere(SECRET);
  }

  @Test
  public void aPasswordOfDigitsHasItsPad() {
    desk.open(InputType.TYPE_CLASS_NUMBER | InputType.TYPE_NUMBER_VARIATION_PASSWORD, 0);
    desk.type("1234");
    assertEquals("1234", desk.text());
    assertTrue(desk.suggestions().isEmpty());
    assertEquals(0, ShadowStepModel.steps());
  }

  @Test
  public void whatTheSuggestionBarShowedIsGoneInAPassword() {
    desk.open(TEXT, 0);
    desk.type("see ");
    assertFalse(desk.suggestions().isEmpty());
    desk.open(PRIVATE[0], 0);
    assertTrue(desk.suggestions().isEmpty());
  }

  @Test
  public void incognitoPredictsAndDoesNotLearn() {
    desk.open(TEXT, EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING);
    typeOften(SECRET);
    assertEquals(3, desk.suggestions().size());
    desk.leave();
    assertEquals(List.of(), learned());
  }

  @Test
  public void aFieldLearnsByConsent() {
    desk.open(TEXT, 0);
    typeOften(SECRET);
    assertEquals(List.of(SECRET), learned());
    desk.type("xyz");
    assertTrue(desk.suggestions().contains(SECRET));
  }

  @Test
  public void nothingIsLearnedWithoutConsent() {
    KeyboardApplication.words(desk.context()).personal().setEnabled(false);
    desk.open(TEXT, 0);
    typeOften(SECRET);
    assertEquals(List.of(), learned());
  }

  @Test
  public void nothingTypedIsLogged() {
    desk.open(TEXT, 0);
    typeOften(SECRET);
    desk.leave();
    for (ShadowLog.LogItem line : ShadowLog.getLogs()) {
      assertFalse(line.msg, line.msg.toLowerCase().contains(SECRET));
    }
  }

  private void typeOften(String word) {
    for (int i = 0; i < PersonalWords.TIMES; i++) {
      desk.type(word + " ");
    }
  }

  private List<String> learned() {
    return KeyboardApplication.words(desk.context()).personal().words();
  }

  /** Checks that no file of the app has the text. */
  private void assertNowhere(String text) throws IOException {
    Path data = Paths.get(desk.context().getDataDir().getPath());
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).collect(Collectors.toList())) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(file.toString(), content.contains(text));
      }
    }
  }
}
