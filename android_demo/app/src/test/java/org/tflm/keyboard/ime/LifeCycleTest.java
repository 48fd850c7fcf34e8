package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.content.pm.PackageInfo;
import android.content.pm.PackageManager;
import android.content.pm.ServiceInfo;
import android.text.InputType;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.tflm.keyboard.R;
import org.tflm.keyboard.model.ShadowBundles;
import org.tflm.keyboard.model.ShadowStepModel;
import org.tflm.keyboard.ui.InputView;
import org.tflm.keyboard.ui.Key;

/** What Android does to a keyboard besides touching its keys. */
@RunWith(RobolectricTestRunner.class)
public final class LifeCycleTest {
  private static final int TEXT = InputType.TYPE_CLASS_TEXT;

  @Rule public final KeyboardDrivers keyboards = new KeyboardDrivers();

  private KeyboardDriver keyboard;

  @Before
  public void startService() {
    keyboard = keyboards.add();
  }

  /** Starts another service, of which a test changed what it finds, and types into a field. */
  private KeyboardDriver another(String typed) {
    KeyboardDriver other = keyboards.add();
    other.open(TEXT, 0);
    other.type(typed);
    return other;
  }

  @Test
  public void aTurnedPhoneShowsTheSameSuggestions() {
    keyboard.open(TEXT, 0);
    keyboard.type("see yo");
    List<String> before = keyboard.suggestions();
    InputView upright = keyboard.view();
    keyboard.turn("+w740dp-h360dp-land");
    assertNotSame(upright, keyboard.view());
    assertEquals(before, keyboard.suggestions());
    keyboard.choose(1);
    assertEquals("see you ", keyboard.text());
  }

  @Test
  public void aTurnedPhoneShowsNothingOfAPassword() {
    keyboard.open(TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD, 0);
    keyboard.type("see yo");
    keyboard.turn("+w740dp-h360dp-land");
    assertTrue(keyboard.suggestions().isEmpty());
    assertEquals(0, ShadowStepModel.steps());
  }

  @Test
  public void darkColoursComeAtOnce() {
    keyboard.open(TEXT, 0);
    int light = keyboard.context().getColor(R.color.keyboard);
    keyboard.turn("+night");
    assertNotEquals(light, keyboard.context().getColor(R.color.keyboard));
    assertEquals(3, keyboard.suggestions().size());
  }

  @Test
  public void aNewProcessKnowsTheFieldOnly() {
    keyboard.open(TEXT, 0);
    keyboard.type("see yo");
    keyboard.choose(1);
    KeyboardDriver next = keyboards.add();
    next.open(keyboard.field());
    assertEquals(3, next.suggestions().size());
    next.press(Key.Role.DELETE); // The choice is not remembered.
    assertEquals("see you", next.text());
  }

  @Test
  public void leavingAFieldEmptiesTheSuggestionBar() {
    keyboard.open(TEXT, 0);
    keyboard.type("see ");
    keyboard.leave();
    assertTrue(keyboard.suggestions().isEmpty());
  }

  @Test
  public void theNextFieldBeginsAnew() {
    keyboard.open(TEXT, 0);
    List<String> first = keyboard.suggestions();
    keyboard.type("see you in ");
    keyboard.leave();
    keyboard.open(TEXT, 0);
    assertEquals(first, keyboard.suggestions());
  }

  @Test
  public void aDamagedBundleStillTypesAndSaysWhy() {
    for (String file : new String[] {"vocabulary.txt", "model.tflite", "manifest.json"}) {
      ShadowBundles.damage(file);
      KeyboardDriver broken = another("see you. ");
      assertEquals("see you. ", broken.text());
      assertTrue(broken.message(), broken.message().contains(file));
      broken.open(TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD, 0);
      assertEquals("", broken.message());
    }
  }

  @Test
  public void aModelThatFailsAnyhowStillLetsPeopleType() {
    ShadowStepModel.fail(new OutOfMemoryError());
    KeyboardDriver broken = another("see you. ");
    assertEquals("see you. ", broken.text());
    assertTrue(broken.message(), broken.message().contains("OutOfMemoryError"));
  }

  @Test
  public void anAppWithoutABundleStillTypesAndSaysWhy() {
    ShadowBundles.setCount(0);
    KeyboardDriver empty = another("see you ");
    assertEquals("see you ", empty.text());
    assertTrue(empty.message(), empty.message().contains("without a model"));
  }

  @Test
  public void theGlobeLeadsToTheNextLanguage() {
    ShadowBundles.setCount(2);
    KeyboardDriver two = another("see ");
    List<String> before = two.suggestions();
    two.press(Key.Role.GLOBE);
    assertEquals("see ", two.text());
    assertEquals(before, two.suggestions()); // The two are the same one here.
  }

  @Test
  public void theAppAsksForNoPermission() throws PackageManager.NameNotFoundException {
    PackageManager manager = keyboard.context().getPackageManager();
    int flags = PackageManager.GET_PERMISSIONS | PackageManager.GET_SERVICES;
    PackageInfo app = manager.getPackageInfo(keyboard.context().getPackageName(), flags);
    assertNull(app.requestedPermissions);
    assertEquals(2, app.services.length);
    for (ServiceInfo service : app.services) {
      boolean isGuarded = "android.permission.BIND_INPUT_METHOD".equals(service.permission);
      boolean isIsolated = (service.flags & ServiceInfo.FLAG_ISOLATED_PROCESS) != 0;
      assertTrue(service.name, isGuarded || (isIsolated && !service.exported));
    }
  }

  @Test
  public void aTurnedPhoneKnowsTheCursorThatWasMovedSince() {
    keyboard.open(TEXT, 0);
    keyboard.type("helo");
    keyboard.turn("+w740dp-h360dp-land");
    keyboard.layout();
    keyboard.slide(keyboard.key(Key.Role.SPACE), -10);
    keyboard.type("l");
    assertEquals("hello", keyboard.text());
  }

  @Test
  public void aTurnedPhoneSelectsNothingAnew() {
    FakeField field = new FakeField(keyboard.context(), TEXT, 0);
    field.commitText("see you", 1);
    field.setSelection(4, 7);
    keyboard.open(field);
    keyboard.type("yo");
    keyboard.turn("+w740dp-h360dp-land");
    assertEquals(3, keyboard.suggestions().size());
    keyboard.press(Key.Role.DELETE);
    assertEquals("see y", keyboard.text());
  }
}
