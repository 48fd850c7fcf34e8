package org.tflm.keyboard.settings;

import android.content.ComponentName;
import android.content.Intent;
import android.os.Bundle;
import android.provider.Settings;
import android.view.inputmethod.InputMethodInfo;
import android.view.inputmethod.InputMethodManager;
import android.widget.TextView;
import org.tflm.keyboard.R;
import org.tflm.keyboard.benchmark.BenchmarkActivity;
import org.tflm.keyboard.ui.Page;

/** Walks through turning the keyboard on and choosing it, and has a field to try it. */
public final class SetupActivity extends Page {
  private InputMethodManager manager;

  public SetupActivity() {
    super(R.layout.setup);
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    manager = getSystemService(InputMethodManager.class);
    onClick(
        R.id.enable, () -> startActivity(new Intent(Settings.ACTION_INPUT_METHOD_SETTINGS)));
    onClick(R.id.choose, manager::showInputMethodPicker);
    onClick(R.id.settings, () -> startActivity(new Intent(this, SettingsActivity.class)));
    onClick(R.id.model, () -> startActivity(new Intent(this, ModelActivity.class)));
    onClick(R.id.benchmark, () -> startActivity(new Intent(this, BenchmarkActivity.class)));
  }

  /** Both the system's settings and its list of keyboards give the focus back to this window. */
  @Override
  public void onWindowFocusChanged(boolean hasFocus) {
    super.onWindowFocusChanged(hasFocus);
    if (hasFocus) {
      showProgress();
    }
  }

  private void showProgress() {
    boolean enabled = isEnabled();
    show(R.id.enable_heading, R.string.step_enable, enabled);
    show(R.id.choose_heading, R.string.step_choose, enabled && isChosen());
    findViewById(R.id.choose).setEnabled(enabled);
  }

  private void show(int view, int step, boolean done) {
    TextView heading = findViewById(view);
    String text = getString(step);
    heading.setText(done ? getString(R.string.step_done, text) : text);
    heading.setContentDescription(done ? getString(R.string.step_done_description, text) : text);
  }

  private boolean isEnabled() {
    for (InputMethodInfo method : manager.getEnabledInputMethodList()) {
      if (method.getPackageName().equals(getPackageName())) {
        return true;
      }
    }
    return false;
  }

  private boolean isChosen() {
    String id =
        Settings.Secure.getString(getContentResolver(), Settings.Secure.DEFAULT_INPUT_METHOD);
    ComponentName chosen = id == null ? null : ComponentName.unflattenFromString(id);
    return chosen != null && chosen.getPackageName().equals(getPackageName());
  }
}
