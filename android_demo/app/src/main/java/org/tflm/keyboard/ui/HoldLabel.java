package org.tflm.keyboard.ui;

import android.view.View;
import android.view.accessibility.AccessibilityNodeInfo;
import android.view.accessibility.AccessibilityNodeInfo.AccessibilityAction;

/** Lets a screen reader say what holding a view does. */
final class HoldLabel extends View.AccessibilityDelegate {
  private final String label;

  HoldLabel(String label) {
    this.label = label;
  }

  @Override
  public void onInitializeAccessibilityNodeInfo(View host, AccessibilityNodeInfo info) {
    super.onInitializeAccessibilityNodeInfo(host, info);
    if (host.isLongClickable()) {
      info.addAction(new AccessibilityAction(AccessibilityNodeInfo.ACTION_LONG_CLICK, label));
    }
  }
}
