package org.tflm.keyboard.settings;

import android.os.Bundle;
import android.widget.Switch;
import java.util.ArrayList;
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
    bind(R.id.previews, Setting.PREVIEWS, isOn -> {});
    bind(R.id.number_row, Setting.NUMBER_ROW, isOn -> {});
    bind(R.id.one_handed, Setting.ONE_HANDED, isOn -> {});
    bind(R.id.split, Setting.SPLIT, isOn -> {});
    bind(R.id.clipboard, Setting.CLIPBOARD, isOn -> {});
    bind(R.id.double_space, Setting.DOUBLE_SPACE, isOn -> {});
    bind(R.id.marks, Setting.MARKS, isOn -> {});
    bind(R.id.auto_correct, Setting.AUTO_CORRECT, isOn -> {});
    bind(R.id.capitals, Setting.CAPITALS, isOn -> {});
    bind(R.id.actions, Setting.ACTIONS, isOn -> {});
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
    new WordList(this, personal::words, personal::remove)
        .show(
            R.string.personal_list,
            R.string.personal_none,
            R.string.personal_forget_question,
            R.string.forget);
  }

  private void listRemoved() {
    new WordList(this, () -> new ArrayList<>(blocked.removed()), blocked::restore)
        .show(
            R.string.removed_list,
            R.string.removed_none,
            R.string.removed_restore_question,
            R.string.restore);
  }

  private void askToWipe() {
    String question = getString(R.string.personal_wipe_question);
    WordList.ask(this, question, R.string.forget, personal::wipe, () -> {});
  }
}
