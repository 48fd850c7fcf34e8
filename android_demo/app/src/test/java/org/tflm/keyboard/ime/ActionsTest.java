package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;

import android.app.Application;
import android.content.ClipboardManager;
import android.content.Intent;
import android.content.res.AssetManager;
import android.provider.CalendarContract.Events;
import android.text.InputType;
import android.view.View;
import android.view.inputmethod.EditorInfo;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.shadow.api.Shadow;
import org.robolectric.util.ReflectionHelpers.ClassParameter;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.Task;
import org.tflm.keyboard.model.Bundles;
import org.tflm.keyboard.model.ShadowBundles;
import org.tflm.keyboard.model.SmallTagger;
import org.tflm.keyboard.settings.Setting;
import org.tflm.keyboard.ui.Key;

/** What is offered for a time or a number that is typed. */
@RunWith(RobolectricTestRunner.class)
public final class ActionsTest {
  private static final int TEXT = InputType.TYPE_CLASS_TEXT;

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver keyboard;

  @Before
  public void addTagger() {
    ShadowBundles.addTagger();
    keyboard = keyboards.add();
  }

  private Intent started() {
    Application app = (Application) keyboard.context().getApplicationContext();
    return Shadows.shadowOf(app).getNextStartedActivity();
  }

  @Test
  public void aTimeIsOfferedBesideTheSuggestions() {
    keyboard.open(TEXT, 0);
    keyboard.type("dinner ");
    assertEquals("", keyboard.action());
    keyboard.type("tomorrow ");
    assertEquals("tomorrow", keyboard.action());
    assertEquals(3, keyboard.suggestions().size());
    View action = keyboard.view().findViewById(R.id.action);
    assertEquals("Put into the calendar: tomorrow", action.getContentDescription().toString());
    assertNull(started()); // Nothing goes anywhere by itself.
  }

  @Test
  public void theCalendarGetsTheSentenceWhenItIsTouched() {
    keyboard.open(TEXT, 0);
    keyboard.type("dinner tomorrow ");
    keyboard.act();
    Intent event = started();
    assertEquals(Intent.ACTION_INSERT, event.getAction());
    assertEquals(Events.CONTENT_URI, event.getData());
    assertEquals("dinner tomorrow", event.getStringExtra(Events.TITLE));
    assertEquals("", keyboard.action());
    assertEquals("dinner tomorrow ", keyboard.text());
  }

  @Test
  public void aNumberIsCopiedWhenItIsTouched() {
    ClipboardManager clipboard = keyboard.context().getSystemService(ClipboardManager.class);
    FakeField field = keyboard.open(TEXT, 0);
    field.commitText("a table for 4 ", 1);
    keyboard.type("so ");
    assertEquals("4", keyboard.action());
    assertFalse(clipboard.hasPrimaryClip());
    keyboard.act();
    assertEquals("4", clipboard.getPrimaryClip().getItemAt(0).getText().toString());
    assertNull(started());
  }

  @Test
  public void whatIsDeletedIsNotOfferedAnyMore() {
    keyboard.open(TEXT, 0);
    keyboard.type("dinner tomorrow");
    keyboard.press(Key.Role.DELETE);
    assertEquals("", keyboard.action());
  }

  @Test
  public void nothingIsReadInPrivateFields() {
    int before = SmallTagger.steps();
    int[] types = {
      TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD, TEXT | InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS
    };
    for (int type : types) {
      keyboard.open(type, 0);
      keyboard.type("tomorrow ");
      assertEquals("", keyboard.action());
    }
    keyboard.open(TEXT, EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING);
    keyboard.type("tomorrow ");
    assertEquals("", keyboard.action());
    assertEquals(before, SmallTagger.steps());
  }

  @Test
  public void leavingTheFieldTakesTheOfferBack() {
    keyboard.open(TEXT, 0);
    keyboard.type("tomorrow ");
    keyboard.leave();
    assertEquals("", keyboard.action());
    keyboard.open(TEXT, 0);
    assertEquals("", keyboard.action());
  }

  @Test
  public void aMessageTakesThePlaceOfTheOffer() {
    keyboard.open(TEXT, 0);
    keyboard.type("tomorrow ");
    keyboard.view().findViewById(R.id.first).performLongClick();
    assertEquals("", keyboard.action());
    keyboard.view().findViewById(R.id.dismiss).performClick();
    assertEquals("tomorrow", keyboard.action());
  }

  @Test
  public void itIsOffIfTheUserSaysSo() {
    Setting.ACTIONS.set(keyboard.context(), false);
    keyboard.open(TEXT, 0);
    keyboard.type("tomorrow ");
    assertEquals("", keyboard.action());
  }

  @Test
  public void bundlesAreKnownByTheirTask() {
    assertEquals(List.of("keyboard"), folders(Task.PREDICT));
    assertEquals(List.of("slots"), folders(Task.TAG));
  }

  /** Returns what the app itself has, and not what the shadow says. */
  private List<String> folders(Task task) {
    AssetManager assets = keyboard.context().getAssets();
    return Shadow.directlyOn(
        Bundles.class,
        "folders",
        ClassParameter.from(AssetManager.class, assets),
        ClassParameter.from(Task.class, task));
  }

  @Test
  public void withoutATaggerNothingIsOffered() {
    ShadowBundles.reset();
    KeyboardDriver plain = keyboards.add();
    plain.open(TEXT, 0);
    plain.type("tomorrow ");
    assertEquals("", plain.action());
    assertEquals(3, plain.suggestions().size());
  }
}
