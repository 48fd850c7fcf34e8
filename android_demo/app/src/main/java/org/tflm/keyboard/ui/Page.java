package org.tflm.keyboard.ui;

import android.app.Activity;
import android.os.Bundle;

/** A page of the app: its layout, and a way back if the manifest says where to. */
public abstract class Page extends Activity {
  private final int layout;

  protected Page(int layout) {
    this.layout = layout;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    setContentView(layout);
    getActionBar().setDisplayHomeAsUpEnabled(getParentActivityIntent() != null);
  }

  /** Has a touch of a view do something. */
  protected final void onClick(int view, Runnable action) {
    findViewById(view).setOnClickListener(clicked -> action.run());
  }
}
