package org.tflm.keyboard.ime;

import static org.junit.Assert.assertTrue;

import android.app.Activity;
import android.content.ClipData;
import android.content.ClipboardManager;
import android.graphics.Bitmap;
import android.graphics.Canvas;
import android.text.InputType;
import android.view.MotionEvent;
import android.view.View;
import android.view.View.MeasureSpec;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.tflm.keyboard.core.Suggestion;
import org.tflm.keyboard.model.ShadowBundles;
import org.tflm.keyboard.settings.Setting;
import org.tflm.keyboard.settings.SettingsActivity;
import org.tflm.keyboard.settings.SetupActivity;
import org.tflm.keyboard.ui.Key;

/** Draws the keyboard and the pages of the app into files, to be looked at. */
@RunWith(RobolectricTestRunner.class)
public final class ScreenshotTest {
  private static final int TEXT =
      InputType.TYPE_CLASS_TEXT | InputType.TYPE_TEXT_FLAG_CAP_SENTENCES;
  private static final String[] SCREENS = {"portrait", "landscape", "tablet"};
  private static final String[] QUALIFIERS = {
    "sw411dp-w411dp-h891dp-port-%s-420dpi",
    "sw411dp-w891dp-h411dp-land-%s-420dpi",
    "sw800dp-w1280dp-h800dp-land-%s-xhdpi",
  };

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  @Test
  public void keyboards() throws IOException {
    for (int i = 0; i < SCREENS.length; i++) {
      draw(SCREENS[i], "light", String.format(QUALIFIERS[i], "notnight"));
      draw(SCREENS[i], "dark", String.format(QUALIFIERS[i], "night"));
    }
  }

  private void draw(String screen, String theme, String qualifiers) throws IOException {
    RuntimeEnvironment.setQualifiers("+" + qualifiers);
    KeyboardDriver keyboard = keyboards.add();
    keyboard.open(TEXT, 0);
    keyboard.type("See you at the ");
    draw("keyboard", screen, theme, keyboard);
    keyboard.type("st");
    draw("completions", screen, theme, keyboard);
    keyboard.press(Key.Role.SYMBOLS);
    draw("symbols", screen, theme, keyboard);
  }

  @Test
  public void fieldsAndMessages() throws IOException {
    KeyboardDriver keyboard = keyboards.add();
    keyboard.open(TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD, 0);
    draw("password", keyboard);
    keyboard.open(InputType.TYPE_CLASS_PHONE, 0);
    draw("phone", keyboard);
    keyboard.open(TEXT, 0);
    draw("capitals", keyboard);
    keyboard.key("e").performLongClick();
    draw("alternatives", keyboard);
    ShadowBundles.damage("model.tflite");
    KeyboardDriver broken = keyboards.add();
    broken.open(TEXT, 0);
    draw("damaged", broken);
    ShadowBundles.reset();
    ShadowBundles.setCount(2);
    KeyboardDriver two = keyboards.add();
    two.open(TEXT, 0);
    draw("languages", two);
  }

  @Test
  public void actions() throws IOException {
    ShadowBundles.addTagger();
    KeyboardDriver keyboard = keyboards.add();
    keyboard.open(TEXT, 0).commitText("A table for us tomorrow at 7 pm ", 1);
    keyboard.type("please ");
    draw("action", keyboard);
  }

  @Test
  public void languages() throws IOException {
    drawLanguage("de", "Wörter", "Öffnen", "für");
    drawLanguage("fr", "déjà", "être", "où");
    drawLanguage("es", "mañana", "¿qué", "sí");
    drawLanguage("tr", "İstanbul", "ışık", "çok");
    drawLanguage("ar", "السلام", "عليكم", "مرحبا");
    drawLanguage("hi", "नमस्ते", "दुनिया", "है");
  }

  private void drawLanguage(String language, String... words) throws IOException {
    ShadowBundles.setLanguage(language);
    KeyboardDriver keyboard = keyboards.add();
    keyboard.open(TEXT, 0);
    List<Suggestion> suggestions = new ArrayList<>();
    for (String word : words) {
      suggestions.add(new Suggestion(word, Suggestion.Kind.NEXT, ""));
    }
    keyboard.view().suggestionBar().show(suggestions);
    draw("language_" + language, keyboard);
  }

