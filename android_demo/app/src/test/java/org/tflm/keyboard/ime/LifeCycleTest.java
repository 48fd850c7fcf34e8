package org.tflm.keyboard.ime;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.content.pm.PackageInfo;
import android.content.pm.PackageManager;
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

  @Rule public final Desks desks = new Desks();

  private Desk desk;

  @Before
  public void startService() {
    desk = desks.add();
  }

  /** Starts another service, of which a test changed what it finds, and types into a field. */
  private Desk another(String typed) {
    Desk other = desks.add();
    other.open(TEXT, 0);
    other.type(typed);
    return other;
  }

  @Test
  public void aTurnedPhoneShowsTheSameSuggestions() {
    desk.open(TEXT, 0);
    desk.type("see yo");
    List<String> before = desk.suggestions();
    InputView upright = desk.view();
    desk.turn("+w740dp-h360dp-land");
    assertNotSame(upright, desk.view());
    assertEquals(before, desk.suggestions());
    desk.choose(1);
    assertEquals("see you ", desk.text());
  }

  @Test
  public void aTurnedPhoneShowsNothingOfAPassword() {
    desk.open(TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD, 0);
    desk.type("see yo");
    desk.turn("+w740dp-h360dp-land");
    assertTrue(desk.suggestions().isEmpty());
    assertEquals(0, ShadowStepModel.steps());
  }

  @Test
  public void darkColoursComeAtOnce() {
    desk.open(TEXT, 0);
    int light = desk.context().getColor(R.color.keyboard);
    desk.turn("+night");
    assertNotEquals(light, desk.context().getColor(R.color.keyboard));
    assertEquals(3, desk.suggestions().size());
  }

  @Test
  public void aNewProcessKnowsTheFieldOnly() {
    desk.open(TEXT, 0);
    desk.type("see yo");
    desk.choose(1);
    Desk next = desks.add();
    next.open(desk.field());
    assertEquals(3, next.suggestions().size());
    next.press(Key.Role.DELETE); // The choice is not remembered.
    assertEquals("see you", next.text());
  }

  @Test
  public void leavingAFieldEmptiesTheSuggestionBar() {
    desk.open(TEXT, 0);
    desk.type("see ");
    desk.leave();
    assertTrue(desk.suggestions().isEmpty());
  }

  @Test
  public void theNextFieldBeginsAnew() {
    desk.open(TEXT, 0);
    List<String> first = desk.suggestions();
    desk.type("see you in ");
    desk.leave();
    desk.open(TEXT, 0);
    assertEquals(first, desk.suggestions());
  }

  @Test
  public void aDamagedBundleStillTypesAndSaysWhy() {
    for (String file : new String[] {"vocabulary.txt", "model.tflite", "manifest.json"}) {
      ShadowBundles.damage(file);
      Desk broken = another("see you. ");
      assertEquals("see you. ", broken.text());
      assertTrue(broken.message(), broken.message().contains(file));
      broken.open(TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD, 0);
      assertEquals("", broken.message());
    }
  }

  @Test
  public void anAppWithoutABundleStillTypesAndSaysWhy() {
    ShadowBundles.setCount(0);
    Desk empty = another("see you ");
    assertEquals("see you ", empty.text());
    assertTrue(empty.message(), empty.message().contains("without a model"));
  }

  @Test
  public void theGlobeLeadsToTheNextLanguage() {
    ShadowBundles.setCount(2);
    Desk two = another("see ");
    List<String> before = two.suggestions();
    two.press(Key.Role.GLOBE);
    assertEquals("see ", two.text());
    assertEquals(before, two.suggestions()); // The two are the same one here.
  }

  @Test
  public void theAppAsksForNoPermission() throws PackageManager.NameNotFoundException {
    PackageManager manager = desk.context().getPackageManager();
    int flags = PackageManager.GET_PERMISSIONS | PackageManager.GET_SERVICES;
    PackageInfo app = manager.getPackageInfo(desk.context().getPackageName(), flags);
    assertNull(app.requestedPermissions);
    assertEquals(1, app.services.length);
    assertEquals("android.permission.BIND_INPUT_METHOD", app.services[0].permission);
  }
}
