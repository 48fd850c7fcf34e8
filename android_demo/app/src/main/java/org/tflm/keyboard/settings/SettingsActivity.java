package org.tflm.keyboard.settings;

import android.app.AlertDialog;
import android.os.Bundle;
import android.widget.Switch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.tflm.keyboard.R;
import org.tflm.keyboard.core.BlockList;
import org.tflm.keyboard.core.PersonalWords;
import org.tflm.keyboard.ui.Page;

/** What can be turned on and off, and the words that the user taught and removed. */
public final class SettingsActivity extends Page {
  private PersonalWords personal;
  private BlockList blocked;

  public SettingsActivity() {
    super(R.layout.settings);
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    personal = KeyboardApplication.words(this).personal();
    blocked = KeyboardApplication.words(this).blocked();
    bind(R.id.haptic, Setting.HAPTIC, isOn -> {});
    bind(R.id.sound, Setting.SOUND, isOn -> {});
    bind(R.id.double_space, Setting.DOUBLE_SPACE, isOn -> {});
    bind(R.id.capitals, Setting.CAPITALS, isOn -> {});
    bind(R.id.personal, Setting.PERSONAL, personal::setEnabled);
    onClick(R.id.personal_list, this::listPersonal);
    onClick(R.id.personal_wipe, this::askToWipe);
    onClick(R.id.removed_list, this::listRemoved);
  }

  private void bind(int view, Setting setting, Consumer<Boolean> changed) {
    Switch box = findViewById(view);
    box.setSaveEnabled(false); // The setting itself is what is saved.
    box.setChecked(setting.isOn(this));
    box.setOnCheckedChangeListener(
        (button, isOn) -> {
          setting.set(this, isOn);
          changed.accept(isOn);
        });
  }

  private void listPersonal() {
    list(
        R.string.personal_list,
        R.string.personal_none,
        personal.words(),
        word ->
            ask(
                getString(R.string.personal_forget_question, word),
                R.string.forget,
                () -> personal.remove(word),
                this::listPersonal));
  }

  private void listRemoved() {
    list(
        R.string.removed_list,
        R.string.removed_none,
        new ArrayList<>(blocked.removed()),
        word ->
            ask(
                getString(R.string.removed_restore_question, word),
                R.string.restore,
                () -> blocked.restore(word),
                this::listRemoved));
  }

  private void askToWipe() {
    ask(
        getString(R.string.personal_wipe_question), R.string.forget, personal::wipe, () -> {});
  }

  private void list(int title, int none, List<String> all, Consumer<String> touched) {
    AlertDialog.Builder dialog = new AlertDialog.Builder(this).setTitle(title);
    if (all.isEmpty()) {
      dialog.setMessage(none);
    } else {
      dialog.setItems(all.toArray(new String[0]), (shown, at) -> touched.accept(all.get(at)));
    }
    dialog.setNegativeButton(android.R.string.cancel, null).show();
  }

  private void ask(String question, int yes, Runnable action, Runnable then) {
    new AlertDialog.Builder(this)
        .setMessage(question)
        .setPositiveButton(
            yes,
            (shown, which) -> {
              action.run();
              then.run();
            })
        .setNegativeButton(android.R.string.cancel, (shown, which) -> then.run())
        .show();
  }
}