  @Test
  public void wishes() throws IOException {
    for (int i = 0; i < SCREENS.length; i++) {
      RuntimeEnvironment.setQualifiers("+" + String.format(QUALIFIERS[i], "notnight"));
      KeyboardDriver keyboard = keyboards.add();
      keyboard.open(TEXT, 0);
      keyboard.press(Key.Role.EMOJI);
      draw("emoji", SCREENS[i], "light", keyboard);
      keyboard.press(Key.Role.SEARCH);
      keyboard.type("heart");
      draw("emoji_search", SCREENS[i], "light", keyboard);
    }
    drawWish("split", String.format(QUALIFIERS[2], "night"), "dark", Setting.SPLIT);
    String upright = String.format(QUALIFIERS[0], "notnight");
    drawWish("numbers", upright, "light", Setting.NUMBER_ROW);
    drawWish("one_hand", upright, "light", Setting.ONE_HANDED);
  }

  private void drawWish(String name, String qualifiers, String theme, Setting wish)
      throws IOException {
    RuntimeEnvironment.setQualifiers("+" + qualifiers);
    KeyboardDriver keyboard = keyboards.add();
    wish.set(keyboard.context(), true);
    keyboard.open(TEXT, 0);
    keyboard.type("See you at th");
    draw(name, "wish", theme, keyboard);
    wish.set(keyboard.context(), false);
  }

  @Test
  public void largeLettersOnASmallScreen() throws IOException {
    RuntimeEnvironment.setFontScale(2);
    try {
      RuntimeEnvironment.setQualifiers("+sw320dp-w320dp-h533dp-port-notnight-xhdpi");
      KeyboardDriver keyboard = keyboards.add();
      keyboard.open(TEXT, 0);
      keyboard.type("See you tomor");
      draw("large", "small", "light", keyboard);
    } finally {
      RuntimeEnvironment.setFontScale(1);
    }
  }

  @Test
  public void touches() throws IOException {
    KeyboardDriver keyboard = keyboards.add();
    ClipboardManager clipboard = keyboard.context().getSystemService(ClipboardManager.class);
    clipboard.setPrimaryClip(ClipData.newPlainText("", "12 Main Street, second floor"));
    keyboard.open(TEXT, 0);
    draw("copied", keyboard);
    KeyboardDriver.touch(keyboard.key("g"), MotionEvent.ACTION_DOWN);
    draw("pressed", keyboard);
    KeyboardDriver.touch(keyboard.key("g"), MotionEvent.ACTION_CANCEL);
  }

  @Test
  public void pages() throws IOException {
    draw("light", SetupActivity.class, SettingsActivity.class);
    RuntimeEnvironment.setQualifiers("+night");
    draw("dark", SetupActivity.class, SettingsActivity.class);
  }

  private static void draw(String name, KeyboardDriver keyboard) throws IOException {
    draw(name, "portrait", "light", keyboard);
  }

  private static void draw(String name, String screen, String theme, KeyboardDriver keyboard)
      throws IOException {
    View view = keyboard.view();
    int width = view.getResources().getDisplayMetrics().widthPixels;
    view.measure(
        MeasureSpec.makeMeasureSpec(width, MeasureSpec.EXACTLY),
        MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED));
    view.layout(0, 0, view.getMeasuredWidth(), view.getMeasuredHeight());
    save(name + "_" + screen + "_" + theme, view);
  }

  @SafeVarargs
  private static void draw(String theme, Class<? extends Activity>... pages) throws IOException {
    for (Class<? extends Activity> page : pages) {
      Activity activity = Robolectric.buildActivity(page).setup().get();
      save(page.getSimpleName() + "_" + theme, activity.getWindow().getDecorView());
    }
  }

  private static void save(String name, View view) throws IOException {
    Bitmap bitmap =
        Bitmap.createBitmap(view.getWidth(), view.getHeight(), Bitmap.Config.ARGB_8888);
    view.draw(new Canvas(bitmap));
    File file = new File(System.getProperty("screenshots"), name + ".png");
    try (OutputStream stream = new FileOutputStream(file)) {
      assertTrue(bitmap.compress(Bitmap.CompressFormat.PNG, 100, stream));
    }
  }
}
