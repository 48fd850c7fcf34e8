package org.tflm.keyboard.settings;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.app.Activity;
import android.app.AlertDialog;
import android.content.ComponentName;
import android.provider.Settings;
import android.widget.Switch;
import android.widget.TextView;
import java.util.List;
import java.util.Set;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.shadows.ShadowDialog;
import org.robolectric.shadows.ShadowLooper;
import org.tflm.keyboard.R;
import org.tflm.keyboard.benchmark.BenchmarkActivity;
import org.tflm.keyboard.core.BlockList;
import org.tflm.keyboard.core.PersonalWords;
import org.tflm.keyboard.model.ModelShadows;
import org.tflm.keyboard.model.ShadowBundles;

/** The pages of the app, which are seen without the keyboard. */
@RunWith(RobolectricTestRunner.class)
public final class PagesTest {
  @Rule public final ModelShadows shadows = new ModelShadows();

  @Test
  public void theModelAnswersAsPythonsDid() throws InterruptedException {
    String page = modelPage();
    assertTrue(page, page.contains("answers are as expected"));
  }

  @Test
  public void theModelPageSaysWhatIsDamaged() throws InterruptedException {
    ShadowBundles.damage("vocabulary.txt");
    String page = modelPage();
    assertTrue(page, page.contains("vocabulary.txt"));
  }

  @Test
  public void theModelPageTellsOfATagger() throws InterruptedException {
    ShadowBundles.addTagger();
    String page = modelPage();
    assertTrue(page, page.contains("answers are as expected"));
    assertTrue(page, page.contains("# small"));
  }

  @Test
  public void everySettingIsKept() {
    int[] switches = {
      R.id.haptic,
      R.id.sound,
      R.id.previews,
      R.id.number_row,
      R.id.one_handed,
      R.id.split,
      R.id.clipboard,
      R.id.double_space,
      R.id.marks,
      R.id.auto_correct,
      R.id.capitals,
      R.id.actions,
      R.id.personal
    };
    for (int id : switches) {
      boolean before = open(SettingsActivity.class).<Switch>findViewById(id).isChecked();
      open(SettingsActivity.class).findViewById(id).performClick();
      Switch after = open(SettingsActivity.class).findViewById(id);
      assertEquals(!before, after.isChecked());
    }
  }

  @Test
  public void personalWordsAreWipedOnDemand() {
    Activity page = open(SettingsActivity.class);
    page.findViewById(R.id.personal).performClick();
    PersonalWords words = KeyboardApplication.words(page).personal();
    words.typed("xyzzy");
    assertEquals(List.of("xyzzy"), words.words());
    page.findViewById(R.id.personal_wipe).performClick();
    answerYes();
    assertEquals(List.of(), words.words());
  }

  @Test
  public void aWordIsRestoredFromTheListOfRemovedOnes() {
    Activity page = open(SettingsActivity.class);
    BlockList blocked = KeyboardApplication.words(page).blocked();
    blocked.remove("hello");
    blocked.remove("you");
    page.findViewById(R.id.removed_list).performClick();
    Shadows.shadowOf((AlertDialog) ShadowDialog.getLatestDialog()).clickOnItem(0);
    answerYes();
    assertEquals(Set.of("you"), blocked.removed());
    Shadows.shadowOf((AlertDialog) ShadowDialog.getLatestDialog()).clickOnItem(0);
    answerYes();
    assertTrue(blocked.removed().isEmpty());
  }

  @Test
  public void aButtonLeadsToTheListOfKeyboards() {
    Activity page = open(SetupActivity.class);
    page.findViewById(R.id.enable).performClick();
    assertEquals(
        Settings.ACTION_INPUT_METHOD_SETTINGS,
        Shadows.shadowOf(page).getNextStartedActivity().getAction());
  }

  @Test
  public void everyPageOpens() {
    Activity page = open(SetupActivity.class);
    for (int id : new int[] {R.id.settings, R.id.model, R.id.benchmark}) {
      page.findViewById(id).performClick();
      ComponentName next = Shadows.shadowOf(page).getNextStartedActivity().getComponent();
      assertEquals(page.getPackageName(), next.getPackageName());
    }
    assertFalse(open(BenchmarkActivity.class).isFinishing());
  }

  private static void answerYes() {
    AlertDialog question = (AlertDialog) ShadowDialog.getLatestDialog();
    question.getButton(AlertDialog.BUTTON_POSITIVE).performClick();
    ShadowLooper.idleMainLooper();
  }

  private static <T extends Activity> T open(Class<T> page) {
    return Robolectric.buildActivity(page).setup().get();
  }

  private static String modelPage() throws InterruptedException {
    Activity page = open(ModelActivity.class);
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("tflm-model")) {
        thread.join();
      }
    }
    ShadowLooper.idleMainLooper();
    return page.<TextView>findViewById(R.id.content).getText().toString();
  }
}
